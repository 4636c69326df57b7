#include "verifier/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

}  // namespace

StdoutOutput::~StdoutOutput() { WriteBuffer(); }

void StdoutOutput::Write(absl::string_view text) {
  if (failed()) return;
  buffer_.append(text.data(), text.size());
  if (buffer_.size() >= kBufferBytes) WriteBuffer();
}

void StdoutOutput::WriteBuffer() {
  absl::string_view rest = buffer_;
  while (!rest.empty() && status_.ok()) {
    const ssize_t written = write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      status_ = absl::UnavailableError(
          absl::StrCat("stdout: ", std::strerror(errno)));
      break;
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  buffer_.clear();
}

absl::Status StdoutOutput::Flush() {
  WriteBuffer();
  return status_;
}

}  // namespace sr
