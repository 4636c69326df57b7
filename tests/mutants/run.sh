#!/usr/bin/env bash
# Do the tests notice? Each patch beside this file breaks one rule of the order
# in which an archive commits, and names in its line "Fails:" the test that has
# to fail for it. The patches are applied to a copy of the tree.
#
#   tests/mutants/run.sh [BUILD-DIRECTORY]    (build/mutants)
#
# Prints "passed NAME" for each mutant that was noticed, "failed NAME" and why
# for any other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mutants=$PWD/tests/mutants
work=$(mkdir -p "${1:-build/mutants}" && cd "${1:-build/mutants}" && pwd)
source=$work/source
build=$source/build/release
jobs=$(nproc)

# The program and the filter that "Fails:" of patch $1 names.
test_of() { sed -n 's/^Fails: //p' "$1"; }

build() {
  local programs
  mapfile -t programs < <(for patch in "$mutants"/*.patch; do test_of "$patch"; done | cut -d' ' -f1 | sort -u)
  cmake --build "$build" --parallel "$jobs" --target "${programs[@]}" -- --quiet \
    > "$work/build.log" 2>&1
}

# Runs the test of patch $1: succeeds if that test does, fails with 1 if it
# fails, with anything else if it is not there or was killed.
run_test_of() {
  local program filter
  read -r program filter <<< "$(test_of "$1")"
  (cd "$source" && timeout 300 "$(find "$build/tests" -name "$program" -type f)" \
    --gtest_filter="$filter" > "$work/test.log" 2>&1) || return $?
  grep -q '\[  PASSED  \] 1 test' "$work/test.log" || return 2
}

rm -rf "$source"
mkdir -p "$source"
cp -r CMakeLists.txt CMakePresets.json cmake core replicator verifier tests "$source"
# As the tests are built, and as deep below the sources: ccache has most of it.
(cd "$source" && cmake --preset release -DSR_BENCH=OFF) > "$work/configure.log" 2>&1 || {
  cat "$work/configure.log"
  exit 1
}
build || {
  cat "$work/build.log"
  exit 1
}

# Without any patch every one of the tests passes, or nothing below means a thing.
for patch in "$mutants"/*.patch; do
  run_test_of "$patch" || {
    cat "$work/test.log"
    echo "failed $(basename "$patch" .patch): its test fails without it"
    exit 1
  }
done

all_noticed=true
for patch in "$mutants"/*.patch; do
  name=$(basename "$patch" .patch)
  status=0
  if ! patch --quiet --directory="$source" --strip=1 --fuzz=0 < "$patch"; then
    echo "failed $name: the patch does not apply; make it anew from what it says"
    exit 1
  fi
  if build; then
    run_test_of "$patch" || status=$?
    case $status in
      0) echo "failed $name: nobody noticed; $(test_of "$patch") passes" ;;
      1) echo "passed $name: $(test_of "$patch") fails" ;;
      *) echo "failed $name: the test ended with $status" ;;
    esac
  else
    tail -n 20 "$work/build.log"
    echo "failed $name: does not build"
  fi
  [ $status -eq 1 ] || all_noticed=false
  patch --quiet --directory="$source" --strip=1 --fuzz=0 --reverse < "$patch"
done
$all_noticed
