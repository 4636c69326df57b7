// What someone meant who named a location in a form we do not know.
#ifndef CORE_LOCATION_SUGGESTION_H_
#define CORE_LOCATION_SUGGESTION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace sr {

// Number of letters to insert, remove, replace or swap with a neighbour to make
// `b` of `a`.
int EditDistance(absl::string_view a, absl::string_view b);

// Returns the nearest legal form of `text`, which has no known scheme:
// "archive:/mnt/b" for "/mnt/b" and for "archve:/mnt/b",
// "kafka://a:9092/_schemas" for "a:9092/_schemas". Empty if nothing is near.
std::string SuggestLocation(absl::string_view text);

}  // namespace sr

#endif  // CORE_LOCATION_SUGGESTION_H_
