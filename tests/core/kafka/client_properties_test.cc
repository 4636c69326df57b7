// What a client may be told, by whom, and what is refused.
#include "core/kafka/client_properties.h"

#include <fstream>
#include <string>
#include <vector>

#include "core/base/exit_code.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kServers[] = "a:9092";

std::string FileWith(const std::string& text) {
  const std::string path = testing::TempDir() + "client.properties";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

absl::StatusOr<ClientProperties> FromFile(
    const std::string& text, const std::string& servers = kServers) {
  return ClientProperties::Load(servers, FileWith(text), {});
}

absl::StatusOr<ClientProperties> FromOverrides(
    const std::vector<ClientProperties::Entry>& overrides) {
  return ClientProperties::Load(kServers, "", overrides);
}

void ExpectRefused(const absl::Status& status, const std::string& named) {
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(named));
  EXPECT_THAT(HintOf(status), Not(testing::IsEmpty())) << status;
  EXPECT_THAT(RenderError(status), Not(HasSubstr("hunter2")));
}

TEST(ClientProperties, OverridesWinOverTheFile) {
  const auto properties = ClientProperties::Load(
      kServers, FileWith("client.id=file\r\n# comment\r\n\r\n"),
      {{"client.id", "override"}});
  ASSERT_TRUE(properties.ok()) << properties.status();
  EXPECT_EQ(properties->Get("client.id"), "override");
  EXPECT_EQ(properties->bootstrap_servers(), kServers);
  EXPECT_EQ(properties->Get("nothing"), "");
}

TEST(ClientProperties, ReadsCrLfAndComments) {
  const auto properties =
      FromFile("# c\r\n! c\r\nclient.id = me \r\nsasl.password=hunter2\r\n");
  ASSERT_TRUE(properties.ok()) << properties.status();
  EXPECT_EQ(properties->Get("client.id"), "me");
  EXPECT_EQ(properties->Get("sasl.password"), "hunter2");
}

TEST(ClientProperties, RefusesSecretsOnTheCommandLine) {
  for (const char* key :
       {"sasl.password", "ssl.key.password", "ssl.keystore.password",
        "ssl.key.pem", "sasl.oauthbearer.config",
        "sasl.oauthbearer.client.secret"}) {
    ExpectRefused(FromOverrides({{key, "hunter2"}}).status(), key);
  }
}

TEST(ClientProperties, RefusesWhatWouldSwitchAPromiseOff) {
  const std::vector<ClientProperties::Entry> dangerous = {
      {"check.crcs", "false"},        {"auto.offset.reset", "earliest"},
      {"enable.idempotence", "false"}, {"acks", "1"},
      {"request.required.acks", "0"},  {"isolation.level", "read_committed"},
      {"enable.auto.commit", "true"},  {"enable.auto.offset.store", "true"},
      {"transactional.id", "mine"},    {"enable.partition.eof", "false"},
      {"allow.auto.create.topics", "true"}};
  for (const auto& [key, value] : dangerous) {
    ExpectRefused(FromOverrides({{key, value}}).status(), key);
    ExpectRefused(FromFile(key + "=" + value + "\n").status(), key);
  }
  EXPECT_TRUE(FromOverrides({{"check.crcs", "true"}, {"acks", "all"}}).ok());
}

TEST(ClientProperties, RefusesWhatLibrdkafkaDoesNotKnow) {
  ExpectRefused(FromOverrides({{"no.such.property", "1"}}).status(),
                "no.such.property");
  ExpectRefused(FromOverrides({{"socket.timeout.ms", "soon"}}).status(),
                "socket.timeout.ms");
}

TEST(ClientProperties, RefusesAFileThatIsNone) {
  ExpectRefused(FromFile("client.id=a\nnonsense\n").status(), "2");
  const absl::Status missing =
      ClientProperties::Load(kServers, "/nonexistent/x", {}).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("/nonexistent/x"));
}

TEST(ClientProperties, NeedsServers) {
  ExpectRefused(ClientProperties::Load("", "", {}).status(), "servers");
  ExpectRefused(FromOverrides({{"bootstrap.servers", "b:1"}}).status(),
                "bootstrap.servers");
}

TEST(ClientProperties, TakesARegistrysOwnConfiguration) {
  const auto properties = FromFile(
      "listeners=http://0.0.0.0:8081\n"
      "kafkastore.bootstrap.servers=SASL_SSL://k:9093\n"
      "kafkastore.security.protocol=SASL_SSL\n"
      "kafkastore.sasl.mechanism=PLAIN\n"
      "kafkastore.sasl.jaas.config=org.apache.kafka.common.security.plain."
      "PlainLoginModule required username=\"me\" password=\"hunter2\";\n",
      "");
  ASSERT_TRUE(properties.ok()) << properties.status();
  EXPECT_THAT(properties->bootstrap_servers(), HasSubstr("k:9093"));
  EXPECT_EQ(properties->Get("sasl.username"), "me");
  EXPECT_EQ(properties->Get("sasl.password"), "hunter2");
  EXPECT_EQ(properties->Get("listeners"), "");
}

TEST(ClientProperties, RefusesALogInModuleItDoesNotUnderstand) {
  ExpectRefused(
      FromFile("sasl.jaas.config=com.example.Other required "
               "username=\"me\" password=\"hunter2\";\n")
          .status(),
      "sasl.jaas.config");
}

}  // namespace
}  // namespace sr
