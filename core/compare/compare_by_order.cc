#include "core/compare/compare_by_order.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/compare/alignment.h"
#include "core/compare/order_absences.h"
#include "core/compare/record_difference.h"
#include "core/compare/record_shape.h"
#include "core/compare/snapshot_reader.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

// Often enough for a person, too rarely to cost anything.
constexpr size_t kRecordsPerReport = 4096;

// Reads all of `copy`; `*records_before` records of the other were read.
absl::StatusOr<std::vector<RecordShape>> ReadShapes(
    const ComparedCopy& copy, const CompareSettings& settings,
    size_t records_before) {
  SnapshotReader reader(copy, settings);
  RETURN_IF_ERROR(reader.Start());
  std::vector<RecordShape> shapes;
  while (true) {
    ASSIGN_OR_RETURN(const Record* const record, reader.Peek());
    if (record == nullptr) return shapes;
    shapes.push_back(ShapeOf(*record));
    if (shapes.size() == Alignment::kNone) {
      return AboutCopy(
          absl::ResourceExhaustedError("more records than can be aligned"),
          copy.traits.name);
    }
    const size_t records = records_before + shapes.size();
    if (settings.progress && records % kRecordsPerReport == 0) {
      settings.progress(static_cast<int64_t>(records));
    }
    reader.Advance();
  }
}

class OrderComparison {
 public:
  OrderComparison(const ComparedCopy& reference, const ComparedCopy& shadow,
                  const CompareSettings& settings)
      : reference_(reference), shadow_(shadow), settings_(settings) {
    result_.findings = FindingList(settings.findings_kept_per_code);
  }

  absl::StatusOr<CompareResult> Run() {
    ASSIGN_OR_RETURN(shadows_, ReadShapes(shadow_, settings_, 0));
    ASSIGN_OR_RETURN(references_,
                     ReadShapes(reference_, settings_, shadows_.size()));
    AlignmentOptions options;
    options.reference_keeps_last = reference_.traits.may_be_compacted;
    options.shadow_keeps_last = shadow_.traits.may_be_compacted;
    alignment_ = Align(references_, shadows_, options);
    result_.reference_records = static_cast<int64_t>(references_.size());
    result_.other_records = static_cast<int64_t>(shadows_.size());
    JudgePairs();
    JudgeAbsences();
    return std::move(result_);
  }

 private:
  void JudgePairs() {
    for (size_t i = 0; i < references_.size(); ++i) {
      if (alignment_.reference[i] == Pairing::kAlone) continue;
      ++result_.records_compared;
      result_.verified_through =
          ComparedThrough{references_[i].offset, references_[i].timestamp};
      const RecordShape& reference = references_[i];
      const RecordShape& shadow = shadows_[alignment_.shadow_of[i]];
      if (alignment_.reference[i] == Pairing::kMoved) AddMoved(i, shadow);
      AddDifferences(reference, shadow);
      CountExceptions(reference, shadow);
    }
  }

  void CountExceptions(const RecordShape& reference,
                       const RecordShape& shadow) {
    if (reference.log_append_time && !shadow.log_append_time) {
      ++result_.exceptions[exceptions::kTimestampType];
    }
    if (reference.timestamp == 0 && shadow.timestamp != 0) {
      ++result_.exceptions[exceptions::kTimestampZero];
    }
  }

  // What the bytes of two records add to what their shapes say.
  struct Details {
    std::string key;
    std::vector<PartDifference> parts;
  };

  void AddDifferences(const RecordShape& reference, const RecordShape& shadow) {
    const std::vector<absl::string_view> codes =
        DifferingParts(reference, shadow);
    if (codes.empty()) return;
    const Details details = ReadDetails(codes, reference, shadow);
    for (const absl::string_view code : codes) {
      if (!Wanted(code)) continue;
      AddDifference(code, reference, shadow, details);
    }
  }

