#include "core/location/suggestion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/location/location_parts.h"

namespace sr {
namespace {

constexpr std::array<absl::string_view, 8> kSchemes = {
    "kafka", "archive", "logdir", "http", "https", "git", "karapace", "dump"};

bool HasSlashes(absl::string_view scheme) {
  return scheme == "kafka" || scheme == "http" || scheme == "https";
}

// "host:9092" or "host:9092/topic", also with several hosts.
bool LooksLikeBroker(absl::string_view text) {
  const absl::string_view servers = text.substr(0, text.find('/'));
  for (const absl::string_view server : absl::StrSplit(servers, ',')) {
    const HostPort host_port = SplitHostPort(server);
    if (!IsHost(host_port.host) || !IsPort(host_port.port)) return false;
  }
  return true;
}

// The known scheme nearest to `word`; empty if even that is too far.
absl::string_view NearestScheme(absl::string_view word) {
  absl::string_view nearest;
  int nearest_distance = 3;
  for (const absl::string_view scheme : kSchemes) {
    const int distance = EditDistance(absl::AsciiStrToLower(word), scheme);
    // Of a short word two letters are too much to have been a slip.
    const int allowed = scheme.size() <= 4 ? 1 : 2;
    if (distance <= allowed && distance < nearest_distance) {
      nearest = scheme;
      nearest_distance = distance;
    }
  }
  return nearest;
}

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b) {
  // Optimal string alignment: rows[i][j] for the first i and j letters.
  std::vector<std::vector<int>> rows(a.size() + 1,
                                     std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) rows[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

std::string SuggestLocation(absl::string_view text) {
  if (text.empty()) return "";
  if (text[0] == '/' || text[0] == '.' || text[0] == '~') {
    return absl::StrCat("archive:", text);
  }
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return absl::StrCat("archive:", text);
  // Before the schemes: a broker's host is often named "kafka".
  if (LooksLikeBroker(text)) {
    const bool has_topic = absl::StrContains(text, '/');
    return absl::StrCat("kafka://", text, has_topic ? "" : "/_schemas");
  }
  // A long word is no misspelt scheme, and the distance is quadratic.
  const absl::string_view word = text.substr(0, std::min<size_t>(colon, 20));
  const absl::string_view scheme = NearestScheme(word);
  if (!scheme.empty()) {
    absl::string_view rest = text.substr(colon + 1);
    if (!HasSlashes(scheme)) return absl::StrCat(scheme, ":", rest);
    while (absl::ConsumePrefix(&rest, "/")) {
    }
    return absl::StrCat(scheme, "://", rest);
  }
  return "";
}

}  // namespace sr
