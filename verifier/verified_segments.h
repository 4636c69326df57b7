// When each segment of archives was last read from end to end and found whole: a
// file of the operator's beside `check`, which itself leaves archives alone.
#ifndef VERIFIER_VERIFIED_SEGMENTS_H_
#define VERIFIER_VERIFIED_SEGMENTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file_system.h"

namespace sr {

// A segment, of whichever directory its archive lies in: a copy of the directory
// is the same archive.
struct SegmentId {
  std::string store_id;
  int64_t generation = 1;
  int64_t segment = 0;  // Base offset.

  friend bool operator<(const SegmentId& a, const SegmentId& b) {
    return std::tie(a.store_id, a.generation, a.segment) <
           std::tie(b.store_id, b.generation, b.segment);
  }
};

struct Verification {
  int64_t at_ms = 0;  // Since the epoch.
  bool from_medium = false;
};

// One thread.
class VerifiedSegments {
 public:
  // None where there is no such file. InvalidArgument if it is not one that Write
  // has written; errors of FileSystem.
  static absl::StatusOr<VerifiedSegments> Read(FileSystem* file_system,
                                               const std::string& path);

  // Replaces the file as a whole.
  absl::Status Write(FileSystem* file_system, const std::string& path) const;

  void Note(const SegmentId& segment, const Verification& verification) {
    segments_[segment] = verification;
  }
  std::optional<Verification> Find(const SegmentId& segment) const;

 private:
  std::map<SegmentId, Verification> segments_;
};

}  // namespace sr

#endif  // VERIFIER_VERIFIED_SEGMENTS_H_
