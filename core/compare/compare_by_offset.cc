#include "core/compare/compare_by_offset.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/compare/record_difference.h"
#include "core/compare/snapshot_reader.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

// Records that are reported by their number: below a start or above an end.
struct Stretch {
  int64_t records = 0;
  int64_t first_offset = 0;
  int64_t last_offset = 0;

  void Add(int64_t offset) {
    if (records == 0) first_offset = offset;
    last_offset = offset;
    ++records;
  }
  std::string Text() const {
    return absl::StrCat(
        WithThousands(records),
        records == 1 ? " record, offset " : " records, offsets ", first_offset,
        records == 1 ? "" : absl::StrCat(" to ", last_offset));
  }
};

class OffsetComparison {
 public:
  OffsetComparison(const ComparedCopy& reference, const ComparedCopy& other,
                   const CompareSettings& settings)
      : reference_(reference, settings),
        other_(other, settings),
        settings_(settings) {
    result_.findings = FindingList(settings.findings_kept_per_code);
  }

  absl::StatusOr<CompareResult> Run() {
    RETURN_IF_ERROR(reference_.reader.Start());
    RETURN_IF_ERROR(other_.reader.Start());
    while (true) {
      ASSIGN_OR_RETURN(const Record* const r, reference_.reader.Peek());
      ASSIGN_OR_RETURN(const Record* const o, other_.reader.Peek());
      if (r == nullptr && o == nullptr) break;
      ReportProgress();
      const bool take_reference =
          r != nullptr && (o == nullptr || r->offset <= o->offset);
      const bool take_other =
          o != nullptr && (r == nullptr || o->offset <= r->offset);
      if (take_reference && take_other) {
        OnBoth(*r, *o);
      } else if (take_reference) {
        OnReferenceOnly(*r);
      } else {
        OnOtherOnly(*o);
      }
      if (take_reference) Advance(&reference_);
      if (take_other) Advance(&other_);
    }
    Finish();
    return std::move(result_);
  }

 private:
  // One of the two copies.
  struct Side {
    Side(const ComparedCopy& copy_in, const CompareSettings& settings)
        : copy(copy_in), reader(copy_in, settings) {
      if (copy.traits.may_be_compacted) {
        rule.emplace(copy.traits.policy, settings.now);
      }
    }

    const std::string& name() const { return copy.traits.name; }
    bool BeforeStart(int64_t offset) const {
      return copy.traits.is_topic && offset < copy.traits.start_offset;
    }

    const ComparedCopy& copy;
    SnapshotReader reader;
    std::optional<CompactionRule> rule;  // If it may be compacted.
    int64_t records = 0;
    Stretch before_start;  // Records of the other side below its start.
  };

  void ReportProgress() {
    // Often enough for a person, too rarely to cost anything.
    constexpr int64_t kRecordsPerReport = 4096;
    const int64_t records = reference_.records + other_.records;
    if (settings_.progress && records % kRecordsPerReport == 0) {
      settings_.progress(records);
    }
  }

  static void Advance(Side* side) {
    ++side->records;
    side->reader.Advance();
  }

  static void Present(const Record& record, Side* side) {
    if (side->rule.has_value()) side->rule->Present(KeyedRecordOf(record));
  }

  void OnBoth(const Record& r, const Record& o) {
    ++result_.records_compared;
    Present(r, &reference_);
    Present(o, &other_);
    VerifiedThrough(r);
    if (r == o) return;
    for (PartDifference& difference : DifferencesOf(r, o)) {
      if (!Wanted(difference.code)) continue;
      Finding finding = MakeFinding(difference.code, other_.name());
      finding.offset = r.offset;
      finding.key = Snippet(r.key);
      finding.position = std::move(difference.position);
      finding.expected = std::move(difference.expected);
      finding.found = std::move(difference.found);
      result_.findings.Add(std::move(finding));
    }
  }

  void OnReferenceOnly(const Record& r) {
    Present(r, &reference_);
    if (r.offset >= other_.reader.end_offset()) {
      behind_.Add(r.offset);
      return;
    }
    VerifiedThrough(r);
    if (other_.BeforeStart(r.offset)) {
      other_.before_start.Add(r.offset);
    } else if (other_.rule.has_value()) {
      other_.rule->Absent(KeyedRecordOf(r));
    } else {
      AddMissing(other_, r.offset, r, "nothing at this offset");
    }
  }

