#include "verifier/checks/finding_sink.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/text.h"
#include "core/findings/codes.h"

namespace sr {
namespace {

constexpr size_t kKeyShownMax = 200;

// What the record's key says, or its bytes; "" for none.
std::string KeyText(const Record& record) {
  if (!record.key.has_value()) return "";
  const std::string text =
      EscapeForTerminal(record.key->substr(0, kKeyShownMax));
  return record.key->size() > kKeyShownMax ? absl::StrCat(text, "...") : text;
}

FindingList WithoutEffects(const FindingList& findings,
                           int64_t kept_per_code) {
  FindingList without(kept_per_code);
  for (Finding finding : findings.kept()) {
    finding.effect.clear();
    without.Add(std::move(finding));
  }
  for (const auto& [code, count] : findings.counts()) {
    for (int64_t more = count - without.count(code); more > 0; --more) {
      without.AddUnkept(code, FindCode(code)->severity);
    }
  }
  return without;
}

}  // namespace

void FindingSink::AddTo(FindingList* list, absl::string_view code,
                        const CheckedRecord& checked,
                        absl::string_view expected,
                        absl::string_view found) const {
  if (!list->WillKeep(code)) {
    list->AddUnkept(code, FindCode(code)->severity);
    return;
  }
  Finding finding = MakeFinding(code, copy_);
  finding.offset = checked.record.offset;
  finding.key = KeyText(checked.record);
  finding.expected = std::string(expected);
  finding.found = std::string(found);
  finding.effect = std::string(NameOf(checked.effect.effect));
  if (!checked.effect.reason.empty()) {
    absl::StrAppend(&finding.effect, ": ", checked.effect.reason);
  }
  list->Add(std::move(finding));
}

void FindingSink::Add(absl::string_view code, const CheckedRecord& checked,
                      absl::string_view expected, absl::string_view found) {
  ++any_count_;
  AddTo(&any_, code, checked, expected, found);
}

void FindingSink::AddFor(const std::vector<Product>& products,
                         absl::string_view code, const CheckedRecord& checked,
                         absl::string_view expected, absl::string_view found) {
  for (const Product product : products) {
    ++product_counts_[static_cast<size_t>(product)];
    AddTo(ListOf(product), code, checked, expected, found);
  }
}

FindingList* FindingSink::ListOf(Product product) {
  return &of_product_.try_emplace(product, kept_per_code_).first->second;
}

FindingList FindingSink::TakeFor(Product product, bool with_effects) {
  FindingList all = std::move(any_);
  all.Merge(*ListOf(product));
  any_ = FindingList(kept_per_code_);
  of_product_.clear();
  return with_effects ? all : WithoutEffects(all, kept_per_code_);
}

}  // namespace sr
