// The storage level: are the bytes of a copy those that were written?
#ifndef VERIFIER_CHECKS_STORAGE_H_
#define VERIFIER_CHECKS_STORAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/archive/archive_scan.h"
#include "core/archive/storage_damage.h"
#include "core/findings/finding.h"
#include "core/findings/report.h"
#include "core/sources/copy.h"
#include "verifier/checks/record_observer.h"
#include "verifier/verified_segments.h"

namespace sr {

struct StorageResult {
  FindingList findings;
  // Of an archive: those that were read and in which nothing is damaged.
  std::vector<SegmentId> whole_segments;
  int64_t records = 0;  // Whole and verified.
  // Key, value and headers of the largest of them; of topics only.
  int64_t largest_record_bytes = 0;
  std::optional<VerifiedThrough> verified_through;
};

// Every byte of every file of an archive, all its generations or the one that
// `location` names: CRC, chain, commits, manifest. Takes no lock; a mirror may
// write meanwhile. A Status only if files could not be read. `observer` sees the
// records that are whole; null: nobody does.
absl::StatusOr<StorageResult> CheckArchiveStorage(const Location& location,
                                                  const ArchiveCheck& check,
                                                  const CopyOptions& options,
                                                  bool quiet,
                                                  int64_t findings_kept_per_code,
                                                  RecordObserver* observer);

// A topic read through with the client's CRC check. A batch that fails it is a
// finding and ends the reading: what follows is not known to be good.
absl::StatusOr<StorageResult> CheckTopicStorage(const Location& location,
                                                const CopyOptions& options,
                                                bool quiet,
                                                int64_t findings_kept_per_code,
                                                RecordObserver* observer);

// The finding that says what `damage` of `copy` says.
Finding FindingOf(const StorageDamage& damage, const std::string& copy);

}  // namespace sr

#endif  // VERIFIER_CHECKS_STORAGE_H_
