// `schemas-replicator undelete` and `reserve-ids`: what was deleted, back into the
// topic of a registry that is stopped.
#ifndef REPLICATOR_UNDELETE_H_
#define REPLICATOR_UNDELETE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "core/base/stop_token.h"
#include "replicator/amendment.h"

namespace sr {

struct UndeleteOptions {
  AmendOptions amend;
  std::string subject;
  std::optional<int32_t> version;  // nullopt: all that are deleted.
};

// "orders-value/3" is version 3 of orders-value, "orders-value" and "orders-value/*"
// all of it; so "a/1/*" is the subject a/1. InvalidArgument: no subject, or a version
// that is none.
absl::StatusOr<std::pair<std::string, std::optional<int32_t>>> ParseVersion(
    const std::string& text);

// Appends the last record with a schema of each version that was deleted, softly or
// for good, as far as the topic or options.amend.from still has one, in the bytes
// that it had. Plan, refusals and errors as Amendment; NotFound: there is no such
// record; InvalidArgument: the version is not deleted. Source: study/incidents.md R38.
absl::Status RunUndelete(const UndeleteOptions& options, const StopToken* stop,
                         std::string* result);

// So that no id that was ever given out is given out again: where the highest id of a
// context was that of a version that is gone for good, a registry that starts after
// compaction counts on from a lower one. Appends that version, deleted softly: nobody
// sees it, and its id counts. Plan, refusals and errors as Amendment. Source:
// study/incidents.md C44, R40.
absl::Status RunReserveIds(const AmendOptions& options, const StopToken* stop,
                           std::string* result);

}  // namespace sr

#endif  // REPLICATOR_UNDELETE_H_
