#include "verifier/confirmed_comparison.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

// How often an answer is asked for again at least, however long that takes.
constexpr int kLooksAgain = 3;

// At how many looks in a row a registry may not answer while it is looked again.
constexpr int kFailedLooksMax = 3;

}  // namespace

ConfirmedComparison::ConfirmedComparison(const Location& registry,
                                         const std::vector<Location>& copies,
                                         const VerifierOptions& options)
    : registry_(registry), options_(options), clock_(options.copy.clock) {
  for (const Location& copy : copies) {
    topics_.emplace_back();
    topics_.back().location = copy;
  }
}

absl::Status ConfirmedComparison::Run(Breadth breadth) {
  Begin(breadth);
  // A registry may be another one after a while.
  if (client_ == nullptr || asked_.everything) {
    RETURN_IF_ERROR(Connect());
  }
  for (ComparedTopic& topic : topics_) {
    if (topic.follower == nullptr) Open(&topic);
  }
  const absl::Duration asked = clock_->Elapsed();
  RETURN_IF_ERROR(FirstLook());
  const absl::Status confirmed = Confirm();
  if (confirmed.ok()) {
    is_begun_ = true;
    ForgetWritten(asked - options_.registry.lag);
    return absl::OkStatus();
  }
  // One that went away leaves nothing to be said of what was still open.
  return Annotate(confirmed,
                  absl::StrCat(WithThousands(DropSuspects()),
                               " differences could not be looked at again"));
}

void ConfirmedComparison::Begin(Breadth breadth) {
  asked_ = RegistryScope();
  if (breadth == Breadth::kEverything || !is_begun_) {
    // Read from the start: the topic may have been made anew.
    asked_.everything = true;
    written_.clear();
    for (ComparedTopic& topic : topics_) topic.follower.reset();
  }
  is_begun_ = false;
  has_looked_ = false;
  for (ComparedTopic& topic : topics_) {
    topic.suspects.clear();
    topic.confirmed.clear();
    topic.first = StatesCompared();
  }
}

int64_t ConfirmedComparison::DropSuspects() {
  int64_t dropped = 0;
  for (ComparedTopic& topic : topics_) {
    dropped += static_cast<int64_t>(topic.suspects.size());
    topic.suspects.clear();
  }
  return dropped;
}

absl::Status ConfirmedComparison::Connect() {
  HttpOptions http;
  http.base_url = registry_.path;
  http.credentials = options_.registry.credentials;
  http.connections = options_.registry.connections;
  http.connect_timeout = options_.copy.timeout;
  http.requests_per_second_max = options_.registry.requests_per_second_max;
  http.clock = clock_;
  ASSIGN_OR_RETURN(client_, HttpClient::Open(std::move(http)));
  ASSIGN_OR_RETURN(identity_, IdentifyRegistry(client_.get()));
  is_identified_ = true;
  reader_ = options_.product.product.has_value() ? options_.product
                                                 : ChoiceOf(identity_);
  parts_ = Parts();
  return absl::OkStatus();
}

// What can be compared: of another product's reading less.
ComparableParts ConfirmedComparison::Parts() const {
  ComparableParts parts = ComparablePartsOf(
      identity_.product, identity_.has_guid(), identity_.has_contexts(),
      identity_.has_metadata());
  if (reader_.product == identity_.product) return parts;
  const ComparableParts other =
      ComparablePartsOf(*reader_.product, false, false);
  parts.text = parts.text && other.text;
  parts.protobuf_text = parts.protobuf_text && other.protobuf_text;
  parts.extras = parts.extras && other.extras;
  parts.whole_config = parts.whole_config && other.whole_config;
  parts.modes = parts.modes && other.modes;
  parts.contexts = false;
  parts.guid = false;
  parts.timestamp = false;
  return parts;
}

