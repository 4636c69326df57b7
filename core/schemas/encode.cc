#include "core/schemas/encode.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/schemas/members.h"
#include "core/schemas/writer_text.h"

namespace sr {
namespace {

// An object without spaces, its members in the order of the calls.
class ObjectText {
 public:
  explicit ObjectText(TextForm form) : form_(form) {}

  ObjectText& Text(absl::string_view name, absl::string_view text) {
    Name(name);
    out_ += '"';
    AppendText(text, form_, &out_);
    out_ += '"';
    return *this;
  }
  // Null if it has none.
  ObjectText& TextOrNull(absl::string_view name,
                         const std::optional<std::string>& text) {
    return text.has_value() ? Text(name, *text) : Raw(name, "null");
  }
  ObjectText& Number(absl::string_view name, int64_t number) {
    return Raw(name, absl::StrCat(number));
  }
  ObjectText& Bool(absl::string_view name, bool value) {
    return Raw(name, value ? "true" : "false");
  }
  // JSON as it stands.
  ObjectText& Raw(absl::string_view name, absl::string_view json) {
    Name(name);
    absl::StrAppend(&out_, json);
    return *this;
  }
  // A string that stands in a record, in this writer's escapes.
  ObjectText& Span(absl::string_view name, const JsonSpan& string) {
    if (form_ != TextForm::kJackson || !string.canonical_escapes) {
      return Text(name, Unescaped(string));
    }
    Name(name);
    absl::StrAppend(&out_, "\"", string.text, "\"");
    return *this;
  }

  std::string Finish() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void Name(absl::string_view name) {
    absl::StrAppend(&out_, out_.size() > 1 ? "," : "", "\"", name, "\":");
  }

