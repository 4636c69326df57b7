#include "core/schemas/key.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/text.h"
#include "core/json/json_scanner.h"
#include "core/schemas/jackson.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

constexpr std::array<std::pair<absl::string_view, KeyType>, 8> kTypes = {{
    {"SCHEMA", KeyType::kSchema},
    {"CONFIG", KeyType::kConfig},
    {"MODE", KeyType::kMode},
    {"DELETE_SUBJECT", KeyType::kDeleteSubject},
    {"CLEAR_SUBJECT", KeyType::kClearSubject},
    {"NOOP", KeyType::kNoop},
    {"CONTEXT", KeyType::kContext},
    {"ASSOC", KeyType::kAssociation},
}};

enum class Member {
  kKeytype,
  kSubject,
  kVersion,
  kMagic,
  kTenant,
  kContext,
  kResourceName,
  kResourceNamespace,
  kResourceType,
  kAssociationType,
  kSeq,
  kNode,
  kUnknown,
};

constexpr std::array<absl::string_view, 12> kMembers = {
    "keytype",      "subject",         "version",      "magic",
    "tenant",       "context",         "resourceName", "resourceNamespace",
    "resourceType", "associationType", "seq",          "node"};

Member MemberOf(const JsonSpan& name) {
  const std::string unescaped =
      name.has_escapes ? Unescaped(name) : std::string();
  const absl::string_view plain =
      name.has_escapes ? absl::string_view(unescaped) : name.text;
  for (size_t i = 0; i < kMembers.size(); ++i) {
    if (plain == kMembers[i]) return static_cast<Member>(i);
  }
  return Member::kUnknown;
}

bool Has(Member member, KeyType type) {
  switch (member) {
    case Member::kKeytype:
    case Member::kMagic:
    case Member::kSeq:
    case Member::kNode:
      return true;
    case Member::kSubject:
      return type != KeyType::kNoop && type != KeyType::kContext;
    case Member::kVersion:
      return type == KeyType::kSchema;
    case Member::kTenant:
      return type == KeyType::kContext || type == KeyType::kAssociation;
    case Member::kContext:
      return type == KeyType::kContext;
    case Member::kUnknown:
      return false;
    default:
      return type == KeyType::kAssociation;
  }
}

// The members of one object; of several with one name, the last.
struct Members {
  std::array<JsonSpan, kMembers.size()> values;
  std::array<bool, kMembers.size()> present = {};
  Member first = Member::kUnknown;
  Member last = Member::kUnknown;
  bool has_duplicates = false;
  std::string unknown;

  explicit Members(JsonTextReader* reader) {
    bool is_first = true;
    while (reader->NextMember()) {
      const Member member = MemberOf(reader->name());
      if (is_first) first = member;
      is_first = false;
      last = member;
      if (member == Member::kUnknown) {
        if (unknown.empty()) unknown = Unescaped(reader->name());
        continue;
      }
      const size_t i = static_cast<size_t>(member);
      has_duplicates = has_duplicates || present[i];
      present[i] = true;
      values[i] = reader->value();
    }
  }

  // Null if it is not there or JSON null.
  const JsonSpan* Find(Member member) const {
    const size_t i = static_cast<size_t>(member);
    return present[i] && !values[i].is_null() ? &values[i] : nullptr;
  }
};

DecodedKey Problem(KeyProblem problem, std::string detail) {
  DecodedKey decoded;
  decoded.problem = problem;
  decoded.detail = std::move(detail);
  return decoded;
}

// The type that `keytype` names, or what is wrong with it.
KeyProblem ReadType(const Members& members, KeyType* type,
                    std::string* detail) {
  const JsonSpan* const keytype = members.Find(Member::kKeytype);
  if (keytype == nullptr) return KeyProblem::kKeytypeMissing;
  if (keytype->is_string()) {
    const std::string name = Unescaped(*keytype);
    for (const auto& [known, known_type] : kTypes) {
      if (name == known) {
        *type = known_type;
        return KeyProblem::kNone;
      }
    }
  }
  *detail = EscapeForTerminal(keytype->text.substr(0, 80));
  return keytype->is_string() ? KeyProblem::kKeytypeUnknown
                              : KeyProblem::kKeytypeNotAString;
}

