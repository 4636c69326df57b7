#include "core/registry/registry_reader.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/registry/registry_answer.h"
#include "core/json/json_scanner.h"
#include "core/schemas/members.h"
#include "core/schemas/subject.h"

namespace sr {
namespace {

// What all registries give at most in one page.
constexpr size_t kPage = 1000;

std::string SubjectPath(const std::string& subject) {
  return absl::StrCat("/subjects/", PercentEncoded(subject), "/versions");
}

std::string VersionPath(const std::string& subject, int32_t version) {
  return absl::StrCat(SubjectPath(subject), "/", version, "?deleted=true");
}

// What a server may take in no path, whatever it is encoded to.
bool IsOddInPaths(const std::string& subject) {
  return std::any_of(subject.begin(), subject.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ||
           c == 0x7F;
  });
}

// Whether a registry says that something is not there: a gateway that has no route
// says 404 as well.
bool IsNotThere(const absl::StatusOr<HttpAnswer>& answer) {
  if (!answer.ok() || answer->status != 404) return false;
  const absl::StatusOr<JsonScan> scan = ScanJson(answer->body);
  if (!scan.ok()) return false;
  const auto code = MemberOf(scan->value, "error_code");
  return code.has_value() && TextOf(*code).substr(0, 3) == "404";
}

std::string VersionName(const std::string& subject, int32_t version) {
  return absl::StrCat(EscapeForTerminal(subject), " version ", version);
}

class Reader {
 public:
  Reader(HttpClient* client, const RegistryIdentity& identity,
         const RegistryQuestions& questions)
      : client_(client), identity_(identity), questions_(questions) {}

  absl::StatusOr<RegistryReading> Run() {
    if (questions_.only.has_value()) {
      ReadScope(*questions_.only);
      return std::move(reading_);
    }
    RETURN_IF_ERROR(ReadVersions());
    if (questions_.settings) {
      ReadContexts();
      ReadSettings();
    }
    return std::move(reading_);
  }

 private:
  using Version = std::pair<std::string, int32_t>;

  void ReadScope(const RegistryScope& scope) {
    reading_.told.only = scope;
    std::set<std::string> names = Addressable(scope.subjects);
    std::set<Version> all =
        AskNumbers({names.begin(), names.end()}, "?deleted=true");
    for (const Version& version : scope.versions) {
      if (IsAddressable(version.first)) all.insert(version);
    }
    for (const Version& version : questions_.versions) {
      if (scope.HasVersion(version.first, version.second)) all.insert(version);
    }
    for (const Version& version : all) names.insert(version.first);
    AskForVersions({all.begin(), all.end()}, {names.begin(), names.end()});
    if (scope.contexts) ReadContexts();
    ReadSettings(Addressable(scope.configs), Addressable(scope.modes));
  }

  // A name that is not in its normal form is known to Confluent by that.
  bool IsAddressable(const std::string& subject) const {
    return identity_.product != Product::kConfluent || IsNormalSubject(subject);
  }
  std::set<std::string> Addressable(const std::set<std::string>& names) const {
    std::set<std::string> addressable;
    for (const std::string& name : names) {
      if (IsAddressable(name)) addressable.insert(name);
    }
    return addressable;
  }

  absl::Status ReadVersions() {
    if (identity_.product == Product::kKarapace) {
      if (ListOfKarapace().ok()) return absl::OkStatus();
    } else if (identity_.has_listing()) {
      if (ListByPages().ok()) return absl::OkStatus();
    }
    // One entry that cannot be told spoils a whole listing: ask for each.
    return AskForEach();
  }

  // GET /schemas?... from `offset` on; the entries it has, which may be fewer
  // than they were.
  absl::Status ListPage(const std::string& query, size_t* entries,
                        std::set<Version>* listed) {
    const std::string target =
        absl::StrCat("/schemas", query.empty() ? "" : "?", query);
    ASSIGN_OR_RETURN(const HttpAnswer answer, client_->Get(target));
    if (answer.status != 200) return StatusOfAnswer(target, answer);
    ASSIGN_OR_RETURN(const JsonScan scan, ScanJson(answer.body));
    if (scan.value.kind != JsonKind::kArray || scan.has_trailing) {
      return absl::InvalidArgumentError("the listing is no JSON array");
    }
    *entries = 0;
    for (JsonElements each(scan.value); each.Next();) {
      ++*entries;
      absl::StatusOr<AnsweredSchema> schema = ReadSchema(each.value());
      if (!schema.ok()) return schema.status();
      const SchemaValue& value = schema->value;
      if (listed != nullptr) listed->emplace(*value.subject, *value.version);
      if (!only_names_) Add(*schema);
    }
    return absl::OkStatus();
  }

