#include "tests/support/system_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <map>

namespace sr {
namespace {

// The C library's own.
template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

struct State {
  bool counts = false;
  std::string directory;
  CallFaultPlan plan;
  int64_t calls = 0;
  std::vector<SystemCall> made;
  std::map<int, std::string> open_files;
};

State& TheState() {
  static State* const state = new State;
  return *state;
}

void Kill() { kill(getpid(), SIGKILL); }

// Makes a call that returns -1 and an errno, or has the plan made instead. With
// `length` it is one that transfers bytes: call(n) does so with n of them.
template <typename Call>
auto MakeOr(const char* name, const std::string& path, size_t length, Call call)
    -> decltype(call(length)) {
  State& state = TheState();
  if (!state.counts || path.compare(0, state.directory.size(),
                                    state.directory) != 0) {
    return call(length);
  }
  const int64_t number = ++state.calls;
  const CallFaultPlan& plan = state.plan;
  const bool hit = plan.fault != CallFault::kNone && plan.at > 0 &&
                   (number == plan.at || (plan.for_ever && number > plan.at));
  state.made.push_back({name, path, false});
  if (hit && plan.fault == CallFault::kKill) Kill();
  if (hit && plan.fault == CallFault::kError) {
    state.made.back().failed = true;
    errno = plan.error;
    return decltype(call(length))(-1);
  }
  if (hit && plan.fault == CallFault::kNothing && length > 0) return 0;
  const bool shorter = hit && plan.fault == CallFault::kShort;
  const auto result = call(shorter ? length - length / 2 : length);
  const int error = errno;
  if (hit && plan.fault == CallFault::kKillAfter) Kill();
  state.made.back().failed = result < 0;
  errno = error;
  return result;
}

template <typename Call>
auto Make(const char* name, const std::string& path, Call call)
    -> decltype(call()) {
  return MakeOr(name, path, 0, [&call](size_t) { return call(); });
}

// The path of an open file below the directory; "" for any other.
std::string PathOf(int fd) {
  const State& state = TheState();
  const auto found = state.open_files.find(fd);
  return found == state.open_files.end() ? "" : found->second;
}

}  // namespace

void BeginCalls(const std::string& directory, const CallFaultPlan& plan) {
  State& state = TheState();
  state.directory = directory;
  state.plan = plan;
  state.calls = 0;
  state.made.clear();
  state.counts = true;
}

int64_t EndCalls() {
  TheState().counts = false;
  return TheState().calls;
}

const std::vector<SystemCall>& Calls() { return TheState().made; }

}  // namespace sr

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list more;
    va_start(more, flags);
    mode = static_cast<mode_t>(va_arg(more, int));
    va_end(more);
  }
  static auto* const next = sr::Next<int(const char*, int, ...)>("open");
  const int fd = sr::Make("open", path, [&] { return next(path, flags, mode); });
  if (fd >= 0) sr::TheState().open_files[fd] = path;
  return fd;
}

int close(int fd) {
  static auto* const next = sr::Next<int(int)>("close");
  const std::string path = sr::PathOf(fd);
  sr::TheState().open_files.erase(fd);
  // A close that fails has closed the file all the same.
  bool closed = false;
  const int result = sr::Make("close", path, [&] {
    closed = true;
    return next(fd);
  });
  if (!closed) {
    const int error = errno;
    next(fd);
    errno = error;
  }
  return result;
}

ssize_t write(int fd, const void* bytes, size_t length) {
  static auto* const next = sr::Next<ssize_t(int, const void*, size_t)>("write");
  return sr::MakeOr("write", sr::PathOf(fd), length,
                    [&](size_t some) { return next(fd, bytes, some); });
}

ssize_t pwrite(int fd, const void* bytes, size_t length, off_t offset) {
  static auto* const next =
      sr::Next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return sr::MakeOr("pwrite", sr::PathOf(fd), length, [&](size_t some) {
    return next(fd, bytes, some, offset);
  });
}

ssize_t pread(int fd, void* bytes, size_t length, off_t offset) {
  static auto* const next = sr::Next<ssize_t(int, void*, size_t, off_t)>("pread");
  return sr::MakeOr("pread", sr::PathOf(fd), length, [&](size_t some) {
    return next(fd, bytes, some, offset);
  });
}

// Nobody loses power here: to wait for the disk would be all that a test does.
int fsync(int fd) {
  return sr::Make("fsync", sr::PathOf(fd), [] { return 0; });
}

int fdatasync(int fd) {
  return sr::Make("fdatasync", sr::PathOf(fd), [] { return 0; });
}

int ftruncate(int fd, off_t length) noexcept {
  static auto* const next = sr::Next<int(int, off_t)>("ftruncate");
  return sr::Make("ftruncate", sr::PathOf(fd), [&] { return next(fd, length); });
}

int rename(const char* from, const char* to) noexcept {
  static auto* const next = sr::Next<int(const char*, const char*)>("rename");
  return sr::Make("rename", to, [&] { return next(from, to); });
}

int unlink(const char* path) noexcept {
  static auto* const next = sr::Next<int(const char*)>("unlink");
  return sr::Make("unlink", path, [&] { return next(path); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  static auto* const next = sr::Next<int(const char*, mode_t)>("mkdir");
  return sr::Make("mkdir", path, [&] { return next(path, mode); });
}

int stat(const char* path, struct stat* info) noexcept {
  static auto* const next = sr::Next<int(const char*, struct stat*)>("stat");
  return sr::Make("stat", path, [&] { return next(path, info); });
}

int fstat(int fd, struct stat* info) noexcept {
  static auto* const next = sr::Next<int(int, struct stat*)>("fstat");
  return sr::Make("fstat", sr::PathOf(fd), [&] { return next(fd, info); });
}

// Of the commands with an argument; the archive uses no others.
int fcntl(int fd, int command, ...) {
  va_list more;
  va_start(more, command);
  void* const argument = va_arg(more, void*);
  va_end(more);
  static auto* const next = sr::Next<int(int, int, ...)>("fcntl");
  return sr::Make("fcntl", sr::PathOf(fd),
                  [&] { return next(fd, command, argument); });
}

DIR* opendir(const char* path) {
  static auto* const next = sr::Next<DIR*(const char*)>("opendir");
  DIR* directory = nullptr;
  (void)sr::Make("opendir", path, [&] {
    directory = next(path);
    return directory == nullptr ? -1 : 0;
  });
  return directory;
}

}  // extern "C"
