#include "core/git/subject_path.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "core/base/digests.h"

namespace sr {
namespace {

constexpr size_t kNameBytesMax = 200;
constexpr size_t kPrefixBytes = 100;

// Devices of Windows, with any extension.
constexpr absl::string_view kDevices[] = {"con", "prn", "aux", "nul"};

bool IsDevice(absl::string_view text) {
  const std::string stem =
      absl::AsciiStrToLower(text.substr(0, text.find('.')));
  if (std::find(std::begin(kDevices), std::end(kDevices), stem) !=
      std::end(kDevices)) {
    return true;
  }
  absl::string_view port = stem;
  return (absl::ConsumePrefix(&port, "com") ||
          absl::ConsumePrefix(&port, "lpt")) &&
         port.size() == 1 && absl::ascii_isdigit(static_cast<unsigned char>(port[0]));
}

std::string Escaped(char c) {
  return absl::StrFormat("%%%02x", static_cast<uint8_t>(c));
}

void Append(char c, std::string* name) {
  const auto byte = static_cast<unsigned char>(c);
  if (absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-' ||
      c == '.') {
    name->push_back(c);
  } else if (absl::ascii_isupper(byte)) {
    absl::StrAppend(name, "_", std::string(1, absl::ascii_tolower(byte)));
  } else if (c == '_') {
    name->append("__");
  } else {
    name->append(Escaped(c));
  }
}

}  // namespace

std::string PathNameOf(absl::string_view text) {
  if (text.empty()) return "%";
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_first = i == 0 && (text[0] == '.' || IsDevice(text));
    const bool is_last_dot = i + 1 == text.size() && text[i] == '.';
    if (is_first || is_last_dot) {
      name.append(Escaped(text[i]));
    } else {
      Append(text[i], &name);
    }
  }
  if (name.size() <= kNameBytesMax) return name;
  return absl::StrCat(name.substr(0, kPrefixBytes), "%-", Sha256Hex(text));
}

}  // namespace sr