bool ReadString(const Members& members, Member member, std::string* text) {
  const JsonSpan* const value = members.Find(member);
  if (value == nullptr) return false;
  std::optional<std::string> read;
  if (!JacksonString(*value, &read) || !read.has_value()) return false;
  *text = *std::move(read);
  return true;
}

// A member that may be absent; false if it is there and cannot be read.
bool ReadInt(const Members& members, Member member, int32_t absent,
             int32_t* number) {
  *number = absent;
  const size_t i = static_cast<size_t>(member);
  if (!members.present[i]) return true;
  std::optional<int32_t> read;
  if (!JacksonInt32(members.values[i], &read)) return false;
  *number = read.value_or(0);
  return true;
}

bool ReadAssociation(const Members& members, RegistryKey* key) {
  return ReadString(members, Member::kTenant, &key->tenant) &&
         ReadString(members, Member::kResourceName, &key->resource_name) &&
         ReadString(members, Member::kResourceNamespace,
                    &key->resource_namespace) &&
         ReadString(members, Member::kResourceType, &key->resource_type) &&
         ReadString(members, Member::kAssociationType,
                    &key->association_type) &&
         key->subject.has_value();
}

// Name of the first member that cannot be read; "" if all can.
absl::string_view ReadMembers(const Members& members, RegistryKey* key) {
  if (!ReadInt(members, Member::kMagic, key->type == KeyType::kSchema ? 1 : 0,
               &key->magic)) {
    return "magic";
  }
  if (Has(Member::kSubject, key->type)) {
    const JsonSpan* const subject = members.Find(Member::kSubject);
    if (subject != nullptr && !JacksonString(*subject, &key->subject)) {
      return "subject";
    }
  }
  switch (key->type) {
    case KeyType::kSchema:
      return ReadInt(members, Member::kVersion, 0, &key->version) ? ""
                                                                  : "version";
    case KeyType::kContext: {
      // Null is taken; the record then fails later.
      (void)ReadString(members, Member::kTenant, &key->tenant);
      (void)ReadString(members, Member::kContext, &key->context);
      return "";
    }
    case KeyType::kAssociation:
      return ReadAssociation(members, key) ? "" : "a part of the association";
    default:
      return "";
  }
}

void ReadForm(const JsonTextReader& reader, const Members& members,
              DecodedKey* decoded) {
  decoded->has_bom = reader.has_bom();
  decoded->is_lax =
      reader.has_space() || reader.has_trailing() || members.has_duplicates;
  decoded->form = members.first == Member::kKeytype  ? KeyForm::kKeytypeFirst
                  : members.last == Member::kKeytype ? KeyForm::kKeytypeLast
                                                     : KeyForm::kOther;
  const size_t subject = static_cast<size_t>(Member::kSubject);
  decoded->subject_is_null =
      members.present[subject] && members.values[subject].is_null();
  decoded->subject_is_escaped = members.present[subject] &&
                                members.values[subject].is_string() &&
                                !members.values[subject].canonical_escapes;
  decoded->extra_member = members.unknown;
  for (size_t i = 0; i < kMembers.size() && decoded->extra_member.empty();
       ++i) {
    if (members.present[i] && !Has(static_cast<Member>(i), decoded->key.type)) {
      decoded->extra_member = std::string(kMembers[i]);
    }
  }
}

// Redpanda's two members, where they are whole numbers.
void ReadSequence(const Members& members, RegistryKey* key) {
  if (const JsonSpan* const seq = members.Find(Member::kSeq); seq != nullptr) {
    (void)JacksonInt64(*seq, &key->seq);
  }
  if (const JsonSpan* const node = members.Find(Member::kNode);
      node != nullptr) {
    (void)JacksonInt64(*node, &key->node);
  }
}

}  // namespace

