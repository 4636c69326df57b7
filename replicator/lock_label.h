// Who holds an archive's lock, for the person who finds it held.
#ifndef REPLICATOR_LOCK_LABEL_H_
#define REPLICATOR_LOCK_LABEL_H_

#include <string>

#include "core/base/file_system.h"

namespace sr {

// "pid 123, boot id ...": this process, on this start of the machine.
std::string LockLabel(FileSystem* file_system);

}  // namespace sr

#endif  // REPLICATOR_LOCK_LABEL_H_
