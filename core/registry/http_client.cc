#include "core/registry/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/check.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr int kPollMs = 50;
constexpr int64_t kHeaderBytesMax = 64 << 10;

// Once in the life of the program; never taken back.
void InitCurl() {
  static std::once_flag once;
  std::call_once(once,
                 [] { SR_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == 0); });
}

// One request on its way, with the connection's handle.
struct Transfer {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = "";

  size_t index = 0;  // Of the target.
  bool is_busy = false;
  std::string body;
  int64_t body_bytes_max = 0;
  int64_t header_bytes = 0;
  bool too_large = false;
  std::string location;  // Of a redirect.
  absl::Duration retry_after = absl::ZeroDuration();

  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
};

size_t TakeBody(char* bytes, size_t /*one*/, size_t count, void* transfer) {
  auto* const to = static_cast<Transfer*>(transfer);
  if (static_cast<int64_t>(to->body.size() + count) > to->body_bytes_max) {
    to->too_large = true;
    return 0;
  }
  to->body.append(bytes, count);
  return count;
}

size_t TakeHeader(char* bytes, size_t /*one*/, size_t count, void* transfer) {
  auto* const to = static_cast<Transfer*>(transfer);
  to->header_bytes += static_cast<int64_t>(count);
  if (to->header_bytes > kHeaderBytesMax) {
    to->too_large = true;
    return 0;
  }
  const absl::string_view line =
      absl::StripAsciiWhitespace(absl::string_view(bytes, count));
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return count;
  const absl::string_view name = line.substr(0, colon);
  const absl::string_view value =
      absl::StripAsciiWhitespace(line.substr(colon + 1));
  int64_t seconds = 0;
  if (absl::EqualsIgnoreCase(name, "location")) {
    to->location = std::string(value);
  } else if (absl::EqualsIgnoreCase(name, "retry-after") &&
             absl::SimpleAtoi(value, &seconds) && seconds >= 0) {
    to->retry_after = absl::Seconds(std::min<int64_t>(seconds, 3600));
  }
  return count;
}

absl::StatusCode CodeOf(CURLcode result) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return absl::StatusCode::kUnauthenticated;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

// Whether the answer may be another one a moment later.
bool IsPassing(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

// A target that waits for its turn.
struct Waiting {
  size_t index = 0;
  int tries = 0;
  absl::Duration not_before = absl::ZeroDuration();  // Of the clock's Elapsed.
};

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(HttpOptions options)
      : options_(std::move(options)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(options_.connections));
  }
  ~CurlClient() override {
    transfers_.clear();
    curl_multi_cleanup(multi_);
  }

  absl::Status Prepare();
  void GetAll(absl::Span<const std::string> targets,
              OnAnswer on_answer) override;

  const std::string& base_url() const override { return options_.base_url; }
  HttpCounts counts() const override { return counts_; }

 private:
  absl::Status SetUp(Transfer* transfer);
  void Authenticate(Transfer* transfer);
  // Starts what may start now. Returns when the next may, if any has to wait.
  void StartWhatMay(absl::Span<const std::string> targets);
  void GiveUp(OnAnswer on_answer);
  void Start(const std::string& target, const Waiting& waiting,
             Transfer* transfer);
  void Finish(Transfer* transfer, CURLcode result,
              absl::Span<const std::string> targets, OnAnswer on_answer);
  bool MayTryAgain(int tries, absl::StatusCode code, int status) const;
  absl::Duration BackOff(int tries, absl::Duration retry_after);
  absl::Status Error(absl::string_view target, absl::StatusCode code,
                     absl::string_view why) const;

  const HttpOptions options_;
  CURLM* const multi_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::deque<Waiting> waiting_;
  std::vector<int> tries_;  // By the target's index.
  absl::Duration next_start_ = absl::ZeroDuration();
  std::mt19937 random_{std::random_device()()};
  int silent_ = 0;  // Requests in a row that nothing came of.
  absl::Status last_error_;
  HttpCounts counts_;
};

absl::Status CurlClient::Prepare() {
  for (const std::string& file :
       {options_.credentials.ca_file, options_.credentials.certificate_file,
        options_.credentials.key_file}) {
    if (file.empty()) continue;
    const absl::StatusOr<bool> exists = PosixFileSystem()->Exists(file);
    if (!exists.ok() || !*exists) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read ", EscapeForTerminal(file)));
    }
  }
  for (int i = 0; i < options_.connections; ++i) {
    auto transfer = std::make_unique<Transfer>();
    RETURN_IF_ERROR(SetUp(transfer.get()));
    transfers_.push_back(std::move(transfer));
  }
  return absl::OkStatus();
}

