#include "verifier/checks/key_checks.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

// The finding that says that the key cannot be read.
void ReportProblem(const CheckedRecord& checked, FindingSink* sink) {
  const DecodedKey& key = checked.key;
  std::string found(Describe(key.problem));
  if (!key.detail.empty()) absl::StrAppend(&found, ": ", key.detail);
  switch (key.problem) {
    case KeyProblem::kNone:
      return;
    case KeyProblem::kNull:
      return sink->Add(codes::kKeyNull, checked, "a key", found);
    case KeyProblem::kEmpty:
      return sink->Add(codes::kKeyEmpty, checked, "a key", found);
    case KeyProblem::kNotJson:
    case KeyProblem::kJsonNull:
    case KeyProblem::kNotAnObject:
      return sink->Add(codes::kKeyNotJsonObject, checked, "a JSON object",
                       found);
    case KeyProblem::kKeytypeMissing:
    case KeyProblem::kKeytypeNotAString:
    case KeyProblem::kKeytypeUnknown:
      return sink->Add(codes::kKeytypeUnknown, checked,
                       "a keytype of this product", found);
    case KeyProblem::kMember:
      return sink->Add(codes::kKeyFields, checked,
                       "the members that keys of this type have", found);
    case KeyProblem::kMagic:
      return sink->Add(codes::kSchemaMagic, checked, "magic 0 or 1", found);
  }
}

// What a registry needs of a key that it can read; "" if it is all there.
std::string MissingMember(const RegistryKey& key) {
  switch (key.type) {
    case KeyType::kSchema:
      if (!key.subject.has_value() || key.subject->empty()) return "subject";
      return key.version < 1 ? "version" : "";
    case KeyType::kDeleteSubject:
      return key.subject.has_value() && !key.subject->empty() ? "" : "subject";
    case KeyType::kContext:
      return key.tenant.empty()    ? "tenant"
             : key.context.empty() ? "context"
                                   : "";
    default:
      return "";
  }
}

bool HasControlCharacter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
}

void CheckSubject(const CheckedRecord& checked, FindingSink* sink) {
  const RegistryKey& key = checked.key.key;
  if (!key.subject.has_value()) return;
  const std::string& subject = *key.subject;
  if (subject.empty() && key.type != KeyType::kSchema &&
      key.type != KeyType::kDeleteSubject) {
    sink->Add(codes::kSubjectEmpty, checked, "a name, or no subject at all",
              "an empty subject");
    return;
  }
  if (!IsNormalSubject(subject) || HasControlCharacter(subject)) {
    sink->AddFor({Product::kConfluent}, codes::kSubjectNotNormal, checked,
                 EscapeForTerminal(NormalSubject(subject)),
                 EscapeForTerminal(subject));
  }
  if (key.type == KeyType::kSchema &&
      ParseSubject(subject).context == kGlobalContext) {
    sink->AddFor({Product::kConfluent}, codes::kSubjectGlobalContext, checked,
                 "schemas in contexts of their own",
                 EscapeForTerminal(subject));
  }
  if (checked.key.subject_is_escaped) {
    sink->AddFor({Product::kConfluent}, codes::kKeyEscapedSubject, checked,
                 "the subject's characters as they are",
                 "escapes that the registry does not write");
  }
}

}  // namespace

bool CheckKey(const CheckedRecord& checked, FindingSink* sink) {
  const DecodedKey& key = checked.key;
  if (key.has_bom) {
    sink->Add(codes::kJsonBom, checked, "JSON from the first byte on",
              "a byte order mark before the key");
  }
  if (key.is_lax) {
    sink->Add(codes::kJsonLax, checked, "JSON as registries write it",
              "space, trailing bytes or a member given twice in the key");
  }
  if (key.problem != KeyProblem::kNone) {
    ReportProblem(checked, sink);
    return false;
  }
  if (const std::string missing = MissingMember(key.key); !missing.empty()) {
    sink->Add(codes::kKeyFields, checked,
              "the members that keys of this type have",
              absl::StrCat("no good ", missing));
    return false;
  }
  if (key.key.magic != 0 && key.key.type == KeyType::kNoop) {
    sink->Add(codes::kNoopMagic, checked, "magic 0",
              absl::StrCat("magic ", key.key.magic));
  } else if (key.key.magic != 0 && key.key.type != KeyType::kSchema) {
    sink->Add(codes::kMagicNonzero, checked, "magic 0",
              absl::StrCat("magic ", key.key.magic));
  }
  if (!key.extra_member.empty()) {
    sink->Add(codes::kKeyExtraField, checked, "no other members",
              EscapeForTerminal(key.extra_member));
  }
  if (key.form == KeyForm::kOther) {
    sink->Add(codes::kKeyFormForeign, checked, "keytype first, or last",
              "keytype neither first nor last");
  }
  if (key.key.seq.has_value() != key.key.node.has_value()) {
    sink->Add(codes::kSeqNodePair, checked, "seq and node, or neither",
              key.key.seq.has_value() ? "seq alone" : "node alone");
  }
  CheckSubject(checked, sink);
  return true;
}

}  // namespace sr
