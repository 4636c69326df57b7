// Subjects that somebody chose to break what writes them to a disk.
#ifndef TESTS_CORE_GIT_HOSTILE_NAMES_H_
#define TESTS_CORE_GIT_HOSTILE_NAMES_H_

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace sr {

// `count` different ones; seeded, behind some that are always there. Bytes that are
// not UTF-8 are among them if `any_bytes`.
inline std::vector<std::string> HostileNames(size_t count, uint64_t seed,
                                             bool any_bytes = true) {
  std::vector<std::string> names = {
      "", ".", "..", "../../etc/passwd", "/etc/passwd", ".git", ".GIT", ".Git",
      "git~1", "GIT~1", ".git/config", ".git\\config", ".g\u200cit",
      "CON", "con", "nul.txt", "COM1", "a.", "a ", " a", "a:b", "a:b:$DATA",
      "--upload-pack=touch", "-c", "a\nb", "a\rb", "a\tb",
      std::string("a\0b", 3), "\x1b[2J", "%", "%2e", "%%", "_", "__", "_a", "A",
      "a", "Aa", "aA", "AA", "aa", "\u00e9", "e\u0301", "\u0130", "i\u0307",
      std::string(255, 'a'), std::string(256, 'a'), std::string(300, 'A'),
      std::string(10'000, '/'), absl::StrCat(std::string(100, 'a'), "%-x"), "v1", "config",
      ":.ctx:s", ":.ctx:", ":.:s", "subjects/x", "Exported-by: x", "Offset: 5"};
  std::mt19937_64 random(seed);
  std::set<std::string> known(names.begin(), names.end());
  const std::string alphabet = "aAbB._-/\\:~% \n";
  while (names.size() < count) {
    std::string name;
    for (uint64_t length = random() % 40; length > 0; --length) {
      if (any_bytes && random() % 3 == 0) {
        name.push_back(static_cast<char>(random() % 256));
      } else {
        name.push_back(alphabet[random() % alphabet.size()]);
      }
    }
    if (random() % 50 == 0) name += std::string(random() % 400, 'x');
    if (known.insert(name).second) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace sr

#endif  // TESTS_CORE_GIT_HOSTILE_NAMES_H_
