// The real file system under the real program's code: each system call that a writer
// makes is failed, cut short, or is the last one that the process makes. Whatever
// happens, what was acknowledged is there, and a failed sync ends the writing to its
// file for good.
//
//   SR_SYSTEM_CALLS=1000 system_call_test
//
// runs the full form, with at least so many calls; docs/fault-campaign.md has what
// it gave.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/core/archive/crash_judge.h"
#include "tests/support/program.h"
#include "tests/support/system_calls.h"

namespace sr {
namespace {

class SystemCallTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const wanted = std::getenv("SR_SYSTEM_CALLS");
    calls_wanted_ = wanted != nullptr ? std::atoll(wanted) : 150;
    ASSERT_GE(calls_, calls_wanted_);
  }

  // A run without faults; all of its records are acknowledged.
  int64_t CallsOfReferenceRun() const {
    Clear();
    BeginCalls(directory_, {});
    const size_t acknowledged = judge_.ReferenceRun(PosixFileSystem());
    const int64_t calls = EndCalls();
    EXPECT_EQ(acknowledged, judge_.records().size());
    return calls;
  }

  void Clear() const { std::filesystem::remove_all(directory_); }

  // Runs with `plan` in this process and judges what it leaves. Returns whether
  // everything was acknowledged.
  bool RunWith(const CallFaultPlan& plan, const std::string& what) {
    Clear();
    BeginCalls(directory_, plan);
    const size_t acknowledged = judge_.ReferenceRun(PosixFileSystem());
    EndCalls();
    ExpectNoWriteAfterAFailedSync(what);
    judge_.Judge(PosixFileSystem(), acknowledged, what);
    ++runs_;
    return acknowledged == judge_.records().size();
  }

  static void ExpectNoWriteAfterAFailedSync(const std::string& what) {
    std::string failed;
    for (const SystemCall& call : Calls()) {
      const bool syncs = std::strstr(call.name, "sync") != nullptr;
      if (syncs && call.failed && failed.empty()) failed = call.path;
      const bool writes = std::strstr(call.name, "write") != nullptr;
      EXPECT_FALSE(writes && call.path == failed) << what << ": " << failed;
    }
  }

  // Each call once, or that one and all later ones.
  void FailEach(CallFaultPlan plan, const char* name) {
    int64_t survived = 0;
    for (plan.at = 1; plan.at <= calls_; plan.at += CrashJudge::Stride()) {
      const std::string what =
          absl::StrCat(name, " at call ", plan.at,
                       plan.for_ever ? " and all later ones" : "");
      survived += RunWith(plan, what);
      if (HasFatalFailure()) FAIL() << what;
    }
    std::printf("%s%s: %lld runs, %lld went on to the end\n", name,
                plan.for_ever ? " for ever" : "", static_cast<long long>(runs_),
                static_cast<long long>(survived));
    survived_ = survived;
  }

  // Runs in a child that is killed at call `at`; returns what it acknowledged.
  size_t RunKilled(const CallFaultPlan& plan) {
    Clear();
    auto* const acknowledged = static_cast<std::atomic<size_t>*>(
        mmap(nullptr, sizeof(std::atomic<size_t>), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(acknowledged, MAP_FAILED);
    *acknowledged = 0;
    const pid_t child = fork();
    if (child == 0) {
      BeginCalls(directory_, plan);
      judge_.ReferenceRun(PosixFileSystem(),
                          [&](size_t count) { *acknowledged = count; });
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    const size_t count = *acknowledged;
    munmap(acknowledged, sizeof(std::atomic<size_t>));
    return count;
  }

  const TemporaryDirectory temporary_;
  const std::string directory_ = temporary_.path() + "/b";
  const CrashJudge judge_ = CrashJudge(
      directory_,
      RecordGenerator(40, {.offset_gap_max = 2, .value_bytes_max = 300})
          .Take(std::getenv("SR_SYSTEM_CALLS") != nullptr ? 220 : 24));
  const int64_t calls_ = CallsOfReferenceRun();
  int64_t calls_wanted_ = 0;
  int64_t survived_ = 0;
  int64_t runs_ = 0;
};

TEST_F(SystemCallTest, InputOutputErrorAtEachCall) {
  FailEach({CallFault::kError, EIO}, "EIO");
  // The label of the lock's file and a close of what was only read.
  EXPECT_LT(survived_, runs_ / 2);
}

TEST_F(SystemCallTest, InputOutputErrorFromEachCallOn) {
  FailEach({CallFault::kError, EIO, 0, true}, "EIO");
}

TEST_F(SystemCallTest, FullDiskAtEachCall) {
  FailEach({CallFault::kError, ENOSPC}, "ENOSPC");
}

TEST_F(SystemCallTest, FullDiskFromEachCallOn) {
  FailEach({CallFault::kError, ENOSPC, 0, true}, "ENOSPC");
}

// A signal may interrupt whatever waits: those are repeated. Not a sync, of which
// nobody knows what it has done.
TEST_F(SystemCallTest, InterruptedAtEachCall) {
  CallFaultPlan plan = {CallFault::kError, EINTR};
  for (plan.at = 1; plan.at <= calls_; plan.at += CrashJudge::Stride()) {
    const bool survived = RunWith(plan, absl::StrCat("EINTR at ", plan.at));
    ASSERT_FALSE(HasFatalFailure());
    const std::string name = Calls()[static_cast<size_t>(plan.at) - 1].name;
    if (name == "open" || name == "write" || name == "pwrite" ||
        name == "pread") {
      EXPECT_TRUE(survived) << name << " at call " << plan.at;
    }
  }
}

TEST_F(SystemCallTest, CutShortAtEachCall) {
  FailEach({CallFault::kShort}, "short write or read");
  EXPECT_EQ(survived_, runs_);
}

TEST_F(SystemCallTest, CutShortFromEachCallOn) {
  FailEach({CallFault::kShort, 0, 0, true}, "short writes and reads");
  EXPECT_EQ(survived_, runs_);
}

// POSIX leaves open what a write of nothing means; to try again is for ever.
TEST_F(SystemCallTest, NothingDoneAtEachCall) {
  FailEach({CallFault::kNothing}, "write or read of nothing");
  FailEach({CallFault::kNothing, 0, 0, true}, "writes and reads of nothing");
}

TEST_F(SystemCallTest, KilledBeforeAndAfterEachCall) {
  for (int64_t at = 1; at <= calls_; at += CrashJudge::Stride()) {
    for (const CallFault fault : {CallFault::kKill, CallFault::kKillAfter}) {
      const size_t acknowledged = RunKilled({fault, 0, at});
      judge_.Judge(PosixFileSystem(), acknowledged,
                   absl::StrCat("killed ",
                                fault == CallFault::kKill ? "before" : "after",
                                " call ", at));
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sr