absl::Status CurlClient::SetUp(Transfer* transfer) {
  CURL* const easy = transfer->easy = curl_easy_init();
  if (easy == nullptr) return absl::ResourceExhaustedError("no memory");
  transfer->body_bytes_max = options_.body_bytes_max;
  transfer->headers = curl_slist_append(
      transfer->headers,
      "Accept: application/vnd.schemaregistry.v1+json, application/json");
  curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "schemas-verifier");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(
      easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  curl_easy_setopt(
      easy, CURLOPT_TIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.answer_timeout)));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(
      easy, CURLOPT_LOW_SPEED_TIME,
      static_cast<long>(std::max<int64_t>(
          1, absl::ToInt64Seconds(options_.idle_timeout))));
  Authenticate(transfer);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
  return absl::OkStatus();
}

void CurlClient::Authenticate(Transfer* transfer) {
  CURL* const easy = transfer->easy;
  const HttpCredentials& credentials = options_.credentials;
  if (!credentials.bearer_token.empty()) {
    transfer->headers = curl_slist_append(
        transfer->headers,
        absl::StrCat("Authorization: Bearer ", credentials.bearer_token)
            .c_str());
  } else if (!credentials.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, credentials.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, credentials.password.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!credentials.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, credentials.ca_file.c_str());
  }
  if (!credentials.certificate_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT,
                     credentials.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY,
                     credentials.key_file.empty()
                         ? credentials.certificate_file.c_str()
                         : credentials.key_file.c_str());
    curl_easy_setopt(easy, CURLOPT_KEYPASSWD, credentials.key_password.c_str());
  }
}

absl::Status CurlClient::Error(absl::string_view target, absl::StatusCode code,
                               absl::string_view why) const {
  return absl::Status(code, absl::StrCat("GET ", options_.base_url, target,
                                         ": ", EscapeForTerminal(why)));
}

void CurlClient::Start(const std::string& target, const Waiting& waiting,
                       Transfer* transfer) {
  transfer->index = waiting.index;
  transfer->is_busy = true;
  transfer->body.clear();
  transfer->header_bytes = 0;
  transfer->too_large = false;
  transfer->location.clear();
  transfer->retry_after = absl::ZeroDuration();
  transfer->error[0] = '\0';
  const std::string url = options_.base_url + target;
  curl_easy_setopt(transfer->easy, CURLOPT_URL, url.c_str());
  SR_CHECK(curl_multi_add_handle(multi_, transfer->easy) == CURLM_OK);
  ++counts_.requests;
  if (waiting.tries > 0) ++counts_.retries;
}

void CurlClient::StartWhatMay(absl::Span<const std::string> targets) {
  for (const auto& transfer : transfers_) {
    if (transfer->is_busy) continue;
    const absl::Duration now = options_.clock->Elapsed();
    if (now < next_start_) return;
    const auto ready = std::find_if(
        waiting_.begin(), waiting_.end(),
        [now](const Waiting& each) { return each.not_before <= now; });
    if (ready == waiting_.end()) return;
    const Waiting waiting = *ready;
    waiting_.erase(ready);
    if (options_.requests_per_second_max > 0) {
      next_start_ = std::max(now, next_start_) +
                    absl::Seconds(1) / options_.requests_per_second_max;
    }
    Start(targets[waiting.index], waiting, transfer.get());
  }
}

bool CurlClient::MayTryAgain(int tries, absl::StatusCode code,
                             int status) const {
  if (tries >= options_.retries) return false;
  if (code == absl::StatusCode::kOk) {
    return IsPassing(status) && (status != 500 || tries == 0);
  }
  return code == absl::StatusCode::kUnavailable ||
         code == absl::StatusCode::kDeadlineExceeded;
}

absl::Duration CurlClient::BackOff(int tries, absl::Duration retry_after) {
  const absl::Duration most = std::min(
      options_.backoff_max, options_.backoff_min * (int64_t{1} << tries));
  const double part = std::uniform_real_distribution<>(0.5, 1.0)(random_);
  return std::max(std::min(retry_after, options_.backoff_max), most * part);
}

