// One copy through all levels that are asked for: for `check` and `preflight`.
#ifndef VERIFIER_CHECK_COPY_H_
#define VERIFIER_CHECK_COPY_H_

#include "absl/status/status.h"
#include "core/findings/report.h"
#include "core/location/location.h"
#include "verifier/options.h"
#include "verifier/verified_segments.h"

namespace sr {

// Reads the copy through and adds levels, findings, outlook and a result of it to
// `report`. If it cannot be read, the result says why and the Status is the same,
// with the copy's name. Segments of an archive that were read and are whole are noted
// in `verified`, which may be null.
absl::Status CheckCopy(const Location& location, const VerifierOptions& options,
                       Report* report, VerifiedSegments* verified = nullptr);

}  // namespace sr

#endif  // VERIFIER_CHECK_COPY_H_
