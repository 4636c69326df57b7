#include "core/foreign/karapace_v3.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/foreign/avro_fields.h"

namespace sr {
namespace {

constexpr size_t kLengthBytes = 4;
constexpr size_t kChecksumBytes = 8;
// "xxhash3_64_be", which is XXH64 in spite of its name.
constexpr int64_t kKnownAlgorithm = 1;

uint32_t BigEndian32(absl::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    number = number << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return number;
}

std::string BigEndian64(uint64_t number) {
  std::string bytes(kChecksumBytes, '\0');
  for (size_t i = kChecksumBytes; i-- > 0; number >>= 8) {
    bytes[i] = static_cast<char>(number & 0xFF);
  }
  return bytes;
}

KarapaceDataFile ReadDataFile(AvroFields* fields,
                                        int64_t* partition) {
  KarapaceDataFile file;
  file.name = std::string(fields->Bytes());
  *partition = fields->Long();
  file.checksum = std::string(fields->Bytes());
  file.record_count = fields->Long();
  file.start_offset = fields->Long();
  file.end_offset = fields->Long();
  return file;
}

// Why `file` cannot be; "" if it can.
std::string Contradiction(const KarapaceDataFile& file,
                          int64_t partition) {
  // A name in the backup leads to no other directory.
  if (file.name.empty() || absl::StrContains(file.name, '/') ||
      absl::StrContains(file.name, '\0') || file.name == "..") {
    return "the name of the data file is none";
  }
  if (partition != 0) return "the data file is not that of partition 0";
  if (file.checksum.size() != kChecksumBytes) {
    return "the checksum of the data file has not 8 bytes";
  }
  if (file.start_offset < 0 || file.end_offset < file.start_offset ||
      file.record_count < 1 ||
      file.record_count > file.end_offset - file.start_offset + 1) {
    return "the data file has more records than offsets";
  }
  return "";
}

// One data file, record after record.
class DataReader {
 public:
  DataReader(const KarapaceDataFile& file, absl::string_view data)
      : file_(file), data_(data) {}

