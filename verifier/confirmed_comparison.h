// Asks a registry until it is sure what it answers otherwise than the copies say,
// while both may change (study/reliability.md §4.3-4.6).
#ifndef VERIFIER_CONFIRMED_COMPARISON_H_
#define VERIFIER_CONFIRMED_COMPARISON_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/compare/compare_states.h"
#include "core/compare/registry_item.h"
#include "core/location/location.h"
#include "core/registry/http_client.h"
#include "core/registry/registry_identity.h"
#include "core/registry/registry_reader.h"
#include "core/schemas/registry_scope.h"
#include "verifier/options.h"
#include "verifier/topic_follower.h"

namespace sr {

// What differed at the first look, since when it has done so without having been
// written, and at how many more looks.
struct Suspect {
  StateDifference difference;
  absl::Duration since;
  int looks_again = 0;
};

// One copy, as far as it is compared.
struct ComparedTopic {
  Location location;
  std::unique_ptr<TopicFollower> follower;  // Null: it could not be opened.
  absl::Status status;
  std::map<RegistryItem, Suspect> suspects;  // In the end: what stayed open.
  std::vector<StateDifference> confirmed;
  StatesCompared first;  // At the first look.
};

// May be run again and again, for what was written since, or for everything. One
// thread.
class ConfirmedComparison {
 public:
  // All must outlive this.
  ConfirmedComparison(const Location& registry,
                      const std::vector<Location>& copies,
                      const VerifierOptions& options);

  enum class Breadth {
    kEverything,
    // What records are about that have come since the last run for everything, and
    // that no run has looked at yet with the registry due to have read them;
    // everything, if no run went well yet, or a record touched more than it names.
    // If there is nothing, the registry is not asked.
    kWritten,
  };

  // The error is the registry's; what was confirmed before it stays, and a copy's
  // error is its `status`.
  absl::Status Run(Breadth breadth = Breadth::kEverything);

  // What the last run was about.
  const RegistryScope& asked() const { return asked_; }
  // Whether there is something left for a run for kWritten, as far as is known.
  bool has_written() const { return !written_.empty(); }

  // Whether it said who it is.
  bool is_identified() const { return is_identified_; }
  const RegistryIdentity& identity() const { return identity_; }
  // Of the last look that went well.
  const RegistryReading& reading() const { return reading_; }
  // Whether there was a first look in the last run, so that something can be said of the topics.
  bool has_looked() const { return has_looked_; }
  const std::vector<ComparedTopic>& topics() const { return topics_; }

 private:
  struct Written {
    absl::Duration read_at;  // No later than this, of the clock's Elapsed.
    RegistryScope scope;
  };

  void Begin(Breadth breadth);
  int64_t DropSuspects();
  absl::Status Connect();
  ComparableParts Parts() const;
  void Open(ComparedTopic* topic);
  void CatchUp();
  void TakeWritten();
  void ForgetWritten(absl::Duration read_before);
  RegistryQuestions Questions() const;
  absl::Status Look();
  bool Told(const RegistryItem& item) const;
  StatesCompared CompareNow(const ComparedTopic& topic) const;
  absl::Status FirstLook();
  bool HasSuspects() const;
  absl::Status Confirm();
  absl::Status Wait(absl::Duration duration) const;
  void LookAgain(ComparedTopic* topic);
  void ConfirmOlderThan(absl::Duration confirm);

  const Location& registry_;
  const VerifierOptions& options_;
  Clock* const clock_;
  std::vector<ComparedTopic> topics_;
  std::unique_ptr<HttpClient> client_;
  bool is_identified_ = false;
  bool is_begun_ = false;  // A run went well: later ones need not ask for all.
  bool has_looked_ = false;
  RegistryIdentity identity_;
  ProductChoice reader_;  // Whose reading of the copies is compared.
  ComparableParts parts_;
  RegistryReading reading_;
  RegistryScope asked_;
  std::vector<Written> written_;
  RegistryTold first_told_;
};

}  // namespace sr

#endif  // VERIFIER_CONFIRMED_COMPARISON_H_
