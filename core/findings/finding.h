// One disagreement that was found. A Status says "could not look"; a Finding
// says "they differ"; they never stand for each other.
#ifndef CORE_FINDINGS_FINDING_H_
#define CORE_FINDINGS_FINDING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sr {

enum class Severity {
  kInfo,     // Worth knowing; nothing is wrong. Never changes the exit code.
  kWarning,  // Nothing is damaged yet, but someone has to look.
  kError,    // Lost, changed or damaged.
};

// "info", "warning", "error": in reports; never rename.
absl::string_view SeverityName(Severity severity);

// All texts may hold bytes that came from a topic or a disk: makers escape
// keys and values (EscapeForTerminal), renderers escape whatever else.
struct Finding {
  std::string code;  // From codes.h.
  Severity severity = Severity::kError;
  std::string copy;  // The copy it was found in, as the user named it.
  // The first record concerned, an offset of `copy` unless the text says
  // otherwise.
  std::optional<int64_t> offset;
  std::string position;  // File and byte range, or byte of a value; may be "".
  std::string key;       // Of the record, escaped; may be "".
  std::string expected;
  std::string found;
  std::string effect;  // What a registry does with the record; may be "".
  std::string advice;  // What to do now.
};

// Returns a finding of `code` in `copy` with severity and advice from the table
// in codes.h. A code that is not in the table stops the program.
Finding MakeFinding(absl::string_view code, absl::string_view copy);

// Findings with exact counts of which only the first of each code are kept: a
// topic that is all different must not fill the memory.
class FindingList {
 public:
  static constexpr int64_t kKeptPerCode = 100;

  explicit FindingList(int64_t kept_per_code = kKeptPerCode)
      : kept_per_code_(kept_per_code) {}

  // Counts `finding`, and keeps it if fewer than the limit of its code are.
  void Add(Finding finding);

  // Counts a finding that is not worth making: WillKeep(code) is false.
  void AddUnkept(absl::string_view code, Severity severity);

  // Whether the next finding of `code` would be kept.
  bool WillKeep(absl::string_view code) const;

  // Takes over all of `other`; its counts are added.
  void Merge(const FindingList& other);

  // Those kept, in the order added.
  const std::vector<Finding>& kept() const { return kept_; }
  // Number of findings by code, kept or not; no zeroes.
  const std::map<std::string, int64_t>& counts() const { return counts_; }
  int64_t count(absl::string_view code) const;
  int64_t count(Severity severity) const;
  bool empty() const { return counts_.empty(); }

 private:
  int64_t kept_per_code_;
  std::vector<Finding> kept_;
  std::map<std::string, int64_t> kept_counts_;
  std::map<std::string, int64_t> counts_;
  std::map<Severity, int64_t> severity_counts_;
};

}  // namespace sr

#endif  // CORE_FINDINGS_FINDING_H_
