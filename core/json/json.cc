#include "core/json/json.h"

#include <simdjson.h>

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/json/json_position.h"

namespace sr {
namespace {

// Objects up to this size are searched for doubles member by member.
constexpr size_t kSmallObjectMembers = 16;

// A parser that has grown larger is given up after use.
constexpr size_t kKeptParserBytes = size_t{1} << 20;

absl::Status Refuse(absl::string_view text, size_t byte,
                    absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(
      "not valid JSON: ", DescribeJsonPosition(text, byte), ": ", reason));
}

// Turns simdjson's tree into ours; where members are doubled it says so.
class Converter {
 public:
  explicit Converter(int depth_max) : depth_max_(depth_max) {}

  absl::StatusOr<JsonValue> Convert(const simdjson::dom::element& element,
                                    int depth) {
    using simdjson::dom::element_type;
    switch (element.type()) {
      case element_type::NULL_VALUE:
        return JsonValue();
      case element_type::BOOL:
        return JsonValue(bool{element.get_bool().value_unsafe()});
      case element_type::INT64:
        return JsonValue(int64_t{element.get_int64().value_unsafe()});
      case element_type::UINT64:
        return JsonValue(uint64_t{element.get_uint64().value_unsafe()});
      case element_type::DOUBLE:
        return JsonValue(double{element.get_double().value_unsafe()});
      case element_type::STRING:
        return JsonValue(std::string(element.get_string().value_unsafe()));
      case element_type::ARRAY:
        return ConvertArray(element.get_array().value_unsafe(), depth + 1);
      case element_type::OBJECT:
        return ConvertObject(element.get_object().value_unsafe(), depth + 1);
    }
    return absl::InternalError("simdjson returned an unknown type");
  }

 private:
  absl::Status CheckDepth(int depth) const {
    if (depth <= depth_max_) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("not valid JSON: nested deeper than ", depth_max_));
  }

  absl::StatusOr<JsonValue> ConvertArray(const simdjson::dom::array& array,
                                         int depth) {
    RETURN_IF_ERROR(CheckDepth(depth));
    JsonValue::Array values;
    for (const simdjson::dom::element element : array) {
      ASSIGN_OR_RETURN(JsonValue value, Convert(element, depth));
      values.push_back(std::move(value));
    }
    return JsonValue(std::move(values));
  }

  absl::StatusOr<JsonValue> ConvertObject(const simdjson::dom::object& object,
                                          int depth) {
    RETURN_IF_ERROR(CheckDepth(depth));
    JsonValue::Object members;
    for (const simdjson::dom::key_value_pair member : object) {
      ASSIGN_OR_RETURN(JsonValue value, Convert(member.value, depth));
      members.push_back(JsonMember{std::string(member.key), std::move(value)});
    }
    RETURN_IF_ERROR(CheckNoDoubles(members));
    return JsonValue(std::move(members));
  }

  static absl::Status CheckNoDoubles(const JsonValue::Object& members) {
    if (members.size() <= kSmallObjectMembers) {
      for (size_t i = 1; i < members.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
          if (members[i].name == members[j].name) {
            return DoubledMember(members[i].name);
          }
        }
      }
      return absl::OkStatus();
    }
    absl::flat_hash_set<absl::string_view> names;
    for (const JsonMember& member : members) {
      if (!names.insert(member.name).second) return DoubledMember(member.name);
    }
    return absl::OkStatus();
  }

  static absl::Status DoubledMember(absl::string_view name) {
    return absl::InvalidArgumentError(absl::StrCat(
        "not valid JSON: member \"", EscapeForTerminal(name.substr(0, 100)),
        "\" is given twice in one object"));
  }

  const int depth_max_;
};

// Parsers are costly to make; one a thread is kept.
simdjson::dom::parser& ThreadParser() {
  static thread_local simdjson::dom::parser parser;
  return parser;
}

}  // namespace

absl::StatusOr<JsonValue> ParseJson(absl::string_view text,
                                    const JsonLimits& limits) {
  if (static_cast<int64_t>(text.size()) > limits.size_bytes_max) {
    return absl::InvalidArgumentError(absl::StrCat(
        "JSON of ", HumanBytes(static_cast<int64_t>(text.size())),
        " is larger than the ", HumanBytes(limits.size_bytes_max), " allowed"));
  }
  // Newer versions of simdjson skip a byte order mark, older ones refuse it.
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    return Refuse(text, 0, "a byte order mark");
  }
  simdjson::dom::parser& parser = ThreadParser();
  simdjson::dom::element root;
  const simdjson::error_code error =
      parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) {
    const std::optional<JsonFlaw> flaw = FindJsonFlaw(text, limits.depth_max);
    if (flaw.has_value()) return Refuse(text, flaw->byte, flaw->reason);
    return absl::InvalidArgumentError(
        absl::StrCat("not valid JSON: ", simdjson::error_message(error)));
  }
  absl::StatusOr<JsonValue> value =
      Converter(limits.depth_max).Convert(root, 0);
  if (parser.capacity() > kKeptParserBytes) parser = simdjson::dom::parser();
  if (!value.ok()) {
    const std::optional<JsonFlaw> flaw = FindJsonFlaw(text, limits.depth_max);
    if (flaw.has_value()) return Refuse(text, flaw->byte, flaw->reason);
  }
  return value;
}

}  // namespace sr
