#include "core/parsers/avro_schema.h"

#include <algorithm>
#include <array>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
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
      const JsonSpan& member = members.name();
      std::optional<JsonSpan>* const place = member.has_escapes
                                                 ? PlaceOf(Unescaped(member))
                                                 : PlaceOf(member.text);
      if (place != nullptr) *place = members.value();
    }
  }

 private:
  // Null: of a member that does not matter.
  std::optional<JsonSpan>* PlaceOf(absl::string_view member) {
    if (member == "type") return &type;
    if (member == "name") return &name;
    if (member == "namespace") return &name_space;
    if (member == "fields") return &fields;
    if (member == "symbols") return &symbols;
    if (member == "default") return &default_value;
    if (member == "items") return &items;
    if (member == "values") return &values;
    if (member == "size") return &size;
    return nullptr;
  }
};

// Names that must differ. Most records, enums and unions have few: those need no
// memory of their own.
class DistinctNames {
 public:
  // False: it is there already. `name` outlives this.
  bool Insert(absl::string_view name) {
    if (!many_.empty()) return many_.insert(name).second;
    for (size_t i = 0; i < few_count_; ++i) {
      if (few_[i] == name) return false;
    }
    if (few_count_ == few_.size()) {
      many_.insert(few_.begin(), few_.end());
      return many_.insert(name).second;
    }
    few_[few_count_++] = name;
    return true;
  }

 private:
  std::array<absl::string_view, 12> few_;
  size_t few_count_ = 0;
  absl::flat_hash_set<absl::string_view> many_;
};

