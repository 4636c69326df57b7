#include "core/logdir/log_files.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr size_t kBaseOffsetDigits = 20;

// The base offset of "00000000000000000042.log" and what follows its digits,
// ".log"; nullopt for a name of another form.
struct NameParts {
  int64_t base_offset = 0;
  absl::string_view suffix;
};

std::optional<NameParts> SplitName(absl::string_view name) {
  if (name.size() <= kBaseOffsetDigits || name[kBaseOffsetDigits] != '.') {
    return std::nullopt;
  }
  const absl::string_view digits = name.substr(0, kBaseOffsetDigits);
  NameParts parts;
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &parts.base_offset)) {
    return std::nullopt;
  }
  parts.suffix = name.substr(kBaseOffsetDigits);
  return parts;
}

bool IsCleaned(absl::string_view suffix) {
  return suffix.size() > 8 && suffix.substr(suffix.size() - 8) == ".cleaned";
}

// Segments by what their suffix says of them.
struct Found {
  std::vector<LogFile> plain;
  std::vector<LogFile> swapped;
  std::vector<std::string> deleted;
  std::vector<std::string> cleaned;
  std::vector<LogFile> indexes;  // .index and .timeindex.
  int64_t smallest_cleaned = std::numeric_limits<int64_t>::max();
};

Found Sort(const std::vector<std::string>& names) {
  Found found;
  for (const std::string& name : names) {
    const std::optional<NameParts> parts = SplitName(name);
    if (!parts.has_value()) continue;
    const LogFile file = {name, parts->base_offset};
    if (IsCleaned(parts->suffix)) {
      found.smallest_cleaned = std::min(found.smallest_cleaned, file.base_offset);
      if (parts->suffix == ".log.cleaned") found.cleaned.push_back(name);
    } else if (parts->suffix == ".log") {
      found.plain.push_back(file);
    } else if (parts->suffix == ".log.swap") {
      found.swapped.push_back(file);
    } else if (parts->suffix == ".log.deleted") {
      found.deleted.push_back(name);
    } else if (parts->suffix == ".index" || parts->suffix == ".timeindex") {
      found.indexes.push_back(file);
    }
  }
  return found;
}

// The offsets of which the .swap files have the newest form.
struct Replaced {
  int64_t from = std::numeric_limits<int64_t>::max();
  int64_t to = std::numeric_limits<int64_t>::min();

  bool Covers(int64_t base_offset) const {
    return base_offset >= from && base_offset < to;
  }
};

// An index whose segment is nowhere: not renamed, not compacted into another.
std::vector<LogFile> MissingSegments(const Found& found,
                                     const std::set<int64_t>& known,
                                     const Replaced& replaced) {
  std::vector<LogFile> missing;
  for (const LogFile& index : found.indexes) {
    if (known.count(index.base_offset) != 0) continue;
    if (replaced.Covers(index.base_offset)) continue;
    const std::string name =
        absl::StrCat(index.name.substr(0, kBaseOffsetDigits), ".log");
    if (!missing.empty() && missing.back().name == name) continue;
    missing.push_back({name, index.base_offset});
  }
  return missing;
}

}  // namespace

absl::StatusOr<LogFiles> ChooseLogFiles(
    const std::vector<std::string>& names,
    absl::FunctionRef<absl::StatusOr<int64_t>(const LogFile&)> next_offset_of) {
  const Found found = Sort(names);
  LogFiles files;
  std::set<int64_t> known;
  for (const std::string& name : found.deleted) {
    known.insert(SplitName(name)->base_offset);
    files.left_out.push_back(absl::StrCat(name, ": the broker was deleting it"));
  }
  for (const std::string& name : found.cleaned) {
    known.insert(SplitName(name)->base_offset);
    files.left_out.push_back(
        absl::StrCat(name, ": a compaction that did not come to its end"));
  }

  Replaced replaced;
  for (const LogFile& file : found.swapped) {
    known.insert(file.base_offset);
    if (file.base_offset >= found.smallest_cleaned) {
      files.left_out.push_back(absl::StrCat(
          file.name, ": of a compaction that did not come to its end"));
      continue;
    }
    ASSIGN_OR_RETURN(const int64_t next_offset, next_offset_of(file));
    replaced.from = std::min(replaced.from, file.base_offset);
    // Without a record in it, it still replaces the one of its own name.
    replaced.to = std::max({replaced.to, next_offset, file.base_offset + 1});
    files.segments.push_back(file);
  }
  for (const LogFile& file : found.plain) {
    known.insert(file.base_offset);
    if (replaced.Covers(file.base_offset)) {
      files.left_out.push_back(
          absl::StrCat(file.name, ": replaced by a compacted segment (.swap)"));
      continue;
    }
    files.segments.push_back(file);
  }
  std::sort(files.segments.begin(), files.segments.end(),
            [](const LogFile& a, const LogFile& b) {
              return a.base_offset < b.base_offset;
            });
  files.missing = MissingSegments(found, known, replaced);
  return files;
}

}  // namespace sr
