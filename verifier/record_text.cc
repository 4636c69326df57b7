#include "verifier/record_text.h"

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/json/json_writer.h"

namespace sr {
namespace {

std::string BytesText(const Bytes& bytes, bool raw) {
  if (!bytes.has_value()) return "null";
  if (raw) return absl::StrCat("\"", Base64(*bytes), "\"");
  if (bytes->empty()) return "\"\"";
  return EscapeForTerminal(*bytes);
}

void WriteBytes(const Bytes& bytes, bool raw, JsonWriter* json) {
  if (!bytes.has_value()) {
    json->Null();
  } else if (raw) {
    json->String(Base64(*bytes));
  } else {
    json->String(*bytes);
  }
}

}  // namespace

const char* TimestampTypeName(TimestampType type) {
  return type == TimestampType::kLogAppendTime ? "LogAppendTime" : "CreateTime";
}

std::string RecordLine(const Record& record, bool raw) {
  std::string line = absl::StrCat(
      record.offset, " ", TimestampText(record.timestamp), " ",
      TimestampTypeName(record.timestamp_type), " key=",
      BytesText(record.key, raw), " value=", BytesText(record.value, raw));
  for (const Header& header : record.headers) {
    absl::StrAppend(&line, " [", BytesText(header.name, raw), "=",
                    BytesText(header.value, raw), "]");
  }
  line.push_back('\n');
  return line;
}

std::string RecordJson(const Record& record, bool raw, bool uncommitted) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("offset").Int(record.offset);
  json.Key("timestamp").Int(record.timestamp);
  json.Key("timestamp_type").String(TimestampTypeName(record.timestamp_type));
  json.Key("key");
  WriteBytes(record.key, raw, &json);
  json.Key("value");
  WriteBytes(record.value, raw, &json);
  json.Key("headers").BeginArray();
  for (const Header& header : record.headers) {
    json.BeginArray();
    WriteBytes(header.name, raw, &json);
    WriteBytes(header.value, raw, &json);
    json.EndArray();
  }
  json.EndArray();
  if (uncommitted) json.Key("uncommitted").Bool(true);
  json.EndObject();
  return out;
}

}  // namespace sr
