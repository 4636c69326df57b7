#include "replicator/undelete.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/schemas/subject.h"
#include "core/schemas/value.h"

namespace sr {
namespace {

// Null: it is not there, or was deleted for good.
const SchemaVersion* Find(const RegistryState& state, const VersionName& name) {
  const auto subject = state.subjects.find(name.first);
  return subject == state.subjects.end() ? nullptr
                                         : subject->second.Find(name.second);
}

class Undelete {
 public:
  Undelete(const UndeleteOptions& options, const StopToken* stop)
      : options_(options),
        subject_(options.amend.product.product == Product::kConfluent
                     ? NormalSubject(options.subject)
                     : options.subject),
        amendment_("undelete", options.amend, stop) {}

  absl::Status Run(std::string* result) {
    RETURN_IF_ERROR(amendment_.Open());
    RETURN_IF_ERROR(CheckNotLive());
    RETURN_IF_ERROR(amendment_.ForEachSchema(
        [this](const VersionName& name, const Record& record,
               const std::string& copy) {
          if (name.first == subject_ && IsWanted(name.second)) {
            AddRecord(record, copy, &found_[name.second]);
          }
        }));
    RETURN_IF_ERROR(Append());
    return amendment_.Finish(result);
  }

 private:
  bool IsWanted(int32_t version) const {
    return !options_.version.has_value() || *options_.version == version;
  }

  absl::Status CheckNotLive() const {
    if (!options_.version.has_value()) return absl::OkStatus();
    const SchemaVersion* const version =
        Find(amendment_.state(), {subject_, *options_.version});
    if (version == nullptr || version->deleted) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(EscapeForTerminal(subject_), " version ",
                     *options_.version, " is not deleted"));
  }

  absl::Status Append() {
    bool is_known = false;
    for (const auto& [number, schema] : found_) {
      if (schema.value.empty()) continue;
      is_known = true;
      const VersionName name = {subject_, number};
      const SchemaVersion* const version = Find(amendment_.state(), name);
      if (version != nullptr && !version->deleted) continue;
      RETURN_IF_ERROR(amendment_.Add(name, schema, /*deleted=*/false));
    }
    if (is_known) return absl::OkStatus();
    return WithHint(
        absl::NotFoundError(absl::StrCat(
            options_.amend.restore.target.text,
            options_.amend.from.has_value()
                ? absl::StrCat(" and ", options_.amend.from->text, " have")
                : std::string(" has"),
            " no schema of ", EscapeForTerminal(subject_),
            options_.version.has_value()
                ? absl::StrCat(" version ", *options_.version)
                : std::string())),
        options_.amend.from.has_value()
            ? "name another copy by --from"
            : "name a copy that may still have it: --from=archive:DIR");
  }

  const UndeleteOptions& options_;
  const std::string subject_;
  Amendment amendment_;
  std::map<int32_t, SchemaRecord> found_;
};

class ReserveIds {
 public:
  ReserveIds(const AmendOptions& options, const StopToken* stop)
      : amendment_("reserve-ids", options, stop) {}

  absl::Status Run(std::string* result) {
    RETURN_IF_ERROR(amendment_.Open());
    FindLostIds();
    if (!lost_.empty()) RETURN_IF_ERROR(FindVersions());
    for (const auto& [context, id] : lost_) {
      const auto found = versions_.find(context);
      if (found == versions_.end()) {
        return absl::NotFoundError(absl::StrCat(
            "no record has id ", id, " of context ",
            EscapeForTerminal(context)));
      }
      RETURN_IF_ERROR(amendment_.Add(found->second.first, found->second.second,
                                     /*deleted=*/true));
    }
    return amendment_.Finish(result);
  }

 private:
  std::string ContextOf(const std::string& subject) const {
    return std::string(amendment_.state().has_contexts
                           ? ParseSubject(subject).context
                           : kDefaultContext);
  }

  // Those above what a registry counts from when it starts on the compacted topic.
  void FindLostIds() {
    std::map<std::string, int32_t> held;
    for (const auto& [subject, versions] : amendment_.state().subjects) {
      int32_t& highest = held[ContextOf(subject)];
      for (const auto& [number, version] : versions) {
        highest = std::max(highest, version.id);
      }
    }
    for (const auto& [context, id] : amendment_.max_ids()) {
      if (id > held[context]) lost_[context] = id;
    }
  }

  absl::Status FindVersions() {
    std::map<VersionName, SchemaRecord> records;
    RETURN_IF_ERROR(amendment_.ForEachSchema(
        [&](const VersionName& name, const Record& record,
            const std::string& copy) {
          const auto lost = lost_.find(ContextOf(name.first));
          if (lost == lost_.end()) return;
          const auto known = records.find(name);
          const SchemaValue value = DecodeSchemaValue(record.value);
          if (value.id == lost->second) {
            AddRecord(record, copy, &records[name]);
          } else if (known != records.end() && record.IsTombstone()) {
            known->second.key = std::string(*record.key);
          }
        }));
    for (const auto& [name, schema] : records) {
      // One that has another schema by now keeps it.
      if (Find(amendment_.state(), name) != nullptr) continue;
      versions_.try_emplace(ContextOf(name.first), name, schema);
    }
    return absl::OkStatus();
  }

  Amendment amendment_;
  std::map<std::string, int32_t> lost_;  // By context.
  std::map<std::string, std::pair<VersionName, SchemaRecord>> versions_;
};

}  // namespace

absl::StatusOr<std::pair<std::string, std::optional<int32_t>>> ParseVersion(
    const std::string& text) {
  const auto malformed = [&text](const std::string& why) {
    return WithHint(absl::InvalidArgumentError(absl::StrCat(
                        "\"", EscapeForTerminal(text), "\": ", why)),
                    "SUBJECT, SUBJECT/3 or SUBJECT/*");
  };
  const size_t slash = text.rfind('/');
  std::string subject = text;
  std::optional<int32_t> version;
  if (slash != std::string::npos) {
    const std::string behind = text.substr(slash + 1);
    const bool is_number =
        !behind.empty() &&
        std::all_of(behind.begin(), behind.end(), absl::ascii_isdigit);
    if (is_number) {
      int32_t number = 0;
      if (!absl::SimpleAtoi(behind, &number) || number < 1) {
        return malformed("no version");
      }
      version = number;
    }
    if (is_number || behind == "*") subject = text.substr(0, slash);
  }
  if (subject.empty()) return malformed("no subject");
  return std::make_pair(subject, version);
}

absl::Status RunUndelete(const UndeleteOptions& options, const StopToken* stop,
                         std::string* result) {
  return Undelete(options, stop).Run(result);
}

absl::Status RunReserveIds(const AmendOptions& options, const StopToken* stop,
                           std::string* result) {
  return ReserveIds(options, stop).Run(result);
}

}  // namespace sr
