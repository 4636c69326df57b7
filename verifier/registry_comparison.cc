#include "verifier/registry_comparison.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/progress.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/compare/compare_states.h"
#include "core/findings/codes.h"
#include "core/registry/http_client.h"
#include "core/registry/registry_identity.h"
#include "core/registry/registry_reader.h"
#include "verifier/check_levels.h"
#include "verifier/topic_follower.h"

namespace sr {
namespace {

constexpr char kLevel[] = "registry";

// How often an answer is asked for again at least, however long that takes.
constexpr int kLooksAgain = 3;

// At how many looks in a row a registry may not answer while it is looked again.
constexpr int kFailedLooksMax = 3;

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
  std::map<RegistryItem, Suspect> suspects;
  std::vector<StateDifference> confirmed;
  StatesCompared first;
};

ProductChoice ChoiceOf(const RegistryIdentity& identity) {
  ProductChoice choice;
  choice.product = identity.product;
  choice.confluent_version = identity.confluent_version;
  int major = 0;
  if (absl::SimpleAtoi(identity.version.substr(0, identity.version.find('.')),
                       &major) &&
      major < 6) {
    choice.karapace_major = 5;
  }
  return choice;
}

class Comparison {
 public:
  Comparison(const Location& registry, const std::vector<Location>& copies,
             const VerifierOptions& options, Report* report)
      : registry_(registry),
        options_(options),
        clock_(options.copy.clock),
        report_(report) {
    for (const Location& copy : copies) {
      topics_.emplace_back();
      topics_.back().location = copy;
    }
  }

  std::optional<ProductChoice> Run() {
    const absl::Status status = Compare();
    CopyResult result;
    result.location = registry_.text;
    LevelResult* const level = LevelOf(report_, kLevel);
    if (!status.ok()) {
      result.outcome = Outcome::kFailed;
      result.reason = RenderError(status);
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(registry_.text, " could not be asked");
    } else if (!reading_.unread.empty()) {
      result.outcome = Outcome::kFailed;
      result.reason = Unread();
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(registry_.text, " did not tell everything");
    }
    result.records = reading_.state.version_count();
    report_->copies.push_back(std::move(result));
    if (!is_identified_) return std::nullopt;
    return ChoiceOf(identity_);
  }

 private:
  absl::Status Compare() {
    RETURN_IF_ERROR(Connect());
    for (ComparedTopic& topic : topics_) Open(&topic);
    RETURN_IF_ERROR(FirstLook());
    const absl::Status confirmed = Confirm();
    // One that went away leaves nothing to be said of what was still open.
    const int64_t open = confirmed.ok() ? 0 : DropSuspects();
    for (ComparedTopic& topic : topics_) Tell(&topic);
    return Annotate(confirmed,
                    absl::StrCat(WithThousands(open),
                                 " differences could not be looked at again"));
  }

  int64_t DropSuspects() {
    int64_t dropped = 0;
    for (ComparedTopic& topic : topics_) {
      dropped += static_cast<int64_t>(topic.suspects.size());
      topic.suspects.clear();
    }
    return dropped;
  }

  absl::Status Connect() {
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
    parts_ = ComparablePartsOf(identity_.product, identity_.has_guid(),
                               identity_.has_contexts(),
                               identity_.has_metadata());
    if (reader_.product != identity_.product) {
      const ComparableParts other =
          ComparablePartsOf(*reader_.product, false, false);
      parts_.text = parts_.text && other.text;
      parts_.protobuf_text = parts_.protobuf_text && other.protobuf_text;
      parts_.extras = parts_.extras && other.extras;
      parts_.whole_config = parts_.whole_config && other.whole_config;
      parts_.modes = parts_.modes && other.modes;
      parts_.contexts = false;
      parts_.guid = false;
      parts_.timestamp = false;
    }
    return absl::OkStatus();
  }

  void Open(ComparedTopic* topic) {
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
    if (follower.ok()) topic->follower = *std::move(follower);
  }

  void CatchUp() {
    for (ComparedTopic& topic : topics_) {
      if (topic.follower == nullptr) continue;
      topic.status = topic.follower->CatchUp(options_.quiet);
      if (topic.status.ok()) continue;
      topic.follower.reset();
      topic.suspects.clear();
    }
  }