  // Confluent since 6.1. Those before 8.0 do not say which are deleted: those
  // that are not listed without them.
  absl::Status ListByPages() {
    RETURN_IF_ERROR(ListAllPages("deleted=true", nullptr));
    if (identity_.has_guid()) return absl::OkStatus();
    std::set<Version> live;
    only_names_ = true;
    const absl::Status status = ListAllPages("deleted=false", &live);
    only_names_ = false;
    RETURN_IF_ERROR(status);
    MarkDeleted(live);
    return absl::OkStatus();
  }

  absl::Status ListAllPages(const std::string& deleted,
                            std::set<Version>* listed) {
    const std::string prefix =
        identity_.has_contexts() ? "&subjectPrefix=:*:" : "";
    std::set<Version> seen;
    size_t offset = 0;
    while (true) {
      size_t entries = 0;
      const size_t before = seen.size();
      RETURN_IF_ERROR(ListPage(absl::StrCat(deleted, prefix, "&offset=", offset,
                                            "&limit=", kPage),
                               &entries, &seen));
      // Those that know no offset list all, each time.
      if (entries == 0 || seen.size() == before) break;
      offset += entries;
    }
    if (listed != nullptr) *listed = std::move(seen);
    return absl::OkStatus();
  }

  // Its `deleted` means the opposite: without it all are listed, with it only
  // those that are not deleted.
  absl::Status ListOfKarapace() {
    size_t entries = 0;
    RETURN_IF_ERROR(ListPage("", &entries, nullptr));
    std::set<Version> live;
    only_names_ = true;
    const absl::Status status = ListPage("deleted=true", &entries, &live);
    only_names_ = false;
    RETURN_IF_ERROR(status);
    MarkDeleted(live);
    ASSIGN_OR_RETURN(const auto names, AskNames("/subjects?deleted=true"));
    subjects_.insert(names.begin(), names.end());
    return absl::OkStatus();
  }

  void MarkDeleted(const std::set<Version>& live) {
    for (auto& [subject, versions] : reading_.state.subjects) {
      for (auto& [number, version] : versions) {
        version.deleted = live.count({subject, number}) == 0;
      }
    }
  }

  absl::StatusOr<std::vector<std::string>> AskNames(
      const std::string& target) {
    ASSIGN_OR_RETURN(const HttpAnswer answer, client_->Get(target));
    if (answer.status != 200) {
      return StatusOfAnswer(
          absl::StrCat("GET ", client_->base_url(), target), answer);
    }
    absl::StatusOr<std::vector<std::string>> names = ReadNames(answer.body);
    if (!names.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("GET ", client_->base_url(), target, ": ",
                       names.status().message()));
    }
    return names;
  }

  // The same, with all pages: since 8.0 a list may have a part only.
  absl::StatusOr<std::vector<std::string>> AskAllNames(
      const std::string& target) {
    ASSIGN_OR_RETURN(std::vector<std::string> names, AskNames(target));
    while (identity_.has_guid() && !names.empty()) {
      ASSIGN_OR_RETURN(const std::vector<std::string> page,
                       AskNames(WithOffset(target, names.size())));
      // Who knows no offset says the same again.
      if (page.empty() || page[0] == names[0]) break;
      names.insert(names.end(), page.begin(), page.end());
    }
    return names;
  }

  static std::string WithOffset(const std::string& target, size_t offset) {
    return absl::StrCat(target, target.find('?') == std::string::npos ? "?" : "&",
                        "offset=", offset);
  }

  absl::Status AskForEach() {
    reading_.state.subjects.clear();
    versions_read_ = 0;
    ASSIGN_OR_RETURN(
        const std::vector<std::string> names,
        AskAllNames(identity_.has_contexts()
                        ? "/subjects?subjectPrefix=:*:&deleted=true"
                        : "/subjects?deleted=true"));
    subjects_.insert(names.begin(), names.end());
    std::set<Version> all = AskNumbers(names, "?deleted=true");
    for (const Version& version : questions_.versions) {
      subjects_.insert(version.first);
      all.insert(version);
    }
    AskForVersions({all.begin(), all.end()}, names);
    return absl::OkStatus();
  }

