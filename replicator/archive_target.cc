#include "replicator/archive_target.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "replicator/resume_point.h"

namespace sr {
namespace {

absl::StatusOr<ArchiveTarget> OpenGeneration(ArchiveWriterOptions options,
                                             bool begin) {
  options.begin_generation = begin;
  ArchiveTarget target;
  target.writer = std::make_unique<ArchiveWriter>(std::move(options));
  ASSIGN_OR_RETURN(target.position, target.writer->Open());
  return target;
}

// OK if `source` goes on where the archive ends, AnotherSource if it is known not
// to; anything else if that could not be found out.
absl::Status ProveSameSource(const ArchiveTargetOptions& options,
                             const DurablePosition& position,
                             const StopToken& stop, RecordSource* source) {
  if (options.writer.first_offset > position.next_offset) {
    return AnotherSource(position, absl::StrCat("it begins at offset ",
                                                options.writer.first_offset));
  }
  return ProveResumePoint(position, stop, source);
}

}  // namespace

absl::StatusOr<ArchiveTarget> OpenArchiveTarget(
    const ArchiveTargetOptions& options, const StopToken& stop,
    RecordSource* source) {
  absl::StatusOr<ArchiveTarget> target =
      OpenGeneration(options.writer, /*begin=*/false);
  if (!options.accept_new_source) return target;
  absl::Status other = target.status();
  if (target.ok()) {
    other = ProveSameSource(options, target->position, stop, source);
    if (other.ok()) return target;
    if (!IsAnotherSource(other)) return other;
    RETURN_IF_ERROR(target->writer->Close());
  } else if (!absl::IsFailedPrecondition(other)) {
    return other;  // Damage of the archive, a lock, a disk.
  }
  target = OpenGeneration(options.writer, /*begin=*/true);
  if (!target.ok()) return target;
  LogWarning(absl::StrCat(options.name, ": ", other.message(),
                          "; accepted: what follows is generation ",
                          target->writer->generation()));
  return target;
}

}  // namespace sr
