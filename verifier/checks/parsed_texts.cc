#include "verifier/checks/parsed_texts.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"
#include "core/parsers/avro_schema.h"
#include "core/parsers/json_schema.h"
#include "core/parsers/protobuf_schema.h"
#include "verifier/checks/references.h"

namespace sr {
namespace {

std::string KeyOf(absl::string_view type, const Digest128& text) {
  return absl::StrCat(type, "\n", text.view());
}

ParsedSchema Parse(absl::string_view type, absl::string_view text) {
  if (type == "AVRO") return ParseAvroSchema(text);
  if (type == "JSON") return ParseJsonSchema(text);
  if (type == "PROTOBUF") return ParseProtobufSchema(text);
  return {};  // A plug-in's; SCHEMA_TYPE_UNKNOWN says so.
}

// Java's strings may have half a surrogate pair, UTF-8 has no bytes for one:
// U+FFFD in its place. It stands in comments and the like; where it does not the
// text is no schema with either.
std::string WithoutLoneSurrogates(std::string text) {
  for (size_t at = text.find('\xED'); at != std::string::npos;
       at = text.find('\xED', at + 1)) {
    if (at + 2 < text.size() && static_cast<uint8_t>(text[at + 1]) >= 0xA0) {
      text.replace(at, 3, "\xEF\xBF\xBD");
    }
  }
  return text;
}

std::string NameOf(const std::string& subject, int32_t number) {
  return absl::StrCat(EscapeForTerminal(subject), " version ", number);
}

// A text that does not parse and where it is used.
struct Unparsable {
  std::string first;  // Subject and version.
  int64_t offset = 0;
  int64_t versions = 0;
};

}  // namespace

void ParsedTexts::Add(const SchemaValue& value) {
  const auto [place, is_new] =
      parsed_.try_emplace(KeyOf(value.type(), TextDigest(*value.schema)));
  if (!is_new) return;
  place->second =
      Parse(value.type(), WithoutLoneSurrogates(Unescaped(*value.schema)));
}

const ParsedSchema* ParsedTexts::Find(const SchemaVersion& version) const {
  const auto found = parsed_.find(KeyOf(version.type(), version.text));
  return found != parsed_.end() ? &found->second : nullptr;
}

std::set<std::string> ParsedTexts::DefinedFor(
    const RegistryState& state, const std::string& subject,
    const SchemaVersion& version) const {
  std::set<std::string> defined;
  std::set<const SchemaVersion*> seen = {&version};
  std::vector<std::pair<const std::string*, const SchemaVersion*>> open = {
      {&subject, &version}};
  while (!open.empty()) {
    const auto [name, from] = open.back();
    open.pop_back();
    for (const SchemaReference& reference : from->references()) {
      // Protobuf: an import is met by the reference of its name.
      defined.insert(reference.name);
      const ReferenceTarget target = FindTarget(state, *name, reference);
      if (target.version == nullptr || !seen.insert(target.version).second) {
        continue;
      }
      if (const ParsedSchema* const parsed = Find(*target.version)) {
        defined.insert(parsed->defines.begin(), parsed->defines.end());
      }
      open.emplace_back(target.subject, target.version);
    }
  }
  return defined;
}

void ParsedTexts::CheckNeeds(const RegistryState& state,
                             const std::string& subject, int32_t number,
                             const SchemaVersion& version,
                             const ParsedSchema& parsed,
                             FindingSink* sink) const {
  if (parsed.needs.empty()) return;
  const bool is_protobuf = version.type() == "PROTOBUF";
  const std::set<std::string> defined = DefinedFor(state, subject, version);
  for (const SchemaNeed& need : parsed.needs) {
    if (defined.count(need.name) != 0 || defined.count(need.or_name) != 0 ||
        (is_protobuf && IsBuiltInProtobuf(need.name))) {
      continue;
    }
    Finding finding =
        MakeFinding(is_protobuf ? codes::kImportNotSupplied
                                : codes::kNameNotDefined,
                    sink->copy());
    finding.offset = version.offset;
    finding.expected = is_protobuf ? "a reference for each import"
                                   : "each name defined, here or by a reference";
    finding.found = absl::StrCat(NameOf(subject, number), " uses ",
                                 EscapeForTerminal(need.name.substr(0, 200)));
    finding.effect = "applied";
    sink->Add(std::move(finding));
  }
}

void ParsedTexts::Report(const RegistryState& state, FindingSink* sink) const {
  std::map<const ParsedSchema*, Unparsable> unparsable;
  for (const std::string& subject : state.SortedSubjects()) {
    for (const auto& [number, version] : state.subjects.at(subject)) {
      const ParsedSchema* const parsed = Find(version);
      if (parsed == nullptr) continue;  // It has no text.
      if (parsed->ok()) {
        if (!HasDanglingReference(state, subject, version)) {
          CheckNeeds(state, subject, number, version, *parsed, sink);
        }
        continue;
      }
      Unparsable& entry = unparsable[parsed];
      ++entry.versions;
      if (entry.versions == 1 || version.offset < entry.offset) {
        entry.offset = version.offset;
        entry.first = absl::StrCat(NameOf(subject, number), ", ", version.type());
      }
    }
  }
  // In the order of the topic, not of the pointers.
  std::vector<std::pair<const ParsedSchema*, Unparsable>> sorted(
      unparsable.begin(), unparsable.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.offset < b.second.offset;
  });
  for (const auto& [parsed, entry] : sorted) {
    Finding finding = MakeFinding(codes::kSchemaUnparsable, sink->copy());
    finding.offset = entry.offset;
    finding.expected = "a text that parses as its schemaType";
    finding.found =
        absl::StrCat(entry.first, ": ",
                     EscapeForTerminal(parsed->error.substr(0, 200)));
    if (entry.versions > 1) {
      absl::StrAppend(&finding.found, "; so in ", entry.versions, " versions");
    }
    finding.effect = "applied; whoever asks for it is told 42201 or 500";
    sink->Add(std::move(finding));
  }
}

}  // namespace sr
