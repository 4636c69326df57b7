#include "core/kafka/client_properties.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/kafka/property_file.h"
#include "core/kafka/rdkafka_internal.h"

namespace sr {
namespace {

constexpr int64_t kFileBytesMax = int64_t{1} << 20;

// Properties on which a promise of the tools hangs, and the values that keep
// it. What no value keeps is the tool's to set.
struct Guarded {
  absl::string_view key;
  std::vector<std::string> allowed;
};

const std::vector<Guarded>& GuardedProperties() {
  static const auto* const kGuarded = new std::vector<Guarded>{
      {"acks", {"all", "-1"}},
      {"allow.auto.create.topics", {"false", "f", "0"}},
      {"auto.commit.enable", {"false", "f", "0"}},
      {"auto.offset.reset", {"error"}},
      {"check.crcs", {"true", "t", "1"}},
      {"enable.auto.commit", {"false", "f", "0"}},
      {"enable.auto.offset.store", {"false", "f", "0"}},
      {"enable.idempotence", {"true", "t", "1"}},
      {"enable.partition.eof", {"true", "t", "1"}},
      {"isolation.level", {}},
      {"queuing.strategy", {"fifo"}},
      {"request.required.acks", {"all", "-1"}},
      {"test.mock.num.brokers", {}},
      {"transactional.id", {}},
  };
  return *kGuarded;
}

bool IsSecret(absl::string_view key) {
  for (absl::string_view part :
       {"password", "passphrase", "secret", "key.pem", "jaas.config"}) {
    if (absl::StrContains(key, part)) return true;
  }
  // Holds a token, or what one is made of.
  return key == "sasl.oauthbearer.config";
}

absl::Status CheckGuarded(const ClientProperties::Entry& entry) {
  for (const Guarded& guarded : GuardedProperties()) {
    if (entry.first != guarded.key) continue;
    const std::string value = absl::AsciiStrToLower(entry.second);
    if (std::find(guarded.allowed.begin(), guarded.allowed.end(), value) !=
        guarded.allowed.end()) {
      return absl::OkStatus();
    }
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            "Kafka client property ", entry.first, "=",
            EscapeForTerminal(entry.second),
            " would switch off what the tool promises")),
        absl::StrCat("leave ", entry.first, " out; the tool sets it"));
  }
  return absl::OkStatus();
}

// Asks librdkafka itself whether it takes the property.
absl::Status CheckKnown(rd_kafka_conf_t* scratch,
                        const ClientProperties::Entry& entry) {
  char why[512];
  switch (rd_kafka_conf_set(scratch, entry.first.c_str(), entry.second.c_str(),
                            why, sizeof why)) {
    case RD_KAFKA_CONF_OK:
      return absl::OkStatus();
    case RD_KAFKA_CONF_UNKNOWN:
      return WithHint(
          absl::InvalidArgumentError(absl::StrCat(
              "unknown Kafka client property ",
              EscapeForTerminal(entry.first))),
          absl::StrCat("librdkafka ", rd_kafka_version_str(),
                       " does not know it; see its CONFIGURATION.md, and "
                       "mind that Java's names differ"));
    default:
      return WithHint(
          absl::InvalidArgumentError(absl::StrCat(
              "Kafka client property ", EscapeForTerminal(entry.first), ": ",
              IsSecret(entry.first) ? "value refused"
                                    : EscapeForTerminal(why))),
          "correct the value");
  }
}

absl::Status CheckEntry(rd_kafka_conf_t* scratch,
                        const ClientProperties::Entry& entry) {
  RETURN_IF_ERROR(CheckGuarded(entry));
  return CheckKnown(scratch, entry);
}

absl::Status CheckOverride(const ClientProperties::Entry& entry) {
  if (IsSecret(entry.first)) {
    return WithHint(
        absl::InvalidArgumentError(
            absl::StrCat("-X ", EscapeForTerminal(entry.first),
                         ": a secret on the command line is visible to every "
                         "user of this machine")),
        "put it into a file and name it with ?config=FILE");
  }
  if (entry.first == "bootstrap.servers" ||
      entry.first == "metadata.broker.list") {
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            "-X ", entry.first, ": the location names the servers")),
        "kafka://HOST:PORT/TOPIC");
  }
  return absl::OkStatus();
}

absl::StatusOr<MappedProperties> LoadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadWholeFile(PosixFileSystem(), path, kFileBytesMax));
  ASSIGN_OR_RETURN(const PropertyEntries entries, ParsePropertyFile(text));
  return MapJavaNames(entries);
}

}  // namespace

absl::StatusOr<ClientProperties> ClientProperties::Load(
    const std::string& bootstrap_servers, const std::string& config_file,
    const std::vector<Entry>& overrides) {
  ClientProperties properties;
  properties.bootstrap_servers_ = bootstrap_servers;
  RdConf scratch(rd_kafka_conf_new());
  if (!config_file.empty()) {
    const std::string what =
        absl::StrCat("client properties ", EscapeForTerminal(config_file));
    absl::StatusOr<MappedProperties> mapped = LoadFile(config_file);
    if (!mapped.ok()) {
      return WithHint(Annotate(mapped.status(), what),
                      "?config=FILE names a file of key=value lines");
    }
    if (properties.bootstrap_servers_.empty()) {
      properties.bootstrap_servers_ = mapped->bootstrap_servers;
    }
    for (const Entry& entry : mapped->entries) {
      RETURN_IF_ERROR(Annotate(CheckEntry(scratch.get(), entry), what));
    }
    properties.entries_ = std::move(mapped->entries);
  }
  for (const Entry& entry : overrides) {
    RETURN_IF_ERROR(CheckOverride(entry));
    RETURN_IF_ERROR(Annotate(CheckEntry(scratch.get(), entry), "-X"));
    properties.entries_.push_back(entry);
  }
  if (properties.bootstrap_servers_.empty()) {
    return WithHint(absl::InvalidArgumentError("no Kafka servers are named"),
                    "kafka://HOST:PORT/TOPIC, or bootstrap.servers in the "
                    "client properties file");
  }
  return properties;
}

std::string ClientProperties::Get(absl::string_view key) const {
  for (auto it = entries_.rbegin(); it != entries_.rend(); ++it) {
    if (it->first == key) return it->second;
  }
  return "";
}

}  // namespace sr
