#include "core/parsers/protobuf_schema.h"

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace sr {
namespace {

// Keeps the first error.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!text_.empty()) return;
    text_ = absl::StrCat("line ", line + 1, " column ", column + 1, ": ",
                         message);
  }
  void AddWarning(int /*line*/, int /*column*/,
                  const std::string& /*message*/) override {}

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Of braces and brackets, those in comments and strings included.
int DepthOf(absl::string_view text) {
  int depth = 0;
  int deepest = 0;
  for (const char c : text) {
    if (c == '{' || c == '[' || c == '(' || c == '<') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']' || c == ')' || c == '>') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

// The parser has warnings of its own, to stderr.
void KeepProtobufQuiet() {
  static const bool once = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  (void)once;
}

// Rewrites what the printer of Confluent's registries (Square's Wire) writes and
// its parser reads back, but libprotoc does not read: controls within strings,
// defaults of bytes fields without quotes, extensions without fields.
class WireText {
 public:
  explicit WireText(absl::string_view text) : text_(text) {
    out_.reserve(text.size() + 16);
  }

  std::string Rewritten() {
    while (at_ < text_.size()) {
      if (absl::StartsWith(text_.substr(at_), "//")) {
        CopyTo(text_.find('\n', at_));
      } else if (absl::StartsWith(text_.substr(at_), "/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        CopyTo(end == absl::string_view::npos ? end : end + 2);
      } else if (text_[at_] == '"') {
        CopyString();
      } else if (IsAtDefaultOfBytes()) {
        QuoteDefault();
      } else if (IsAtEmptyExtension()) {
        out_.resize(out_statement_);
        at_ = text_.find('}', at_) + 1;
        BeginStatement();
      } else {
        const char c = text_[at_++];
        out_.push_back(c);
        if (c == ';' || c == '{' || c == '}') BeginStatement();
      }
    }
    return std::move(out_);
  }

 private:
  static constexpr absl::string_view kDefault = "[default = ";

  void CopyTo(size_t end) {
    end = std::min(end, text_.size());
    out_.append(text_.data() + at_, end - at_);
    at_ = end;
  }

  void CopyString() {
    out_.push_back(text_[at_++]);
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      out_.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
      if (c == '"') return;
      if (c == '\\' && at_ < text_.size()) out_.push_back(text_[at_++]);
    }
  }

  void BeginStatement() {
    statement_ = at_;
    out_statement_ = out_.size();
  }

  // Of the statement at at_, what is behind us.
  absl::string_view Statement() const {
    return absl::StripAsciiWhitespace(
        text_.substr(statement_, at_ - statement_));
  }

  bool IsAtEmptyExtension() const {
    return text_[at_] == '{' && absl::StartsWith(Statement(), "extend ") &&
           absl::StartsWith(
               absl::StripLeadingAsciiWhitespace(text_.substr(at_ + 1)), "}");
  }

  bool IsAtDefaultOfBytes() const {
    return absl::StartsWith(text_.substr(at_), kDefault) &&
           at_ + kDefault.size() < text_.size() &&
           text_[at_ + kDefault.size()] != '"' &&
           absl::StrContains(Statement(), "bytes ");
  }

  void QuoteDefault() {
    CopyTo(at_ + kDefault.size());
    const size_t end = std::min(text_.find_first_of(",]", at_), text_.size());
    absl::StrAppend(&out_, "\"",
                    absl::CEscape(text_.substr(at_, end - at_)), "\"");
    at_ = end;
  }

  const absl::string_view text_;
  size_t at_ = 0;
  size_t statement_ = 0;  // Where the one at at_ begins,
  size_t out_statement_ = 0;  // and where in what is written.
  std::string out_;
};

// What libprotoc says of `text`; "" if it can read it.
std::string ReadFile(absl::string_view text,
                     google::protobuf::FileDescriptorProto* file) {
  google::protobuf::io::ArrayInputStream stream(text.data(),
                                                static_cast<int>(text.size()));
  FirstError error;
  google::protobuf::io::Tokenizer tokenizer(&stream, &error);
  google::protobuf::compiler::Parser parser;
  parser.RecordErrorsTo(&error);
  const bool read = parser.Parse(&tokenizer, file);
  if (!error.text().empty()) return error.text();
  return read ? "" : "no Protobuf";
}

}  // namespace

ParsedSchema ParseProtobufSchema(absl::string_view text) {
  ParsedSchema result;
  if (DepthOf(text) > kProtobufDepthMax) {
    result.error =
        absl::StrCat("nested deeper than ", kProtobufDepthMax, " levels");
    return result;
  }
  if (text.size() > static_cast<size_t>(std::numeric_limits<int>::max()) - 64) {
    result.error = "longer than 2 GiB";
    return result;
  }
  KeepProtobufQuiet();
  google::protobuf::FileDescriptorProto file;
  result.error = ReadFile(text, &file);
  if (!result.ok()) {
    file.Clear();
    if (ReadFile(WireText(text).Rewritten(), &file).empty()) {
      result.error.clear();
    }
  }
  if (!result.ok()) return result;
  for (const std::string& import : file.dependency()) {
    const bool is_new =
        std::none_of(result.needs.begin(), result.needs.end(),
                     [&](const SchemaNeed& need) { return need.name == import; });
    if (is_new) result.needs.push_back({import, ""});
  }
  return result;
}

bool IsBuiltInProtobuf(absl::string_view import) {
  return absl::StartsWith(import, "google/protobuf/") ||
         absl::StartsWith(import, "google/type/") ||
         import == "confluent/meta.proto" ||
         import == "confluent/type/decimal.proto";
}

}  // namespace sr
