// Where a command's result goes: stdout, in pieces, with errors noticed.
#ifndef VERIFIER_OUTPUT_H_
#define VERIFIER_OUTPUT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sr {

// A place that takes text. A failed Write is kept: the first error is what
// Flush returns, and later text is dropped, so that a command whose reader has
// gone can stop at leisure.
class Output {
 public:
  virtual ~Output() = default;
  virtual void Write(absl::string_view text) = 0;
  // Unavailable if something could not be written.
  virtual absl::Status Flush() = 0;
  // Whether a Write has failed already.
  virtual bool failed() const = 0;
};

// The file descriptor of stdout, buffered.
class StdoutOutput : public Output {
 public:
  ~StdoutOutput() override;
  void Write(absl::string_view text) override;
  absl::Status Flush() override;
  bool failed() const override { return !status_.ok(); }

 private:
  void WriteBuffer();

  std::string buffer_;
  absl::Status status_;
};

}  // namespace sr

#endif  // VERIFIER_OUTPUT_H_
