// Reading everything that a registry holds, over loopback, beside one GET per
// version on one connection that is kept open, which is what scripts do:
//
//   registry_bench [VERSIONS]     4000 versions
//
// The registry is the fake one of the tests, which waits half a millisecond before
// each answer, about what a real server (8.2.2) takes for one. So what is measured is
// what the client asks for and what it makes of the answers; the requests are printed
// as well. Every reading is held against what the registry
// holds before its time is printed.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/check.h"
#include "core/registry/http_client.h"
#include "core/registry/registry_identity.h"
#include "core/registry/registry_reader.h"
#include "tests/support/registry/fake_registry.h"

namespace sr {
namespace {

constexpr absl::Duration kAnswerTime = absl::Microseconds(500);

FakeContent ContentOf(int64_t versions) {
  FakeContent content;
  const std::string text(1000, 'x');
  for (int64_t i = 0; i < versions; ++i) {
    FakeSchema schema;
    schema.members =
        absl::StrCat(R"("id":)", i + 1, R"(,"schema":"{\"type\":\"string\",)",
                     R"(\"doc\":\")", text, R"(\"}")");
    schema.type = "AVRO";
    content.schemas[{absl::StrCat("subject-", i / 2), 1 + i % 2}] = schema;
  }
  return content;
}

std::unique_ptr<HttpClient> ClientOf(const FakeRegistry& registry,
                                     int connections) {
  HttpOptions options;
  options.base_url = registry.url();
  options.connections = connections;
  return HttpClient::Open(options).value();
}

void Print(const std::string& name, absl::Duration time, int64_t requests) {
  std::printf("%-36s %8.1f ms %8lld requests\n", name.c_str(),
              absl::ToDoubleMilliseconds(time),
              static_cast<long long>(requests));
}

absl::Duration OneByOne(const FakeRegistry& registry, int64_t versions) {
  const auto client = ClientOf(registry, 1);
  std::vector<std::string> targets;
  for (const auto& [name, schema] : registry.content().schemas) {
    targets.push_back(absl::StrCat("/subjects/", name.first, "/versions/",
                                   name.second, "?deleted=true"));
  }
  int64_t bytes = 0;
  const absl::Time start = absl::Now();
  client->GetAll(targets, [&](size_t, absl::StatusOr<HttpAnswer> answer) {
    SR_CHECK(answer.ok() && answer->status == 200);
    bytes += static_cast<int64_t>(answer->body.size());
  });
  const absl::Duration time = absl::Now() - start;
  SR_CHECK(bytes > versions * 1000);
  Print("OneGetPerVersion, 1 connection", time, client->counts().requests);
  return time;
}

absl::Duration Everything(const FakeRegistry& registry, int64_t versions,
                          int connections) {
  const auto client = ClientOf(registry, connections);
  const auto identity = IdentifyRegistry(client.get());
  SR_CHECK(identity.ok());
  const absl::Time start = absl::Now();
  const auto reading = ReadRegistry(client.get(), *identity, {});
  const absl::Duration time = absl::Now() - start;
  SR_CHECK(reading.ok() && reading->unread.empty());
  SR_CHECK(reading->state.version_count() == versions);
  Print(absl::StrCat("Everything, ", connections, " connections"), time,
        client->counts().requests);
  return time;
}

// The schemas only.
absl::Duration Versions(const FakeRegistry& registry, int64_t versions) {
  const auto client = ClientOf(registry, 1);
  const auto identity = IdentifyRegistry(client.get());
  SR_CHECK(identity.ok());
  RegistryQuestions questions;
  questions.settings = false;
  const absl::Time start = absl::Now();
  const auto reading = ReadRegistry(client.get(), *identity, questions);
  const absl::Duration time = absl::Now() - start;
  SR_CHECK(reading.ok() && reading->state.version_count() == versions);
  Print("Schemas, 1 connection", time, client->counts().requests);
  return time;
}

int Main(int64_t versions) {
  FakeRegistry registry(Product::kConfluent, "8.2.2");
  registry.Hold(ContentOf(versions));
  registry.SetMisbehaviour([](const HttpRequest&) {
    absl::SleepFor(kAnswerTime);
    return std::optional<HttpReply>();
  });
  std::printf("%lld versions of %lld subjects\n",
              static_cast<long long>(versions),
              static_cast<long long>(versions / 2));
  const absl::Duration one = OneByOne(registry, versions);
  const absl::Duration schemas = Versions(registry, versions);
  const absl::Duration all = Everything(registry, versions, 4);
  const absl::Duration most = Everything(registry, versions, 16);
  std::printf("%-36s %.1f x OneGetPerVersion\n", "Schemas",
              absl::FDivDuration(one, schemas));
  std::printf("%-36s %.1f x OneGetPerVersion\n", "Everything, 4 connections",
              absl::FDivDuration(one, all));
  std::printf("%-36s %.1f x OneGetPerVersion\n", "Everything, 16 connections",
              absl::FDivDuration(one, most));
  return 0;
}

}  // namespace
}  // namespace sr

int main(int argc, char** argv) {
  int64_t versions = 4000;
  if (argc > 1) SR_CHECK(absl::SimpleAtoi(argv[1], &versions) && versions > 1);
  return sr::Main(versions);
}
