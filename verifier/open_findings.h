// The findings of someone who watches: each is told when it opens and when it
// closes, once.
#ifndef VERIFIER_OPEN_FINDINGS_H_
#define VERIFIER_OPEN_FINDINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/stop_token.h"
#include "core/findings/finding.h"
#include "core/findings/report.h"
#include "verifier/options.h"
#include "verifier/output.h"

namespace sr {

// Any thread may call any method. A finding is known by who looks ("source": a
// level of a copy, a registry), code, copy, offset and key; of one code and source
// no more than `options.findings_kept_per_code()` are open at once, others are not
// told.
class OpenFindings {
 public:
  // Lines go to `output`, each at once: NDJSON, or text for people. When nobody
  // reads them any more, `stop` is requested. All must outlive this.
  OpenFindings(const VerifierOptions& options, Output* output, StopToken* stop);

  // A moment: what is open by now was open before what opens later.
  int64_t Mark() const;

  // Opens those that are not open.
  void Open(const std::string& source, const FindingList& findings);

  // `findings` are all that `source` has, found by looking since `mark`: opens
  // those that are not open, and closes what was open by then and is not among
  // them. Of a code that `findings` counts more of than it keeps nothing is closed.
  void Settle(const std::string& source, const FindingList& findings,
              int64_t mark) {
    SettleSome(source, findings, mark, [](const Finding&) { return true; });
  }

  // The same, having looked only at what `was_looked_at` says: the rest stays open.
  void SettleSome(const std::string& source, const FindingList& findings,
                  int64_t mark,
                  absl::FunctionRef<bool(const Finding&)> was_looked_at);

  // `what` could not be looked at, or could again: told when it changes. What was
  // open there stays so.
  void Unchecked(const std::string& what, const std::string& reason);
  void Checked(const std::string& what);

  // Open findings of this severity.
  int64_t count(Severity severity) const;

 private:
  // source, code, copy, offset, key.
  using Name = std::tuple<std::string, std::string, std::string, int64_t,
                          std::string>;
  struct Opened {
    Finding finding;
    int64_t mark = 0;
  };

  static Name NameOf(const std::string& source, const Finding& finding);
  void OpenLocked(const std::string& source, const FindingList& findings)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellFinding(absl::string_view type, const Finding& finding)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellLook(absl::string_view type, const std::string& what,
                const std::string& reason)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(const std::string& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string Time() const;

  const bool is_text_;
  const int64_t open_max_;
  Clock* const clock_;
  StopToken* const stop_;
  mutable Mutex mutex_;
  Output* const output_ ABSL_PT_GUARDED_BY(mutex_);
  std::map<Name, Opened> open_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, int64_t> open_counts_
      ABSL_GUARDED_BY(mutex_);  // By source and code.
  std::map<std::string, std::string> unchecked_ ABSL_GUARDED_BY(mutex_);
  int64_t mark_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sr

#endif  // VERIFIER_OPEN_FINDINGS_H_
