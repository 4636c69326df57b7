#include "core/foreign/karapace_text.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json_scanner.h"

namespace sr {
namespace {

constexpr char kNoOffsets[] =
    "offsets, times and headers: the backup has none; offsets count its records";

// `json` without white space outside of strings.
std::string Compact(absl::string_view json) {
  std::string compact;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && absl::ascii_isspace(static_cast<unsigned char>(c))) {
      continue;
    }
    compact.push_back(c);
    if (in_string && c == '\\' && i + 1 < json.size()) {
      compact.push_back(json[++i]);
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return compact;
}

// Null: none. InvalidArgument for what is neither object, string nor null.
absl::StatusOr<std::optional<std::string>> PartOf(const JsonSpan& span) {
  if (span.is_null()) return std::optional<std::string>();
  if (span.is_string()) return std::optional<std::string>(Unescaped(span));
  if (span.is_object()) return std::optional<std::string>(Compact(span.text));
  return absl::InvalidArgumentError("neither an object, a string nor null");
}

absl::Status Malformed(size_t n, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("record ", n, ": ", why));
}

absl::StatusOr<ForeignRecord> RecordOfPair(const JsonSpan& pair, size_t n) {
  if (pair.kind != JsonKind::kArray) return Malformed(n, "no array");
  ForeignRecord record;
  record.offset = static_cast<int64_t>(n);
  size_t parts = 0;
  for (JsonElements elements(pair); elements.Next(); ++parts) {
    auto part = PartOf(elements.value());
    if (!part.ok()) return Malformed(n, part.status().message());
    if (parts == 0) record.key = *std::move(part);
    if (parts == 1) record.value = *std::move(part);
  }
  if (parts != 2) return Malformed(n, "not two parts");
  return record;
}

// nullopt: not of that form.
std::optional<std::optional<std::string>> PartOfHex(absl::string_view hex) {
  if (hex == "null") return std::optional<std::string>();
  for (const char c : hex) {
    // FromHex takes either case; the writer has one.
    if (absl::ascii_islower(static_cast<unsigned char>(c))) return std::nullopt;
  }
  absl::StatusOr<std::string> bytes = FromHex(hex);
  if (!bytes.ok()) return std::nullopt;
  return std::optional<std::string>(*std::move(bytes));
}

}  // namespace

absl::StatusOr<ForeignCopy> ParseKarapaceV1(absl::string_view text) {
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  if (!scan.ok()) return absl::DataLossError(scan.status().message());
  if (scan->value.kind != JsonKind::kArray) {
    return absl::DataLossError("not a JSON array of [key, value]");
  }
  if (scan->has_trailing) {
    return absl::DataLossError("something follows the JSON array");
  }
  ForeignCopy copy;
  for (JsonElements pairs(scan->value); pairs.Next();) {
    ASSIGN_OR_RETURN(ForeignRecord record,
                     RecordOfPair(pairs.value(), copy.records.size()));
    copy.records.push_back(std::move(record));
  }
  copy.lost = {
      kNoOffsets,
      "whether a value was null or empty: null stands for both",
      "the bytes of keys and values: they are written anew as compact JSON",
      "this form has no checksum: damage that leaves it JSON cannot be found"};
  return copy;
}

absl::StatusOr<ForeignCopy> ParseKarapaceV2(absl::string_view text) {
  text.remove_prefix(kKarapaceV2Marker.size());
  ForeignCopy copy;
  size_t number = 1;
  while (!text.empty()) {
    ++number;
    const auto malformed = [number](absl::string_view why) {
      return absl::DataLossError(absl::StrCat("line ", number, ": ", why));
    };
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return malformed("it has no end");
    const absl::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const size_t tab = line.find('\t');
    if (tab == absl::string_view::npos) return malformed("no tab");
    auto key = PartOfHex(line.substr(0, tab));
    auto value = PartOfHex(line.substr(tab + 1));
    if (!key.has_value() || !value.has_value()) {
      return malformed("neither upper-case hex nor null");
    }
    ForeignRecord record;
    record.offset = static_cast<int64_t>(copy.records.size());
    record.key = *std::move(key);
    record.value = *std::move(value);
    copy.records.push_back(std::move(record));
  }
  copy.lost = {kNoOffsets,
               "this form has no checksum: damage that leaves it hex cannot be "
               "found"};
  return copy;
}

}  // namespace sr
