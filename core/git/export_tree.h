// What export keeps of a history in a directory: its records as files, and a summary
// of them all, by which one that is missing is noticed.
#ifndef CORE_GIT_EXPORT_TREE_H_
#define CORE_GIT_EXPORT_TREE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/digests.h"
#include "core/base/file_system.h"
#include "core/git/record_files.h"

namespace sr {

inline constexpr char kSummaryPath[] = "export.json";

struct ExportSummary {
  std::string source;  // Which history it is, for people; escaped.
  // Of the topic, of the last record that changed a file; nullopt: of no topic.
  std::optional<int64_t> last_offset;
  int64_t records = 0;
  Digest128 digest;  // Of the records, in whatever order: see AddToDigest.
};

// "export.json". The same summary gives the same text.
std::string EncodeSummary(const ExportSummary& summary);

// Adds the sidecar `record` at `path` to a digest, or takes it out again.
void AddToDigest(const std::string& path, const std::string& record,
                 Digest128* digest);

struct ExportTree {
  ExportSummary summary;
  // By path of their sidecars.
  std::map<std::string, KeptRecord> records;
};

// Reads what export has written into `directory`, and holds it against the summary.
// What stands beside export's own directories is not looked at. NotFound: there is no
// summary; DataLoss, with the file: it is not as it was written, or a record is missing
// or too many; ResourceExhausted: more than 512 MiB. Source of the layout:
// record_files.h. No thing of git is read.
absl::StatusOr<ExportTree> ReadExportTree(FileSystem* file_system,
                                          const std::string& directory);

}  // namespace sr

#endif  // CORE_GIT_EXPORT_TREE_H_
