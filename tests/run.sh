#!/usr/bin/env bash
# Builds everything and runs every test, from a bare Debian on.
#
#   tests/run.sh          all of it
#   tests/run.sh --fast   what needs no broker, by g++ and by clang with ASan and UBSan
#   tests/run.sh --fuzz=SECONDS   the fuzz targets only, each for so long
#
# Closes with one line "N passed, N failed", over all tiers; exits 0 only if
# tests ran and none failed.
#
# Kafka's jars are fetched once, into ${SR_KAFKA_CACHE:-~/.cache/schemas-replicator}.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/support/packages.sh
source tests/support/packages.sh

mode=all
fuzz_seconds=10
case "$*" in
  '') ;;
  --fast) mode=fast ;;
  --fuzz=[1-9]*)
    mode=fuzz
    fuzz_seconds=${1#--fuzz=}
    ;;
  *)
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

jobs=$(nproc)
passed=0
failed=0
times=()
results=build/test-results
step_pid=

# Every process that a test starts inherits this, so that one left behind is
# found whatever became of its parent.
export SR_TEST_RUN=$$.$RANDOM

# The processes of this run that are still there: one PID a line.
processes_of_this_run() {
  local environment pid
  for environment in /proc/[0-9]*/environ; do
    pid=${environment#/proc/}
    pid=${pid%/environ}
    if grep -qsz "^SR_TEST_RUN=$SR_TEST_RUN\$" "$environment"; then
      echo "$pid"
    fi
  done
}

# shellcheck disable=SC2317 # Called by the traps.
clean_up() {
  local pid
  trap - EXIT
  if [ -n "$step_pid" ]; then
    kill "$step_pid" 2> /dev/null || true
  fi
  for pid in $(processes_of_this_run); do
    kill -KILL "$pid" 2> /dev/null || true
  done
}
trap clean_up EXIT
# A step runs in the background and is waited for, so that these act at once.
trap 'exit 130' INT
trap 'exit 143' TERM

# Builds what later tiers need while the tests with a broker leave the processors
# idle, and only then. Whatever becomes of it, those tiers build once more and say
# what is wrong.
build_ahead() {
  local preset
  chrt --idle --pid 0 $BASHPID || true
  for preset in asan tsan; do
    cmake --preset "$preset" && cmake --build --preset "$preset" --parallel "$jobs" -- --quiet
    touch "$ahead/$preset"
  done > "$ahead/log" 2>&1
  tests/debian13.sh build/debian13 build > "$ahead/debian13.log" 2>&1
  touch "$ahead/debian13"
}

# Waits until that has been built ahead: two builds in one directory would fight.
await_build_ahead() {
  while [ ! -e "$ahead/$1" ] && kill -0 "$ahead_pid" 2> /dev/null; do sleep 1; done
}

# Adds what a ctest run wrote to the totals; a run that left nothing has failed.
count_ctest() {
  local junit=$1 attribute numbers=()
  if [ ! -s "$junit" ]; then
    failed=$((failed + 1))
    return
  fi
  for attribute in tests failures skipped disabled; do
    numbers+=("$(grep -om1 "[[:space:]]$attribute=\"[0-9]*\"" "$junit" | grep -o '[0-9]*')")
  done
  passed=$((passed + numbers[0] - numbers[1] - numbers[2] - numbers[3]))
  failed=$((failed + numbers[1]))
}

count_bazel() {
  local log=$1
  passed=$((passed + $(grep -cE '^//.* (PASSED|FLAKY)' "$log" || true)))
  failed=$((failed + $(grep -cE '^//.* (FAILED|TIMEOUT|NO STATUS|INCOMPLETE)' "$log" || true)))
}

# Runs one tier, takes its time and adds its result to the totals. Its exit
# status 77 says that this machine cannot run it.
#   tier NAME COUNT-WITH RESULT-FILE COMMAND...
tier() {
  local name=$1 count=$2 result=$3 start=$SECONDS status=0
  local passed_before=$passed failed_before=$failed
  shift 3
  echo
  echo "== $name"
  rm -f "$result"
  "$@" &
  step_pid=$!
  wait "$step_pid" || status=$?
  step_pid=
  if [ $status -eq 77 ]; then
    times+=("$(printf '%-12s %5d s   skipped' "$name" $((SECONDS - start)))")
    return
  fi
  if [ -e "$result" ] || [ $status -ne 0 ]; then "$count" "$result"; fi
  # Whatever else went wrong counts as well.
  if [ $status -ne 0 ] && [ $failed -eq $failed_before ]; then
    failed=$((failed + 1))
  fi
  if [ $status -eq 0 ] && [ $((passed + failed)) -eq $((passed_before + failed_before)) ]; then
    echo "$name ran no test" >&2
    failed=$((failed + 1))
  fi
  times+=("$(printf '%-12s %5d s   %d passed, %d failed' "$name" $((SECONDS - start)) \
    $((passed - passed_before)) $((failed - failed_before)))")
}

# Builds a preset and runs its tests.
#   ctest_tier PRESET [ctest option...]
ctest_tier() {
  local preset=$1 bench=OFF without_aslr=() status=0
  shift
  if [ "$preset" = release ]; then bench=ON; fi
  cmake --preset "$preset" -DSR_BENCH=$bench > "build/$preset-configure.log" 2>&1 || {
    cat "build/$preset-configure.log"
    return 1
  }
  cmake --build --preset "$preset" --parallel "$jobs" -- --quiet || return 1
  # ThreadSanitizer of g++ 12 gives up where the kernel randomizes more bits of
  # an address than it expects.
  if [ "$preset" = tsan ] && setarch -R true 2> /dev/null; then
    without_aslr=(setarch -R)
  fi
  "${without_aslr[@]}" ctest --preset "$preset" --parallel "$jobs" \
    --output-junit "$PWD/$results/$preset.xml" "$@" || status=$?
  # googletest tells only on stdout, which ctest keeps to itself.
  if grep -A3 ': Skipped$' "build/$preset/Testing/Temporary/LastTest.log"; then
    echo "(skipped tests of $preset: above)"
  fi
  return $status
}

# Without what other tiers have: the fuzz targets run on their corpora with ASan
# as well, and the campaigns' full number of trials needs no ASan.
asan_tier() {
  SR_CRASH_TRIALS=300 SR_DAMAGE_PAIRS=300 SR_EVERY=8 \
    ctest_tier asan -LE 'broker|exhaustive' -E corpus_test
}

# Every flipped bit and every truncation of a 64 KiB archive, by the programs of
# the release tier.
damage_tier() {
  ctest --preset release --parallel "$jobs" --label-regex exhaustive \
    --output-junit "$PWD/$results/damage.xml"
}

# Everything is analysed: each file, label and dependency that a BUILD file names.
# The libraries and programs are compiled, with nothing precompiled, and of the tests
# those of the lowest layers: the other tests are compiled twice before. All of them:
# bazel test //...
bazel_tier() {
  local status=0 options=(--color=no --curses=no --noshow_progress --keep_going)
  {
    bazel build "${options[@]}" --nobuild //... \
      && bazel build "${options[@]}" //core/... //replicator/... //verifier/... \
      && bazel test "${options[@]}" //tests/core/base/... //tests/core/record/... \
        //tests/core/archive/... //tests/structure/...
  } > "$results/bazel.log" 2>&1 || status=$?
  bazel shutdown
  if [ $status -ne 0 ]; then
    cat "$results/bazel.log"
  else
    grep -E '^//|^Executed' "$results/bazel.log"
  fi
  return $status
}

# Runs each fuzz target by libFuzzer, from the saved corpus and what earlier runs
# found. What breaks one is left in build/asan/found/. The targets are made of
# the objects of the preset asan.
fuzz_tier() {
  local target name
  cmake --preset asan > build/asan-configure.log 2>&1 || {
    cat build/asan-configure.log
    return 1
  }
  cmake --build --preset fuzz --parallel "$jobs" -- --quiet || return 1
  mkdir -p build/asan/found
  for target in build/asan/tests/fuzz/*_fuzz; do
    name=$(basename "$target" _fuzz)
    mkdir -p "build/asan/corpus/$name"
    if "$target" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=512 \
      -max_len=65536 -print_final_stats=1 -artifact_prefix="build/asan/found/$name-" \
      "build/asan/corpus/$name" "tests/fuzz/corpus/$name" \
      > "build/asan/$name.log" 2>&1; then
      echo "passed $name $(grep -o 'Done [0-9]* runs.*' "build/asan/$name.log")"
    else
      tail -n 60 "build/asan/$name.log"
      echo "failed $name; replay with: $target build/asan/found/$name-..."
    fi
  done | tee "$results/fuzz.log"
  ! grep -q '^failed' "$results/fuzz.log"
}

mutants_tier() {
  tests/mutants/run.sh build/mutants | tee "$results/mutants.log"
}

# Lines that begin with "passed" or "failed".
count_lines() {
  passed=$((passed + $(grep -c '^passed' "$1" || true)))
  failed=$((failed + $(grep -c '^failed' "$1" || true)))
}

quickstart_tier() {
  SR_WERROR=ON replicator/quickstart.sh && : > "$results/quickstart.passed"
}

debian13_tier() {
  tests/debian13.sh build/debian13
}

# Called with one of the files that the tier leaves.
count_debian13() {
  local directory each
  directory=$(dirname "$1")
  for each in fast broker; do
    if [ -e "$directory/$each.xml" ]; then count_ctest "$directory/$each.xml"; fi
  done
  count_quickstart "$directory/quickstart.passed"
}

# Called with an empty file by success only.
count_quickstart() {
  if [ -e "$1" ]; then passed=$((passed + 1)); fi
}

# Prints the directory that holds the jars of tests/support/kafka/NAME, after
# fetching them if they are not there or the pom is another one.
#   kafka_libs NAME
kafka_libs() {
  local pom=tests/support/kafka/$1/pom.xml
  local libs=${SR_KAFKA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/schemas-replicator}/kafka-$1
  if ! cmp -s "$pom" "$libs/pom.xml"; then
    echo "Fetching Kafka's jars for $pom into $libs" >&2
    mkdir -p "$(dirname "$libs")"
    rm -rf "$libs" "$libs.new"
    # -C: a checksum that does not match is an error.
    mvn -B -q -C dependency:copy-dependencies -f "$pom" -DoutputDirectory="$libs.new" >&2
    cp "$pom" "$libs.new/pom.xml"
    mv "$libs.new" "$libs"
  fi
  echo "$libs"
}

packages=("${build_packages[@]}" "${test_packages[@]}")
case $mode in
  fuzz | fast) packages+=("${clang_packages[@]}") ;;
  all) packages+=("${broker_packages[@]}" "${clang_packages[@]}" "${bazel_packages[@]}" "${root_packages[@]}") ;;
esac
install_missing "${packages[@]}"

mkdir -p "$results"
if [ $mode = fuzz ]; then
  tier fuzz count_lines $results/fuzz.log fuzz_tier
elif [ $mode = fast ]; then
  tier release count_ctest $results/release.xml ctest_tier release -LE 'broker|exhaustive'
  tier asan count_ctest $results/asan.xml ctest_tier asan -LE 'broker|exhaustive'
else
  KAFKA_LIBS_4=$(kafka_libs 4)
  KAFKA_LIBS_39=$(kafka_libs 3.9)
  export KAFKA_LIBS_4 KAFKA_LIBS_39
  ahead=build/ahead
  rm -rf $ahead
  mkdir -p $ahead
  build_ahead &
  ahead_pid=$!
  tier release count_ctest $results/release.xml ctest_tier release -LE exhaustive
  tier mutants count_lines $results/mutants.log mutants_tier
  tier damage count_ctest $results/damage.xml damage_tier
  tier quickstart count_quickstart $results/quickstart.passed quickstart_tier
  await_build_ahead asan
  tier asan count_ctest $results/asan.xml asan_tier
  await_build_ahead tsan
  tier tsan count_ctest $results/tsan.xml ctest_tier tsan -L threads
  tier fuzz count_lines $results/fuzz.log fuzz_tier
  tier bazel count_bazel $results/bazel.log bazel_tier
  await_build_ahead debian13
  tier debian13 count_debian13 build/debian13/fast.xml debian13_tier
  wait $ahead_pid || true
fi

left_behind=$(processes_of_this_run)
for pid in $left_behind; do
  echo "left behind by a test: $pid $(tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | cut -c1-200)" >&2
  failed=$((failed + 1))
done

echo
printf '%s\n' "${times[@]}"
printf '%-12s %5d s\n' total $SECONDS
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
