"""The libraries of the system as Bazel repositories.

Labels are those of the libraries' own Bazel files (@com_google_absl//absl/time),
so that a BUILD file reads the same wherever the library comes from. A target
carries what pkg-config says is needed to link; it lists no headers, because
/usr/include is a directory of the compiler itself, which the sandbox admits.
"""

# repository -> (Debian package, {label: pkg-config module}).
_LIBRARIES = {
    "curl": ("libcurl4-openssl-dev", {"//:curl": "libcurl"}),
    "librdkafka": ("librdkafka-dev", {"//:rdkafka": "rdkafka"}),
    "simdjson": ("libsimdjson-dev", {"//:simdjson": "simdjson"}),
    "xxhash": ("libxxhash-dev", {"//:xxhash": "libxxhash"}),
    "isal": ("libisal-dev", {"//:isal": "libisal"}),
    "openssl": ("libssl-dev", {"//:crypto": "libcrypto", "//:ssl": "libssl"}),
    "protobuf": ("libprotoc-dev", {"//:protobuf": "protobuf"}),
    "lz4": ("liblz4-dev", {"//:lz4": "liblz4"}),
    "snappy": ("libsnappy-dev", {"//:snappy": "snappy"}),
    "zlib": ("zlib1g-dev", {"//:zlib": "zlib"}),
    "libgit2": ("libgit2-dev", {"//:git2": "libgit2"}),
    "zstd": ("libzstd-dev", {"//:zstd": "libzstd"}),
    "com_github_gflags_gflags": ("libgflags-dev", {"//:gflags": "gflags"}),
    "com_google_googletest": ("libgmock-dev", {
        "//:gtest": "gmock",
        "//:gtest_main": "gmock_main",
    }),
    "com_github_google_benchmark": ("libbenchmark-dev", {
        "//:benchmark": "benchmark",
        "//:benchmark_main": "benchmark -lbenchmark_main",
    }),
}

# Debian has a pkg-config module absl_NAME for each target //absl/DIR:NAME.
_ABSEIL = {
    "base": ["core_headers"],
    "container": ["btree", "flat_hash_map", "flat_hash_set", "inlined_vector", "node_hash_map"],
    "functional": ["any_invocable", "function_ref"],
    "hash": ["hash"],
    "status": ["status", "statusor"],
    "strings": ["cord", "str_format", "strings"],
    "time": ["time"],
    "types": ["optional", "span"],
}

def _link_flags(ctx, modules):
    """Asks pkg-config for the flags of one target.

    Args:
      ctx: the repository's context.
      modules: names of modules, and -l flags that are taken as they are.
    Returns:
      (linkopts, defines)
    """
    words = modules.split(" ")
    linkopts = [word for word in words if word.startswith("-")]
    asked = ctx.execute(
        ["pkg-config", "--cflags", "--libs"] +
        [word for word in words if not word.startswith("-")],
    )
    if asked.return_code != 0:
        fail("install %s: pkg-config finds no %s" % (ctx.attr.debian_package, modules))
    defines = []
    for flag in asked.stdout.strip().split(" "):
        if flag.startswith("-D"):
            defines.append(flag[2:])
        elif flag and not flag.startswith("-I"):
            linkopts.append(flag)
    return linkopts, defines

def _system_library_impl(ctx):
    builds = {}
    for label, modules in ctx.attr.targets.items():
        package, name = label[2:].split(":")
        linkopts, defines = _link_flags(ctx, modules)
        rule = "cc_library(name = %r, defines = %r, linkopts = %r)\n" % (name, defines, linkopts)
        builds[package] = builds.get(package, "") + rule
    for package, rules in builds.items():
        ctx.file(
            (package + "/" if package else "") + "BUILD.bazel",
            "package(default_visibility = [\"//visibility:public\"])\n" + rules,
        )

_system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "debian_package": attr.string(mandatory = True),
        "targets": attr.string_dict(mandatory = True),
    },
    # Looked at again when the machine may have changed.
    local = True,
)

def system_libraries():
    """Declares every library that a BUILD file of ours may name."""
    for repository, (package, targets) in _LIBRARIES.items():
        _system_library(name = repository, debian_package = package, targets = targets)
    _system_library(
        name = "com_google_absl",
        debian_package = "libabsl-dev",
        targets = {
            "//absl/%s:%s" % (directory, name): "absl_" + name
            for directory, names in _ABSEIL.items()
            for name in names
        },
    )
