#include "replicator/lock_label.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace sr {

std::string LockLabel(FileSystem* file_system) {
  const std::string boot =
      ReadWholeFile(file_system, "/proc/sys/kernel/random/boot_id", 4096)
          .value_or("unknown");
  return absl::StrCat("pid ", getpid(), ", boot id ",
                      boot.substr(0, boot.find('\n')));
}

}  // namespace sr
