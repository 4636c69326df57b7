// An anchor: what the digest chain was at one offset, noted down earlier from
// `describe`, a shadow's checkpoint or a metric, outside the archive's disk. A
// whole archive put back in an older state agrees with itself in every byte;
// only an anchor from later than that state tells.
#ifndef CORE_ARCHIVE_CHAIN_ANCHOR_H_
#define CORE_ARCHIVE_CHAIN_ANCHOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/archive/commit_entry.h"
#include "core/base/digests.h"
#include "core/record/record.h"

namespace sr {

struct ChainAnchor {
  int64_t offset = 0;  // Of the last record that `chain` covers.
  Digest128 chain;
};

// Returns the anchors of "42:0123...ef,57:...", at least one. InvalidArgument if
// an offset is not a number from 0 on or a digest not 32 hex digits.
absl::StatusOr<std::vector<ChainAnchor>> ParseChainAnchors(
    absl::string_view text);

// The later, the more is known.
enum class AnchorState {
  kBehindTheEnd,  // The chain ends before the anchor.
  kUnverified,    // The block that holds its offset is damaged or missing.
  kNoRecord,      // The chain passes over its offset.
  kOtherChain,    // The chain there is another.
  kHeld,
};

// Holds anchors against the blocks of one generation. Not thread-safe.
class AnchorJudge {
 public:
  explicit AnchorJudge(std::vector<ChainAnchor> anchors);

  // A whole block: `records` lie behind the commit `before`, up to `entry`.
  void AddBlock(const CommitEntry& before, const CommitEntry& entry,
                const RecordBatch& records);

  // After the last block: the chain ends at `last_commit`.
  void Finish(const CommitEntry& last_commit);

  // Of the anchors, in the order given. Valid after Finish.
  const std::vector<AnchorState>& states() const { return states_; }

 private:
  const std::vector<ChainAnchor> anchors_;
  std::vector<AnchorState> states_;
};

// What `state` means, for people: "the archive ends before it".
const char* AnchorStateText(AnchorState state);

}  // namespace sr

#endif  // CORE_ARCHIVE_CHAIN_ANCHOR_H_
