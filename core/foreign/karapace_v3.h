// Backups of Karapace in format V3: a file of metadata, and one of records with
// checksums.
#ifndef CORE_FOREIGN_KARAPACE_V3_H_
#define CORE_FOREIGN_KARAPACE_V3_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/foreign/foreign_copy.h"

namespace sr {

inline constexpr absl::string_view kKarapaceV3Marker = "/V3\n";

// What the metadata says of the data file.
struct KarapaceDataFile {
  std::string name;      // Of a file beside the metadata.
  std::string checksum;  // 8 bytes.
  int64_t record_count = 0;
  int64_t start_offset = 0;  // Of the first record, and of the last.
  int64_t end_offset = 0;
};

struct KarapaceMetadata {
  std::string tool_version;
  std::string topic;
  std::map<std::string, std::string> topic_config;
  int64_t record_count = 0;

  std::optional<KarapaceDataFile> data_file;  // nullopt: the topic was empty.
  bool has_trailing = false;  // Bytes behind it, which Karapace ignores.
};

// Reads the metadata, marker first. DataLoss: it is not of that form, or contradicts
// itself; FailedPrecondition: its checksums are of an algorithm that is not known.
// Source: study/peers.md §6.3 (karapace/backup/backends/v3/schema.py). Any thread.
absl::StatusOr<KarapaceMetadata> ParseKarapaceMetadata(absl::string_view bytes);

// Reads the data file of `metadata` and checks all that can be: the digest of the
// whole, the digests on the way, the number of records, their offsets. DataLoss, with
// the byte: something does not agree. Source: study/peers.md §6.4. Any thread.
absl::StatusOr<ForeignCopy> ParseKarapaceV3(const KarapaceMetadata& metadata,
                                            absl::string_view data);

}  // namespace sr

#endif  // CORE_FOREIGN_KARAPACE_V3_H_
