// Backups and dumps that others made. The first byte chooses the form.
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/check.h"
#include "core/foreign/karapace_text.h"
#include "core/foreign/karapace_v3.h"
#include "core/foreign/text_dump.h"

namespace sr {
namespace {

void CheckCopy(const absl::StatusOr<ForeignCopy>& copy) {
  if (!copy.ok()) {
    SR_CHECK(absl::IsDataLoss(copy.status()));
    SR_CHECK(!copy.status().message().empty());
    return;
  }
  int64_t before = -1;
  for (const ForeignRecord& record : copy->records) {
    SR_CHECK(record.offset > before);
    before = record.offset;
  }
}

// With the digest that a writer would have given it: what is behind that is reached.
void CheckV3(absl::string_view bytes) {
  (void)ParseKarapaceMetadata(bytes);
  KarapaceMetadata metadata;
  metadata.topic = "t";
  metadata.data_file.emplace();
  metadata.data_file->name = "t:0.data";
  metadata.data_file->checksum = std::string(8, '\0');
  metadata.data_file->record_count = 1;
  CheckCopy(ParseKarapaceV3(metadata, bytes));
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  const absl::string_view rest = text.substr(1);
  switch (text.front()) {
    case '1':
      sr::CheckCopy(sr::ParseKarapaceV1(rest));
      break;
    case '2':
      sr::CheckCopy(sr::ParseKarapaceV2(std::string(sr::kKarapaceV2Marker) +
                                        std::string(rest)));
      break;
    case '3':
      sr::CheckV3(rest);
      break;
    default:
      sr::CheckCopy(sr::ParseTextDump(rest));
  }
  return 0;
}
