#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/content_md5.h"
#include "core/schemas/rules.h"
#include "verifier/checks/rule_checks.h"
#include "verifier/checks/value_checks.h"

namespace sr {
namespace {

constexpr std::array<absl::string_view, 3> kTypes = {"AVRO", "JSON",
                                                     "PROTOBUF"};

// The first member without which no registry can use the value; "" if all are
// there.
std::string MissingMember(const SchemaValue& value) {
  if (!value.subject.has_value()) return "subject";
  if (!value.version.has_value() || *value.version < 1) return "version";
  if (!value.id.has_value() || *value.id < 0) return "id";
  return value.schema.has_value() ? "" : "schema";
}

void CheckMd5(const CheckedRecord& checked, const SchemaValue& value,
              FindingSink* sink) {
  const bool encrypted = IsEncrypted(value);
  if (!value.md5.has_value()) {
    if (encrypted) {
      sink->Add(codes::kEncWithoutMd5, checked,
                "the md5 of the schema before it was encrypted", "none");
    }
    return;
  }
  const absl::StatusOr<std::string> bytes = FromBase64(*value.md5);
  if (!bytes.ok() || bytes->size() != Digest128().bytes.size()) {
    sink->Add(codes::kMd5Format, checked, "16 bytes in base64",
              EscapeForTerminal(value.md5->substr(0, 80)));
    return;
  }
  if (encrypted) return;  // Of the plain form, which is not known here.
  const Digest128 computed = ContentMd5(value);
  if (*bytes != computed.view()) {
    sink->Add(codes::kMd5Mismatch, checked, Base64(computed.view()),
              EscapeForTerminal(*value.md5));
  } else {
    sink->Add(codes::kMd5WithoutEnc, checked,
              "md5 with encrypted metadata only", "md5");
  }
}

void CheckReferences(const CheckedRecord& checked, const SchemaValue& value,
                     FindingSink* sink) {
  for (const SchemaReference& reference : value.references) {
    if (reference.version == -1) {
      sink->Add(codes::kReferenceVersionLatest, checked, "a version",
                "-1, the latest, whichever that is");
    } else if (reference.name.empty() || reference.subject.empty() ||
               reference.version < 1) {
      sink->Add(
          codes::kReferenceMalformed, checked, "name, subject and version",
          EscapeForTerminal(absl::StrCat(reference.name, " ", reference.subject,
                                         " ", reference.version)));
    }
  }
}

void CheckNames(const CheckedRecord& checked, const SchemaValue& value,
                FindingSink* sink) {
  const RegistryKey& key = checked.key.key;
  if (value.subject == key.subject && value.version == key.version) return;
  sink->Add(codes::kKeyValueMismatch, checked,
            absl::StrCat(EscapeForTerminal(key.subject.value_or("")),
                         " version ", key.version),
            absl::StrCat(EscapeForTerminal(*value.subject), " version ",
                         *value.version));
}

}  // namespace

void CheckSchemaValue(const CheckedRecord& checked, const SchemaValue& value,
                      FindingSink* sink) {
  if (!CheckReadable(checked, value, codes::kSchemaFields, codes::kEnumUnknown,
                     sink)) {
    return;
  }
  if (const std::string missing = MissingMember(value); !missing.empty()) {
    sink->Add(codes::kSchemaFields, checked, "subject, version, id and schema",
              absl::StrCat("no good ", missing));
    return;
  }
  CheckNames(checked, value, sink);
  if (*value.id == 0) {
    sink->Add(codes::kSchemaIdZero, checked, "an id of 1 or more", "0");
  }
  if (std::find(kTypes.begin(), kTypes.end(), value.type()) == kTypes.end()) {
    sink->Add(codes::kSchemaTypeUnknown, checked, "AVRO, JSON or PROTOBUF",
              EscapeForTerminal(value.type().substr(0, 80)));
  }
  if (!value.deleted.has_value() && checked.key.key.magic == 1) {
    sink->Add(codes::kDeletedFlag, checked, "deleted, true or false", "none");
  }
  if (value.offset.has_value() || value.ts.has_value()) {
    sink->Add(codes::kRollbackTrace, checked, "no offset or ts in the value",
              "what a leader writes when it takes an update back");
  }
  if (value.offset.has_value() && *value.offset >= checked.record.offset) {
    sink->Add(codes::kRollbackOffsetInvalid, checked,
              absl::StrCat("an offset below ", checked.record.offset),
              absl::StrCat(*value.offset));
  }
  CheckReferences(checked, value, sink);
  CheckMd5(checked, value, sink);
  if (value.metadata.has_value() || value.rule_set.has_value()) {
    CheckMetadataAndRules(checked, value, sink);
  }
}

}  // namespace sr
