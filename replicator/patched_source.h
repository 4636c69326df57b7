// A copy that cannot be read everywhere, and another one that has what is missing.
#ifndef REPLICATOR_PATCHED_SOURCE_H_
#define REPLICATOR_PATCHED_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/record/record_source.h"

namespace sr {

// Where the other one was read, and why.
struct Patch {
  int64_t first_offset = 0;
  int64_t last_offset = 0;
  std::string why;
};

// Reads `source` from `source_start` on, where its history begins by now. Below that,
// and where it answers DataLoss, `other` is read instead, until `source` can be read
// again; if `other` has nothing there, the error is the source's. Both have one
// history: the caller has made sure.
class PatchedSource final : public RecordSource {
 public:
  PatchedSource(std::unique_ptr<RecordSource> source, int64_t source_start,
                std::unique_ptr<RecordSource> other)
      : source_(std::move(source)),
        source_start_(source_start),
        other_(std::move(other)) {}

  absl::Status Seek(int64_t offset) override;
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override;
  int64_t position() const override { return next_; }

  // So far, in order; of one reading through.
  const std::vector<Patch>& patches() const { return patches_; }

 private:
  absl::StatusOr<Fetched> NextOfOther(absl::Duration timeout,
                                      const absl::Status& why,
                                      RecordBatch* batch);
  void Note(int64_t first_offset, int64_t last_offset, std::string why);

  const std::unique_ptr<RecordSource> source_;
  const int64_t source_start_;
  const std::unique_ptr<RecordSource> other_;
  int64_t next_ = 0;
  bool source_is_there_ = false;  // Positioned at next_.
  std::vector<Patch> patches_;
  RecordBatch read_;
};

}  // namespace sr

#endif  // REPLICATOR_PATCHED_SOURCE_H_
