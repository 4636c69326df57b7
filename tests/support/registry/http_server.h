// A small HTTP/1.1 server on 127.0.0.1 for tests: one thread a connection, GET
// only, and as badly behaved as it is told.
#ifndef TESTS_SUPPORT_REGISTRY_HTTP_SERVER_H_
#define TESTS_SUPPORT_REGISTRY_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/mutex.h"

namespace sr {

class TlsContext;
class Wire;

struct HttpRequest {
  std::string method;
  std::string target;  // "/subjects?deleted=true", as sent.
  std::map<std::string, std::string> headers;  // Names in lower case.
};

struct HttpReply {
  enum class Fault {
    kNone,
    kHang,           // Nothing is answered; until the client goes away.
    kCloseAtOnce,    // The connection is closed without an answer,
    kCloseMidBody,   // or in the middle of the body.
    kTrickle,        // A byte every 50 ms.
    kEndlessBody,    // As fast as the client reads.
    kEndlessHeader,
  };

  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
  Fault fault = Fault::kNone;
};

struct HttpServerCounts {
  int64_t requests = 0;
  int64_t connections = 0;
  std::map<std::string, int64_t> methods;
};

// For https: PEM files.
struct HttpServerTls {
  std::string certificate_file;
  std::string key_file;
  std::string client_ca_file;  // "": no certificate is asked of clients.
};

class HttpServer {
 public:
  // Answers each request; called from many threads.
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  explicit HttpServer(Handler handler,
                      const std::optional<HttpServerTls>& tls = std::nullopt);
  // Closes all connections.
  ~HttpServer();

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // "http://127.0.0.1:41234", or https.
  std::string url() const;
  HttpServerCounts counts() const;

 private:
  void Accept();
  void Serve(int socket);
  bool Answer(Wire* wire, const HttpRequest& request);

  const Handler handler_;
  const std::unique_ptr<TlsContext> tls_;  // Null: plain.
  int listener_ = -1;
  int port_ = 0;
  mutable Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  HttpServerCounts counts_ ABSL_GUARDED_BY(mutex_);
  std::thread accepter_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_REGISTRY_HTTP_SERVER_H_
