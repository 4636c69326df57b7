// Runs programs as a user would, and judges them from outside.
#ifndef TESTS_SUPPORT_PROGRAM_H_
#define TESTS_SUPPORT_PROGRAM_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace sr {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal if one ended it; -1 if it was not started.
  std::string out;
  std::string err;
  // The most it had in memory at once, as seen every few milliseconds; 0 if it
  // was gone before anybody looked.
  int64_t peak_memory_bytes = 0;
};

// Runs `words[0]` with the other words to its end; killed after `timeout`.
ProgramResult RunProgram(const std::vector<std::string>& words,
                         absl::Duration timeout = absl::Seconds(60));

// A program that runs beside the test. Killed by the destructor, and by the
// kernel if the test dies.
class Program {
 public:
  // stdout and stderr go to `log_path`, appended.
  Program(const std::vector<std::string>& words, const std::string& log_path);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void Signal(int signal) const;
  // Waits for its end; as ProgramResult::exit_code. Kills it after `timeout`.
  int Wait(absl::Duration timeout);
  bool HasEnded();

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// A directory of its own, removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_PROGRAM_H_