absl::string_view NameOf(KeyType type) {
  for (const auto& [name, known] : kTypes) {
    if (known == type) return name;
  }
  return "";
}

absl::string_view Describe(KeyProblem problem) {
  switch (problem) {
    case KeyProblem::kNone:
      return "readable";
    case KeyProblem::kNull:
      return "the key is null";
    case KeyProblem::kEmpty:
      return "the key is empty";
    case KeyProblem::kNotJson:
      return "the key is not JSON";
    case KeyProblem::kJsonNull:
      return "the key is the JSON literal null";
    case KeyProblem::kNotAnObject:
      return "the key is JSON, but no object";
    case KeyProblem::kKeytypeMissing:
      return "the key has no keytype";
    case KeyProblem::kKeytypeNotAString:
      return "the keytype is not a string";
    case KeyProblem::kKeytypeUnknown:
      return "the keytype is not known";
    case KeyProblem::kMember:
      return "a member of the key cannot be read";
    case KeyProblem::kMagic:
      return "the magic of a SCHEMA key is neither 0 nor 1";
  }
  return "";
}

DecodedKey DecodeKey(const Bytes& key) {
  if (!key.has_value()) return Problem(KeyProblem::kNull, "");
  if (key->empty()) return Problem(KeyProblem::kEmpty, "");
  JsonTextReader reader(*key);
  const Members members(&reader);  // None, if it is no object.
  if (!reader.status().ok()) {
    return Problem(KeyProblem::kNotJson,
                   std::string(reader.status().message()));
  }
  if (reader.kind() == JsonKind::kNull) {
    return Problem(KeyProblem::kJsonNull, "");
  }
  if (reader.kind() != JsonKind::kObject) {
    return Problem(KeyProblem::kNotAnObject, "");
  }

  DecodedKey decoded;
  decoded.problem = ReadType(members, &decoded.key.type, &decoded.detail);
  ReadForm(reader, members, &decoded);
  if (decoded.problem != KeyProblem::kNone) return decoded;
  ReadSequence(members, &decoded.key);
  const absl::string_view bad = ReadMembers(members, &decoded.key);
  if (!bad.empty()) {
    decoded.problem = KeyProblem::kMember;
    decoded.detail = std::string(bad);
  } else if (decoded.key.type == KeyType::kSchema && decoded.key.magic != 0 &&
             decoded.key.magic != 1) {
    decoded.problem = KeyProblem::kMagic;
    decoded.detail = absl::StrCat("magic ", decoded.key.magic);
  }
  return decoded;
}

std::string LogicalKey(const RegistryKey& key) {
  // Separated by bytes that JSON strings hold in an escaped form only, and no
  // registry accepts in a name.
  const std::string subject =
      key.subject.has_value() ? NormalSubject(*key.subject) : "\x01";
  switch (key.type) {
    case KeyType::kSchema:
      return absl::StrCat("SCHEMA\n", subject, "\n", key.version);
    case KeyType::kContext:
      return absl::StrCat("CONTEXT\n", key.tenant, "\n", key.context);
    case KeyType::kAssociation:
      return absl::StrCat("ASSOC\n", key.tenant, "\n", key.resource_name, "\n",
                          key.resource_namespace, "\n", key.resource_type, "\n",
                          key.association_type, "\n", subject);
    default:
      return absl::StrCat(NameOf(key.type), "\n", subject);
  }
}

uint64_t LogicalKeyDigest(const RegistryKey& key) {
  if (key.type == KeyType::kContext || key.type == KeyType::kAssociation ||
      !key.subject.has_value()) {
    return Xxh3_64(LogicalKey(key), /*seed=*/0);
  }
  // The numbers are small; what they make is a seed that LogicalKey has not.
  const uint64_t seed = uint64_t{1} << 63 |
                        static_cast<uint64_t>(key.type) << 32 |
                        static_cast<uint32_t>(key.version);
  return IsNormalSubject(*key.subject)
             ? Xxh3_64(*key.subject, seed)
             : Xxh3_64(NormalSubject(*key.subject), seed);
}

}  // namespace sr
