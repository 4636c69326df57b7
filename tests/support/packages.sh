# Debian packages, for tests/run.sh and replicator/quickstart.sh to source.
# shellcheck shell=bash disable=SC2034 # The lists are used by those who source.

# What the two programs are built from.
build_packages=(
  g++ cmake ninja-build pkg-config
  libabsl-dev libcurl4-openssl-dev libgflags-dev libgit2-dev libisal-dev liblz4-dev
  libprotoc-dev librdkafka-dev libsimdjson-dev libsnappy-dev libssl-dev libxxhash-dev libzstd-dev
  zlib1g-dev
)

# What the tests add, brokers apart.
test_packages=(
  ccache git libbenchmark-dev libgmock-dev libgtest-dev openssl patch xz-utils
)

# What tests with a real broker add: Java to run it, Maven to fetch it.
broker_packages=(default-jre-headless kcat maven)

# libFuzzer and the sanitizers of this release's clang.
_clang_runtime() {
  case $(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' /etc/os-release) in
    12) echo libclang-rt-14-dev ;;
    *) echo libclang-rt-19-dev ;;
  esac
}

# The other compiler with its fuzzer, and the other build.
clang_packages=(clang "$(_clang_runtime)")
bazel_packages=(bazel-bootstrap bazel-rules-java)

# To make a root directory of another release.
root_packages=(debootstrap util-linux)

_is_installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

# Installs those of the packages that are missing; says nothing if none is.
#   install_missing PACKAGE...
install_missing() {
  local package missing=() as_root=()
  if ! command -v apt-get > /dev/null; then
    echo "This is not Debian: going on in the hope that these are installed:" >&2
    echo "  $*" >&2
    return 0
  fi
  for package in "$@"; do
    _is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
      echo "Missing packages, and neither root nor sudo to install them. As root:" >&2
      echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing with apt-get: ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}" \
    > /dev/null
}
