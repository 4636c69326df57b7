// Runs a fuzz target over its saved corpus and over each file's near
// neighbours, with any compiler and without libFuzzer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"

// SR_FUZZ_CORPUS is the directory of the corpus, from the repository's root.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace sr {
namespace {

// Changes in longer files are left to libFuzzer.
constexpr size_t kNeighboursOfBytesMax = 2048;

void RunTarget(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
}

std::vector<std::filesystem::path> CorpusFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(SR_FUZZ_CORPUS)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A target stops the program when one of its properties does not hold; the
// file that was being run is then the last one traced.
TEST(Corpus, EveryFileAndItsNeighboursAreTakenOrRefused) {
  const std::vector<std::filesystem::path> files = CorpusFiles();
  ASSERT_FALSE(files.empty()) << SR_FUZZ_CORPUS;
  RunTarget("");
  for (const std::filesystem::path& path : files) {
    const std::string bytes = Content(path);
    std::fprintf(stderr, "%s\n", path.c_str());
    RunTarget(bytes);
    if (bytes.size() > kNeighboursOfBytesMax) continue;
    for (size_t at = 0; at < bytes.size(); ++at) {
      RunTarget(bytes.substr(0, at));
      for (const int change : {0x01, 0x80, 0xff}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ change);
        RunTarget(changed);
      }
    }
  }
}

}  // namespace
}  // namespace sr
