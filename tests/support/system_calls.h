// Makes system calls of this very program fail, or kill it, by their number.
//
// A test that links this has functions write, fsync, open and so on of its own,
// which come before those of the C library. They pass everything on, but count the
// calls that reach files below one directory, and do to one of them, or to all from
// one on, what the test asks for. Syncs succeed without doing anything. One thread.
#ifndef TESTS_SUPPORT_SYSTEM_CALLS_H_
#define TESTS_SUPPORT_SYSTEM_CALLS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace sr {

enum class CallFault {
  kNone,
  kKill,        // SIGKILL, before the call.
  kKillAfter,   // SIGKILL, after it.
  kError,       // Returns -1 with `error`, without having done anything.
  kShort,       // A write or read does half of it, at least a byte.
  kNothing,     // A write or read does none of it, and says so: no error.
};

struct CallFaultPlan {
  CallFault fault = CallFault::kNone;
  int error = 0;         // For kError: an errno.
  int64_t at = 0;        // The number of the call, from 1; 0: none.
  bool for_ever = false;  // All later calls as well.
};

// Counts the calls below `directory` from now on, from 1, and follows `plan`.
void BeginCalls(const std::string& directory, const CallFaultPlan& plan);

// Stops counting; nothing fails any more. Returns the calls since BeginCalls.
int64_t EndCalls();

// One call as it was made: "fdatasync", the path, whether it failed.
struct SystemCall {
  const char* name = "";
  std::string path;
  bool failed = false;
};
// Since BeginCalls.
const std::vector<SystemCall>& Calls();

}  // namespace sr

#endif  // TESTS_SUPPORT_SYSTEM_CALLS_H_
