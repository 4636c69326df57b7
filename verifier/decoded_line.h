// One record of a registry's topic as a line for people: what it says.
#ifndef VERIFIER_DECODED_LINE_H_
#define VERIFIER_DECODED_LINE_H_

#include <string>

#include "core/record/record.h"

namespace sr {

// "17 2026-11-25T04:25:33.123Z SCHEMA orders-value version 3 id 12 AVRO 210 bytes
// {"type":"record",...": offset, time and keytype first, so that grep and awk
// find their columns, then what records of this type have; the schema's text, at
// most `text_max` bytes of it, last. A record that cannot be read is shown as it
// stands (RecordLine), with the reason. Escaped so that a terminal obeys nothing
// in it. Newline at the end.
std::string DecodedLine(const Record& record, size_t text_max = 100);

}  // namespace sr

#endif  // VERIFIER_DECODED_LINE_H_
