#include "core/findings/report_text.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

// Keys, `expected` and `found` come escaped already. Should something have been
// forgotten it is escaped here, but backslashes are not doubled once more.
std::string EscapeOnce(absl::string_view text) {
  return absl::StrReplaceAll(EscapeForTerminal(text), {{"\\\\", "\\"}});
}

using Rows = std::vector<std::vector<std::string>>;

// Appends `rows` indented, all but the last column padded to the same width.
void AppendTable(const Rows& rows, size_t indent, std::string* out) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, row[i]);
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(out, line, "\n");
  }
}

std::string Status(Outcome outcome, absl::string_view reason) {
  return reason.empty() ? std::string(OutcomeName(outcome))
                        : absl::StrCat(OutcomeName(outcome), ": ",
                                       EscapeForTerminal(reason));
}

void AppendCopies(const Report& report, std::string* out) {
  if (report.copies.empty()) return;
  out->append("copies\n");
  Rows rows;
  for (const CopyResult& copy : report.copies) {
    // "run" is a word for levels.
    rows.push_back({EscapeForTerminal(copy.location),
                    absl::StrCat(WithThousands(copy.records), " records"),
                    copy.outcome == Outcome::kRun && copy.reason.empty()
                        ? "read"
                        : Status(copy.outcome, copy.reason)});
  }
  AppendTable(rows, 2, out);
}

void AppendLevels(const Report& report, std::string* out) {
  if (report.levels.empty()) return;
  out->append("levels\n");
  Rows rows;
  for (const LevelResult& level : report.levels) {
    rows.push_back({EscapeForTerminal(level.name),
                    absl::StrCat(WithThousands(level.items), " items"),
                    Status(level.outcome, level.reason)});
  }
  AppendTable(rows, 2, out);
}

void AppendFinding(const Finding& finding, std::string* out) {
  absl::StrAppend(out, "  ", EscapeForTerminal(finding.copy));
  if (finding.offset.has_value()) {
    absl::StrAppend(out, ", offset ", *finding.offset);
  }
  if (!finding.position.empty()) {
    absl::StrAppend(out, ", ", EscapeForTerminal(finding.position));
  }
  out->append("\n");
  Rows rows;
  const auto add = [&](absl::string_view name, const std::string& text) {
    if (!text.empty()) rows.push_back({std::string(name), EscapeOnce(text)});
  };
  add("key", finding.key);
  add("expected", finding.expected);
  add("found", finding.found);
  add("effect", finding.effect);
  AppendTable(rows, 4, out);
}

// The first `shown_max` findings of `code`, which has `count` of them in the whole
// run.
void AppendGroup(const Report& report, const std::string& code, int64_t count,
                 int64_t shown_max, std::string* out) {
  int64_t shown = 0;
  std::set<std::string> advice;
  for (const Finding& finding : report.findings.kept()) {
    if (finding.code != code) continue;
    if (shown == 0) {
      const CodeInfo* const info = FindCode(code);
      absl::StrAppend(out, SeverityName(finding.severity), " ",
                      EscapeForTerminal(code), ": ", WithThousands(count),
                      info == nullptr ? "" : absl::StrCat(", ", info->meaning),
                      "\n");
    }
    if (shown == shown_max) break;
    AppendFinding(finding, out);
    if (!finding.advice.empty()) advice.insert(finding.advice);
    ++shown;
  }
  if (shown < count && shown > 0) {
    absl::StrAppend(out, "  and ", WithThousands(count - shown),
                    " more: --all shows them\n");
  }
  for (const std::string& text : advice) {
    absl::StrAppend(out, "  advice: ", EscapeForTerminal(text), "\n");
  }
}

// How many of each code, the gravest first; nothing for a single code, whose group
// says it.
void AppendTotals(const Report& report, std::string* out) {
  if (report.findings.counts().size() < 2) return;
  std::vector<std::pair<std::string, int64_t>> totals(
      report.findings.counts().begin(), report.findings.counts().end());
  std::stable_sort(totals.begin(), totals.end(),
                   [](const auto& a, const auto& b) {
                     return FindCode(a.first)->severity >
                            FindCode(b.first)->severity;
                   });
  out->append("findings\n");
  Rows rows;
  for (const auto& [code, count] : totals) {
    const CodeInfo* const info = FindCode(code);
    rows.push_back({std::string(SeverityName(info->severity)),
                    EscapeForTerminal(code), WithThousands(count),
                    std::string(info->meaning)});
  }
  AppendTable(rows, 2, out);
}

void AppendFindings(const Report& report, int64_t shown_per_code,
                    std::string* out) {
  // In the order in which each code first appeared.
  std::vector<std::string> seen;
  for (const Finding& finding : report.findings.kept()) {
    if (std::find(seen.begin(), seen.end(), finding.code) == seen.end()) {
      seen.push_back(finding.code);
    }
  }
  for (const std::string& code : seen) {
    AppendGroup(report, code, report.findings.count(code), shown_per_code, out);
  }
}

void AppendOutlooks(const Report& report, std::string* out) {
  for (const Outlook& outlook : report.outlooks) {
    absl::StrAppend(out, EscapeForTerminal(outlook.copy), ": ",
                    EscapeForTerminal(outlook.text), "\n");
  }
}

void AppendExceptions(const Report& report, std::string* out) {
  if (report.exceptions.empty()) return;
  out->append("exceptions, which are no differences\n");
  Rows rows;
  for (const auto& [name, count] : report.exceptions) {
    const ExceptionInfo* const info = FindException(name);
    rows.push_back(
        {EscapeForTerminal(name), WithThousands(count),
         info == nullptr ? std::string() : std::string(info->meaning)});
  }
  AppendTable(rows, 2, out);
}

}  // namespace

std::string RenderText(const Report& report, int64_t shown_per_code) {
  std::string out =
      EscapeForTerminal(
          absl::StrCat(report.tool, " ", report.version, " ", report.command)) +
      "\n";
  AppendCopies(report, &out);
  AppendLevels(report, &out);
  AppendTotals(report, &out);
  AppendFindings(report, shown_per_code, &out);
  AppendExceptions(report, &out);
  AppendOutlooks(report, &out);
  absl::StrAppend(&out, Verdict(report), "\n");
  return out;
}

}  // namespace sr
