#include "tests/support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace sr {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

pid_t Spawn(const std::vector<std::string>& words, const std::string& out,
            const std::string& err) {
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int flags = O_WRONLY | O_CREAT | O_APPEND;
  const int null = open("/dev/null", O_RDONLY);
  const int out_fd = open(out.c_str(), flags, 0600);
  const int err_fd = out == err ? out_fd : open(err.c_str(), flags, 0600);
  dup2(null, STDIN_FILENO);
  dup2(out_fd, STDOUT_FILENO);
  dup2(err_fd, STDERR_FILENO);
  execvp(argv[0], argv.data());
  _exit(127);
}

int ExitCodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// VmHWM of the process, which begins anew with exec, unlike ru_maxrss; 0 if it
// is gone, or still a copy of this one.
int64_t PeakMemoryOf(pid_t pid) {
  std::error_code gone;
  const auto program = std::filesystem::read_symlink(
      absl::StrCat("/proc/", pid, "/exe"), gone);
  if (gone || program == std::filesystem::read_symlink("/proc/self/exe")) {
    return 0;
  }
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::string word;
  while (status >> word) {
    int64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * 1024;
  }
  return 0;
}

// Polls, since a time-out is needed; the process is real.
bool WaitFor(pid_t pid, absl::Duration timeout, int* exit_code,
             int64_t* peak_memory = nullptr) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == pid) {
      *exit_code = ExitCodeOf(status);
      return true;
    }
    if (absl::Now() >= deadline) return false;
    if (peak_memory != nullptr) {
      *peak_memory = std::max(*peak_memory, PeakMemoryOf(pid));
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
}

}  // namespace

ProgramResult RunProgram(const std::vector<std::string>& words,
                         absl::Duration timeout) {
  TemporaryDirectory directory;
  const std::string out = directory.path() + "/out";
  const std::string err = directory.path() + "/err";
  ProgramResult result;
  const pid_t pid = Spawn(words, out, err);
  if (pid < 0) return result;
  if (!WaitFor(pid, timeout, &result.exit_code,
               &result.peak_memory_bytes)) {
    kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    result.exit_code = ExitCodeOf(status);
  }
  result.out = ReadFile(out);
  result.err = ReadFile(err);
  return result;
}

Program::Program(const std::vector<std::string>& words,
                 const std::string& log_path)
    : pid_(Spawn(words, log_path, log_path)) {}

Program::~Program() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
}

void Program::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

int Program::Wait(absl::Duration timeout) {
  if (pid_ <= 0) return exit_code_;
  if (!WaitFor(pid_, timeout, &exit_code_)) {
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    exit_code_ = ExitCodeOf(status);
  }
  pid_ = -1;
  return exit_code_;
}

bool Program::HasEnded() {
  if (pid_ > 0 && WaitFor(pid_, absl::ZeroDuration(), &exit_code_)) pid_ = -1;
  return pid_ <= 0;
}

TemporaryDirectory::TemporaryDirectory() {
  const char* base = std::getenv("TMPDIR");
  std::string name =
      absl::StrCat(base == nullptr ? "/tmp" : base, "/sr-test-XXXXXX");
  if (mkdtemp(name.data()) != nullptr) path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace sr