void ConfirmedComparison::Open(ComparedTopic* topic) {
  if (topic->location.kind == LocationKind::kKafka) {
    // A file that is missing must not look like a topic that is.
    const auto properties = PropertiesOf(topic->location, options_.copy);
    if (!properties.ok()) {
      topic->status = absl::FailedPreconditionError(
          std::string(properties.status().message()));
      return;
    }
  }
  auto follower = TopicFollower::Open(
      topic->location, options_.copy,
      MakeRegistryModel(*reader_.product, reader_, /*with_hash=*/true,
                        /*with_md5=*/parts_.guid,
                        /*is_running=*/!options_.product.product.has_value()),
      options_.registry.lag);
  topic->status = follower.status();
  if (!follower.ok()) return;
  topic->follower = *std::move(follower);
  asked_.everything = true;
}

void ConfirmedComparison::CatchUp() {
  for (ComparedTopic& topic : topics_) {
    if (topic.follower == nullptr) continue;
    topic.status = topic.follower->CatchUp(options_.quiet);
    if (topic.status.ok()) continue;
    topic.follower.reset();
    topic.suspects.clear();
  }
}

void ConfirmedComparison::TakeWritten() {
  Written written;
  for (ComparedTopic& topic : topics_) {
    if (topic.follower != nullptr) {
      written.scope.Add(topic.follower->TakeWritten());
    }
  }
  written.read_at = clock_->Elapsed();
  if (!written.scope.empty()) written_.push_back(std::move(written));
  for (const Written& each : written_) asked_.Add(each.scope);
}

// An answer that was asked for at a time when the registry had to have read them
// has been judged.
void ConfirmedComparison::ForgetWritten(absl::Duration read_before) {
  written_.erase(std::remove_if(written_.begin(), written_.end(),
                                [&](const Written& written) {
                                  return written.read_at <= read_before;
                                }),
                 written_.end());
}

// Names that the registry is asked for, whatever it lists.
RegistryQuestions ConfirmedComparison::Questions() const {
  RegistryQuestions questions;
  questions.text_level = reader_.product == Product::kKarapace
                             ? TextLevel::kStructural
                             : TextLevel::kExact;
  if (!asked_.everything) questions.only = asked_;
  for (const ComparedTopic& topic : topics_) {
    if (topic.follower == nullptr) continue;
    const RegistryState& state = topic.follower->window().state();
    for (const auto& [name, config] : state.configs) {
      questions.names.insert(name);
    }
    for (const auto& [name, mode] : state.modes) questions.names.insert(name);
    if (identity_.lists_deleted()) continue;
    for (const auto& [subject, versions] : state.subjects) {
      for (const auto& [number, version] : versions) {
        questions.versions.emplace(subject, number);
      }
    }
  }
  return questions;
}

// Reads the registry, with the topics before and after; the windows are those
// of the answers.
absl::Status ConfirmedComparison::Look() {
  const absl::Duration asked = clock_->Elapsed();
  CatchUp();
  TakeWritten();
  if (asked_.empty()) return absl::OkStatus();
  RegistryQuestions questions = Questions();
  Progress progress(absl::StrCat("read ", registry_.text), clock_,
                    !options_.quiet);
  questions.progress = [&progress](int64_t schemas) {
    progress.Update({schemas, 0, std::nullopt});
  };
  ASSIGN_OR_RETURN(RegistryReading reading,
                   ReadRegistry(client_.get(), identity_, questions));
  reading_ = std::move(reading);
  CatchUp();
  for (ComparedTopic& topic : topics_) {
    if (topic.follower != nullptr) topic.follower->BeginWindowFor(asked);
  }
  return absl::OkStatus();
}

bool ConfirmedComparison::Told(const RegistryItem& item) const {
  return IsTold(reading_.told, item);
}

StatesCompared ConfirmedComparison::CompareNow(
    const ComparedTopic& topic) const {
  return CompareStates(topic.follower->window(), reading_.state, parts_,
                       [this](const RegistryItem& item) { return Told(item); });
}

