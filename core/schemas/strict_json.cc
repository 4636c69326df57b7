#include "core/schemas/strict_json.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"

namespace sr {
namespace {

// The four hexadecimal digits at `at`, which are there.
uint32_t HexAt(absl::string_view text, size_t at) {
  uint32_t value = 0;
  (void)absl::SimpleHexAtoi(text.substr(at, 4), &value);
  return value;
}

bool IsLow(uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Of valid JSON, where a backslash is within a string.
bool HasLoneSurrogate(absl::string_view json) {
  for (size_t at = json.find('\\'); at != absl::string_view::npos;
       at = json.find('\\', at)) {
    if (json[at + 1] != 'u') {
      at += 2;
      continue;
    }
    const uint32_t unit = HexAt(json, at + 2);
    at += 6;
    if (IsLow(unit)) return true;
    if (unit < 0xD800 || unit > 0xDBFF) continue;
    if (json.substr(at, 2) != "\\u" || !IsLow(HexAt(json, at + 2))) return true;
    at += 6;
  }
  return false;
}

}  // namespace

std::optional<JsonSpan> StrictJson(absl::string_view text) {
  const absl::StatusOr<JsonScan> scan = ScanJson(text);
  if (!scan.ok() || scan->has_bom || scan->has_trailing ||
      HasLoneSurrogate(text)) {
    return std::nullopt;
  }
  return scan->value;
}

int JsonDepth(absl::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

LastMembers::LastMembers(const JsonSpan& object) {
  for (JsonMembers members(object); members.Next();) {
    std::string name = Unescaped(members.name());
    const auto [place, is_new] = by_name_.try_emplace(name, members_.size());
    if (is_new) {
      members_.push_back({std::move(name), members.value()});
    } else {
      members_[place->second].value = members.value();
    }
  }
}

const JsonSpan* LastMembers::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() ? &members_[found->second].value : nullptr;
}

std::optional<JsonNumber> NumberOf(const JsonSpan& value) {
  if (value.kind != JsonKind::kNumber) return std::nullopt;
  JsonNumber number;
  int64_t integer = 0;
  if (value.text.find_first_of(".eE") == absl::string_view::npos &&
      absl::SimpleAtoi(value.text, &integer)) {
    number.integer = integer;
  }
  return number;
}

}  // namespace sr
