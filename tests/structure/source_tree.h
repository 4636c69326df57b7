// The sources of the project as text: read from disk, or made up by a test.
#ifndef TESTS_STRUCTURE_SOURCE_TREE_H_
#define TESTS_STRUCTURE_SOURCE_TREE_H_

#include <map>
#include <string>
#include <vector>

namespace sr {

// Path from the repository's root ("core/base/clock.h") to content.
using SourceTree = std::map<std::string, std::string>;

// Returns every file below `directories` of `root` whose name ends with one of
// `endings`. A directory that does not exist adds nothing.
SourceTree ReadSourceTree(const std::string& root,
                          const std::vector<std::string>& directories,
                          const std::vector<std::string>& endings);

// "core/base" of "core/base/clock.h".
std::string DirectoryOf(const std::string& path);

}  // namespace sr

#endif  // TESTS_STRUCTURE_SOURCE_TREE_H_
