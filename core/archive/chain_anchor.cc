#include "core/archive/chain_anchor.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/record/canonical.h"

namespace sr {
namespace {

AnchorState JudgeWithin(const ChainAnchor& anchor, const CommitEntry& before,
                        const RecordBatch& records) {
  Chain chain(before.chain);
  for (const Record& record : records) {
    chain.Add(record);
    if (record.offset < anchor.offset) continue;
    if (record.offset > anchor.offset) break;
    return chain.digest() == anchor.chain ? AnchorState::kHeld
                                          : AnchorState::kOtherChain;
  }
  return AnchorState::kNoRecord;
}

}  // namespace

absl::StatusOr<std::vector<ChainAnchor>> ParseChainAnchors(
    absl::string_view text) {
  std::vector<ChainAnchor> anchors;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(part, absl::MaxSplits(':', 1));
    ChainAnchor anchor;
    if (!absl::SimpleAtoi(halves.first, &anchor.offset) || anchor.offset < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", halves.first, "\" is no offset"));
    }
    ASSIGN_OR_RETURN(anchor.chain, DigestFromHex(halves.second));
    anchors.push_back(anchor);
  }
  return anchors;
}

AnchorJudge::AnchorJudge(std::vector<ChainAnchor> anchors)
    : anchors_(std::move(anchors)),
      states_(anchors_.size(), AnchorState::kUnverified) {}

void AnchorJudge::AddBlock(const CommitEntry& before, const CommitEntry& entry,
                           const RecordBatch& records) {
  for (size_t i = 0; i < anchors_.size(); ++i) {
    if (anchors_[i].offset > before.last_offset &&
        anchors_[i].offset <= entry.last_offset) {
      states_[i] = JudgeWithin(anchors_[i], before, records);
    }
  }
}

void AnchorJudge::Finish(const CommitEntry& last_commit) {
  for (size_t i = 0; i < anchors_.size(); ++i) {
    if (anchors_[i].offset > last_commit.last_offset) {
      states_[i] = AnchorState::kBehindTheEnd;
    }
  }
}

const char* AnchorStateText(AnchorState state) {
  switch (state) {
    case AnchorState::kBehindTheEnd:
      return "the archive ends before it: it was put back in an older state, "
             "or is another";
    case AnchorState::kUnverified:
      return "its records are damaged or missing";
    case AnchorState::kNoRecord:
      return "the archive has no record of this offset";
    case AnchorState::kOtherChain:
      return "the archive has other records up to there";
    case AnchorState::kHeld:
      return "it is on the chain";
  }
  return "";
}

}  // namespace sr