  absl::Status Read(ForeignCopy* copy) {
    while (at_ < data_.size()) RETURN_IF_ERROR(ReadRecord(copy));
    const auto& records = copy->records;
    if (static_cast<int64_t>(records.size()) != file_.record_count) {
      return Damaged(absl::StrCat("it has ", records.size(), " records, not ",
                                  file_.record_count));
    }
    if (records.front().offset != file_.start_offset ||
        records.back().offset != file_.end_offset) {
      return Damaged("its first or last offset is not that of the metadata");
    }
    if (BigEndian64(Xxh64(data_)) != file_.checksum) {
      return Damaged("its digest is not that of the metadata");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Damaged(absl::string_view why) const {
    return absl::DataLossError(absl::StrCat(EscapeForTerminal(file_.name),
                                            ", byte ", at_, ": ", why));
  }

  absl::Status ReadRecord(ForeignCopy* copy) {
    if (data_.size() - at_ < kLengthBytes) return Damaged("cut in a length");
    const size_t size = BigEndian32(data_.substr(at_));
    if (size > data_.size() - at_ - kLengthBytes) {
      return Damaged("cut in a record, or not its length");
    }
    AvroFields fields(data_.substr(at_ + kLengthBytes, size));
    ForeignRecord record;
    if (const auto key = fields.OptionalBytes()) record.key.emplace(*key);
    if (const auto value = fields.OptionalBytes()) {
      record.value.emplace(*value);
    }
    fields.Items([&] {
      std::string name(fields.Bytes());
      record.headers.emplace_back(std::move(name), std::string(fields.Bytes()));
    });
    record.offset = fields.Long();
    record.timestamp = fields.Long();
    const std::optional<absl::string_view> checkpoint = fields.OptionalBytes();
    if (!fields.AtEnd()) return Damaged("no record");
    if (record.timestamp < 0) return Damaged("a time before 1970");
    if (record.offset < 0 || (!copy->records.empty() &&
                              record.offset <= copy->records.back().offset)) {
      return Damaged("an offset that does not rise");
    }
    if (checkpoint.has_value() &&
        *checkpoint != BigEndian64(Xxh64(data_.substr(0, at_)))) {
      return Damaged("what comes before it has another digest");
    }
    at_ += kLengthBytes + size;
    copy->records.push_back(std::move(record));
    return absl::OkStatus();
  }

  const KarapaceDataFile& file_;
  const absl::string_view data_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<KarapaceMetadata> ParseKarapaceMetadata(
    absl::string_view bytes) {
  const auto damaged = [](absl::string_view why) {
    return absl::DataLossError(absl::StrCat("the metadata: ", why));
  };
  if (!absl::StartsWith(bytes, kKarapaceV3Marker)) {
    return damaged("it does not begin with /V3");
  }
  bytes.remove_prefix(kKarapaceV3Marker.size());
  if (bytes.size() < kLengthBytes) return damaged("cut in its length");
  const size_t size = BigEndian32(bytes);
  bytes.remove_prefix(kLengthBytes);
  if (size > bytes.size()) return damaged("cut, or not its length");
  KarapaceMetadata metadata;
  metadata.has_trailing = size < bytes.size();

  AvroFields fields(bytes.substr(0, size));
  const int64_t version = fields.Long();
  const absl::string_view tool = fields.Bytes();
  metadata.tool_version = std::string(fields.Bytes());
  const int64_t started_at = fields.Long();
  const int64_t finished_at = fields.Long();
  metadata.record_count = fields.Long();
  metadata.topic = std::string(fields.Bytes());
  (void)fields.OptionalBytes();  // The topic's id, which no version writes.
  const int64_t partitions = fields.Long();
  (void)fields.Long();  // The replication factor that somebody typed.
  fields.Items([&] {
    std::string name(fields.Bytes());
    metadata.topic_config[std::move(name)] = std::string(fields.Bytes());
  });
  std::string contradiction;
  int files = 0;
  fields.Items([&] {
    int64_t partition = 0;
    metadata.data_file = ReadDataFile(&fields, &partition);
    if (fields.ok()) {
      contradiction = Contradiction(*metadata.data_file, partition);
    }
    ++files;
  });
  const int64_t algorithm = fields.Long();
  if (!fields.AtEnd()) return damaged("it is not of its form");
  if (version != 3 || tool != "karapace" || partitions != 1 || files > 1 ||
      metadata.topic.empty() || finished_at < started_at) {
    return damaged("it is not of format 3, of Karapace, or of one partition");
  }
  if (!contradiction.empty()) return damaged(contradiction);
  if (metadata.record_count !=
      (files == 0 ? 0 : metadata.data_file->record_count)) {
    return damaged("it counts other records than its data file");
  }
  if (algorithm != kKnownAlgorithm) {
    return WithHint(
        absl::FailedPreconditionError(
            "its checksums are of an algorithm that is not known, and nothing "
            "can be verified"),
        "restore it with the Karapace that wrote it, and mirror that topic");
  }
  return metadata;
}

absl::StatusOr<ForeignCopy> ParseKarapaceV3(const KarapaceMetadata& metadata,
                                            absl::string_view data) {
  ForeignCopy copy;
  copy.topic = metadata.topic;
  copy.topic_config = metadata.topic_config;
  if (metadata.data_file.has_value()) {
    RETURN_IF_ERROR(DataReader(*metadata.data_file, data).Read(&copy));
  }
  copy.lost = {
      "the type of times, whether the producer's or the broker's",
      "the metadata has no checksum: damage to the topic's configuration in it "
      "cannot be found"};
  if (absl::StartsWith(metadata.tool_version, "5.1.") ||
      absl::StartsWith(metadata.tool_version, "5.2.")) {
    copy.lost.push_back(absl::StrCat(
        "whether a key or value was null: Karapace ", metadata.tool_version,
        " wrote empty ones for both, so that tombstones delete nothing"));
  }
  if (metadata.has_trailing) {
    copy.lost.push_back("bytes follow the metadata; Karapace ignores them");
  }
  return copy;
}

}  // namespace sr
