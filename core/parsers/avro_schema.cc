#include "core/parsers/avro_schema.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/json/json_scanner.h"

namespace sr {
namespace {

constexpr std::array<absl::string_view, 8> kPrimitives = {
    "null", "boolean", "int", "long", "float", "double", "bytes", "string"};

bool IsPrimitive(absl::string_view name) {
  return std::find(kPrimitives.begin(), kPrimitives.end(), name) !=
         kPrimitives.end();
}

// A letter or underscore, then digits as well; any character beyond ASCII.
bool IsName(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;
  });
}

// The members of one schema or field that matter; of several with one name the
// last.
struct Attributes {
  std::optional<JsonSpan> type;
  std::optional<JsonSpan> name;
  std::optional<JsonSpan> name_space;
  std::optional<JsonSpan> fields;
  std::optional<JsonSpan> symbols;
  std::optional<JsonSpan> default_value;
  std::optional<JsonSpan> items;
  std::optional<JsonSpan> values;
  std::optional<JsonSpan> size;

  explicit Attributes(const JsonSpan& object) {
    for (JsonMembers members(object); members.Next();) {
      const std::string member = Unescaped(members.name());
      for (const auto& [known, place] :
           {std::pair<absl::string_view, std::optional<JsonSpan>*>{"type",
                                                                   &type},
            {"name", &name},
            {"namespace", &name_space},
            {"fields", &fields},
            {"symbols", &symbols},
            {"default", &default_value},
            {"items", &items},
            {"values", &values},
            {"size", &size}}) {
        if (member == known) *place = members.value();
      }
    }
  }
};

std::optional<std::string> TextIn(const std::optional<JsonSpan>& value) {
  if (!value.has_value() || !value->is_string()) return std::nullopt;
  return Unescaped(*value);
}

// "a.b.C" in two parts.
std::string NamespaceOf(absl::string_view full_name) {
  const size_t dot = full_name.rfind('.');
  return dot == absl::string_view::npos ? std::string()
                                        : std::string(full_name.substr(0, dot));
}

class Parser {
 public:
  ParsedSchema Parse(absl::string_view text) {
    const absl::StatusOr<JsonScan> scan = ScanJson(text);
    if (!scan.ok()) {
      result_.error = std::string(scan.status().message());
    } else if (scan->has_trailing) {
      Fail("bytes behind the schema");
    } else {
      (void)Schema(scan->value, /*enclosing=*/"");
    }
    result_.defines.assign(defined_.begin(), defined_.end());
    // What comes later in the text counts, too: newer implementations take it.
    result_.needs.erase(
        std::remove_if(result_.needs.begin(), result_.needs.end(),
                       [this](const SchemaNeed& need) {
                         return defined_.count(need.name) != 0 ||
                                defined_.count(need.or_name) != 0;
                       }),
        result_.needs.end());
    return std::move(result_);
  }

 private:
  // What a union must not have twice: the type, or the name of a named one; ""
  // for a union. Failed: result_ has an error.
  using Kind = std::string;

  Kind Fail(absl::string_view what, absl::string_view which = "") {
    if (result_.ok()) {
      result_.error = which.empty() ? std::string(what)
                                    : absl::StrCat(what, ": ", which);
    }
    return "";
  }

  Kind Schema(const JsonSpan& value, const std::string& enclosing) {
    if (!result_.ok()) return "";
    switch (value.kind) {
      case JsonKind::kString:
        return Named(Unescaped(value), enclosing);
      case JsonKind::kArray:
        return Union(value, enclosing);
      case JsonKind::kObject:
        return Object(value, enclosing);
      default:
        return Fail("no schema", value.text.substr(0, 40));
    }
  }

  // A primitive type, or a name that is defined here or elsewhere.
  Kind Named(const std::string& name, const std::string& enclosing) {
    if (IsPrimitive(name)) return name;
    SchemaNeed need;
    const bool has_dot = name.find('.') != std::string::npos;
    need.name = has_dot || enclosing.empty()
                    ? name
                    : absl::StrCat(enclosing, ".", name);
    if (!has_dot && !enclosing.empty()) need.or_name = name;
    const absl::string_view simple =
        absl::string_view(name).substr(has_dot ? name.rfind('.') + 1 : 0);
    if (!IsName(simple)) return Fail("no name of a type", name);
    if (defined_.count(need.name) != 0) return need.name;
    if (needed_.insert(need.name).second) result_.needs.push_back(need);
    return need.name;
  }

  Kind Union(const JsonSpan& branches, const std::string& enclosing) {
    std::set<Kind> kinds;
    for (JsonElements each(branches); each.Next();) {
      if (each.value().kind == JsonKind::kArray) {
        return Fail("a union within a union");
      }
      const Kind kind = Schema(each.value(), enclosing);
      if (!result_.ok()) return "";
      if (!kinds.insert(kind).second) return Fail("twice in a union", kind);
    }
    return "union";
  }

