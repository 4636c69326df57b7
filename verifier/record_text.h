// One record as text: a line for people, a JSON object for programs.
#ifndef VERIFIER_RECORD_TEXT_H_
#define VERIFIER_RECORD_TEXT_H_

#include <string>

#include "core/record/record.h"

namespace sr {

// "17 2026-11-25T04:25:33.123Z CreateTime key={...} value=null [a=1]", escaped
// so that a terminal obeys nothing in it; null and "" told apart. With `raw`,
// bytes are base64. One line, newline at the end.
std::string RecordLine(const Record& record, bool raw);

// {"offset","timestamp","timestamp_type","key","value","headers":[[name,
// value]...]}, one line, no newline. With `raw` keys, values and both parts of
// headers are base64 strings, exact; without, text with U+FFFD in the place of
// bytes that are no UTF-8. Null is null. With `uncommitted` there is one member more,
// "uncommitted":true.
std::string RecordJson(const Record& record, bool raw, bool uncommitted = false);

// "CreateTime" or "LogAppendTime".
const char* TimestampTypeName(TimestampType type);

}  // namespace sr

#endif  // VERIFIER_RECORD_TEXT_H_
