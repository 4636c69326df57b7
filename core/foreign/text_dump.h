// What people keep of a topic: the output of kcat, kafka-console-consumer and rpk.
#ifndef CORE_FOREIGN_TEXT_DUMP_H_
#define CORE_FOREIGN_TEXT_DUMP_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file_system.h"
#include "core/foreign/foreign_copy.h"

namespace sr {

// Reads one of these forms of a registry's topic, whose keys are JSON objects:
//
//   {"topic":...,"offset":...,"key":...,"payload":...}    kcat -J
//   {"topic":...,"key":...,"value":...,"offset":...}      rpk topic consume
//   [CreateTime:N TAB] [Partition:N TAB] [Offset:N TAB] [HEADERS TAB] KEY TAB VALUE
//                                                         kafka-console-consumer
//   KEY SEPARATOR VALUE                                   kcat -K; also with runs of
//                                                         spaces, as pasted
//
// In lines the word "null" is a tombstone. An empty value is one as well if no line
// has that word, since kcat writes null so.
//
// DataLoss, with the line: a key is no JSON object, a value neither an object nor
// nothing, an offset does not rise, another partition than 0, a record cut; of JSON
// also a member that is missing or of another type. A line is never left out. Any
// thread.
absl::StatusOr<ForeignCopy> ParseTextDump(absl::string_view text);

// Same, of a file. ResourceExhausted: larger than kForeignBytesMax.
absl::StatusOr<ForeignCopy> ReadTextDump(FileSystem* file_system,
                                         const std::string& path);

}  // namespace sr

#endif  // CORE_FOREIGN_TEXT_DUMP_H_