// "a.b" of "a.b.C".
absl::string_view NamespaceOf(absl::string_view full_name) {
  const size_t dot = full_name.rfind('.');
  return full_name.substr(0, dot == absl::string_view::npos ? 0 : dot);
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
    for (const absl::string_view name : defined_) {
      result_.defines.emplace_back(name);
    }
    std::sort(result_.defines.begin(), result_.defines.end());
    // What comes later in the text counts, too: newer implementations take it.
    for (const Need& need : needs_) {
      if (defined_.count(need.name) == 0 && defined_.count(need.or_name) == 0) {
        result_.needs.push_back(
            {std::string(need.name), std::string(need.or_name)});
      }
    }
    return std::move(result_);
  }

 private:
  // What a union must not have twice: the type, or the name of a named one; ""
  // for a union. Failed: result_ has an error. Lives as long as this.
  using Kind = absl::string_view;

  struct Need {
    absl::string_view name;
    absl::string_view or_name;
  };

  Kind Fail(absl::string_view what, absl::string_view which = "") {
    if (result_.ok()) {
      result_.error = which.empty() ? std::string(what)
                                    : absl::StrCat(what, ": ", which);
    }
    return "";
  }

  // What the string says; nullopt if it is none.
  std::optional<absl::string_view> TextIn(
      const std::optional<JsonSpan>& value) {
    if (!value.has_value() || !value->is_string()) return std::nullopt;
    return value->has_escapes ? Kept(Unescaped(*value)) : value->text;
  }

  absl::string_view Kept(std::string text) {
    return kept_.emplace_back(std::move(text));
  }

  absl::string_view InNamespace(absl::string_view space,
                                absl::string_view name) {
    return space.empty() ? name : Kept(absl::StrCat(space, ".", name));
  }

  Kind Schema(const JsonSpan& value, absl::string_view enclosing) {
    if (!result_.ok()) return "";
    switch (value.kind) {
      case JsonKind::kString:
        return Named(*TextIn(value), enclosing);
      case JsonKind::kArray:
        return Union(value, enclosing);
      case JsonKind::kObject:
        return Object(value, enclosing);
      default:
        return Fail("no schema", value.text.substr(0, 40));
    }
  }

  // A primitive type, or a name that is defined here or elsewhere.
  Kind Named(absl::string_view name, absl::string_view enclosing) {
    if (IsPrimitive(name)) return name;
    const size_t dot = name.rfind('.');
    const bool has_dot = dot != absl::string_view::npos;
    if (!IsName(name.substr(has_dot ? dot + 1 : 0))) {
      return Fail("no name of a type", name);
    }
    Need need;
    need.name = has_dot ? name : InNamespace(enclosing, name);
    if (!has_dot && !enclosing.empty()) need.or_name = name;
    if (defined_.count(need.name) != 0) return need.name;
    if (needed_.insert(need.name).second) needs_.push_back(need);
    return need.name;
  }

  Kind Union(const JsonSpan& branches, absl::string_view enclosing) {
    DistinctNames kinds;
    for (JsonElements each(branches); each.Next();) {
      if (each.value().kind == JsonKind::kArray) {
        return Fail("a union within a union");
      }
      const Kind kind = Schema(each.value(), enclosing);
      if (!result_.ok()) return "";
      if (!kinds.Insert(kind)) return Fail("twice in a union", kind);
    }
    return "union";
  }

  Kind Object(const JsonSpan& object, absl::string_view enclosing) {
    const Attributes attributes(object);
    if (!attributes.type.has_value()) return Fail("a schema without a type");
    const std::optional<absl::string_view> type = TextIn(attributes.type);
    if (!type.has_value()) return Schema(*attributes.type, enclosing);
    if (*type == "record" || *type == "error") {
      return Record(attributes, enclosing);
    }
    if (*type == "enum") return Enum(attributes, enclosing);
    if (*type == "fixed") return Fixed(attributes, enclosing);
    if (*type == "array") {
      if (!attributes.items.has_value()) return Fail("an array without items");
      (void)Schema(*attributes.items, enclosing);
      return "array";
    }
    if (*type == "map") {
      if (!attributes.values.has_value()) return Fail("a map without values");
      (void)Schema(*attributes.values, enclosing);
      return "map";
    }
    return Named(*type, enclosing);
  }

  // The full name that a record, enum or fixed has; nullopt after a failure.
  std::optional<absl::string_view> Define(const Attributes& attributes,
                                          absl::string_view enclosing) {
    const std::optional<absl::string_view> name = TextIn(attributes.name);
    if (!name.has_value()) {
      Fail("a record, enum or fixed without a name");
      return std::nullopt;
    }
    const size_t dot = name->rfind('.');
    const absl::string_view simple =
        name->substr(dot == absl::string_view::npos ? 0 : dot + 1);
    if (!IsName(simple)) {
      Fail("no name of a type", *name);
      return std::nullopt;
    }
    absl::string_view full = *name;
    if (dot == absl::string_view::npos) {
      full = InNamespace(TextIn(attributes.name_space).value_or(enclosing),
                         *name);
    } else if (dot == 0) {
      full = simple;  // ".C" is C of no namespace.
    }
    if (!defined_.insert(full).second) {
      Fail("defined twice", full);
      return std::nullopt;
    }
    return full;
  }

  Kind Record(const Attributes& attributes, absl::string_view enclosing) {
    const auto full = Define(attributes, enclosing);
    if (!full.has_value()) return "";
    if (!attributes.fields.has_value() ||
        attributes.fields->kind != JsonKind::kArray) {
      return Fail("a record without fields", *full);
    }
    DistinctNames names;
    for (JsonElements each(*attributes.fields); each.Next();) {
      if (!each.value().is_object()) return Fail("no field", *full);
      const Attributes field(each.value());
      const std::optional<absl::string_view> name = TextIn(field.name);
      if (!name.has_value()) return Fail("a field without a name", *full);
      if (!IsName(*name)) return Fail("no name of a field", *name);
      if (!names.Insert(*name)) return Fail("two fields", *name);
      if (!field.type.has_value()) return Fail("a field without a type", *name);
      (void)Schema(*field.type, NamespaceOf(*full));
      if (!result_.ok()) return "";
    }
    return *full;
  }

  Kind Enum(const Attributes& attributes, absl::string_view enclosing) {
    const auto full = Define(attributes, enclosing);
    if (!full.has_value()) return "";
    if (!attributes.symbols.has_value() ||
        attributes.symbols->kind != JsonKind::kArray) {
      return Fail("an enum without symbols", *full);
    }
    const std::optional<absl::string_view> fallback =
        TextIn(attributes.default_value);
    bool has_fallback = false;
    DistinctNames symbols;
    for (JsonElements each(*attributes.symbols); each.Next();) {
      const std::optional<absl::string_view> symbol = TextIn(each.value());
      if (!symbol.has_value() || !IsName(*symbol)) {
        return Fail("no name of a symbol", each.value().text.substr(0, 40));
      }
      if (!symbols.Insert(*symbol)) return Fail("two symbols", *symbol);
      has_fallback = has_fallback || symbol == fallback;
    }
    if (fallback.has_value() && !has_fallback) {
      return Fail("the default of an enum is none of its symbols", *fallback);
    }
    return *full;
  }

  Kind Fixed(const Attributes& attributes, absl::string_view enclosing) {
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
  // Of the text, or of kept_.
  absl::flat_hash_set<absl::string_view> defined_;
  absl::flat_hash_set<absl::string_view> needed_;
  std::vector<Need> needs_;
  std::list<std::string> kept_;  // Texts that do not stand in the text as such.
};

}  // namespace

ParsedSchema ParseAvroSchema(absl::string_view text) {
  return Parser().Parse(text);
}

}  // namespace sr
