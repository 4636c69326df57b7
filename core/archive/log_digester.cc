#include "core/archive/log_digester.h"

#include <cstddef>
#include <system_error>
#include <utility>

namespace sr {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr size_t kHeldBytesMax = 4 << 20;

}  // namespace

LogDigester::LogDigester() : sha256_(std::make_unique<Sha256Stream>()) {}

LogDigester::~LogDigester() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(&mutex_);
    is_ending_ = true;
    mutex_.Changed();
  }
  thread_.join();
}

void LogDigester::Add(std::string* bytes) {
  if (bytes->size() > kHeldBytesMax) {
    DigestPending();
    Digest(*bytes);
    return;
  }
  if (pending_.empty()) {
    pending_.swap(*bytes);
  } else {
    pending_.append(*bytes);
  }
  if (pending_.size() >= kPieceBytes) HandOver();
}

LogDigest LogDigester::Finish() {
  DigestPending();
  LogDigest digest = std::exchange(digest_, LogDigest());
  digest.sha256 = sha256_->Finish();
  sha256_ = std::make_unique<Sha256Stream>();
  return digest;
}

void LogDigester::Digest(absl::string_view bytes) {
  digest_.bytes += static_cast<int64_t>(bytes.size());
  digest_.crc32c = ExtendCrc32c(digest_.crc32c, bytes);
  sha256_->Add(bytes);
}

void LogDigester::DigestPending() {
  WaitUntilIdle();
  Digest(pending_);
  pending_.clear();
}

bool LogDigester::HasThread() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    // The only way in which std::thread tells it.
    return false;
  }
  return true;
}

void LogDigester::HandOver() {
  if (!HasThread()) {
    DigestPending();
    return;
  }
  WaitUntilIdle();
  piece_.swap(pending_);
  pending_.clear();
  MutexLock lock(&mutex_);
  is_busy_ = true;
  mutex_.Changed();
}

void LogDigester::WaitUntilIdle() {
  MutexLock lock(&mutex_);
  mutex_.Await(
      [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !is_busy_; },
      absl::InfiniteDuration());
}

void LogDigester::Run() {
  while (true) {
    {
      MutexLock lock(&mutex_);
      mutex_.Await(
          [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
            return is_busy_ || is_ending_;
          },
          absl::InfiniteDuration());
      if (!is_busy_) return;
    }
    Digest(piece_);
    MutexLock lock(&mutex_);
    is_busy_ = false;
    mutex_.Changed();
  }
}

}  // namespace sr
