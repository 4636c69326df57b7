#include "verifier/checks/topic_configuration.h"

#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

constexpr int kReplicas = 3;
constexpr int64_t kMinIsr = 2;
// What a batch of one record adds to its bytes: header, lengths, deltas.
constexpr int64_t kBatchOverhead = 100;

class TopicCheck {
 public:
  TopicCheck(const std::string& copy, const TopicFacts& facts,
             FindingList* findings)
      : copy_(copy), facts_(facts), findings_(findings) {}

  void Run() {
    CheckTopic();
    if (!facts_.state.config.has_value()) return;
    if (facts_.is_shadow) {
      CheckShadowPolicy();
    } else {
      CheckSourcePolicy();
    }
    CheckMinIsr();
    CheckSetting(codes::kUncleanElection, "unclean.leader.election.enable",
                 "false");
    CheckSetting(codes::kTimestampType, "message.timestamp.type", "CreateTime");
    CheckHeadroom();
  }

 private:
  // What the broker says of `name`; null if it does not know it.
  const ConfigEntry* Find(const std::string& name) const {
    const auto found = facts_.state.config->find(name);
    return found == facts_.state.config->end() ? nullptr : &found->second;
  }

  static std::string Told(const ConfigEntry& entry) {
    return absl::StrCat(EscapeForTerminal(entry.value),
                        entry.is_topic_override ? ", set on the topic"
                                                : ", the broker's default");
  }

  void Add(absl::string_view code, absl::string_view expected,
           absl::string_view found, absl::string_view effect = "") {
    Finding finding = MakeFinding(code, copy_);
    finding.expected = std::string(expected);
    finding.found = std::string(found);
    finding.effect = std::string(effect);
    findings_->Add(std::move(finding));
  }

  void CheckSetting(absl::string_view code, const std::string& name,
                    absl::string_view expected) {
    const ConfigEntry* const entry = Find(name);
    if (entry == nullptr || entry->value == expected) return;
    Add(code, absl::StrCat(name, " ", expected), Told(*entry));
  }

  void CheckTopic() {
    const TopicState& state = facts_.state;
    if (state.partitions != 1) {
      Add(codes::kPartitionCount, "1", absl::StrCat(state.partitions),
          "a Confluent registry does not start");
    }
    if (state.replicas < kReplicas) {
      Add(codes::kReplicationFactorLow, absl::StrCat(kReplicas, " or more"),
          absl::StrCat(state.replicas));
    }
    if (state.low_watermark > 0) {
      Add(codes::kLogStartNonzero, "0", absl::StrCat(state.low_watermark));
    }
  }

  void CheckSourcePolicy() {
    const ConfigEntry* const policy = Find("cleanup.policy");
    if (policy == nullptr || policy->value == "compact") return;
    Add(codes::kCleanupPolicy, "compact", Told(*policy),
        "a Confluent registry does not start");
  }

  // A shadow keeps all there is: `delete` without a limit, or, where that was
  // asked for, `compact`.
  void CheckShadowPolicy() {
    const ConfigEntry* const policy = Find("cleanup.policy");
    if (policy == nullptr || policy->value == "compact") return;
    for (const char* limit : {"retention.ms", "retention.bytes"}) {
      const ConfigEntry* const entry = Find(limit);
      if (entry == nullptr || entry->value == "-1") continue;
      Add(codes::kCleanupPolicy, absl::StrCat(limit, " -1 with ", policy->value),
          Told(*entry), "the broker deletes what the shadow should keep");
    }
  }

  void CheckMinIsr() {
    const ConfigEntry* const entry = Find("min.insync.replicas");
    int64_t number = 0;
    if (entry == nullptr || !absl::SimpleAtoi(entry->value, &number)) return;
    const int replicas = facts_.state.replicas;
    // With one replica there is nothing to be in sync with.
    const bool too_low = number < kMinIsr && replicas > 1;
    if (too_low) {
      Add(codes::kMinIsrLow, absl::StrCat(kMinIsr), Told(*entry));
    } else if (number > replicas) {
      Add(codes::kMinIsrLow, absl::StrCat(replicas, " or less"), Told(*entry),
          "nothing can be written");
    }
  }

  void CheckHeadroom() {
    const ConfigEntry* const entry = Find("max.message.bytes");
    int64_t limit = 0;
    if (entry == nullptr || !absl::SimpleAtoi(entry->value, &limit)) return;
    const int64_t largest = facts_.largest_record_bytes;
    if (largest == 0 || limit >= 2 * (largest + kBatchOverhead)) return;
    if (limit < largest + kBatchOverhead) {
      Add(codes::kMessageTooLarge,
          absl::StrCat(WithThousands(largest + kBatchOverhead), " or more"),
          absl::StrCat(Told(*entry), "; the largest record has ",
                       WithThousands(largest), " bytes"),
          "cannot be written again");
      return;
    }
    Add(codes::kMessageSizeHeadroom,
        absl::StrCat(WithThousands(2 * (largest + kBatchOverhead)), " or more"),
        absl::StrCat(Told(*entry), "; the largest record has ",
                     WithThousands(largest), " bytes"));
  }

  const std::string& copy_;
  const TopicFacts& facts_;
  FindingList* const findings_;
};

}  // namespace

void CheckTopicConfiguration(const std::string& copy, const TopicFacts& facts,
                             FindingList* findings) {
  TopicCheck(copy, facts, findings).Run();
}

}  // namespace sr
