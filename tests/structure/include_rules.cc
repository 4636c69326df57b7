#include "tests/structure/include_rules.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <sstream>

namespace sr {
namespace {

// A directory with everything below it, and the directories of ours it may
// include beside itself. "*" is all of core.
struct DirectoryRule {
  std::string directory;
  std::vector<std::string> may_include;
};

const std::vector<DirectoryRule>& DirectoryRules() {
  static const auto* const rules = new std::vector<DirectoryRule>{
      {"core/base", {}},
      {"core/command", {"core/base"}},
      {"core/json", {"core/base"}},
      {"core/metrics", {"core/base"}},
      {"core/location", {"core/base"}},
      {"core/record", {"core/base"}},
      {"core/archive", {"core/base", "core/json", "core/record"}},
      {"core/kafka", {"core/base", "core/json", "core/record"}},
      {"core/foreign", {"core/base", "core/json", "core/record"}},
      {"core/logdir", {"core/base", "core/record"}},
      {"core/parsers", {"core/base", "core/json"}},
      {"core/schemas",
       {"core/base", "core/json", "core/record", "core/parsers"}},
      {"core/registry",
       {"core/base", "core/json", "core/record", "core/schemas"}},
      {"core/git", {"core/base", "core/json", "core/record", "core/schemas"}},
      {"core/findings", {"core/base", "core/json"}},
      {"core/compare",
       {"core/base", "core/record", "core/schemas", "core/findings"}},
      {"core/sources",
       {"core/base", "core/record", "core/location", "core/archive",
        "core/kafka", "core/foreign", "core/logdir"}},
      {"core/states",
       {"core/base", "core/record", "core/schemas", "core/location",
        "core/sources", "core/registry", "core/git"}},
      {"replicator", {"*"}},
      {"verifier", {"*"}},
      {"tests", {"*", "replicator", "verifier", "bench"}},
      {"bench", {"*", "replicator", "verifier", "tests/support"}},
  };
  return *rules;
}

// A header of somebody else's and where it may appear: a directory or a file of
// ours; "*" is everywhere. tests/ and bench/ may include all of them.
struct LibraryRule {
  std::string header;  // Exactly this one, or all below it if it ends in '/'.
  std::vector<std::string> owners;
};

const std::vector<LibraryRule>& LibraryRules() {
  static const auto* const rules = new std::vector<LibraryRule>{
      {"absl/", {"*"}},
      {"librdkafka/", {"core/kafka"}},
      {"simdjson.h", {"core/json"}},
      {"openssl/", {"core/base"}},
      {"xxhash.h", {"core/base"}},
      {"xxh_x86dispatch.h", {"core/base"}},
      {"xxh3.h", {"core/base"}},
      {"isa-l.h", {"core/base"}},
      {"isa-l/", {"core/base"}},
      {"zstd.h", {"core/record"}},
      {"zstd_errors.h", {"core/record"}},
      {"lz4.h", {"core/record"}},
      {"lz4frame.h", {"core/record"}},
      {"snappy.h", {"core/record"}},
      {"snappy-c.h", {"core/record"}},
      {"zlib.h", {"core/record"}},
      {"gflags/", {"replicator/flags.cc", "verifier/flags.cc"}},
      {"curl/", {"core/registry"}},
      {"git2.h", {"core/git"}},
      {"prometheus/", {"core/metrics"}},
      {"avro.h", {"core/parsers"}},
      {"avro/", {"core/parsers"}},
      {"google/protobuf/", {"core/parsers"}},
      {"valijson/", {"core/parsers"}},
      {"nlohmann/", {"core/parsers"}},
      {"gtest/", {}},
      {"gmock/", {}},
      {"benchmark/", {}},
  };
  return *rules;
}

// Headers of C, POSIX, Linux and the compiler, allowed everywhere. C++'s own
// have neither a dot nor a slash and need no list.
const std::vector<std::string>& SystemHeaders() {
  static const auto* const headers = new std::vector<std::string>{
      "arpa/",     "asm/",        "bits/",       "linux/",     "net/",
      "netinet/",  "sys/",        "dirent.h",    "dlfcn.h",    "endian.h",
      "errno.h",   "fcntl.h",     "float.h",     "getopt.h",   "glob.h",
      "grp.h",     "immintrin.h", "inttypes.h",  "langinfo.h", "limits.h",
      "locale.h",  "malloc.h",    "math.h",      "netdb.h",    "nmmintrin.h",
      "poll.h",    "pthread.h",   "pwd.h",       "sched.h",    "semaphore.h",
      "signal.h",  "spawn.h",     "stdarg.h",    "stddef.h",   "stdint.h",
      "stdio.h",   "stdlib.h",    "string.h",    "strings.h",  "syslog.h",
      "termios.h", "threads.h",   "time.h",      "ucontext.h", "unistd.h",
      "utime.h",   "wchar.h",     "x86intrin.h",
  };
  return *headers;
}

bool IsBelow(const std::string& path, const std::string& directory) {
  return path.starts_with(directory + "/");
}

bool IsOneOf(const std::string& header, const std::string& pattern) {
  return pattern.ends_with('/') ? header.starts_with(pattern)
                                : header == pattern;
}

bool IsOurs(const std::string& path) {
  for (const char* top : {"core", "replicator", "verifier", "tests", "bench"}) {
    if (IsBelow(path, top)) return true;
  }
  return false;
}

bool MayIncludeEveryLibrary(const std::string& path) {
  return IsBelow(path, "tests") || IsBelow(path, "bench");
}

bool IsSystemHeader(const std::string& header) {
  if (header.find_first_of("./") == std::string::npos) return true;
  return std::any_of(
      SystemHeaders().begin(), SystemHeaders().end(),
      [&](const std::string& pattern) { return IsOneOf(header, pattern); });
}

const DirectoryRule* RuleFor(const std::string& path) {
  for (const DirectoryRule& rule : DirectoryRules()) {
    if (IsBelow(path, rule.directory)) return &rule;
  }
  return nullptr;
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += ", ";
    joined += word == "*" ? "all of core" : word;
  }
  return joined.empty() ? "nothing else of ours" : joined;
}

bool IsAllowed(const DirectoryRule& rule, const std::string& included) {
  if (IsBelow(included, rule.directory)) return true;
  return std::any_of(rule.may_include.begin(), rule.may_include.end(),
                     [&](const std::string& directory) {
                       return IsBelow(included,
                                      directory == "*" ? "core" : directory);
                     });
}

// Why `path` may not include `included`, which is ours; nullopt if it may.
std::optional<std::string> RefuseOurs(const SourceTree& tree,
                                      const std::string& path,
                                      const std::string& included) {
  if (!tree.contains(included)) {
    return "no such file; includes are written from the repository's root";
  }
  const DirectoryRule* rule = RuleFor(path);
  if (rule == nullptr) {
    return "directory " + DirectoryOf(path) +
           " has no rule; add it to DirectoryRules";
  }
  if (RuleFor(included) == nullptr) {
    return "directory " + DirectoryOf(included) +
           " has no rule; add it to DirectoryRules";
  }
  if (IsAllowed(*rule, included)) return std::nullopt;
  return rule->directory + " may include " + Join(rule->may_include);
}

// Why `path` may not include `header`, which is not ours; nullopt if it may.
std::optional<std::string> RefuseForeign(const std::string& path,
                                         const Include& include) {
  const std::string& header = include.path;
  for (const LibraryRule& rule : LibraryRules()) {
    if (!IsOneOf(header, rule.header)) continue;
    if (MayIncludeEveryLibrary(path)) return std::nullopt;
    for (const std::string& owner : rule.owners) {
      if (owner == "*" || owner == path || IsBelow(path, owner)) {
        return std::nullopt;
      }
    }
    return rule.owners.empty() ? "belongs in tests/ and bench/ only"
                               : "belongs in " + Join(rule.owners) + " only";
  }
  if (include.angled && IsSystemHeader(header)) return std::nullopt;
  return include.angled
             ? "neither a system header nor a library we know; add it to "
               "LibraryRules or SystemHeaders"
             : "includes are written from the repository's root";
}

}  // namespace