  static std::vector<absl::string_view> DifferingParts(
      const RecordShape& reference, const RecordShape& shadow) {
    std::vector<absl::string_view> parts;
    if (reference.key != shadow.key) parts.push_back(codes::kRecordKey);
    if (reference.value != shadow.value) parts.push_back(codes::kRecordValue);
    if (reference.headers != shadow.headers) {
      parts.push_back(codes::kRecordHeader);
    }
    const bool number_differs =
        reference.timestamp != shadow.timestamp && reference.timestamp != 0;
    // A broker that sets timestamps itself has replaced what was sent.
    const bool type_differs =
        !reference.log_append_time && shadow.log_append_time;
    if (number_differs || type_differs) {
      parts.push_back(codes::kRecordTimestamp);
    }
    return parts;
  }

  // Reads both records again; empty if that fails, or if enough has been said
  // of such differences.
  Details ReadDetails(const std::vector<absl::string_view>& codes,
                      const RecordShape& reference, const RecordShape& shadow) {
    if (std::none_of(codes.begin(), codes.end(), [&](absl::string_view code) {
          return result_.findings.count(code) < kReadAgainPerCode;
        })) {
      return Details();
    }
    const std::optional<RecordBatch> expected =
        ReadAgain(reference_, reference.offset, settings_);
    const std::optional<RecordBatch> found =
        ReadAgain(shadow_, shadow.offset, settings_);
    if (!expected.has_value() || !found.has_value()) return Details();
    return Details{Snippet(expected->front().key),
                   DifferencesOf(expected->front(), found->front())};
  }

  void AddDifference(absl::string_view code, const RecordShape& reference,
                     const RecordShape& shadow, const Details& details) {
    Finding finding = MakeFinding(code, shadow_.traits.name);
    finding.offset = shadow.offset;
    finding.position = InReference(reference.offset);
    finding.key = details.key;
    for (const PartDifference& part : details.parts) {
      if (part.code != code) continue;
      finding.position = absl::StrCat(part.position, ", ", finding.position);
      finding.expected = part.expected;
      finding.found = part.found;
    }
    result_.findings.Add(std::move(finding));
  }

  // Whether a finding of `code` is worth its making; if not it is counted.
  bool Wanted(absl::string_view code) {
    if (result_.findings.WillKeep(code)) return true;
    result_.findings.AddUnkept(code, Severity::kError);
    return false;
  }

  std::string InReference(int64_t offset) const {
    return absl::StrCat("offset ", offset, " of ", reference_.traits.name);
  }

  void AddMoved(size_t i, const RecordShape& shadow) {
    if (!Wanted(codes::kRecordOrder)) return;
    Finding finding = MakeFinding(codes::kRecordOrder, shadow_.traits.name);
    finding.offset = shadow.offset;
    finding.position = InReference(references_[i].offset);
    finding.expected = PlaceInShadow(i);
    finding.found = absl::StrCat("at shadow offset ", shadow.offset);
    FillRecord(shadow_, shadow.offset, &finding, nullptr);
    result_.findings.Add(std::move(finding));
  }

  // "after shadow offset 7, before 9": where reference record `i` belongs.
  std::string PlaceInShadow(size_t i) const {
    const auto in_order = [&](size_t r) {
      return alignment_.reference[r] == Pairing::kInOrder;
    };
    size_t before = i;
    while (before > 0 && !in_order(before - 1)) --before;
    size_t after = i + 1;
    while (after < references_.size() && !in_order(after)) ++after;
    const auto offset_of = [&](size_t r) {
      return absl::StrCat(shadows_[alignment_.shadow_of[r]].offset);
    };
    return absl::StrCat(
        before == 0
            ? "at the start"
            : absl::StrCat("after shadow offset ", offset_of(before - 1)),
        after == references_.size()
            ? ""
            : absl::StrCat(", before shadow offset ", offset_of(after)));
  }

