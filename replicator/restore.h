// `schemas-replicator restore SOURCE TARGET`: a copy, or a prefix of its history,
// into a fresh topic that a registry can be started on.
#ifndef REPLICATOR_RESTORE_H_
#define REPLICATOR_RESTORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/stop_token.h"
#include "core/record/record_source.h"
#include "core/schemas/product.h"
#include "core/sources/copy.h"
#include "replicator/options.h"

namespace sr {

// What commands that restore less than a copy change of it.
struct RestoreHooks {
  std::string command = "restore";
  std::vector<std::string> notes;  // Of the plan.
  std::optional<Product> product;  // Whose records they are, if it is known.
  // Opens the source, where it is no copy, or not one as it is; it is not verified
  // then. Null: OpenCopy does.
  std::function<absl::StatusOr<Copy>()> open;
  // Stands before the source whenever it is opened; null: nothing does.
  std::function<std::unique_ptr<RecordSource>(std::unique_ptr<RecordSource>)>
      source;
  // Called when nothing is refused any more, before the target is touched.
  std::function<absl::Status()> before_write;
};

// Reads and verifies the whole source, looks at the target, and appends the plan to
// `*result` (for stdout, in the format asked for). With options.execute it then
// creates the topic if need be, writes the records in order, with their
// timestamps and headers, and reads all of them back; with options.rehearse as well,
// and it deletes the topic again, whatever came of it. Whatever it is interrupted
// by, running it again goes on where the target ends. Source: spec §7.1.
//
// Nothing is written unless everything was looked at:
//   InvalidArgument     the target is the source, or no topic
//   FailedPrecondition  the source is damaged; the target has more than one
//                       partition, is not compacted, is not empty and no prefix
//                       of what is to be restored; the registry's group has
//                       members (but for a rehearsal); a rehearsal's topic is
//                       there
//   NotFound, Unavailable, PermissionDenied, Unauthenticated
// and later DataLoss (read back, and not the same), ResourceExhausted, Cancelled
// (a stop was requested).
absl::Status RunRestore(const RestoreOptions& options, const StopToken* stop,
                        std::string* result, const RestoreHooks& hooks = {});

}  // namespace sr

#endif  // REPLICATOR_RESTORE_H_