  Kind Object(const JsonSpan& object, const std::string& enclosing) {
    const Attributes attributes(object);
    if (!attributes.type.has_value()) return Fail("a schema without a type");
    if (!attributes.type->is_string()) {
      return Schema(*attributes.type, enclosing);
    }
    const std::string type = Unescaped(*attributes.type);
    if (type == "record" || type == "error") {
      return Record(attributes, enclosing);
    }
    if (type == "enum") return Enum(attributes, enclosing);
    if (type == "fixed") return Fixed(attributes, enclosing);
    if (type == "array") {
      if (!attributes.items.has_value()) return Fail("an array without items");
      (void)Schema(*attributes.items, enclosing);
      return "array";
    }
    if (type == "map") {
      if (!attributes.values.has_value()) return Fail("a map without values");
      (void)Schema(*attributes.values, enclosing);
      return "map";
    }
    return Named(type, enclosing);
  }

  // The full name that a record, enum or fixed has; nullopt after a failure.
  std::optional<std::string> Define(const Attributes& attributes,
                                    const std::string& enclosing) {
    const std::optional<std::string> name = TextIn(attributes.name);
    if (!name.has_value()) {
      Fail("a record, enum or fixed without a name");
      return std::nullopt;
    }
    const size_t dot = name->rfind('.');
    const absl::string_view simple =
        absl::string_view(*name).substr(dot == std::string::npos ? 0 : dot + 1);
    if (!IsName(simple)) {
      Fail("no name of a type", *name);
      return std::nullopt;
    }
    std::string full = *name;
    if (dot == std::string::npos) {
      const std::string space =
          TextIn(attributes.name_space).value_or(enclosing);
      if (!space.empty()) full = absl::StrCat(space, ".", *name);
    } else if (dot == 0) {
      full = std::string(simple);  // ".C" is C of no namespace.
    }
    if (!defined_.insert(full).second) {
      Fail("defined twice", full);
      return std::nullopt;
    }
    return full;
  }

  Kind Record(const Attributes& attributes, const std::string& enclosing) {
    const auto full = Define(attributes, enclosing);
    if (!full.has_value()) return "";
    if (!attributes.fields.has_value() ||
        attributes.fields->kind != JsonKind::kArray) {
      return Fail("a record without fields", *full);
    }
    std::set<std::string> names;
    for (JsonElements each(*attributes.fields); each.Next();) {
      if (!each.value().is_object()) return Fail("no field", *full);
      const Attributes field(each.value());
      const std::optional<std::string> name = TextIn(field.name);
      if (!name.has_value()) return Fail("a field without a name", *full);
      if (!IsName(*name)) return Fail("no name of a field", *name);
      if (!names.insert(*name).second) return Fail("two fields", *name);
      if (!field.type.has_value()) return Fail("a field without a type", *name);
      (void)Schema(*field.type, NamespaceOf(*full));
      if (!result_.ok()) return "";
    }
    return *full;
  }

  Kind Enum(const Attributes& attributes, const std::string& enclosing) {
    const auto full = Define(attributes, enclosing);
    if (!full.has_value()) return "";
    if (!attributes.symbols.has_value() ||
        attributes.symbols->kind != JsonKind::kArray) {
      return Fail("an enum without symbols", *full);
    }
    std::set<std::string> symbols;
    for (JsonElements each(*attributes.symbols); each.Next();) {
      const std::optional<std::string> symbol = TextIn(each.value());
      if (!symbol.has_value() || !IsName(*symbol)) {
        return Fail("no name of a symbol", each.value().text.substr(0, 40));
      }
      if (!symbols.insert(*symbol).second) return Fail("two symbols", *symbol);
    }
    const std::optional<std::string> fallback =
        TextIn(attributes.default_value);
    if (fallback.has_value() && symbols.count(*fallback) == 0) {
      return Fail("the default of an enum is none of its symbols", *fallback);
    }
    return *full;
  }

  Kind Fixed(const Attributes& attributes, const std::string& enclosing) {
    const auto full = Define(attributes, enclosing);
    if (!full.has_value()) return "";
    int64_t size = -1;
    if (!attributes.size.has_value() ||
        attributes.size->kind != JsonKind::kNumber ||
        !absl::SimpleAtoi(attributes.size->text, &size) || size < 0) {
      return Fail("a fixed without a size", *full);
    }
    return *full;
  }

  ParsedSchema result_;
  std::set<std::string> defined_;
  std::set<std::string> needed_;
};

}  // namespace

ParsedSchema ParseAvroSchema(absl::string_view text) {
  return Parser().Parse(text);
}

}  // namespace sr
