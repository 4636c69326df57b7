// SR_CHECK stops the program when an invariant of its own is broken: a copy
// tool should stop rather than guess. Never for input, network or disk.
#ifndef CORE_BASE_CHECK_H_
#define CORE_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define SR_CHECK(condition)                                                   \
  do {                                                                        \
    if (!(condition)) {                                                       \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__,         \
                   __LINE__, #condition);                                     \
      std::abort();                                                           \
    }                                                                         \
  } while (false)

#endif  // CORE_BASE_CHECK_H_
