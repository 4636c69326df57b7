#include "core/compare/record_difference.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

constexpr size_t kSnippetBytes = 200;
constexpr size_t kBytesBeforeDifference = 60;

size_t FirstDifference(absl::string_view a, absl::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const auto difference = std::mismatch(
      a.begin(), a.begin() + static_cast<ptrdiff_t>(common), b.begin());
  return static_cast<size_t>(difference.first - a.begin());
}

// `bytes` escaped, from a little before `around` on.
std::string SnippetAround(const Bytes& bytes, size_t around) {
  if (!bytes.has_value()) return "null";
  const size_t begin = std::min(
      bytes->size(),
      around > kBytesBeforeDifference ? around - kBytesBeforeDifference : 0);
  const absl::string_view shown = bytes->substr(begin, kSnippetBytes);
  return absl::StrCat(begin > 0 ? "..." : "", EscapeForTerminal(shown),
                      begin + shown.size() < bytes->size() ? "..." : "");
}

PartDifference BytesDifference(absl::string_view code, absl::string_view part,
                               const Bytes& expected, const Bytes& found) {
  PartDifference difference;
  difference.code = code;
  size_t byte = 0;
  if (expected.has_value() && found.has_value()) {
    byte = FirstDifference(*expected, *found);
    difference.position =
        absl::StrCat(part, " byte ", byte, " of ", found->size());
    if (expected->size() != found->size()) {
      absl::StrAppend(&difference.position, ", expected ", expected->size(),
                      " bytes");
    }
  } else {
    difference.position =
        absl::StrCat(part, found.has_value() ? " is not null" : " is null");
  }
  difference.expected = SnippetAround(expected, byte);
  difference.found = SnippetAround(found, byte);
  return difference;
}

std::string DescribeHeader(const std::vector<Header>& headers, size_t i) {
  if (i >= headers.size()) return absl::StrCat(headers.size(), " headers");
  return absl::StrCat(Snippet(headers[i].name), "=", Snippet(headers[i].value));
}

PartDifference HeaderDifference(const Record& expected, const Record& found) {
  const size_t common = std::min(expected.headers.size(), found.headers.size());
  size_t i = 0;
  while (i < common && expected.headers[i] == found.headers[i]) ++i;
  PartDifference difference;
  difference.code = codes::kRecordHeader;
  difference.position =
      absl::StrCat("header ", i, " of ", found.headers.size());
  difference.expected = DescribeHeader(expected.headers, i);
  difference.found = DescribeHeader(found.headers, i);
  return difference;
}

}  // namespace

std::vector<PartDifference> DifferencesOf(const Record& expected,
                                          const Record& found) {
  std::vector<PartDifference> differences;
  if (expected.key != found.key) {
    differences.push_back(
        BytesDifference(codes::kRecordKey, "key", expected.key, found.key));
  }
  if (expected.value != found.value) {
    differences.push_back(BytesDifference(codes::kRecordValue, "value",
                                          expected.value, found.value));
  }
  if (expected.headers != found.headers) {
    differences.push_back(HeaderDifference(expected, found));
  }
  if (expected.timestamp != found.timestamp ||
      expected.timestamp_type != found.timestamp_type) {
    differences.push_back(PartDifference{
        codes::kRecordTimestamp, "timestamp",
        DescribeTimestamp(expected.timestamp, expected.timestamp_type),
        DescribeTimestamp(found.timestamp, found.timestamp_type)});
  }
  return differences;
}

std::string Snippet(const Bytes& bytes) { return SnippetAround(bytes, 0); }

std::string DescribeRecord(const Record& record) {
  return absl::StrCat(
      "key ", Snippet(record.key), ", value ", Snippet(record.value),
      record.value.has_value()
          ? absl::StrCat(" (", record.value->size(), " bytes)")
          : "",
      ", timestamp ",
      DescribeTimestamp(record.timestamp, record.timestamp_type));
}

std::string DescribeTimestamp(int64_t timestamp, TimestampType type) {
  return absl::StrCat(
      timestamp,
      type == TimestampType::kCreateTime ? " CreateTime" : " LogAppendTime",
      timestamp < 0 ? "" : absl::StrCat(" (", TimestampText(timestamp), ")"));
}

}  // namespace sr