absl::Status ConfirmedComparison::FirstLook() {
  RETURN_IF_ERROR(Look());
  if (asked_.empty()) return absl::OkStatus();
  first_told_ = reading_.told;
  has_looked_ = true;
  const absl::Duration now = clock_->Elapsed();
  for (ComparedTopic& topic : topics_) {
    if (topic.follower == nullptr) continue;
    topic.first = CompareNow(topic);
    for (const StateDifference& difference : topic.first.differences) {
      topic.suspects[difference.item] = {difference, now};
    }
    for (const RegistryItem& item : topic.first.unsettled) {
      topic.suspects[item] = {{item, codes::kRegistryUnresolved}, now};
    }
  }
  return absl::OkStatus();
}

bool ConfirmedComparison::HasSuspects() const {
  return std::any_of(topics_.begin(), topics_.end(), [](const auto& topic) {
    return !topic.suspects.empty();
  });
}

// Looks again, ever less often, until each suspect has turned out to be right,
// or has been wrong for options.confirm, or for ten times as long been written
// again and again. The error of the last look, if the registry had gone away by
// then, and has not come back.
absl::Status ConfirmedComparison::Confirm() {
  const absl::Duration confirm = options_.registry.confirm;
  const absl::Duration started = clock_->Elapsed();
  absl::Duration wait = confirm / 15;
  ConfirmOlderThan(confirm);
  absl::Status looked;
  int failed_looks = 0;
  while (HasSuspects() && failed_looks < kFailedLooksMax &&
         clock_->Elapsed() - started < 10 * confirm) {
    RETURN_IF_ERROR(Wait(wait));
    wait = std::min(wait * 2, confirm / 2);
    looked = Look();
    failed_looks = looked.ok() ? 0 : failed_looks + 1;
    if (!looked.ok()) continue;
    for (ComparedTopic& topic : topics_) LookAgain(&topic);
    ConfirmOlderThan(confirm);
  }
  return looked;
}

absl::Status ConfirmedComparison::Wait(absl::Duration duration) const {
  if (options_.stop == nullptr) {
    clock_->Sleep(duration);
  } else if (options_.stop->WaitForStop(duration)) {
    return absl::CancelledError("stopped");
  }
  return absl::OkStatus();
}

void ConfirmedComparison::LookAgain(ComparedTopic* topic) {
  if (topic->follower == nullptr) return;
  const StatesCompared now = CompareNow(*topic);
  std::map<RegistryItem, Suspect> left;
  for (const StateDifference& difference : now.differences) {
    const auto before = topic->suspects.find(difference.item);
    if (before == topic->suspects.end()) {
      // Of the next run, unless it is heard of for the first time.
      if (!IsTold(first_told_, difference.item)) {
        left[difference.item] = {difference, clock_->Elapsed()};
      }
      continue;
    }
    Suspect suspect = {difference, before->second.since,
                       before->second.looks_again + 1};
    const bool is_written =
        difference.offset != before->second.difference.offset ||
        difference.found != before->second.difference.found;
    if (is_written) suspect = {difference, clock_->Elapsed()};
    left[difference.item] = std::move(suspect);
  }
  for (const RegistryItem& item : now.unsettled) {
    const auto before = topic->suspects.find(item);
    if (before == topic->suspects.end()) continue;
    left[item] = {before->second.difference, clock_->Elapsed()};
  }
  // What it did not tell this time is as it was.
  for (auto& [item, suspect] : topic->suspects) {
    if (!Told(item)) left.emplace(item, std::move(suspect));
  }
  topic->suspects = std::move(left);
}

void ConfirmedComparison::ConfirmOlderThan(absl::Duration confirm) {
  const absl::Duration now = clock_->Elapsed();
  for (ComparedTopic& topic : topics_) {
    for (auto suspect = topic.suspects.begin();
         suspect != topic.suspects.end();) {
      const bool is_settled =
          suspect->second.difference.code != codes::kRegistryUnresolved &&
          now - suspect->second.since >= confirm &&
          (suspect->second.looks_again >= kLooksAgain ||
           confirm == absl::ZeroDuration());
      if (!is_settled) {
        ++suspect;
        continue;
      }
      topic.confirmed.push_back(std::move(suspect->second.difference));
      suspect = topic.suspects.erase(suspect);
    }
  }
}

}  // namespace sr
