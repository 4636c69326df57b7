// Compares names of members with those that are known.
#ifndef CORE_JSON_MEMBER_NAME_H_
#define CORE_JSON_MEMBER_NAME_H_

#include <cstddef>
#include <cstring>

#include "absl/strings/string_view.h"

namespace sr {

// Whether `name` is `known`: a literal, whose length the compiler knows, so that
// this is a comparison of one or two words.
template <size_t kSize>
bool NameIs(absl::string_view name, const char (&known)[kSize]) {
  return name.size() == kSize - 1 &&
         std::memcmp(name.data(), known, kSize - 1) == 0;
}

}  // namespace sr

#endif  // CORE_JSON_MEMBER_NAME_H_