  const TextForm form_;
  std::string out_ = "{";
};

TextForm FormOf(const RecordWriter& writer) {
  switch (writer.product) {
    case Product::kConfluent:
      return TextForm::kJackson;
    case Product::kKarapace:
      return writer.karapace_major >= 6 ? TextForm::kOrjson : TextForm::kUjson;
    case Product::kRedpanda:
      return TextForm::kRapidjson;
  }
  return TextForm::kJackson;
}

bool IsConfluentBefore(const RecordWriter& writer, int major, int minor,
                       int patch) {
  return writer.product == Product::kConfluent &&
         writer.confluent_version < ConfluentVersion{major, minor, patch};
}

// Whether what is global has "subject":null, where newer ones leave it out: all
// but Confluent since 6.0.3, 6.1.2 and 6.2.
bool WritesNullSubject(const RecordWriter& writer) {
  if (writer.product != Product::kConfluent) return true;
  return IsConfluentBefore(writer, 6, 0, 3) ||
         (!IsConfluentBefore(writer, 6, 1, 0) &&
          IsConfluentBefore(writer, 6, 1, 2));
}

bool PutsKeytypeLast(const RecordWriter& writer) {
  return writer.product == Product::kKarapace
             ? writer.karapace_old_keys
             : IsConfluentBefore(writer, 5, 3, 0);
}

// Of what may be global.
void WriteSubjectOfSetting(const std::optional<std::string>& subject,
                           const RecordWriter& writer, ObjectText* object) {
  if (!subject.value_or("").empty()) {
    object->Text("subject", *subject);
  } else if (WritesNullSubject(writer)) {
    object->Raw("subject", "null");
  }
}

// What stands between keytype and magic.
void WriteKeyMembers(const RegistryKey& key, const RecordWriter& writer,
                     ObjectText* object) {
  switch (key.type) {
    case KeyType::kNoop:
      return;
    case KeyType::kSchema:
      object->TextOrNull("subject", key.subject);
      object->Number("version", key.version);
      return;
    case KeyType::kDeleteSubject:
      object->TextOrNull("subject", key.subject);
      return;
    case KeyType::kConfig:
    case KeyType::kMode:
    case KeyType::kClearSubject:
      WriteSubjectOfSetting(key.subject, writer, object);
      return;
    case KeyType::kContext:
      object->Text("tenant", key.tenant);
      object->Text("context", key.context);
      return;
    case KeyType::kAssociation:
      object->Text("tenant", key.tenant);
      object->Text("resourceName", key.resource_name);
      object->Text("resourceNamespace", key.resource_namespace);
      object->Text("resourceType", key.resource_type);
      object->Text("associationType", key.association_type);
      object->Text("subject", key.subject.value_or(""));
      return;
  }
}

void WriteReferences(const std::vector<SchemaReference>& references,
                     TextForm form, ObjectText* object) {
  if (references.empty()) return;
  std::string list = "[";
  for (const SchemaReference& reference : references) {
    absl::StrAppend(&list, list.size() > 1 ? "," : "",
                    ObjectText(form)
                        .Text("name", reference.name)
                        .Text("subject", reference.subject)
                        .Number("version", reference.version)
                        .Finish());
  }
  object->Raw("references", list + "]");
}

// Confluent before 8.0 and the others leave AVRO out; Confluent before 5.5 has no
// other.
void WriteType(const SchemaValue& schema, const RecordWriter& writer,
               ObjectText* object) {
  const bool always = writer.product == Product::kConfluent &&
                      !IsConfluentBefore(writer, 8, 0, 0);
  if (always || schema.type() != "AVRO") {
    object->Text("schemaType", schema.type());
  }
}

void WriteConfluent(const SchemaValue& schema, const RecordWriter& writer,
                    ObjectText* object) {
  if (schema.md5.has_value()) object->Text("md5", *schema.md5);
  WriteType(schema, writer, object);
  WriteReferences(schema.references, TextForm::kJackson, object);
  if (schema.metadata.has_value()) {
    object->Raw("metadata", schema.metadata->text);
  }
  if (schema.rule_set.has_value()) {
    object->Raw("ruleSet", schema.rule_set->text);
  }
  object->Span("schema", *schema.schema);
  object->Bool("deleted", schema.deleted.value_or(false));
}

// The order of Confluent's CONFIG values (spec §3.2) behind the subject.
constexpr std::array<absl::string_view, 13> kConfigMembers = {
    "alias",
    "aliasForDeks",
    "normalize",
    "validateFields",
    "validateNewSchemas",
    "validateRules",
    "compatibilityLevel",
    "compatibilityPolicy",
    "compatibilityGroup",
    "defaultMetadata",
    "overrideMetadata",
    "defaultRuleSet",
    "overrideRuleSet"};

// Confluent 7.0 and later name the subject in the values of CONFIG and MODE.
bool NamesSubject(const RecordWriter& writer,
                  const std::optional<std::string>& subject) {
  return writer.product == Product::kConfluent &&
         !IsConfluentBefore(writer, 7, 0, 0) && !subject.value_or("").empty();
}

std::string WithQuotes(const JsonSpan& value) {
  return value.is_string() ? absl::StrCat("\"", value.text, "\"")
                           : std::string(value.text);
}

}  // namespace

std::string EncodeKey(const RegistryKey& key, const RecordWriter& writer) {
  ObjectText object(FormOf(writer));
  const bool keytype_last = PutsKeytypeLast(writer);
  if (!keytype_last) object.Text("keytype", NameOf(key.type));
  WriteKeyMembers(key, writer, &object);
  object.Number("magic", key.type == KeyType::kSchema ? 1 : 0);
  if (keytype_last) object.Text("keytype", NameOf(key.type));
  if (writer.product == Product::kRedpanda && writer.redpanda_seq) {
    object.Number("seq", key.seq.value_or(0));
    object.Number("node", key.node.value_or(0));
  }
  return object.Finish();
}

std::string EncodeSchemaValue(const SchemaValue& schema,
                              const RecordWriter& writer) {
  const TextForm form = FormOf(writer);
  ObjectText object(form);
  object.Text("subject", *schema.subject);
  object.Number("version", *schema.version);
  object.Number("id", *schema.id);
  switch (writer.product) {
    case Product::kConfluent:
      WriteConfluent(schema, writer, &object);
      break;
    case Product::kKarapace:
      object.Span("schema", *schema.schema);
      object.Bool("deleted", schema.deleted.value_or(false));
      WriteReferences(schema.references, form, &object);
      WriteType(schema, writer, &object);
      break;
    case Product::kRedpanda:
      WriteType(schema, writer, &object);
      WriteReferences(schema.references, form, &object);
      object.Span("schema", *schema.schema);
      object.Bool("deleted", schema.deleted.value_or(false));
      break;
  }
  return object.Finish();
}

std::string EncodeConfigValue(const std::optional<std::string>& subject,
                              const ConfigValue& config,
                              const RecordWriter& writer) {
  ObjectText object(FormOf(writer));
  if (writer.product != Product::kConfluent) {
    if (config.compatibility_level.has_value()) {
      object.Text("compatibilityLevel", *config.compatibility_level);
    }
    return object.Finish();
  }
  if (NamesSubject(writer, subject)) object.Text("subject", *subject);
  if (!config.object.has_value()) return object.Finish();
  for (const absl::string_view name : kConfigMembers) {
    const std::optional<JsonSpan> value = MemberOf(*config.object, name);
    if (value.has_value()) object.Raw(name, WithQuotes(*value));
  }
  return object.Finish();
}

std::string EncodeModeValue(const std::optional<std::string>& subject,
                            const std::string& mode,
                            const RecordWriter& writer) {
  ObjectText object(FormOf(writer));
  if (NamesSubject(writer, subject)) object.Text("subject", *subject);
  return object.Text("mode", mode).Finish();
}

std::string EncodeDeleteSubjectValue(const std::string& subject,
                                     int32_t version,
                                     const RecordWriter& writer) {
  ObjectText object(FormOf(writer));
  object.Text("subject", subject);
  if (writer.product != Product::kRedpanda) object.Number("version", version);
  return object.Finish();
}

std::string EncodeClearSubjectValue(const std::optional<std::string>& subject,
                                    const RecordWriter& writer) {
  ObjectText object(TextForm::kJackson);
  WriteSubjectOfSetting(subject, writer, &object);
  return object.Finish();
}

std::string EncodeContextValue(const std::string& tenant,
                               const std::string& context) {
  return ObjectText(TextForm::kJackson)
      .Text("tenant", tenant)
      .Text("context", context)
      .Finish();
}

}  // namespace sr
