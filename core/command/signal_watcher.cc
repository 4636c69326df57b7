#include "core/command/signal_watcher.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "core/base/log.h"

namespace sr {
namespace {

// Sent to the watching thread itself to end it.
constexpr int kEndSignal = SIGUSR1;
constexpr timespec kGrace = {4, 500 * 1000 * 1000};

sigset_t WatchedSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kEndSignal);
  return set;
}

// Waits for `wanted` (any of them) until the grace period is over. Returns
// whether it came.
bool WaitForEnd() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kEndSignal);
  int got;
  do {
    got = sigtimedwait(&set, nullptr, &kGrace);
  } while (got < 0 && errno == EINTR);
  return got == kEndSignal;
}

}  // namespace

SignalWatcher::SignalWatcher(StopToken* stop) : stop_(stop) {
  const sigset_t set = WatchedSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { Watch(); });
}

SignalWatcher::~SignalWatcher() {
  done_ = true;
  pthread_kill(thread_.native_handle(), kEndSignal);
  thread_.join();
}

void SignalWatcher::Watch() {
  const sigset_t set = WatchedSignals();
  int got = 0;
  do {
    if (sigwait(&set, &got) != 0) continue;
    if (got == kEndSignal && done_) return;
  } while (got != SIGINT && got != SIGTERM);
  signal_ = got;
  stop_->RequestStop();
  if (WaitForEnd()) return;
  LogWarning("did not end in time after the signal; exiting, nothing "
             "acknowledged is lost");
  _exit(128 + got);
}

}  // namespace sr