  // Names that the registry is asked for, whatever it lists.
  RegistryQuestions Questions() {
    RegistryQuestions questions;
    questions.text_level = reader_.product == Product::kKarapace
                               ? TextLevel::kStructural
                               : TextLevel::kExact;
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
  absl::Status Look() {
    const absl::Duration asked = clock_->Elapsed();
    CatchUp();
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

  // Whether the registry told of it at the last look.
  bool Told(const RegistryItem& item) const { return ToldBy(reading_.told, item); }

  static bool ToldBy(const RegistryTold& told, const RegistryItem& item) {
    switch (item.kind) {
      case RegistryItem::Kind::kVersion:
        return told.Version(item.subject, item.version);
      case RegistryItem::Kind::kConfig:
        return told.Config(item.subject);
      case RegistryItem::Kind::kMode:
        return told.Mode(item.subject);
      case RegistryItem::Kind::kContext:
        return told.contexts;
    }
    return false;
  }

  StatesCompared CompareNow(const ComparedTopic& topic) const {
    return CompareStates(topic.follower->window(), reading_.state, parts_,
                         [this](const RegistryItem& item) { return Told(item); });
  }

  absl::Status FirstLook() {
    RETURN_IF_ERROR(Look());
    first_told_ = reading_.told;
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

  bool HasSuspects() const {
    return std::any_of(topics_.begin(), topics_.end(), [](const auto& topic) {
      return !topic.suspects.empty();
    });
  }

  // Looks again, ever less often, until each suspect has turned out to be right,
  // or has been wrong for options.confirm, or for ten times as long been written
  // again and again. The error of the last look, if the registry had gone away by
  // then, and has not come back.
  absl::Status Confirm() {
    const absl::Duration confirm = options_.registry.confirm;
    const absl::Duration started = clock_->Elapsed();
    absl::Duration wait = confirm / 15;
    ConfirmOlderThan(confirm);
    absl::Status looked;
    int failed_looks = 0;
    while (HasSuspects() && failed_looks < kFailedLooksMax && clock_->Elapsed() - started < 10 * confirm) {
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

  absl::Status Wait(absl::Duration duration) {
    if (options_.stop == nullptr) {
      clock_->Sleep(duration);
    } else if (options_.stop->WaitForStop(duration)) {
      return absl::CancelledError("stopped");
    }
    return absl::OkStatus();
  }

  void LookAgain(ComparedTopic* topic) {
    if (topic->follower == nullptr) return;
    const StatesCompared now = CompareNow(*topic);
    std::map<RegistryItem, Suspect> left;
    for (const StateDifference& difference : now.differences) {
      const auto before = topic->suspects.find(difference.item);
      if (before == topic->suspects.end()) {
        // Of the next run, unless it is heard of for the first time.
        if (!ToldBy(first_told_, difference.item)) {
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

  void ConfirmOlderThan(absl::Duration confirm) {
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

  void Tell(ComparedTopic* topic) {
    // What was proved before it went away stays proved.
    for (const StateDifference& difference : topic->confirmed) {
      AddFinding(*topic, difference);
    }
    if (IsMissing(*topic)) return TellMissing(*topic);
    CopyResult result;
    result.location = topic->location.text;
    if (topic->follower == nullptr) {
      result.outcome = Outcome::kFailed;
      result.reason = RenderError(topic->status);
      LevelResult* const level = LevelOf(report_, kLevel);
      level->outcome = Outcome::kFailed;
      level->reason = absl::StrCat(topic->location.text,
                                   " could not be compared with ",
                                   registry_.text, ": ", result.reason);
      report_->copies.push_back(std::move(result));
      return;
    }
    LevelOf(report_, kLevel)->items += topic->first.items;
    for (const auto& [item, suspect] : topic->suspects) {
      Finding finding =
          MakeFinding(codes::kRegistryUnresolved, topic->location.text);
      finding.found = absl::StrCat(registry_.text, ": ", NameOf(item));
      report_->findings.Add(std::move(finding));
    }
    for (const auto& [name, count] : topic->first.not_comparable) {
      report_->exceptions[name] += count;
    }
    if (reading_.not_addressable > 0) {
      report_->exceptions[exceptions::kNotAddressable] +=
          reading_.not_addressable;
    }
    result.records = topic->follower->records();
    AddResult(std::move(result));
    report_->outlooks.push_back({topic->location.text, Sentence(*topic)});
    AddVerifiedThrough(*topic->follower);
  }

  // Asked twice: a broker that has just come up may not know its topics yet.
  bool IsMissing(const ComparedTopic& topic) {
    if (!absl::IsNotFound(topic.status) ||
        topic.location.kind != LocationKind::kKafka) {
      return false;
    }
    clock_->Sleep(std::min(options_.registry.confirm / 15, absl::Seconds(5)));
    return absl::IsNotFound(
        DescribeTopic(topic.location, options_.copy).status());
  }

  // Of a copy that has been compared with others already the result is there.
  void AddResult(CopyResult result) {
    const bool is_there = std::any_of(
        report_->copies.begin(), report_->copies.end(),
        [&](const CopyResult& copy) { return copy.location == result.location; });
    if (is_there) return;
    report_->records += result.records;
    report_->copies.push_back(std::move(result));
  }

  void AddVerifiedThrough(const TopicFollower& follower) {
    if (report_->verified_through.has_value() || follower.last_offset() < 0) {
      return;
    }
    report_->verified_through =
        VerifiedThrough{follower.last_offset(), follower.last_timestamp()};
  }

  void TellMissing(const ComparedTopic& topic) {
    Finding finding = MakeFinding(codes::kTopicMissing, topic.location.text);
    finding.expected = absl::StrCat("the topic ", topic.location.topic);
    finding.found =
        absl::StrCat(registry_.text, " still holds ",
                     WithThousands(reading_.state.version_count()), " schemas");
    report_->findings.Add(std::move(finding));
    ++LevelOf(report_, kLevel)->items;
    CopyResult result;
    result.location = topic.location.text;
    result.outcome = Outcome::kFailed;
    result.reason = "the topic is not there";
    report_->copies.push_back(std::move(result));
    report_->outlooks.push_back(
        {topic.location.text,
         absl::StrCat(registry_.text, " still holds all ",
                      WithThousands(reading_.state.version_count()),
                      " schemas that the topic has lost: harvest now, do not "
                      "restart")});
  }

  void AddFinding(const ComparedTopic& topic,
                  const StateDifference& difference) {
    Finding finding = MakeFinding(difference.code, topic.location.text);
    finding.offset = difference.offset;
    finding.key = NameOf(difference.item);
    finding.expected = difference.expected;
    finding.found = absl::StrCat(registry_.text, ": ", difference.found);
    report_->findings.Add(std::move(finding));
  }

  std::string Sentence(const ComparedTopic& topic) const {
    std::string answer = absl::StrCat(
        registry_.text, " (", identity_.Name(), ") answers ",
        topic.confirmed.empty() && topic.suspects.empty() ? "as this says"
                                                          : "otherwise",
        reading_.unread.empty() ? "" : ", as far as it answers", ": ",
        WithThousands(topic.first.items),
        " schemas, configs, modes and contexts compared");
    int64_t lost = 0;
    for (const StateDifference& difference : topic.confirmed) {
      lost += difference.code == codes::kTopicLostSchema ? 1 : 0;
    }
    if (lost > 0) {
      absl::StrAppend(&answer, "; it still holds ", WithThousands(lost),
                      lost == 1 ? " schema" : " schemas",
                      " that the topic has lost: harvest now, do not restart");
    }
    return answer;
  }

  std::string Unread() const {
    std::vector<std::string> first;
    for (const RegistryUnread& unread : reading_.unread) {
      if (first.size() == 3) break;
      first.push_back(absl::StrCat(unread.what, " (", unread.why, ")"));
    }
    return absl::StrCat(WithThousands(static_cast<int64_t>(
                            reading_.unread.size())),
                        " answers missing: ", absl::StrJoin(first, ", "),
                        reading_.unread.size() > first.size() ? ", ..." : "");
  }

  const Location& registry_;
  const VerifierOptions& options_;
  Clock* const clock_;
  Report* const report_;
  std::vector<ComparedTopic> topics_;
  std::unique_ptr<HttpClient> client_;
  bool is_identified_ = false;
  RegistryIdentity identity_;
  ProductChoice reader_;  // Whose reading of the copies is compared.
  ComparableParts parts_;
  RegistryReading reading_;  // The last.
  RegistryTold first_told_;
};

}  // namespace

std::optional<ProductChoice> CompareWithRegistry(
    const Location& registry, const std::vector<Location>& copies,
    const VerifierOptions& options, Report* report) {
  return Comparison(registry, copies, options, report).Run();
}

}  // namespace sr
