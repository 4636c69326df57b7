#!/usr/bin/env bash
# Shows what the two programs do, from a bare Debian on.
#
#   replicator/quickstart.sh
#       on a broker and a sample _schemas of its own
#   replicator/quickstart.sh kafka://HOST:PORT/_schemas archive:DIR [kafka://HOST:PORT/SHADOW]
#       on yours: mirrors the first to the others, then compares them all
#
# Exits 0 if everything went as it should; with locations, as the two programs do.
set -euo pipefail
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/support/packages.sh
source tests/support/packages.sh

build=build/quickstart
replicator=$build/replicator/schemas-replicator
verifier=$build/verifier/schemas-verifier
run=$build/run

usage() { sed -n '2,9s/^# \{0,1\}//p' replicator/quickstart.sh; }

heading() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

# Prints the command as the user would type it, then runs it.
show() {
  printf '$ %s\n' "$*"
  "$@"
}

build_programs() {
  heading "Building schemas-replicator and schemas-verifier"
  install_missing "${build_packages[@]}"
  mkdir -p $build
  if [ ! -e $build/build.ninja ]; then
    # SR_WERROR=ON is for tests/run.sh: then nothing is compiled a second time.
    cmake --preset release -B $build -DSR_WERROR="${SR_WERROR:-OFF}" \
      -DSR_TESTS=OFF -DSR_BENCH=OFF -DSR_SAMPLE_BROKER=ON > $build/configure.log 2>&1 || {
      cat $build/configure.log >&2
      fail "cmake found something missing (above)"
    }
  fi
  cmake --build $build --target schemas-replicator schemas-verifier sample_broker
}

# Starts the sample broker and sets $broker to its address. It ends with this
# script, even if that is killed: its stdin is a pipe that only the script holds.
start_broker() {
  local from_broker
  heading "Starting a broker with a sample _schemas"
  coproc SAMPLE_BROKER { exec $build/tests/support/sample/sample_broker; }
  exec {from_broker}<&"${SAMPLE_BROKER[0]}"
  trap 'stop_broker '"$SAMPLE_BROKER_PID" EXIT
  read -r -t 60 broker <&"$from_broker" || fail "the sample broker did not start"
  echo "It listens on $broker and is gone when this script ends."
}

# shellcheck disable=SC2317 # Called by the trap.
stop_broker() {
  kill "$1" 2> /dev/null || true
  wait "$1" 2> /dev/null || true
}

# Changes one bit in the middle of a file.
flip_bit() {
  local file=$1 position value
  position=$(($(stat -c %s "$file") / 2))
  value=$(od -An -tu1 -j $position -N1 "$file")
  # shellcheck disable=SC2059 # The octal escape is the point.
  printf "$(printf '\\%03o' $((value ^ 1)))" \
    | dd of="$file" bs=1 seek=$position conv=notrunc status=none
  echo "Byte $position of $file was $((value)), is $((value ^ 1))."
}

# Runs `check` on a damaged archive, which has to fail and to say where.
check_finds_damage() {
  local directory=$1 file=$2 status=0
  show $verifier check "archive:$directory" > $run/check.txt || status=$?
  cat $run/check.txt
  [ $status -eq 3 ] || fail "check ended with exit code $status, not 3"
  grep -q "$(basename "$file")" $run/check.txt || fail "check named no file"
  grep -q 'byte' $run/check.txt || fail "check named no byte range"
  grep -q 'offset' $run/check.txt || fail "check named no offsets"
}

demonstrate() {
  local source shadow archive=$run/archive damaged=$run/damaged file
  build_programs
  rm -rf $run
  mkdir -p $run
  start_broker
  source=kafka://$broker/_schemas
  shadow=kafka://$broker/_schemas_shadow

  heading "Mirroring the topic to an archive and to a shadow topic"
  show $replicator mirror "$source" "archive:$archive" "$shadow" --until=end

  heading "Comparing the three copies, record by record"
  show $verifier compare "$source" "archive:$archive" "$shadow"

  heading "Damaging a copy of the archive: one bit of one record"
  cp -a $archive $damaged
  file=$(find $damaged -name '*.log' -size +0 | sort | head -n 1)
  [ -n "$file" ] || fail "the archive has no segment"
  flip_bit "$file"
  check_finds_damage $damaged "$file"

  heading "All went well. The archive is in $archive"
  cat << END
The same on your own cluster, step by step:

  $replicator mirror kafka://HOST:9092/_schemas archive:/mnt/backup/schemas --until=end
  $verifier check archive:/mnt/backup/schemas
  $verifier compare kafka://HOST:9092/_schemas archive:/mnt/backup/schemas

Leave out --until=end to go on mirroring. A shadow topic on another cluster is
one more target: kafka://OTHER:9092/_schemas_shadow. Mirroring and comparing in
one go:

  replicator/quickstart.sh kafka://HOST:9092/_schemas archive:/mnt/backup/schemas

Where a log-in is needed: kafka://HOST:9092/_schemas?config=client.properties
END
}

mirror_and_compare() {
  build_programs
  heading "Mirroring"
  # Relative paths are the caller's.
  cd "$called_from"
  show "$OLDPWD/$replicator" mirror "$@" --until=end
  heading "Comparing"
  show "$OLDPWD/$verifier" compare "$@"
}

if [ "$*" = --help ]; then
  usage
  exit
fi
for location in "$@"; do
  case $location in
    kafka://* | archive:*) ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done
case $# in
  0) demonstrate ;;
  1)
    usage >&2
    exit 2
    ;;
  *) mirror_and_compare "$@" ;;
esac