std::vector<Include> ParseIncludes(const std::string& content) {
  std::vector<Include> includes;
  std::istringstream lines(content);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const size_t word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) {
      continue;
    }
    const size_t open = line.find_first_of("\"<", word + 7);
    if (open == std::string::npos) continue;
    const bool angled = line[open] == '<';
    const size_t close = line.find(angled ? '>' : '"', open + 1);
    if (close == std::string::npos) continue;
    includes.push_back(
        {number, line.substr(open + 1, close - open - 1), angled});
  }
  return includes;
}

std::vector<std::string> CheckIncludes(const SourceTree& tree) {
  std::vector<std::string> violations;
  for (const auto& [path, content] : tree) {
    for (const Include& include : ParseIncludes(content)) {
      const std::optional<std::string> refusal =
          IsOurs(include.path) ? RefuseOurs(tree, path, include.path)
                               : RefuseForeign(path, include);
      if (!refusal.has_value()) continue;
      violations.push_back(path + ":" + std::to_string(include.line) +
                           ": includes " + include.path + ": " + *refusal);
    }
  }
  return violations;
}

std::string PathInto(const SourceTree& tree, const std::string& start,
                     const std::string& forbidden_directory) {
  std::map<std::string, std::string> came_from = {{start, ""}};
  std::deque<std::string> waiting = {start};
  const auto visit = [&](const std::string& path, const std::string& from) {
    if (tree.contains(path) && came_from.emplace(path, from).second) {
      waiting.push_back(path);
    }
  };
  while (!waiting.empty()) {
    const std::string path = waiting.front();
    waiting.pop_front();
    if (IsBelow(path, forbidden_directory)) {
      std::string chain = path;
      for (std::string at = came_from[path]; !at.empty(); at = came_from[at]) {
        chain = at + " -> " + chain;
      }
      return chain;
    }
    if (path.ends_with(".h")) {
      visit(path.substr(0, path.size() - 2) + ".cc", path);
    }
    const auto file = tree.find(path);
    if (file == tree.end()) continue;
    for (const Include& include : ParseIncludes(file->second)) {
      visit(include.path, path);
    }
  }
  return "";
}

}  // namespace sr
