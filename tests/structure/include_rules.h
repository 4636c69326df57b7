// Which directory may include which, and the check that holds every #include
// against it. The rules are data (include_rules.cc); docs/design.md says why.
#ifndef TESTS_STRUCTURE_INCLUDE_RULES_H_
#define TESTS_STRUCTURE_INCLUDE_RULES_H_

#include <string>
#include <vector>

#include "tests/structure/source_tree.h"

namespace sr {

struct Include {
  int line = 0;      // From 1.
  std::string path;  // Between the quotes or brackets.
  bool angled = false;
};

// The #include lines of `content`, in order.
std::vector<Include> ParseIncludes(const std::string& content);

// Returns one line for each #include in `tree` that breaks a rule:
// "core/json/writer.cc:12: includes core/record/record.h: ..." and why.
std::vector<std::string> CheckIncludes(const SourceTree& tree);

// Returns the chain of files by which `start` reaches `forbidden_directory`,
// "a.cc -> b.h -> ...", empty if there is none. A header stands for its .cc of
// the same name too: who includes the one is linked with the other.
std::string PathInto(const SourceTree& tree, const std::string& start,
                     const std::string& forbidden_directory);

}  // namespace sr

#endif  // TESTS_STRUCTURE_INCLUDE_RULES_H_
