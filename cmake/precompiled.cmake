# Headers that nearly every file includes, compiled once: half of what g++ does
# for a file of ours was to read them. A file includes what it needs all the same;
# Bazel, which has nothing precompiled, holds it to that.
#
# Only headers of others, in angle brackets: then what comes out does not depend on
# where the tree lies, and ccache gives it to each build directory.
set(SR_PRECOMPILED
  <algorithm> <array> <cstdint> <functional> <limits> <map> <memory> <optional>
  <set> <string> <utility> <vector>
  <absl/functional/function_ref.h> <absl/status/status.h> <absl/status/statusor.h>
  <absl/strings/match.h> <absl/strings/numbers.h> <absl/strings/str_cat.h>
  <absl/strings/str_split.h> <absl/strings/string_view.h> <absl/time/time.h>
  <absl/types/span.h>)

# sr_precompile(TARGET HEADER...): for others to reuse by REUSE_FROM. They have the
# compile options of TARGET, or the compiler refuses.
function(sr_precompile name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

if(SR_PCH)
  sr_precompile(sr_precompiled ${SR_PRECOMPILED})
endif()
