// Turns SIGINT and SIGTERM into a stop request, and sees to it that the
// program ends within five seconds of it.
#ifndef CORE_COMMAND_SIGNAL_WATCHER_H_
#define CORE_COMMAND_SIGNAL_WATCHER_H_

#include <atomic>
#include <thread>

#include "core/base/stop_token.h"

namespace sr {

// Make one before any other thread exists: threads inherit the blocked signals.
class SignalWatcher {
 public:
  // Requests `stop` at the first signal. If the watcher is not destroyed 4.5 s
  // later, something hangs (a broker that does not answer a commit): the
  // process exits with 128 + signal at once. That is a crash by choice; nothing
  // acknowledged is lost by one.
  explicit SignalWatcher(StopToken* stop);
  ~SignalWatcher();

  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

  // The signal that came, 0 if none.
  int signal() const { return signal_; }

 private:
  void Watch();

  StopToken* const stop_;
  std::atomic<int> signal_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace sr

#endif  // CORE_COMMAND_SIGNAL_WATCHER_H_