  // Adds key and, if wanted, description of the record at `offset` of `copy`.
  void FillRecord(const ComparedCopy& copy, int64_t offset, Finding* finding,
                  std::string* description) {
    if (result_.findings.count(finding->code) >= kReadAgainPerCode) return;
    const std::optional<RecordBatch> batch = ReadAgain(copy, offset, settings_);
    if (!batch.has_value()) return;
    finding->key = Snippet(batch->front().key);
    if (description != nullptr) *description = DescribeRecord(batch->front());
  }

  void JudgeAbsences() {
    OrderAbsences absences =
        FindOrderAbsences(references_, shadows_, alignment_, reference_.traits,
                          shadow_.traits, settings_.now);
    result_.explained_by_compaction = absences.explained;
    if (absences.null_keys > 0) {
      result_.exceptions[exceptions::kNullKey] = absences.null_keys;
    }
    for (const OrderAbsence& absence : absences.missing_in_shadow) {
      AddMissing(absence);
    }
    for (const OrderAbsence& absence : absences.extra_in_shadow) {
      AddExtra(absence);
    }
    AddHeadTruncated(absences);
    AddBehind(absences);
  }

  void AddMissing(const OrderAbsence& absence) {
    if (!Wanted(codes::kRecordMissing)) return;
    const int64_t offset = references_[absence.index].offset;
    Finding finding = MakeFinding(codes::kRecordMissing, shadow_.traits.name);
    finding.offset = offset;
    finding.position = InReference(offset);
    finding.found = absl::StrCat(
        "no such record ", PlaceInShadow(absence.index), absence.ReasonText());
    FillRecord(reference_, offset, &finding, &finding.expected);
    result_.findings.Add(std::move(finding));
  }

  void AddExtra(const OrderAbsence& absence) {
    if (!Wanted(codes::kRecordExtra)) return;
    const int64_t offset = shadows_[absence.index].offset;
    Finding finding = MakeFinding(codes::kRecordExtra, shadow_.traits.name);
    finding.offset = offset;
    finding.expected = absl::StrCat(
        "no such record in ", reference_.traits.name, absence.ReasonText());
    FillRecord(shadow_, offset, &finding, &finding.found);
    result_.findings.Add(std::move(finding));
  }

  void AddHeadTruncated(const OrderAbsences& absences) {
    if (absences.before_start == 0) return;
    Finding finding =
        MakeFinding(codes::kTopicHeadTruncated, reference_.traits.name);
    finding.expected = absl::StrCat(
        WithThousands(absences.before_start), " records, shadow offsets ",
        shadows_[absences.before_start_first].offset, " to ",
        shadows_[absences.before_start_last].offset);
    finding.found = absl::StrCat("the topic starts at offset ",
                                 reference_.traits.start_offset);
    result_.findings.Add(std::move(finding));
  }

  void AddBehind(const OrderAbsences& absences) {
    result_.behind = absences.behind;
    if (absences.behind == 0) return;
    const int64_t first = references_[absences.behind_begin].offset;
    Finding finding = MakeFinding(codes::kCopyBehind, shadow_.traits.name);
    finding.offset = first;
    finding.position = InReference(first);
    finding.expected =
        absl::StrCat(WithThousands(absences.behind),
                     absences.behind == 1 ? " more record" : " more records",
                     ", the last ", InReference(references_.back().offset));
    finding.found = shadows_.empty()
                        ? "an empty topic"
                        : absl::StrCat("the last record at shadow offset ",
                                       shadows_.back().offset);
    result_.findings.Add(std::move(finding));
  }

  const ComparedCopy& reference_;
  const ComparedCopy& shadow_;
  const CompareSettings& settings_;
  std::vector<RecordShape> references_;
  std::vector<RecordShape> shadows_;
  Alignment alignment_;
  CompareResult result_;
};

}  // namespace

absl::StatusOr<CompareResult> CompareByOrder(const ComparedCopy& reference,
                                             const ComparedCopy& shadow,
                                             const CompareSettings& settings) {
  return OrderComparison(reference, shadow, settings).Run();
}

}  // namespace sr
