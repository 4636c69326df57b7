#include "core/registry/registry_identity.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json_scanner.h"
#include "core/registry/registry_answer.h"
#include "core/schemas/members.h"

namespace sr {
namespace {

bool IsAtLeast(const RegistryIdentity& identity, int major, int minor) {
  return identity.product == Product::kConfluent &&
         !(identity.confluent_version < ConfluentVersion{major, minor, 0});
}

// The member at `path` of the object that `body` is, as text; "" if there is
// none.
std::string TextAt(const std::string& body,
                   std::initializer_list<absl::string_view> path) {
  const absl::StatusOr<JsonScan> scan = ScanJson(body);
  if (!scan.ok()) return "";
  JsonSpan span = scan->value;
  for (const absl::string_view name : path) {
    const std::optional<JsonSpan> member = MemberOf(span, name);
    if (!member.has_value()) return "";
    span = *member;
  }
  return TextOf(span);
}

// What one path tells; "" if the registry does not have it.
absl::StatusOr<std::optional<std::string>> Ask(HttpClient* client,
                                               const std::string& target) {
  ASSIGN_OR_RETURN(HttpAnswer answer, client->Get(target));
  if (answer.status == 200) return std::move(answer.body);
  if (answer.status == 404 || answer.status == 405) return std::nullopt;
  return StatusOfAnswer(absl::StrCat("GET ", client->base_url(), target),
                        answer);
}

// A Confluent registry that does not tell its version.
absl::StatusOr<ConfluentVersion> OlderVersion(HttpClient* client) {
  ASSIGN_OR_RETURN(const auto contexts, Ask(client, "/contexts"));
  if (contexts.has_value()) return ConfluentVersion{7, 0, 0};
  ASSIGN_OR_RETURN(const auto listing, Ask(client, "/schemas?limit=1"));
  if (listing.has_value()) return ConfluentVersion{6, 1, 0};
  // 6.0 lists with `deleted`, which leaves no mark where nothing is deleted. As the
  // older one, which is asked for more.
  return ConfluentVersion{5, 5, 0};
}

absl::StatusOr<RegistryIdentity> ConfluentIdentity(
    HttpClient* client, const std::optional<std::string>& version,
    const std::optional<std::string>& id) {
  RegistryIdentity identity;
  if (id.has_value()) {
    identity.kafka_cluster_id =
        TextAt(*id, {"scope", "clusters", "kafka-cluster"});
  }
  if (version.has_value()) identity.version = TextAt(*version, {"version"});
  // "8.2.2", "7.6.13-ce", "8.3.0-0".
  const std::string numbers =
      identity.version.substr(0, identity.version.find('-'));
  if (const auto parsed = ConfluentVersion::Parse(numbers)) {
    identity.confluent_version = *parsed;
    identity.reason = "/v1/metadata/version tells";
  } else {
    ASSIGN_OR_RETURN(identity.confluent_version, OlderVersion(client));
    identity.reason = "/v1/metadata/id, and what else it can be asked";
  }
  return identity;
}

}  // namespace

bool RegistryIdentity::lists_deleted() const {
  return product != Product::kConfluent || IsAtLeast(*this, 6, 0);
}
bool RegistryIdentity::has_listing() const { return IsAtLeast(*this, 6, 1); }
bool RegistryIdentity::has_contexts() const { return IsAtLeast(*this, 7, 0); }
bool RegistryIdentity::has_metadata() const { return IsAtLeast(*this, 7, 4); }
bool RegistryIdentity::has_guid() const { return IsAtLeast(*this, 8, 0); }

std::string RegistryIdentity::Name() const {
  switch (product) {
    case Product::kConfluent:
      return version.empty()
                 ? absl::StrCat("Confluent ", confluent_version.ToString(),
                                " or later")
                 : absl::StrCat("Confluent ", EscapeForTerminal(version));
    case Product::kKarapace:
      return version.empty()
                 ? "Karapace"
                 : absl::StrCat("Karapace ", EscapeForTerminal(version));
    case Product::kRedpanda:
      return "Redpanda";
  }
  return "";
}

absl::StatusOr<RegistryIdentity> IdentifyRegistry(HttpClient* client) {
  ASSIGN_OR_RETURN(const auto version, Ask(client, "/v1/metadata/version"));
  ASSIGN_OR_RETURN(const auto id, Ask(client, "/v1/metadata/id"));
  if (version.has_value() || id.has_value()) {
    return ConfluentIdentity(client, version, id);
  }
  RegistryIdentity identity;
  ASSIGN_OR_RETURN(const auto health, Ask(client, "/_health"));
  if (health.has_value()) {
    identity.product = Product::kKarapace;
    identity.version = TextAt(*health, {"karapace_version"});
    identity.reason = "/_health answers";
    return identity;
  }
  ASSIGN_OR_RETURN(const auto ready, Ask(client, "/status/ready"));
  if (ready.has_value()) {
    identity.product = Product::kRedpanda;
    identity.reason = "/status/ready answers";
    return identity;
  }
  ASSIGN_OR_RETURN(const auto types, Ask(client, "/schemas/types"));
  if (types.has_value()) {  // Since Confluent 5.5, and nothing newer.
    identity.confluent_version = ConfluentVersion{5, 5, 0};
    identity.reason = "/schemas/types answers, and nothing newer";
    return identity;
  }
  return WithHint(absl::FailedPreconditionError(absl::StrCat(
                      client->base_url(), ": no schema registry that is known")),
                  "the URL is that of the registry's root, with the path in "
                  "front if a proxy adds one");
}

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

}  // namespace sr
