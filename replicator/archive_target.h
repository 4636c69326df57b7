// An archive as a mirror's target: opened where it ends, or, if the operator accepts
// that the source is another one, as a new generation beside what is there.
#ifndef REPLICATOR_ARCHIVE_TARGET_H_
#define REPLICATOR_ARCHIVE_TARGET_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/archive/archive_writer.h"
#include "core/base/stop_token.h"
#include "core/record/record_sink.h"
#include "core/record/record_source.h"

namespace sr {

struct ArchiveTargetOptions {
  std::string name;  // As the command line has it, for messages.
  ArchiveWriterOptions writer;
  bool accept_new_source = false;
};

struct ArchiveTarget {
  std::unique_ptr<ArchiveWriter> writer;
  DurablePosition position;  // What it holds.
};

// Opens the newest generation. With accept_new_source it is first held against
// `source`: a new one is begun if the source is of another cluster or topic, if the
// last records are others, or if those that come next are gone from it. Damage (of
// either), a lock, and a source that cannot be read begin nothing.
//
// Errors as ArchiveWriter::Open and ProveResumePoint. Where the source then stands
// is not said.
absl::StatusOr<ArchiveTarget> OpenArchiveTarget(
    const ArchiveTargetOptions& options, const StopToken& stop,
    RecordSource* source);

}  // namespace sr

#endif  // REPLICATOR_ARCHIVE_TARGET_H_
