// The HTTP client over TLS, and who it says it is.
#include "core/registry/http_client.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "core/base/file_system.h"
#include "core/registry/registry_credentials.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/registry/http_server.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

// Makes a certificate that vouches for itself, for `name`; returns the paths of
// certificate and key.
std::pair<std::string, std::string> MakeCertificate(
    const std::string& directory, const std::string& name,
    const std::string& alternative) {
  const std::string certificate = directory + "/" + name + ".pem";
  const std::string key = directory + "/" + name + ".key";
  const ProgramResult made = RunProgram(
      {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
       "2", "-subj", "/CN=" + name, "-addext",
       "subjectAltName=" + alternative, "-keyout", key, "-out", certificate},
      absl::Minutes(1));
  EXPECT_EQ(made.exit_code, 0) << made.err;
  return {certificate, key};
}

class TlsTest : public testing::Test {
 protected:
  TlsTest()
      : server_(MakeCertificate(directory_.path(), "server", "IP:127.0.0.1")),
        other_(MakeCertificate(directory_.path(), "other", "DNS:elsewhere")),
        client_(MakeCertificate(directory_.path(), "client", "DNS:client")) {}

  static HttpReply Answer(const HttpRequest& /*request*/) {
    return {200, "[]"};
  }

  absl::Status Get(const HttpServer& server, HttpCredentials credentials) {
    HttpOptions options;
    options.base_url = server.url();
    options.credentials = std::move(credentials);
    options.retries = 0;
    return HttpClient::Open(options).value()->Get("/subjects").status();
  }

  const TemporaryDirectory directory_;
  const std::pair<std::string, std::string> server_;
  const std::pair<std::string, std::string> other_;
  const std::pair<std::string, std::string> client_;
};

TEST_F(TlsTest, TheServerIsTheOneThatTheAuthorityVouchesFor) {
  const HttpServer server(Answer, HttpServerTls{server_.first, server_.second});
  HttpCredentials credentials;
  credentials.ca_file = server_.first;
  EXPECT_TRUE(Get(server, credentials).ok()) << Get(server, credentials);
  // Nobody vouches for it.
  const absl::Status unknown = Get(server, {});
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnauthenticated) << unknown;
  credentials.ca_file = client_.first;
  EXPECT_EQ(Get(server, credentials).code(),
            absl::StatusCode::kUnauthenticated);
}

// Of an authority that is trusted, but another's.
TEST_F(TlsTest, ACertificateOfAnotherHost) {
  const HttpServer server(Answer, HttpServerTls{other_.first, other_.second});
  HttpCredentials credentials;
  credentials.ca_file = other_.first;
  const absl::Status status = Get(server, credentials);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
}

TEST_F(TlsTest, AServerThatAsksForACertificate) {
  const HttpServer server(
      Answer, HttpServerTls{server_.first, server_.second, client_.first});
  HttpCredentials credentials;
  credentials.ca_file = server_.first;
  EXPECT_FALSE(Get(server, credentials).ok());
  credentials.certificate_file = client_.first;
  credentials.key_file = client_.second;
  EXPECT_TRUE(Get(server, credentials).ok()) << Get(server, credentials);
}

TEST_F(TlsTest, FilesThatAreNotThere) {
  HttpOptions options;
  options.base_url = "https://127.0.0.1:1";
  options.credentials.ca_file = directory_.path() + "/nowhere";
  const auto client = HttpClient::Open(options);
  EXPECT_EQ(client.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(client.status().message(), HasSubstr("nowhere"));
}

}  // namespace
}  // namespace sr