  // Of `subjects`. Those of registries before 8.0 do not say which are deleted.
  void AskForVersions(const std::vector<Version>& versions,
                      const std::vector<std::string>& subjects) {
    AskForTexts(versions);
    if (identity_.has_guid()) return;
    const std::set<std::string> untold = reading_.told.subjects_untold;
    const std::set<Version> live = AskNumbers(subjects, "");
    // Of those that could not be asked for now it is not known.
    for (const std::string& subject : reading_.told.subjects_untold) {
      if (untold.count(subject) == 0) reading_.state.subjects.erase(subject);
    }
    MarkDeleted(live);
  }

  // The versions that `subjects` have.
  std::set<Version> AskNumbers(const std::vector<std::string>& subjects,
                               const std::string& query) {
    std::set<Version> found;
    std::vector<Listed> open;
    open.reserve(subjects.size());
    for (const std::string& subject : subjects) open.push_back({subject, 0});
    while (!open.empty()) open = AskNumbersOnce(open, query, &found);
    return found;
  }

  // A subject, and how many of its versions have been listed.
  struct Listed {
    std::string subject;
    size_t versions = 0;
  };

  // Returns those that may have more: since 8.0 a list may have a part only.
  std::vector<Listed> AskNumbersOnce(const std::vector<Listed>& open,
                                     const std::string& query,
                                     std::set<Version>* found) {
    std::vector<std::string> targets;
    targets.reserve(open.size());
    for (const Listed& listed : open) {
      const std::string target = SubjectPath(listed.subject) + query;
      targets.push_back(listed.versions == 0
                            ? target
                            : WithOffset(target, listed.versions));
    }
    std::vector<Listed> more;
    client_->GetAll(targets, [&](size_t i, absl::StatusOr<HttpAnswer> answer) {
      if (IsNotThere(answer)) return;
      const std::string& subject = open[i].subject;
      const absl::StatusOr<std::vector<int32_t>> versions =
          NumbersIn(std::move(answer));
      if (!versions.ok()) {
        if (reading_.told.subjects_untold.insert(subject).second) {
          AddUnread(absl::StrCat("versions of ", EscapeForTerminal(subject)),
                    versions.status());
        }
        return;
      }
      bool is_new = false;  // Who knows no offset says the same again.
      for (const int32_t version : *versions) {
        is_new = found->emplace(subject, version).second || is_new;
      }
      if (identity_.has_guid() && is_new) {
        more.push_back({subject, open[i].versions + versions->size()});
      }
    });
    return more;
  }

  static absl::StatusOr<std::vector<int32_t>> NumbersIn(
      absl::StatusOr<HttpAnswer> answer) {
    ASSIGN_OR_RETURN(const std::string body, BodyOf(std::move(answer)));
    return sr::ReadVersions(body);
  }

  void AskForTexts(const std::vector<Version>& versions) {
    std::vector<std::string> targets;
    targets.reserve(versions.size());
    for (const auto& [subject, version] : versions) {
      targets.push_back(VersionPath(subject, version));
    }
    client_->GetAll(targets, [&](size_t i, absl::StatusOr<HttpAnswer> answer) {
      if (IsNotThere(answer)) return;  // Gone meanwhile.
      const absl::Status status = AddAnswered(std::move(answer), versions[i]);
      if (status.ok()) return;
      reading_.told.versions_untold.insert(versions[i]);
      AddUnread(VersionName(versions[i].first, versions[i].second), status);
    });
  }

  absl::Status AddAnswered(absl::StatusOr<HttpAnswer> answer,
                           const Version& asked) {
    ASSIGN_OR_RETURN(const std::string body, BodyOf(std::move(answer)));
    ASSIGN_OR_RETURN(const JsonScan scan, ScanJson(body));
    ASSIGN_OR_RETURN(const AnsweredSchema schema, ReadSchema(scan.value));
    // A bare name that is not in the default context is looked for in others.
    if (*schema.value.subject != asked.first ||
        *schema.value.version != asked.second) {
      return absl::InvalidArgumentError("the answer is of another version");
    }
    Add(schema);
    return absl::OkStatus();
  }

  void Add(const AnsweredSchema& schema) {
    if (questions_.on_schema) questions_.on_schema(schema);
    const std::string& named = *schema.value.subject;
    subjects_.insert(named);
    const std::string subject =
        identity_.product == Product::kConfluent ? NormalSubject(named) : named;
    reading_.state.subjects[subject].Put(
        *schema.value.version, VersionOf(schema, questions_.text_level));
    ++versions_read_;
    if (questions_.progress) questions_.progress(versions_read_);
  }

