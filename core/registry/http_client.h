// GET requests to one server, several at a time on connections that stay open.
//
// What a caller may rely on: nothing but GET is ever sent, no redirect is
// followed, no proxy of the environment is used, credentials go to the one server
// only and stand in no message, and no answer takes more memory or time than the
// options say.
#ifndef CORE_REGISTRY_HTTP_CLIENT_H_
#define CORE_REGISTRY_HTTP_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/base/clock.h"

namespace sr {

struct HttpCredentials {
  std::string user;  // Basic, if not empty.
  std::string password;
  std::string bearer_token;  // Instead of the former.

  // TLS; paths of PEM files. Empty: the system's authorities, no certificate.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string key_password;
};

struct HttpOptions {
  // "http://host:8081", perhaps with a path in front of all others; no user, no
  // query.
  std::string base_url;
  HttpCredentials credentials;
  int connections = 4;  // 1 to 16.
  absl::Duration connect_timeout = absl::Seconds(10);
  // A server that sends nothing for so long has gone; whole seconds.
  absl::Duration idle_timeout = absl::Seconds(20);
  absl::Duration answer_timeout = absl::Minutes(2);  // For one answer.
  int64_t body_bytes_max = int64_t{256} << 20;
  // How often a request is made again after 429, 5xx and broken transport; once
  // at most after 500, which a registry also answers for good.
  int retries = 3;
  absl::Duration backoff_min = absl::Milliseconds(200);  // Doubles, with jitter,
  absl::Duration backoff_max = absl::Seconds(10);        // also over Retry-After.
  double requests_per_second_max = 0;                    // 0: as many as come.
  // After so many requests in a row without any answer the rest are not made: each
  // is told the last error.
  int silent_max = 20;
  Clock* clock = SystemClock();
};

struct HttpAnswer {
  int status = 0;  // Of HTTP; whatever it is but 3xx.
  std::string body;
};

struct HttpCounts {
  int64_t requests = 0;  // Sent, those made again included.
  int64_t retries = 0;
  int64_t body_bytes = 0;
};

// One thread.
class HttpClient {
 public:
  // InvalidArgument: no http or https URL, or a CA file and the like that cannot
  // be read. Reaches for nothing.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Open(HttpOptions options);
  virtual ~HttpClient() = default;

  // Told each answer once, in the order in which they come, with the index of its
  // target. It may take the answer away.
  //
  //   Unavailable         the server cannot be reached, or went away
  //   DeadlineExceeded    a time-out of the options
  //   ResourceExhausted   a body beyond the limit
  //   FailedPrecondition  a redirect; the message says where to
  //   Unauthenticated     TLS: one of both does not trust the other
  using OnAnswer = absl::FunctionRef<void(size_t, absl::StatusOr<HttpAnswer>)>;

  // Asks for each of `targets`, "/subjects?deleted=true", and returns when all
  // have been told.
  virtual void GetAll(absl::Span<const std::string> targets,
                      OnAnswer on_answer) = 0;

  absl::StatusOr<HttpAnswer> Get(const std::string& target);

  // For messages.
  virtual const std::string& base_url() const = 0;
  virtual HttpCounts counts() const = 0;
};

// `text` as one part of a path or of a query: everything but letters, digits and
// "-._~" as %XX; "." and ".." whole.
std::string PercentEncoded(absl::string_view text);

}  // namespace sr

#endif  // CORE_REGISTRY_HTTP_CLIENT_H_
