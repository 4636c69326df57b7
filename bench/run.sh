#!/usr/bin/env bash
# Builds the benches and measures: each five times, the median counts. Writes
# what it prints to bench/results/DATE.txt, with the commit, the machine and its
# load, and says each of our times as a ratio to the bare work of the same run.
#
#   bench/run.sh
#
# TMPDIR says which disk the archives are on; the broker's jars are those that
# tests/run.sh fetched, or in KAFKA_LIBS_4.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
result=bench/results/$(date -u +%Y-%m-%d).txt

cmake --preset release -DSR_BENCH=ON > build/release-configure.log
cmake --build --preset release --target codec_bench archive_bench levels_bench mirror_bench live_bench registry_bench peers_bench -- --quiet
export KAFKA_LIBS_4=${KAFKA_LIBS_4:-${SR_KAFKA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/schemas-replicator}/kafka-4}
if [ ! -d "$KAFKA_LIBS_4" ]; then
  echo "no Kafka jars in $KAFKA_LIBS_4: run tests/run.sh once" >&2
  exit 1
fi

commit=$(git describe --always --dirty)  # Before the result makes it dirty.

machine() {
  echo "commit   $commit"
  echo "machine  $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(sed -n 's/^MemTotal: *//p' /proc/meminfo)"
  echo "system   $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), kernel $(uname -r)"
  echo "load     $(cut -d' ' -f1-3 /proc/loadavg)"
}

run() {
  "build/release/bench/$1" --benchmark_filter='/[0-9]{5}' --benchmark_repetitions=5 \
    --benchmark_report_aggregates_only=true --benchmark_min_time=0.2 2> /dev/null |
    grep -E '^Benchmark|_median '
}

# The bytes per second of $1 as a part of those of $2, both medians in $result.
ratio() {
  awk -v ours="$1" -v bare="$2" '
    index($1, ours "/") == 1 { our_time = $2 }
    index($1, bare "/") == 1 { bare_time = $2 }
    END { printf "%-28s %.2f x %s\n", ours, bare_time / our_time, bare }' "$result"
}

mkdir -p bench/results
{
  machine
  echo
  run codec_bench
  echo
  run archive_bench
  echo
  run levels_bench
} | tee "$result"
{
  echo
  ratio ChainOfRecords BareDigests
  ratio CheckArchive BareReadWithDigests
  ratio CheckArchiveAndRecords BareReadWithDigestsAndParse
  ratio WriteArchiveWithCommits BareWriteWithSyncs
  ratio RecordLevel BareDigestsAndParse
  ratio RecordAndReplayLevels BareDigestsAndParse
  ratio AllRecordLevels BareDigestsAndParse
  echo
  build/release/bench/mirror_bench
  echo
  build/release/bench/mirror_bench 2000000 1
  echo
  build/release/bench/live_bench
  echo
  build/release/bench/registry_bench
  echo
  build/release/bench/peers_bench
} 2> /dev/null | tee /dev/stderr >> "$result"