  void OnOtherOnly(const Record& o) {
    Present(o, &other_);
    if (o.offset >= reference_.reader.end_offset()) {
      AddExtra(o, absl::StrCat("the end of ", reference_.name(), " at ",
                               reference_.reader.end_offset()));
    } else if (reference_.BeforeStart(o.offset)) {
      reference_.before_start.Add(o.offset);
    } else if (reference_.rule.has_value()) {
      reference_.rule->Absent(KeyedRecordOf(o));
    } else {
      AddExtra(o, "nothing at this offset");
    }
  }

  // Whether a finding of `code` is worth its making; if not it is counted.
  bool Wanted(absl::string_view code) {
    if (result_.findings.WillKeep(code)) return true;
    result_.findings.AddUnkept(code, Severity::kError);
    return false;
  }

  void VerifiedThrough(const Record& r) {
    result_.verified_through = ComparedThrough{r.offset, r.timestamp};
  }

  void AddMissing(const Side& side, int64_t offset,
                  const std::optional<Record>& record, std::string found) {
    if (!Wanted(codes::kRecordMissing)) return;
    Finding finding = MakeFinding(codes::kRecordMissing, side.name());
    finding.offset = offset;
    finding.found = std::move(found);
    if (record.has_value()) {
      finding.key = Snippet(record->key);
      finding.expected = DescribeRecord(*record);
    }
    result_.findings.Add(std::move(finding));
  }

  void AddExtra(const Record& o, std::string expected) {
    if (!Wanted(codes::kRecordExtra)) return;
    Finding finding = MakeFinding(codes::kRecordExtra, other_.name());
    finding.offset = o.offset;
    finding.key = Snippet(o.key);
    finding.expected = std::move(expected);
    finding.found = DescribeRecord(o);
    result_.findings.Add(std::move(finding));
  }

  void Finish() {
    JudgeAbsences(&other_, reference_.copy);
    JudgeAbsences(&reference_, other_.copy);
    AddHeadTruncated(other_);
    AddHeadTruncated(reference_);
    if (behind_.records > 0) {
      Finding finding = MakeFinding(codes::kCopyBehind, other_.name());
      finding.offset = behind_.first_offset;
      finding.expected = behind_.Text();
      finding.found =
          absl::StrCat("the copy ends at offset ", other_.reader.end_offset());
      result_.findings.Add(std::move(finding));
    }
    result_.behind = behind_.records;
    result_.reference_records = reference_.records;
    result_.other_records = other_.records;
  }

  // Reports what `side` lacks, `fuller` has, and compaction does not explain.
  void JudgeAbsences(Side* side, const ComparedCopy& fuller) {
    if (!side->rule.has_value()) return;
    const std::vector<UnexplainedAbsence> unexplained =
        side->rule->Finish(side->reader.end_offset());
    result_.explained_by_compaction +=
        side->rule->absent() - static_cast<int64_t>(unexplained.size());
    int64_t read_again = 0;
    for (const UnexplainedAbsence& absence : unexplained) {
      std::optional<RecordBatch> batch;
      if (read_again++ < kReadAgainPerCode) {
        batch = ReadAgain(fuller, absence.offset, settings_);
      }
      AddMissing(
          *side, absence.offset,
          batch.has_value() ? std::make_optional(batch->front()) : std::nullopt,
          absl::StrCat("nothing at this offset, and compaction may not "
                       "remove it: ",
                       AbsenceReasonText(absence.reason)));
    }
  }

  void AddHeadTruncated(const Side& side) {
    if (side.before_start.records == 0) return;
    Finding finding = MakeFinding(codes::kTopicHeadTruncated, side.name());
    finding.offset = side.before_start.first_offset;
    finding.expected = side.before_start.Text();
    finding.found = absl::StrCat("the topic starts at offset ",
                                 side.copy.traits.start_offset);
    result_.findings.Add(std::move(finding));
  }

  Side reference_;
  Side other_;
  const CompareSettings& settings_;
  Stretch behind_;
  CompareResult result_;
};

}  // namespace

absl::StatusOr<CompareResult> CompareByOffset(const ComparedCopy& reference,
                                              const ComparedCopy& other,
                                              const CompareSettings& settings) {
  return OffsetComparison(reference, other, settings).Run();
}

}  // namespace sr
