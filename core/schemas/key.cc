#include "core/schemas/key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/text.h"
#include "core/json/json_scanner.h"
#include "core/json/member_name.h"
#include "core/schemas/jackson.h"
#include "core/schemas/subject.h"
#include "core/schemas/usual_form.h"

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

Member MemberOf(absl::string_view name) {
  // Those of nearly all keys.
  if (NameIs(name, "keytype")) return Member::kKeytype;
  if (NameIs(name, "subject")) return Member::kSubject;
  if (NameIs(name, "version")) return Member::kVersion;
  if (NameIs(name, "magic")) return Member::kMagic;
  const auto known = std::find(kMembers.begin(), kMembers.end(), name);
  return static_cast<Member>(known - kMembers.begin());
}

Member MemberOf(const JsonSpan& name) {
  return name.has_escapes ? MemberOf(Unescaped(name)) : MemberOf(name.text);
}

constexpr uint32_t Bit(Member member) {
  return uint32_t{1} << static_cast<int>(member);
}

// What keys of a type may have, a bit for each.
constexpr uint32_t MembersOf(KeyType type) {
  constexpr uint32_t kAll = Bit(Member::kKeytype) | Bit(Member::kMagic) |
                            Bit(Member::kSeq) | Bit(Member::kNode);
  switch (type) {
    case KeyType::kNoop:
      return kAll;
    case KeyType::kSchema:
      return kAll | Bit(Member::kSubject) | Bit(Member::kVersion);
    case KeyType::kContext:
      return kAll | Bit(Member::kTenant) | Bit(Member::kContext);
    case KeyType::kAssociation:
      return kAll | Bit(Member::kSubject) | Bit(Member::kTenant) |
             Bit(Member::kResourceName) | Bit(Member::kResourceNamespace) |
             Bit(Member::kResourceType) | Bit(Member::kAssociationType);
    default:
      return kAll | Bit(Member::kSubject);
  }
}

// The members of one object; of several with one name, the last.
class Members {
 public:
  explicit Members(JsonTextReader* reader) {
    for (bool is_first = true; reader->NextMember(); is_first = false) {
      const Member member = MemberOf(reader->name());
      if (is_first) first = member;
      last = member;
      if (member == Member::kUnknown) {
        if (unknown.empty()) unknown = Unescaped(reader->name());
        continue;
      }
      has_duplicates = has_duplicates || Has(member);
      if (!Has(member)) places_[static_cast<size_t>(member)] = count_++;
      present |= Bit(member);
      values_[places_[static_cast<size_t>(member)]] = reader->value();
    }
  }

  bool Has(Member member) const { return (present & Bit(member)) != 0; }

  // Null if it is not there.
  const JsonSpan* At(Member member) const {
    return Has(member) ? &values_[places_[static_cast<size_t>(member)]]
                       : nullptr;
  }

  // Null if it is not there or JSON null.
  const JsonSpan* Find(Member member) const {
    const JsonSpan* const value = At(member);
    return value != nullptr && !value->is_null() ? value : nullptr;
  }

  uint32_t present = 0;  // A bit for each that is there.
  Member first = Member::kUnknown;
  Member last = Member::kUnknown;
  bool has_duplicates = false;
  std::string unknown;

 private:
  // In the order of the text: of the twelve mostly the first four are there.
  std::array<JsonSpan, kMembers.size()> values_;
  std::array<uint8_t, kMembers.size()> places_ = {};
  uint8_t count_ = 0;
};

// The type that `keytype` names, or what is wrong with it.
KeyProblem ReadType(const Members& members, KeyType* type,
                    std::string* detail) {
  const JsonSpan* const keytype = members.Find(Member::kKeytype);
  if (keytype == nullptr) return KeyProblem::kKeytypeMissing;
  if (keytype->is_string()) {
    const std::string unescaped =
        keytype->has_escapes ? Unescaped(*keytype) : std::string();
    const absl::string_view name =
        keytype->has_escapes ? absl::string_view(unescaped) : keytype->text;
    for (const auto& [known, known_type] : kTypes) {
      if (name == known) {
        *type = known_type;
        return KeyProblem::kNone;
      }
    }
  }
  *detail = Excerpt(keytype->text);
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
  const JsonSpan* const value = members.At(member);
  if (value == nullptr) return true;
  std::optional<int32_t> read;
  if (!JacksonInt32(*value, &read)) return false;
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
    key->subject.reset();
    return "magic";
  }
  const JsonSpan* const subject =
      (MembersOf(key->type) & Bit(Member::kSubject)) != 0
          ? members.Find(Member::kSubject)
          : nullptr;
  if (subject == nullptr) {
    key->subject.reset();
  } else if (!JacksonString(*subject, &key->subject)) {
    return "subject";
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
  const JsonSpan* const subject = members.At(Member::kSubject);
  decoded->subject_is_null = subject != nullptr && subject->is_null();
  decoded->subject_is_escaped = subject != nullptr && subject->is_string() &&
                                !subject->canonical_escapes;
  decoded->extra_member = members.unknown;
  const uint32_t extra = members.present & ~MembersOf(decoded->key.type);
  for (size_t i = 0; i < kMembers.size() && decoded->extra_member.empty() &&
                     extra != 0;
       ++i) {
    if ((extra >> i & 1) != 0) {
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

// Reads `key` into *decoded, which has its defaults; `subject` is for its
// memory.
void DecodeAnyKey(const Bytes& key, std::optional<std::string> subject,
                  DecodedKey* decoded) {
  decoded->problem = key.has_value() ? KeyProblem::kEmpty : KeyProblem::kNull;
  if (!key.has_value() || key->empty()) return;
  JsonTextReader reader(*key);
  const Members members(&reader);  // None, if it is no object.
  if (!reader.status().ok()) {
    decoded->problem = KeyProblem::kNotJson;
    decoded->detail = std::string(reader.status().message());
    return;
  }
  if (reader.kind() != JsonKind::kObject) {
    decoded->problem = reader.kind() == JsonKind::kNull
                           ? KeyProblem::kJsonNull
                           : KeyProblem::kNotAnObject;
    return;
  }

  decoded->problem = ReadType(members, &decoded->key.type, &decoded->detail);
  ReadForm(reader, members, decoded);
  if (decoded->problem != KeyProblem::kNone) return;
  ReadSequence(members, &decoded->key);
  decoded->key.subject = std::move(subject);
  const absl::string_view bad = ReadMembers(members, &decoded->key);
  if (!bad.empty()) {
    decoded->problem = KeyProblem::kMember;
    decoded->detail = std::string(bad);
  } else if (decoded->key.type == KeyType::kSchema &&
             decoded->key.magic != 0 && decoded->key.magic != 1) {
    decoded->problem = KeyProblem::kMagic;
    decoded->detail = absl::StrCat("magic ", decoded->key.magic);
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
  DecodedKey decoded;
  DecodeKey(key, &decoded);
  return decoded;
}

void DecodeKey(const Bytes& key, DecodedKey* decoded) {
  // The subject's memory is what is worth keeping.
  std::optional<std::string> subject = std::move(decoded->key.subject);
  *decoded = DecodedKey();
  decoded->key.subject = std::move(subject);
  if (key.has_value() && ReadUsualKey(*key, decoded)) return;
  subject = std::move(decoded->key.subject);
  decoded->key.subject.reset();
  DecodeAnyKey(key, std::move(subject), decoded);
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
