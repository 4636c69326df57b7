// `schemas-verifier preflight TOPIC REGISTRY`: what would a restart do?

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_context.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/findings/report.h"
#include "verifier/check_copy.h"
#include "verifier/check_levels.h"
#include "verifier/commands.h"
#include "verifier/registry_comparison.h"
#include "verifier/report_output.h"

namespace sr {
namespace {

constexpr char kEncodersTopic[] = "_schema_encoders";

std::string Counted(int64_t count, const std::string& one,
                    const std::string& many) {
  return absl::StrCat(WithThousands(count), " ", count == 1 ? one : many);
}

// The reasons not to restart, and what a restart changes.
class Restart {
 public:
  explicit Restart(const Report& report) : report_(report) {}

  // For people: what to do first comes first.
  std::string Advice() {
    AddReasonsAgainst();
    AddChanges();
    std::string advice;
    if (!against_.empty()) {
      advice = absl::StrCat("do not restart: ", absl::StrJoin(against_, "; "));
    } else if (AnythingFailed(report_) ||
               Count(codes::kRegistryUnresolved) > 0) {
      return "not known: not everything could be checked, see above; do not "
             "restart before it is";
    } else if (changes_.empty()) {
      advice = "loses nothing: the registry will hold what it holds now";
    } else {
      advice = "changes what the registry holds";
    }
    if (!changes_.empty()) {
      absl::StrAppend(&advice, against_.empty() ? ": " : ". It would change ",
                      absl::StrJoin(changes_, ", "));
    }
    return advice;
  }

 private:
  int64_t Count(absl::string_view code) const {
    return report_.findings.count(code);
  }

  bool HasFatal() const {
    for (const Finding& finding : report_.findings.kept()) {
      if (absl::StartsWith(finding.effect, "fatal")) return true;
    }
    return false;
  }

  void AddReasonsAgainst() {
    if (Count(codes::kTopicMissing) > 0) {
      against_.push_back(
          "the topic is gone; harvest the registry's memory, which is the last "
          "copy, or restore the topic from an archive, first");
    }
    if (const int64_t lost = Count(codes::kTopicLostSchema); lost > 0) {
      against_.push_back(absl::StrCat(
          Counted(lost, "schema is", "schemas are"),
          " in the registry's memory only; harvest it first"));
    }
    if (HasFatal()) {
      against_.push_back(
          "a record stops the reader, see above; salvage the topic first");
    }
    if (Count(codes::kPartitionCount) + Count(codes::kCleanupPolicy) > 0) {
      against_.push_back("the topic's configuration keeps it from starting; "
                         "put that right first");
    }
    if (Count(codes::kEncTopicMissing) > 0) {
      against_.push_back(absl::StrCat(
          "the keys of encrypted metadata are gone; bring ", kEncodersTopic,
          " back first"));
    }
  }

  void AddChange(absl::string_view code, const std::string& one,
                 const std::string& many) {
    if (const int64_t count = Count(code); count > 0) {
      changes_.push_back(Counted(count, one, many));
    }
  }

  void AddChanges() {
    AddChange(codes::kDeletedInRegistryOnly, "deleted schema comes back",
              "deleted schemas come back");
    AddChange(codes::kDeletedInTopicOnly, "schema is deleted",
              "schemas are deleted");
    AddChange(codes::kRegistryLacksSchema, "schema appears", "schemas appear");
    AddChange(codes::kRegistryIdDiffers, "schema has another id",
              "schemas have other ids");
    AddChange(codes::kRegistryTextDiffers, "schema has another text",
              "schemas have other texts");
    AddChange(codes::kRegistryAttributesDiffer, "schema has other attributes",
              "schemas have other attributes");
    AddChange(codes::kRegistryGuidDiffers, "schema has another guid",
              "schemas have other guids");
    AddChange(codes::kRegistryConfigDiffers, "config changes",
              "configs change");
    AddChange(codes::kRegistryModeDiffers, "mode changes", "modes change");
    AddChange(codes::kRegistryContextDiffers, "context comes or goes",
              "contexts come or go");
  }

  const Report& report_;
  std::vector<std::string> against_;
  std::vector<std::string> changes_;
};

// Whether the keys are there, if any schema needs them.
void CheckEncoders(const Location& topic, const VerifierOptions& options,
                   Report* report) {
  const int64_t encrypted = report->findings.count(codes::kEncNeedsKeyset);
  if (encrypted == 0 || topic.kind != LocationKind::kKafka) return;
  Location encoders = topic;
  encoders.topic = kEncodersTopic;
  const absl::StatusOr<TopicDescription> found =
      DescribeTopic(encoders, options.copy);
  if (found.ok()) {
    report->outlooks.push_back(
        {topic.text,
         absl::StrCat("the metadata of ",
                      Counted(encrypted, "schema", "schemas"),
                      " is encrypted: the registry needs its secret, and ",
                      kEncodersTopic, ", which is there; copy it as well")});
    return;
  }
  if (!absl::IsNotFound(found.status())) {
    LevelResult* const level = LevelOf(report, "topic");
    level->outcome = Outcome::kFailed;
    level->reason = RenderError(found.status());
    return;
  }
  Finding finding = MakeFinding(codes::kEncTopicMissing, topic.text);
  finding.expected = absl::StrCat("the topic ", kEncodersTopic);
  finding.found = absl::StrCat(
      "none; ", Counted(encrypted, "schema is", "schemas are"), " encrypted");
  report->findings.Add(std::move(finding));
}

}  // namespace

absl::StatusOr<ExitCode> RunPreflight(const VerifierOptions& options,
                                      Output* output) {
  const Location& topic = options.copies[0];
  const Location& registry = options.copies[1];
  if (topic.kind == LocationKind::kRegistry ||
      registry.kind != LocationKind::kRegistry) {
    return WithHint(absl::InvalidArgumentError(
                        "preflight takes a topic and then its registry"),
                    "preflight kafka://HOST:PORT/_schemas http://HOST:PORT");
  }
  Report report = NewReport("preflight", options);
  const std::optional<ProductChoice> product =
      CompareWithRegistry(registry, {topic}, options, &report);
  if (report.findings.count(codes::kTopicMissing) == 0) {
    VerifierOptions check = options;
    if (!check.product.product.has_value() && product.has_value()) {
      check.product = *product;
    }
    // Of the topic `check` has a result of its own.
    const CopyResult asked = std::move(report.copies.back());
    report.copies.clear();
    report.records = 0;
    (void)CheckCopy(topic, check, &report);  // Failed: the result says so.
    CheckEncoders(topic, options, &report);
    report.copies.push_back(asked);
  }
  report.outlooks.push_back({"a restart", Restart(report).Advice()});
  return WriteReport(options, std::move(report), output);
}

}  // namespace sr
