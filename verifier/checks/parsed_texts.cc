#include "verifier/checks/parsed_texts.h"

#include <algorithm>
#include <map>
#include <set>
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

// Java's strings may have half a surrogate pair, UTF-8 has no bytes for one:
// U+FFFD in its place. It stands in comments and the like; where it does not the
// text is no schema with either.
void ReplaceLoneSurrogates(std::string* text) {
  for (size_t at = text->find('\xED'); at != std::string::npos;
       at = text->find('\xED', at + 1)) {
    if (at + 2 < text->size() && static_cast<uint8_t>((*text)[at + 1]) >= 0xA0) {
      text->replace(at, 3, "\xEF\xBF\xBD");
    }
  }
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

std::optional<ParsedTexts::Type> ParsedTexts::TypeOf(absl::string_view type) {
  if (type == "AVRO") return Type::kAvro;
  if (type == "JSON") return Type::kJson;
  if (type == "PROTOBUF") return Type::kProtobuf;
  return std::nullopt;
}

ParsedSchema ParsedTexts::Parse(Type type, absl::string_view text) {
  switch (type) {
    case Type::kAvro:
      return ParseAvroSchema(text);
    case Type::kJson:
      return ParseJsonSchema(text);
    case Type::kProtobuf:
      return ParseProtobufSchema(text);
  }
  return {};
}

void ParsedTexts::Add(const SchemaValue& value) {
  const std::optional<Type> type = TypeOf(value.type());
  if (!type.has_value()) return;
  const auto [place, is_new] =
      outcomes_.try_emplace({TextDigest(*value.schema), *type});
  if (!is_new) return;
  Unescape(*value.schema, &text_);
  ReplaceLoneSurrogates(&text_);
  place->second = Keep(Parse(*type, text_));
}

ParsedTexts::Outcome ParsedTexts::Keep(ParsedSchema parsed) {
  Outcome outcome;
  outcome.first_defined = static_cast<uint32_t>(defined_.size());
  outcome.defined_count = static_cast<uint32_t>(parsed.defines.size());
  for (const std::string& name : parsed.defines) {
    defined_.push_back(Xxh3_64(name));
  }
  if (!parsed.ok() || !parsed.needs.empty()) {
    outcome.rare = static_cast<int32_t>(rare_.size());
    rare_.push_back({std::move(parsed.error), std::move(parsed.needs)});
  }
  return outcome;
}

const ParsedTexts::Outcome* ParsedTexts::Find(
    const SchemaVersion& version) const {
  const std::optional<Type> type = TypeOf(version.type());
  if (!type.has_value()) return nullptr;
  const auto found = outcomes_.find({version.text, *type});
  return found != outcomes_.end() ? &found->second : nullptr;
}

ParsedTexts::NameDigests ParsedTexts::DefinedFor(
    const RegistryState& state, const std::string& subject,
    const SchemaVersion& version) const {
  NameDigests defined;
  std::set<const SchemaVersion*> seen = {&version};
  std::vector<std::pair<const std::string*, const SchemaVersion*>> open = {
      {&subject, &version}};
  while (!open.empty()) {
    const auto [name, from] = open.back();
    open.pop_back();
    for (const SchemaReference& reference : from->references()) {
      // Protobuf: an import is met by the reference of its name.
      defined.insert(Xxh3_64(reference.name));
      const ReferenceTarget target = FindTarget(state, *name, reference);
      if (target.version == nullptr || !seen.insert(target.version).second) {
        continue;
      }
      if (const Outcome* const outcome = Find(*target.version)) {
        const auto first = defined_.begin() + outcome->first_defined;
        defined.insert(first, first + outcome->defined_count);
      }
      open.emplace_back(target.subject, target.version);
    }
  }
  return defined;
}

void ParsedTexts::CheckNeeds(const RegistryState& state,
                             const std::string& subject, int32_t number,
                             const SchemaVersion& version,
                             const std::vector<SchemaNeed>& needs,
                             FindingSink* sink) const {
  const bool is_protobuf = version.type() == "PROTOBUF";
  const NameDigests defined = DefinedFor(state, subject, version);
  for (const SchemaNeed& need : needs) {
    if (defined.contains(Xxh3_64(need.name)) ||
        (!need.or_name.empty() && defined.contains(Xxh3_64(need.or_name))) ||
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
  std::map<const Rare*, Unparsable> unparsable;
  for (const std::string& subject : state.SortedSubjects()) {
    for (const auto& [number, version] : state.subjects.at(subject)) {
      const Outcome* const outcome = Find(version);
      if (outcome == nullptr || outcome->rare < 0) continue;
      const Rare& rare = rare_[static_cast<size_t>(outcome->rare)];
      if (rare.error.empty()) {
        if (!HasDanglingReference(state, subject, version)) {
          CheckNeeds(state, subject, number, version, rare.needs, sink);
        }
        continue;
      }
      Unparsable& entry = unparsable[&rare];
      ++entry.versions;
      if (entry.versions == 1 || version.offset < entry.offset) {
        entry.offset = version.offset;
        entry.first = absl::StrCat(NameOf(subject, number), ", ", version.type());
      }
    }
  }
  // In the order of the topic, not of the pointers.
  std::vector<std::pair<const Rare*, Unparsable>> sorted(unparsable.begin(),
                                                         unparsable.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.offset < b.second.offset;
  });
  for (const auto& [rare, entry] : sorted) {
    Finding finding = MakeFinding(codes::kSchemaUnparsable, sink->copy());
    finding.offset = entry.offset;
    finding.expected = "a text that parses as its schemaType";
    finding.found =
        absl::StrCat(entry.first, ": ",
                     EscapeForTerminal(rare->error.substr(0, 200)));
    if (entry.versions > 1) {
      absl::StrAppend(&finding.found, "; so in ", entry.versions, " versions");
    }
    finding.effect = "applied; whoever asks for it is told 42201 or 500";
    sink->Add(std::move(finding));
  }
}

}  // namespace sr