  void ReadContexts() {
    if (!identity_.has_contexts()) return;
    absl::StatusOr<std::vector<std::string>> contexts = AskAllNames("/contexts");
    if (!contexts.ok()) return AddUnread("contexts", contexts.status());
    reading_.told.contexts = true;
    for (const std::string& context : *contexts) {
      if (context == kDefaultContext) continue;
      reading_.state.contexts.emplace(context, 0);
      subjects_.insert(absl::StrCat(":", context, ":"));
    }
  }

  void ReadSettings() {
    std::set<std::string> names = questions_.names;
    names.insert(subjects_.begin(), subjects_.end());
    names.insert("");
    ReadSettings(names, names);
  }

  void ReadSettings(const std::set<std::string>& configs,
                    const std::set<std::string>& modes) {
    AskSettings("config", {configs.begin(), configs.end()}, &reading_.told.configs,
                [this](const std::string& name, const std::string& body) {
                  ASSIGN_OR_RETURN(SubjectConfig config, ReadConfig(body));
                  reading_.state.configs[name] = std::move(config);
                  return absl::OkStatus();
                });
    // Karapace's is always the same, and no record says so.
    if (identity_.product == Product::kKarapace) return;
    AskSettings("mode", {modes.begin(), modes.end()}, &reading_.told.modes,
                [this](const std::string& name, const std::string& body) {
                  ASSIGN_OR_RETURN(SubjectMode mode, ReadMode(body));
                  reading_.state.modes[name] = std::move(mode);
                  return absl::OkStatus();
                });
  }

  void AskSettings(
      const std::string& setting, const std::vector<std::string>& names,
      std::set<std::string>* told,
      const std::function<absl::Status(const std::string&, const std::string&)>&
          add) {
    std::vector<std::string> targets;
    targets.reserve(names.size());
    for (const std::string& name : names) {
      targets.push_back(name.empty() ? absl::StrCat("/", setting)
                                     : absl::StrCat("/", setting, "/",
                                                    PercentEncoded(name)));
    }
    client_->GetAll(targets, [&](size_t i, absl::StatusOr<HttpAnswer> answer) {
      absl::Status status;
      // 40408, 40409, or 40401 for a subject that is not there.
      const bool has_none = IsNotThere(answer);
      if (answer.ok() && answer->status == 400 && IsOddInPaths(names[i])) {
        ++reading_.not_addressable;
        return;
      }
      if (!has_none) {
        const absl::StatusOr<std::string> body = BodyOf(std::move(answer));
        status = body.status();
        if (status.ok()) status = add(names[i], *body);
      }
      if (status.ok()) {
        told->insert(names[i]);
      } else {
        AddUnread(names[i].empty()
                      ? absl::StrCat("global ", setting)
                      : absl::StrCat(setting, " of ",
                                     EscapeForTerminal(names[i])),
                  status);
      }
    });
  }

  // Of an answer with 200.
  static absl::StatusOr<std::string> BodyOf(absl::StatusOr<HttpAnswer> answer) {
    if (!answer.ok()) return answer.status();
    if (answer->status != 200) return StatusOfAnswer("answered", *answer);
    return std::move(answer->body);
  }

  void AddUnread(const std::string& what, const absl::Status& status) {
    reading_.unread.push_back({what, std::string(status.message())});
  }

  HttpClient* const client_;
  const RegistryIdentity& identity_;
  const RegistryQuestions& questions_;
  RegistryReading reading_;
  std::set<std::string> subjects_;  // All that it has named.
  int64_t versions_read_ = 0;
  bool only_names_ = false;  // Of what is listed.
};

}  // namespace

bool RegistryTold::Version(const std::string& subject, int32_t version) const {
  if (only.has_value() && !only->HasVersion(subject, version)) return false;
  return subjects_untold.count(subject) == 0 &&
         versions_untold.count({subject, version}) == 0;
}

bool RegistryTold::Config(const std::string& subject) const {
  return configs.count(subject) != 0;
}

bool RegistryTold::Mode(const std::string& subject) const {
  return modes.count(subject) != 0;
}

absl::StatusOr<RegistryReading> ReadRegistry(
    HttpClient* client, const RegistryIdentity& identity,
    const RegistryQuestions& questions) {
  return Reader(client, identity, questions).Run();
}

}  // namespace sr