void CurlClient::Finish(Transfer* transfer, CURLcode result,
                        absl::Span<const std::string> targets,
                        OnAnswer on_answer) {
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_multi_remove_handle(multi_, transfer->easy);
  transfer->is_busy = false;
  const size_t index = transfer->index;
  counts_.body_bytes += static_cast<int64_t>(transfer->body.size());
  const absl::StatusCode code = result == CURLE_OK   ? absl::StatusCode::kOk
                                : transfer->too_large
                                    ? absl::StatusCode::kResourceExhausted
                                    : CodeOf(result);
  silent_ = result == CURLE_OK || transfer->too_large ? 0 : silent_ + 1;
  if (silent_ < options_.silent_max &&
      MayTryAgain(tries_[index], code, static_cast<int>(status))) {
    const absl::Duration wait = BackOff(tries_[index], transfer->retry_after);
    ++tries_[index];
    waiting_.push_back(
        {index, tries_[index], options_.clock->Elapsed() + wait});
    return;
  }
  const std::string& target = targets[index];
  if (transfer->too_large) {
    on_answer(index, Error(target, code,
                           absl::StrCat("an answer of more than ",
                                        options_.body_bytes_max, " bytes")));
  } else if (result != CURLE_OK) {
    last_error_ = Error(target, code,
                        transfer->error[0] != '\0' ? transfer->error
                                                   : curl_easy_strerror(result));
    on_answer(index, last_error_);
  } else if (status >= 300 && status < 400) {
    on_answer(index,
              WithHint(Error(target, absl::StatusCode::kFailedPrecondition,
                             absl::StrCat("it redirects to ",
                                          Excerpt(transfer->location))),
                       "redirects are not followed, since they would take "
                       "credentials along: name the registry itself"));
  } else {
    on_answer(index,
              HttpAnswer{static_cast<int>(status), std::move(transfer->body)});
  }
}

void CurlClient::GiveUp(OnAnswer on_answer) {
  for (const Waiting& waiting : std::exchange(waiting_, {})) {
    on_answer(waiting.index,
              Annotate(last_error_, "not asked any more, since nothing came of "
                                    "the requests before"));
  }
}

void CurlClient::GetAll(absl::Span<const std::string> targets,
                        OnAnswer on_answer) {
  silent_ = 0;
  tries_.assign(targets.size(), 0);
  for (size_t i = 0; i < targets.size(); ++i) waiting_.push_back({i});
  while (true) {
    if (silent_ >= options_.silent_max) GiveUp(on_answer);
    StartWhatMay(targets);
    const bool is_busy =
        std::any_of(transfers_.begin(), transfers_.end(),
                    [](const auto& transfer) { return transfer->is_busy; });
    if (!is_busy) {
      if (waiting_.empty()) return;
      options_.clock->Sleep(absl::Milliseconds(5));  // Nothing may start yet.
      continue;
    }
    int running = 0;
    SR_CHECK(curl_multi_perform(multi_, &running) == CURLM_OK);
    int left = 0;
    bool has_finished = false;
    while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      void* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      Finish(static_cast<Transfer*>(transfer), message->data.result, targets,
             on_answer);
      has_finished = true;
    }
    if (!has_finished) {
      curl_multi_poll(multi_, nullptr, 0, waiting_.empty() ? kPollMs : 5,
                      nullptr);
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Open(
    HttpOptions options) {
  if (!absl::StartsWith(options.base_url, "http://") &&
      !absl::StartsWith(options.base_url, "https://")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no http or https URL: ", EscapeForTerminal(options.base_url)));
  }
  SR_CHECK(options.connections >= 1 && options.connections <= 16);
  while (absl::EndsWith(options.base_url, "/")) options.base_url.pop_back();
  InitCurl();
  auto client = std::make_unique<CurlClient>(std::move(options));
  RETURN_IF_ERROR(client->Prepare());
  return std::unique_ptr<HttpClient>(std::move(client));
}

absl::StatusOr<HttpAnswer> HttpClient::Get(const std::string& target) {
  absl::StatusOr<HttpAnswer> got = absl::UnknownError("no answer");
  GetAll(absl::MakeConstSpan(&target, 1),
         [&got](size_t, absl::StatusOr<HttpAnswer> answer) {
    got = std::move(answer);
  });
  return got;
}

std::string PercentEncoded(absl::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  // As a part of a path these would be taken for something else.
  if (text == ".") return "%2E";
  if (text == "..") return "%2E%2E";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' ||
        c == '~') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

}  // namespace sr
