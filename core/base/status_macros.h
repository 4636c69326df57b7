// RETURN_IF_ERROR and ASSIGN_OR_RETURN. Abseil 20220623, the oldest we build
// with, has none; the names are those that Abseil gives them later.
#ifndef CORE_BASE_STATUS_MACROS_H_
#define CORE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define SR_CONCAT_INNER(a, b) a##b
#define SR_CONCAT(a, b) SR_CONCAT_INNER(a, b)

// Returns from the enclosing function with the status of `expr` unless it is
// OK.
#define RETURN_IF_ERROR(expr)                          \
  do {                                                 \
    if (absl::Status sr_status = (expr); !sr_status.ok()) { \
      return sr_status;                                \
    }                                                  \
  } while (false)

// Assigns the value of the StatusOr `expr` to `lhs` (which may declare a
// variable), or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL(SR_CONCAT(sr_status_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL(status_or, lhs, expr) \
  auto status_or = (expr);                          \
  if (!status_or.ok()) return std::move(status_or).status(); \
  lhs = *std::move(status_or)

#endif  // CORE_BASE_STATUS_MACROS_H_
