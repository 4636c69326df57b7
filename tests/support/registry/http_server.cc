#include "tests/support/registry/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/check.h"

namespace sr {

class TlsContext {
 public:
  explicit TlsContext(const HttpServerTls& tls)
      : context_(SSL_CTX_new(TLS_server_method())) {
    SR_CHECK(SSL_CTX_use_certificate_chain_file(
                 context_, tls.certificate_file.c_str()) == 1);
    SR_CHECK(SSL_CTX_use_PrivateKey_file(context_, tls.key_file.c_str(),
                                         SSL_FILETYPE_PEM) == 1);
    if (tls.client_ca_file.empty()) return;
    SR_CHECK(SSL_CTX_load_verify_locations(context_, tls.client_ca_file.c_str(),
                                           nullptr) == 1);
    SSL_CTX_set_verify(context_,
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
  }
  ~TlsContext() { SSL_CTX_free(context_); }

  SSL* NewConnection() const { return SSL_new(context_); }

 private:
  SSL_CTX* const context_;
};

// The bytes of one connection, plain or not.
class Wire {
 public:
  // `tls` null: plain.
  Wire(int socket, const TlsContext* tls) : socket_(socket) {
    if (tls == nullptr) return;
    ssl_ = tls->NewConnection();
    SSL_set_fd(ssl_, socket);
    is_open_ = SSL_accept(ssl_) == 1;
  }
  ~Wire() { SSL_free(ssl_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool is_open() const { return is_open_; }
  int socket() const { return socket_; }

  // 0 or less: closed.
  ssize_t Receive(char* buffer, size_t size) {
    return ssl_ != nullptr ? SSL_read(ssl_, buffer, static_cast<int>(size))
                           : recv(socket_, buffer, size, 0);
  }

  bool SendAll(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent =
          ssl_ != nullptr
              ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
              : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

 private:
  const int socket_;
  SSL* ssl_ = nullptr;
  bool is_open_ = true;
};

namespace {

constexpr int kTrickleMs = 50;

// Whether the other side has gone within `timeout_ms`.
bool HasGone(int socket, int timeout_ms) {
  pollfd fd = {socket, POLLIN, 0};
  if (poll(&fd, 1, timeout_ms) <= 0) return false;
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK) <= 0;
}

// The next request on the connection; nullopt when it is closed. *rest are bytes
// that came behind the one before.
std::optional<HttpRequest> ReadRequest(Wire* wire, std::string* rest) {
  size_t end = 0;
  while ((end = rest->find("\r\n\r\n")) == std::string::npos) {
    char buffer[4096];
    const ssize_t count = wire->Receive(buffer, sizeof(buffer));
    if (count <= 0) return std::nullopt;
    rest->append(buffer, static_cast<size_t>(count));
  }
  const std::vector<std::string> lines =
      absl::StrSplit(rest->substr(0, end), "\r\n");
  rest->erase(0, end + 4);
  HttpRequest request;
  const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
  if (first.size() != 3) return std::nullopt;
  request.method = first[0];
  request.target = first[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> parts =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    if (parts.size() == 2) {
      request.headers[absl::AsciiStrToLower(parts[0])] = parts[1];
    }
  }
  return request;
}

std::string HeadOf(const HttpReply& reply) {
  std::string head = absl::StrCat(
      "HTTP/1.1 ", reply.status, " Reason\r\n",
      "Content-Type: application/vnd.schemaregistry.v1+json\r\n");
  for (const auto& [name, value] : reply.headers) {
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  if (reply.fault != HttpReply::Fault::kEndlessBody) {
    absl::StrAppend(&head, "Content-Length: ", reply.body.size(), "\r\n");
  }
  return head + "\r\n";
}

// Sends `reply`, with its fault. False: the connection is to be closed.
bool Send(Wire* wire, const HttpReply& reply) {
  using Fault = HttpReply::Fault;
  switch (reply.fault) {
    case Fault::kHang:
      while (!HasGone(wire->socket(), 100)) {
      }
      return false;
    case Fault::kCloseAtOnce:
      return false;
    case Fault::kEndlessHeader:
      if (!wire->SendAll("HTTP/1.1 200 OK\r\n")) return false;
      while (wire->SendAll("X-More: and more\r\n")) {
      }
      return false;
    default:
      break;
  }
  // In one piece: of two the second would wait for the first's acknowledgement.
  if (reply.fault == Fault::kNone) {
    return wire->SendAll(HeadOf(reply) + reply.body);
  }
  if (!wire->SendAll(HeadOf(reply))) return false;
  switch (reply.fault) {
    case Fault::kCloseMidBody:
      (void)wire->SendAll(reply.body.substr(0, reply.body.size() / 2));
      return false;
    case Fault::kTrickle:
      for (const char byte : reply.body) {
        if (HasGone(wire->socket(), kTrickleMs)) return false;
        if (!wire->SendAll(absl::string_view(&byte, 1))) return false;
      }
      return true;
    case Fault::kEndlessBody:
      while (wire->SendAll(std::string(65536, '['))) {
      }
      return false;
    default:
      return false;
  }
}

}  // namespace

HttpServer::HttpServer(Handler handler,
                       const std::optional<HttpServerTls>& tls)
    : handler_(std::move(handler)),
      tls_(tls.has_value() ? std::make_unique<TlsContext>(*tls) : nullptr) {
  std::signal(SIGPIPE, SIG_IGN);  // Of a client that has gone, by OpenSSL.
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  SR_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
  SR_CHECK(listen(listener_, 64) == 0);
  SR_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address),
                       &length) == 0);
  port_ = ntohs(address.sin_port);
  accepter_ = std::thread([this] { Accept(); });
}

HttpServer::~HttpServer() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    for (const int socket : open_) shutdown(socket, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  accepter_.join();
  {
    MutexLock lock(&mutex_);
    threads = std::move(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
}

std::string HttpServer::url() const {
  return absl::StrCat(tls_ != nullptr ? "https" : "http", "://127.0.0.1:",
                      port_);
}

HttpServerCounts HttpServer::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

void HttpServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    MutexLock lock(&mutex_);
    if (stopped_) {
      close(socket);
      return;
    }
    open_.push_back(socket);
    ++counts_.connections;
    threads_.emplace_back([this, socket] { Serve(socket); });
  }
}

void HttpServer::Serve(int socket) {
  {
    Wire wire(socket, tls_.get());
    std::string rest;
    while (wire.is_open()) {
      const std::optional<HttpRequest> request = ReadRequest(&wire, &rest);
      if (!request.has_value() || !Answer(&wire, *request)) break;
    }
  }
  MutexLock lock(&mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), socket));
  close(socket);
}

bool HttpServer::Answer(Wire* wire, const HttpRequest& request) {
  {
    MutexLock lock(&mutex_);
    ++counts_.requests;
    ++counts_.methods[request.method];
  }
  return Send(wire, handler_(request));
}

}  // namespace sr
