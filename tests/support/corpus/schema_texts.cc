#include "tests/support/corpus/schema_texts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "absl/strings/str_cat.h"

namespace sr {
namespace {

constexpr size_t kTemplates = 400;
constexpr char kPackage[] = "com.example.corpus";

constexpr std::array kWords = {
    "amount",    "approvedBy", "channel",  "comment",  "country",
    "currency",  "customer",   "discount", "dueDate",  "errorCode",
    "itemCount", "language",   "locale",   "operator", "priority",
    "reason",    "region",     "retries",  "source",   "status",
    "taxRate",   "tenant",     "traceId",  "warehouse"};

// Sizes in bytes at even steps of the rank, smallest to largest, of the real
// schemas that schema_texts.h speaks of; the last three are rank 95 %, 99 %
// and the largest.
struct Sizes {
  std::array<double, 10> deciles;
  std::array<double, 3> top;
};
constexpr Sizes kAvroSizes = {
    {55, 196, 292, 425, 610, 732, 932, 1137, 1588, 2570},
    {5333, 39072, 385753}};
constexpr Sizes kProtobufSizes = {
    {316, 400, 436, 557, 640, 731, 961, 1277, 2062, 3595},
    {4687, 12202, 48063}};
constexpr Sizes kJsonSizes = {
    {18, 207, 1075, 1891, 3144, 5884, 9083, 13339, 21140, 41770},
    {68810, 284181, 409593}};

double Between(double from, double to, double share) {
  return from + (to - from) * share;
}

// The size at `rank`, 0 to 1.
int64_t SizeAt(const Sizes& sizes, double rank) {
  if (rank < 0.9) {
    const size_t decile = static_cast<size_t>(rank * 10);
    return static_cast<int64_t>(
        Between(sizes.deciles[decile], sizes.deciles[decile + 1],
                rank * 10 - static_cast<double>(decile)));
  }
  if (rank < 0.95) {
    return static_cast<int64_t>(
        Between(sizes.deciles[9], sizes.top[0], (rank - 0.9) / 0.05));
  }
  if (rank < 0.99) {
    return static_cast<int64_t>(
        Between(sizes.top[0], sizes.top[1], (rank - 0.95) / 0.04));
  }
  return static_cast<int64_t>(
      Between(sizes.top[1], sizes.top[2], (rank - 0.99) / 0.01));
}

std::string EscapedForJson(const std::string& text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// proto numbers 19000 to 19999 are reserved.
int64_t FieldNumber(int64_t n) { return n < 19000 ? n : n + 1000; }

}  // namespace

const char* NameOf(SchemaType type) {
  switch (type) {
    case SchemaType::kAvro:
      return "AVRO";
    case SchemaType::kProtobuf:
      return "PROTOBUF";
    case SchemaType::kJson:
      return "JSON";
  }
  return "";
}

SchemaTexts::SchemaTexts(uint64_t seed, bool sorted, int64_t largest_bytes)
    : sorted_(sorted), random_(seed) {
  for (size_t n = 0; n < kTemplates; ++n) {
    // 54, 20 and 26 of a hundred; ranks are spread evenly over each type.
    const size_t of_hundred = (n * 37) % 100;
    const double rank = (static_cast<double>(n / 100) +
                         static_cast<double>((n * 61) % 100) / 100.0) /
                        static_cast<double>(kTemplates / 100);
    if (of_hundred < 54) {
      templates_.push_back(
          AvroTemplate(std::min(SizeAt(kAvroSizes, rank), largest_bytes)));
    } else if (of_hundred < 74) {
      templates_.push_back(ProtobufTemplate(
          std::min(SizeAt(kProtobufSizes, rank), largest_bytes)));
    } else {
      templates_.push_back(
          JsonTemplate(std::min(SizeAt(kJsonSizes, rank), largest_bytes)));
    }
  }
  for (Template& made : templates_) {
    for (Piece& piece : made.pieces) piece.text = EscapedForJson(piece.text);
  }
}

std::string SchemaTexts::Escaped(size_t n, const SchemaTextParts& parts) const {
  std::string text;
  for (const Piece& piece : templates_[n].pieces) {
    if (piece.only_with_reference && parts.reference.empty()) continue;
    text += piece.text;
    switch (piece.slot) {
      case Slot::kNone:
        break;
      case Slot::kName:
        text += parts.name;
        break;
      case Slot::kRevision:
        text += std::to_string(parts.revision);
        break;
      case Slot::kReference:
        text += parts.reference;
        break;
      case Slot::kReferencedMessage:  // "Money3.proto" defines Money3.
        absl::StrAppend(&text, kPackage, ".",
                        parts.reference.substr(0, parts.reference.find('.')));
        break;
    }
  }
  return text;
}

std::string SchemaTexts::ReferenceName(SchemaType type,
                                       const std::string& name) {
  switch (type) {
    case SchemaType::kAvro:
      return absl::StrCat(kPackage, ".", name);
    case SchemaType::kProtobuf:
      return name + ".proto";
    case SchemaType::kJson:
      return name + ".json";
  }
  return "";
}

// Unique by its number, and in the order of the names.
std::string SchemaTexts::FieldName(int64_t n) {
  char name[64];
  std::snprintf(name, sizeof name, "f%05lld_%s", static_cast<long long>(n),
                kWords[random_() % kWords.size()]);
  return name;
}

SchemaTexts::Template SchemaTexts::AvroTemplate(int64_t bytes) {
  const auto field = [this](const std::string& name, const std::string& type) {
    return sorted_ ? "{\"default\":null,\"name\":\"" + name +
                         "\",\"type\":[\"null\"," + type + "]}"
                   : "{\"name\":\"" + name + "\",\"type\":[\"null\"," + type +
                         "],\"default\":null}";
  };
  constexpr std::array kTypes = {"\"string\"", "\"long\"", "\"double\"",
                                 "{\"type\":\"array\",\"items\":\"string\"}"};
  constexpr std::array kSortedTypes = {
      "\"string\"", "\"long\"", "\"double\"",
      "{\"items\":\"string\",\"type\":\"array\"}"};
  std::string fields;
  for (int64_t n = 0; static_cast<int64_t>(fields.size()) + 130 < bytes; ++n) {
    const size_t type = random_() % kTypes.size();
    if (n > 0) fields += ",";
    fields += field(FieldName(n), sorted_ ? kSortedTypes[type] : kTypes[type]);
  }
  const std::string comma = fields.empty() ? "" : ",";
  const std::string space = absl::StrCat("\",\"namespace\":\"", kPackage);
  const Piece reference_start = {
      comma + (sorted_ ? "{\"name\":\"shared\",\"type\":\""
                       : "{\"name\":\"shared\",\"type\":\""),
      Slot::kReference, true};
  const Piece reference_end = {"\"}", Slot::kNone, true};
  if (sorted_) {
    return {SchemaType::kAvro,
            {{"{\"doc\":\"Revision ", Slot::kRevision},
             {".\",\"fields\":[" + fields},
             reference_start,
             reference_end,
             {"],\"name\":\"", Slot::kName},
             {space + "\",\"type\":\"record\"}"}}};
  }
  return {SchemaType::kAvro,
          {{"{\"type\":\"record\",\"name\":\"", Slot::kName},
           {space + "\",\"doc\":\"Revision ", Slot::kRevision},
           {".\",\"fields\":[" + fields},
           reference_start,
           reference_end,
           {"]}"}}};
}

SchemaTexts::Template SchemaTexts::ProtobufTemplate(int64_t bytes) {
  constexpr std::array kTypes = {"string", "int64", "double",
                                 "repeated string"};
  std::string fields;
  for (int64_t n = 0; static_cast<int64_t>(fields.size()) + 130 < bytes; ++n) {
    const char* const type = kTypes[random_() % kTypes.size()];
    absl::StrAppend(&fields, "  ", type, " ", FieldName(n), " = ",
                    FieldNumber(n + 3), ";\n");
  }
  return {SchemaType::kProtobuf,
          {{absl::StrCat("syntax = \"proto3\";\npackage ", kPackage, ";\n\n")},
           {"import \"", Slot::kReference, true},
           {"\";\n\n", Slot::kNone, true},
           {"message ", Slot::kName},
           {" {\n  int64 revision_", Slot::kRevision},
           {" = 1;\n"},
           {"  ", Slot::kReferencedMessage, true},
           {" shared = 2;\n", Slot::kNone, true},
           {absl::StrCat(fields, "}\n")}}};
}

SchemaTexts::Template SchemaTexts::JsonTemplate(int64_t bytes) {
  constexpr std::array kTypes = {"string", "integer", "number", "boolean"};
  std::string properties;
  for (int64_t n = 0; static_cast<int64_t>(properties.size()) + 170 < bytes;
       ++n) {
    const std::string name = FieldName(n);
    if (n > 0) properties += ",";
    properties += "\"" + name + "\":{\"description\":\"The " +
                  name.substr(name.find('_') + 1) + " of it.\",\"type\":\"" +
                  kTypes[random_() % kTypes.size()] + "\"}";
  }
  const std::string start =
      "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",";
  const Piece reference_start = {
      std::string(properties.empty() ? "" : ",") + "\"shared\":{\"$ref\":\"",
      Slot::kReference, true};
  const Piece reference_end = {"\"}", Slot::kNone, true};
  if (sorted_) {
    return {SchemaType::kJson,
            {{start + "\"description\":\"Revision ", Slot::kRevision},
             {".\",\"properties\":{" + properties},
             reference_start,
             reference_end,
             {"},\"title\":\"", Slot::kName},
             {"\",\"type\":\"object\"}"}}};
  }
  return {SchemaType::kJson,
          {{start + "\"title\":\"", Slot::kName},
           {"\",\"description\":\"Revision ", Slot::kRevision},
           {".\",\"type\":\"object\",\"properties\":{" + properties},
           reference_start,
           reference_end,
           {"}}"}}};
}

}  // namespace sr
