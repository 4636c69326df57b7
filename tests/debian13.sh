#!/usr/bin/env bash
# Builds and tests on Debian 13: its librdkafka, Abseil and g++ are years newer
# than those of the floor.
#
#   tests/debian13.sh DIRECTORY [build]
#
# With "build" it builds and no more.
# Makes a root directory by debootstrap in DIRECTORY/root, if there is none, and
# runs there, in a mount namespace of its own: the fast tests, the tests of
# core/kafka and of the mirror on a real broker (with this machine's Java and
# Kafka), and the quick start. Leaves DIRECTORY/fast.xml, broker.xml and, if that
# went well, quickstart.passed. KAFKA_LIBS_4 and KAFKA_LIBS_39 are directories of
# jars.
#
# Exit status: 0 all passed, 1 not so, 77 if this machine does not allow it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cannot() {
  echo "debian13: skipped: $*" >&2
  exit 77
}

[ $# -eq 1 ] || [ "$*" = "$1 build" ] || { sed -n '5,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
directory=$(cd "$1" && pwd)
root=$directory/root
cache=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}

grep -q '^VERSION_ID="13"' /etc/os-release && cannot "this is Debian 13"
[ "$(id -u)" -eq 0 ] || cannot "only root can make a root directory"
unshare --mount true 2> /dev/null || cannot "no mount namespaces here"
command -v debootstrap > /dev/null || cannot "debootstrap is not installed"

# The first mirror that apt uses here.
mirror() {
  local site
  site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2> /dev/null | head -n 1)
  echo "${site:-http://deb.debian.org/debian}"
}

make_root() {
  rm -rf --one-file-system "$root.new"
  debootstrap --variant=minbase trixie "$root.new" "$(mirror)" > "$directory/debootstrap.log" 2>&1 || {
    tail -n 20 "$directory/debootstrap.log" >&2
    cannot "debootstrap failed (above)"
  }
  mv "$root.new" "$root"
}

# What this machine needs to reach the mirrors.
copy_settings() {
  cat /etc/resolv.conf > "$root/etc/resolv.conf"
  cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
}

copy_sources() {
  mkdir -p "$root/src"
  find "$root/src" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  tar --create --exclude=./build --exclude=./.git --exclude='./bazel-*' . \
    | tar --extract --directory "$root/src"
}

# Runs in the namespace; what is mounted goes with it.
# shellcheck disable=SC2016 # The inner shell expands.
in_root() {
  local shared=("$KAFKA_LIBS_4" "$KAFKA_LIBS_39" /usr/lib/jvm /etc/java-*-openjdk)
  mkdir -p "$cache" "$root/root/.cache/ccache"
  root=$root cache=$cache unshare --mount --propagation private bash -euc '
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --bind "$cache" "$root/root/.cache/ccache"
    for each in "${@:2}"; do
      if [ -e "$each" ]; then
        mkdir -p "$root$each"
        mount --bind "$each" "$root$each"
      fi
    done
    java=$(readlink -f "$(command -v java)")
    exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 SR_TEST_RUN="${SR_TEST_RUN:-}" \
      KAFKA_LIBS_4="$2" KAFKA_LIBS_39="$3" \
      PATH="/usr/sbin:/usr/bin:/sbin:/bin:$(dirname "$java")" bash -euc "cd /src; $1"
  ' in_root "$1" "${shared[@]}"
}

[ -d "$root" ] || make_root
copy_settings
copy_sources
rm -f "$directory"/{fast,broker}.xml "$directory/quickstart.passed"

failed=0
in_root '
  source tests/support/packages.sh
  install_missing "${build_packages[@]}" "${test_packages[@]}" kcat
  cmake --preset release -DSR_BENCH=ON > /tmp/configure.log || { cat /tmp/configure.log; exit 1; }
  cmake --build --preset release --parallel '"$(nproc)"' -- --quiet
' || exit 1
[ $# -eq 1 ] || exit 0
in_root 'ctest --preset release --parallel '"$(nproc)"' -LE "broker|exhaustive" --output-junit /tmp/fast.xml' \
  || failed=1
in_root 'ctest --preset release -R "^(topic_source|mirror)_broker_test$" --output-junit /tmp/broker.xml' \
  || failed=1
in_root 'SR_WERROR=ON replicator/quickstart.sh' > "$directory/quickstart.log" 2>&1 \
  && : > "$directory/quickstart.passed" || { failed=1; tail -n 60 "$directory/quickstart.log" >&2; }
for each in fast broker; do
  if [ -e "$root/tmp/$each.xml" ]; then mv "$root/tmp/$each.xml" "$directory"; fi
done
exit $failed
