#include "bench/bare_parse.h"

#include <simdjson.h>

namespace sr {
namespace {

size_t ParseOne(simdjson::ondemand::parser& parser,
                const simdjson::padded_string& text) {
  size_t bytes = 0;
  simdjson::ondemand::document document = parser.iterate(text);
  for (auto field : document.get_object()) {
    bytes += std::string_view(field.key().value().raw(), 1).size();
    bytes += std::string_view(field.value().raw_json_token()).size();
  }
  return bytes;
}

}  // namespace

struct BareParse::State {
  simdjson::ondemand::parser parser;
  std::vector<simdjson::padded_string> texts;
};

BareParse::BareParse(const std::vector<Record>& records) : state_(new State) {
  for (const Record& record : records) {
    for (const Bytes& bytes : {record.key, record.value}) {
      if (!bytes.has_value()) continue;
      state_->texts.emplace_back(
          std::string_view(bytes->data(), bytes->size()));
    }
  }
}

BareParse::~BareParse() { delete state_; }

std::vector<std::string_view> BareParse::Texts() const {
  std::vector<std::string_view> texts;
  for (const simdjson::padded_string& text : state_->texts) {
    texts.emplace_back(text.data(), text.size());
  }
  return texts;
}

size_t BareParse::ParseAll() {
  size_t bytes = 0;
  for (const simdjson::padded_string& text : state_->texts) {
    bytes += ParseOne(state_->parser, text);
  }
  return bytes;
}

}  // namespace sr
