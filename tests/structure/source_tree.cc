#include "tests/structure/source_tree.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace sr {
namespace {

bool EndsWithOneOf(const std::string& path,
                   const std::vector<std::string>& endings) {
  for (const std::string& ending : endings) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace

SourceTree ReadSourceTree(const std::string& root,
                          const std::vector<std::string>& directories,
                          const std::vector<std::string>& endings) {
  namespace fs = std::filesystem;
  SourceTree tree;
  for (const std::string& directory : directories) {
    const fs::path start = fs::path(root) / directory;
    if (!fs::exists(start)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(
             start, fs::directory_options::follow_directory_symlink)) {
      const std::string path =
          entry.path().lexically_relative(root).generic_string();
      if (!entry.is_regular_file() || !EndsWithOneOf(path, endings)) continue;
      tree[path] = ReadFile(entry.path());
    }
  }
  return tree;
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace sr
