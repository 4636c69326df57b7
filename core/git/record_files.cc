#include "core/git/record_files.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/git/subject_path.h"
#include "core/json/json.h"
#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"
#include "core/json/utf8.h"
#include "core/schemas/encode.h"
#include "core/schemas/key.h"
#include "core/schemas/subject.h"
#include "core/schemas/value.h"

namespace sr {
namespace {

constexpr char kRecordSuffix[] = ".record.json";
constexpr size_t kKeyDigestChars = 16;
constexpr size_t kShardChars = 2;

// A value around the text of its schema.
struct SplitValue {
  std::string before;  // With the opening quote.
  std::string text;
  // As it stands between the quotes, where that is not the canonical form.
  std::optional<std::string> escaped;
  std::string after;  // From the closing quote on.
};

const char* ExtensionOf(absl::string_view type) {
  if (type == "AVRO") return ".avsc";
  if (type == "PROTOBUF") return ".proto";
  if (type == "JSON") return ".json";
  return ".txt";
}

// nullopt: a value without a schema in it.
std::optional<SplitValue> Split(const std::string& value,
                                const SchemaValue& decoded) {
  if (decoded.problem != ValueProblem::kNone || !decoded.schema.has_value() ||
      !decoded.schema->is_string()) {
    return std::nullopt;
  }
  const absl::string_view text = decoded.schema->text;
  const char* const begin = value.data();
  const char* const end = begin + value.size();
  // Borrows from elsewhere where it was not text in the value.
  if (text.data() <= begin || text.data() + text.size() >= end) {
    return std::nullopt;
  }
  const auto at = static_cast<size_t>(text.data() - begin);
  SplitValue split;
  split.before = value.substr(0, at);
  split.text = Unescaped(*decoded.schema);
  split.after = value.substr(at + text.size());
  if (CanonicallyEscaped(split.text) != text) split.escaped = std::string(text);
  return split;
}

std::string Join(const SplitValue& split) {
  return absl::StrCat(split.before,
                      split.escaped.value_or(CanonicallyEscaped(split.text)),
                      split.after);
}

// Text as text, other bytes as {"base64":...}.
void WriteBytes(absl::string_view bytes, JsonWriter* json) {
  if (IsUtf8(bytes)) {
    json->String(bytes);
  } else {
    json->BeginObject().Key("base64").String(Base64(bytes)).EndObject();
  }
}

void WriteOptional(const std::optional<std::string>& bytes, JsonWriter* json) {
  if (bytes.has_value()) {
    WriteBytes(*bytes, json);
  } else {
    json->Null();
  }
}

absl::StatusOr<std::string> ReadBytes(const JsonValue& json) {
  if (json.is_string()) return json.string_value();
  ASSIGN_OR_RETURN(const std::string base64, json.GetString("base64"));
  return FromBase64(base64);
}

absl::StatusOr<std::optional<std::string>> ReadOptional(const JsonValue& json) {
  if (json.is_null()) return std::optional<std::string>();
  ASSIGN_OR_RETURN(std::string bytes, ReadBytes(json));
  return std::optional<std::string>(std::move(bytes));
}

// The directory of a subject, or of what is about all subjects of a context.
std::string DirectoryOf(const std::optional<std::string>& subject) {
  const std::string normal = NormalSubject(subject.value_or(""));
  const QualifiedSubject qualified = ParseSubject(normal);
  std::string directory;
  if (!qualified.in_default_context()) {
    directory = absl::StrCat("contexts/", PathNameOf(qualified.context), "/");
  }
  if (qualified.name.empty()) return directory + "global/";
  // 256 directories of them: git writes a directory anew for each change in it.
  return absl::StrCat(directory, "subjects/",
                      Sha256Hex(qualified.name).substr(0, kShardChars), "/",
                      PathNameOf(qualified.name), "/");
}

const char* StemOf(KeyType type) {
  switch (type) {
    case KeyType::kConfig:
      return "config";
    case KeyType::kMode:
      return "mode";
    case KeyType::kDeleteSubject:
      return "delete-subject";
    case KeyType::kClearSubject:
      return "clear-subject";
    default:
      return nullptr;
  }
}

// Without extension; keys of other bytes have other paths.
std::string StemPathOf(const std::string& key_bytes, const DecodedKey& decoded) {
  const std::string digest = Sha256Hex(key_bytes).substr(0, kKeyDigestChars);
  const RegistryKey& key = decoded.key;
  std::string path;
  if (decoded.problem == KeyProblem::kNone && key.type == KeyType::kSchema) {
    path = absl::StrCat(DirectoryOf(key.subject), "v", key.version);
  } else if (decoded.problem == KeyProblem::kNone &&
             StemOf(key.type) != nullptr) {
    path = DirectoryOf(key.subject) + StemOf(key.type);
  } else {
    return "other/" + digest;
  }
  // As Confluent writes it since 5.3, and Karapace.
  return EncodeKey(key, RecordWriter()) == key_bytes
             ? path
             : absl::StrCat(path, "-", digest);
}

void WriteReferences(const SchemaValue& value, JsonWriter* json) {
  json->Key("references").BeginArray();
  for (const SchemaReference& reference : value.references) {
    json->BeginObject();
    json->Key("name").String(reference.name);
    json->Key("subject").String(reference.subject);
    json->Key("version").Int(reference.version);
    json->EndObject();
  }
  json->EndArray();
}

// What a person looks for; all of it stands in key and value as well.
void WriteMeaning(const DecodedKey& key, const SchemaValue& value,
                  bool is_schema, JsonWriter* json) {
  if (key.problem != KeyProblem::kNone) return;
  json->Key("keytype").String(NameOf(key.key.type));
  if (key.key.subject.has_value()) {
    json->Key("subject").String(*key.key.subject);
  }
  if (key.key.type != KeyType::kSchema) return;
  json->Key("version").Int(key.key.version);
  if (!is_schema) return;
  if (value.id.has_value()) json->Key("id").Int(*value.id);
  json->Key("type").String(value.type());
  json->Key("deleted").Bool(value.deleted.value_or(false));
  WriteReferences(value, json);
}

void WriteEnvelope(const KeptRecord& record, JsonWriter* json) {
  if (record.offset.has_value()) json->Key("offset").Int(*record.offset);
  if (record.timestamp.has_value()) {
    json->Key("timestamp").Int(*record.timestamp);
  }
  if (record.timestamp_type == TimestampType::kLogAppendTime) {
    json->Key("timestamp_type").String("LogAppendTime");
  }
  json->Key("headers").BeginArray();
  for (const auto& [name, value] : record.headers) {
    json->BeginArray();
    WriteBytes(name, json);
    WriteOptional(value, json);
    json->EndArray();
  }
  json->EndArray();
  json->Key("key");
  WriteBytes(record.key, json);
}

absl::StatusOr<SplitValue> ReadSplit(const JsonValue& json,
                                     const std::string& schema) {
  SplitValue split;
  ASSIGN_OR_RETURN(split.before, ReadBytes(*json.Find("before")));
  ASSIGN_OR_RETURN(split.after, ReadBytes(*json.Find("after")));
  if (const JsonValue* escaped = json.Find("escaped")) {
    ASSIGN_OR_RETURN(split.escaped, ReadOptional(*escaped));
  }
  split.text = schema;
  return split;
}

// What FilesOf wrote, as far as it can be read; whether it is that is seen after.
// `stem` is the path without extension.
absl::StatusOr<KeptRecord> Parse(
    const std::string& text, const std::string& stem,
    const std::map<std::string, std::string>& files) {
  ASSIGN_OR_RETURN(const JsonValue json, ParseJson(text));
  KeptRecord record;
  ASSIGN_OR_RETURN(record.offset, json.GetOptionalInt64("offset"));
  ASSIGN_OR_RETURN(record.timestamp, json.GetOptionalInt64("timestamp"));
  if (json.Find("timestamp_type") != nullptr) {
    record.timestamp_type = TimestampType::kLogAppendTime;
  }
  ASSIGN_OR_RETURN(const JsonValue* headers, json.GetArray("headers"));
  for (const JsonValue& header : headers->array()) {
    if (!header.is_array() || header.array().size() != 2) {
      return absl::DataLossError("a header that is none");
    }
    ASSIGN_OR_RETURN(std::string name, ReadBytes(header.array()[0]));
    ASSIGN_OR_RETURN(auto value, ReadOptional(header.array()[1]));
    record.headers.emplace_back(std::move(name), std::move(value));
  }
  const JsonValue* const key = json.Find("key");
  const JsonValue* const value = json.Find("value");
  if (key == nullptr || value == nullptr) {
    return absl::DataLossError("no key or no value");
  }
  ASSIGN_OR_RETURN(record.key, ReadBytes(*key));
  if (value->Find("before") != nullptr && value->Find("after") != nullptr) {
    ASSIGN_OR_RETURN(const std::string type, json.GetString("type"));
    const auto schema = files.find(stem + ExtensionOf(type));
    if (schema == files.end()) {
      return absl::DataLossError("its schema is missing");
    }
    ASSIGN_OR_RETURN(const SplitValue split, ReadSplit(*value, schema->second));
    record.value = Join(split);
  } else {
    ASSIGN_OR_RETURN(record.value, ReadOptional(*value));
  }
  return record;
}

}  // namespace

KeptRecord KeptRecord::Of(const Record& record) {
  KeptRecord kept;
  kept.offset = record.offset;
  kept.timestamp = record.timestamp;
  kept.timestamp_type = record.timestamp_type;
  kept.key = std::string(record.key.value_or(""));
  if (record.value.has_value()) kept.value = std::string(*record.value);
  for (const Header& header : record.headers) {
    kept.headers.emplace_back(
        std::string(header.name),
        header.value.has_value()
            ? std::optional<std::string>(std::string(*header.value))
            : std::nullopt);
  }
  return kept;
}

RecordFiles FilesOf(const KeptRecord& record) {
  DecodedKey key;
  DecodeKey(Bytes(record.key), &key);
  const bool may_be_schema = key.problem == KeyProblem::kNone &&
                             key.key.type == KeyType::kSchema &&
                             record.value.has_value();
  SchemaValue value;
  std::optional<SplitValue> split;
  if (may_be_schema) {
    value = DecodeSchemaValue(Bytes(*record.value));
    split = Split(*record.value, value);
  }
  const std::string stem = StemPathOf(record.key, key);
  RecordFiles files;
  files.record_path = stem + kRecordSuffix;
  JsonWriter json(&files.record, JsonWriter::Style::kIndented);
  json.BeginObject();
  WriteMeaning(key, value, split.has_value(), &json);
  WriteEnvelope(record, &json);
  json.Key("value");
  if (split.has_value()) {
    files.schema_path = stem + ExtensionOf(value.type());
    files.schema = split->text;
    json.BeginObject();
    json.Key("before");
    WriteBytes(split->before, &json);
    if (split->escaped.has_value()) {
      json.Key("escaped");
      WriteBytes(*split->escaped, &json);
    }
    json.Key("after");
    WriteBytes(split->after, &json);
    json.EndObject();
    json.Key("schema_sha256").String(Sha256Hex(split->text));
  } else {
    WriteOptional(record.value, &json);
  }
  json.EndObject();
  // The digest becomes the last member: it covers what stands before it.
  files.record.resize(files.record.rfind("\n}"));
  const std::string digest = ToHex(Xxh3_128(files.record));
  absl::StrAppend(&files.record, ",\n  \"xxh3_128\": \"", digest, "\"\n}\n");
  return files;
}

bool IsRecordPath(const std::string& path) {
  return absl::EndsWith(path, kRecordSuffix);
}

absl::StatusOr<KeptRecord> RecordOf(
    const std::string& record_path,
    const std::map<std::string, std::string>& files) {
  const auto damaged = [&record_path](absl::string_view why) {
    return absl::DataLossError(
        absl::StrCat(EscapeForTerminal(record_path), ": ", why));
  };
  const std::string& text = files.at(record_path);
  const std::string stem =
      record_path.substr(0, record_path.size() - sizeof(kRecordSuffix) + 1);
  const absl::StatusOr<KeptRecord> record = Parse(text, stem, files);
  if (!record.ok()) return damaged(record.status().message());
  const RecordFiles again = FilesOf(*record);
  if (again.record_path != record_path) {
    return damaged("it is the file of another record");
  }
  const auto schema = files.find(again.schema_path);
  if (again.record != text ||
      (!again.schema_path.empty() &&
       (schema == files.end() || schema->second != again.schema))) {
    return damaged("it, or the schema beside it, was edited by hand");
  }
  return record;
}

}  // namespace sr
