#include "core/compare/registry_item.h"

#include "absl/strings/str_cat.h"
#include "core/base/text.h"

namespace sr {
namespace {

std::string OfSubject(const char* what, const std::string& subject) {
  return subject.empty()
             ? absl::StrCat("global ", what)
             : absl::StrCat(what, " of ", EscapeForTerminal(subject));
}

}  // namespace

std::string NameOf(const RegistryItem& item) {
  switch (item.kind) {
    case RegistryItem::Kind::kVersion:
      return absl::StrCat(EscapeForTerminal(item.subject), " version ",
                          item.version);
    case RegistryItem::Kind::kConfig:
      return OfSubject("config", item.subject);
    case RegistryItem::Kind::kMode:
      return OfSubject("mode", item.subject);
    case RegistryItem::Kind::kContext:
      return absl::StrCat("context ", EscapeForTerminal(item.subject));
  }
  return "";
}

}  // namespace sr
