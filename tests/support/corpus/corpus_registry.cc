#include "tests/support/corpus/corpus_registry.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sr {
namespace {

constexpr int64_t kStepMs = 37;

void Require(bool allowed, const std::string& what) {
  if (allowed) return;
  std::fprintf(stderr, "corpus: no registry does this: %s\n", what.c_str());
  std::abort();
}

// "." for a plain subject, ".emea" for ":.emea:orders".
std::string ContextOf(const std::string& subject) {
  if (!subject.starts_with(":")) return ".";
  return subject.substr(1, subject.find(':', 1) - 1);
}

std::string LogicalVersion(const std::string& subject, int version) {
  return "SCHEMA " + subject + " " + std::to_string(version);
}

}  // namespace

void CorpusRegistry::Append(std::string key, std::optional<std::string> value) {
  records_.push_back({next_offset_, now_ms_, std::move(key), std::move(value),
                      format_.Headers()});
  ++next_offset_;
  now_ms_ += kStepMs;
}

void CorpusRegistry::AppendUpdate(const std::string& logical, std::string key,
                                  std::string value) {
  if (format_.is_redpanda()) keys_written_[logical].push_back(key);
  Append(std::move(key), std::move(value));
}

void CorpusRegistry::AppendTombstones(const std::string& logical,
                                      std::string key) {
  if (!format_.is_redpanda()) {
    Append(std::move(key), format_.Tombstone());
    return;
  }
  const auto written = keys_written_.find(logical);
  if (written == keys_written_.end()) return;
  for (const std::string& each : written->second) {
    Append(each, format_.Tombstone());
  }
  keys_written_.erase(written);
}

void CorpusRegistry::AppendVersion(const std::string& subject, int number,
                                   const Version& version) {
  const CorpusContent& content = version.content;
  CorpusSchema schema;
  schema.subject = subject;
  schema.version = number;
  schema.id = version.id;
  schema.reference = content.reference;
  schema.owner = content.owner;
  schema.deleted = version.deleted;
  if (content.shared_text.empty()) {
    schema.type = texts_->type(content.text);
    schema.escaped_text = texts_->Escaped(content.text, content.parts);
  } else {
    schema.escaped_text = content.shared_text;
  }
  AppendUpdate(LogicalVersion(subject, number),
               format_.SchemaKey(subject, number, next_offset_),
               format_.SchemaValue(schema));
}

int CorpusRegistry::IdFor(const std::string& context,
                          const std::string& shared_text) {
  Ids& ids = ids_[context];
  if (shared_text.empty()) return ++ids.last;
  const auto [entry, is_new] = ids.of_shared_texts.emplace(shared_text, 0);
  if (is_new) entry->second = ++ids.last;
  return entry->second;
}

void CorpusRegistry::StartLeader() {
  Require(format_.is_confluent(), "NOOP");
  Append(format_.NoopKey(next_offset_), std::nullopt);
  Append(format_.NoopKey(next_offset_), std::nullopt);
}

void CorpusRegistry::SetCompatibility(const std::string& subject,
                                      const std::string& level) {
  if (!subject.empty()) subjects_[subject].has_config = true;
  AppendUpdate("CONFIG " + subject,
               format_.SubjectKey("CONFIG", subject, next_offset_),
               format_.ConfigValue(subject, level));
}

void CorpusRegistry::DeleteCompatibility(const std::string& subject) {
  subjects_[subject].has_config = false;
  AppendTombstones("CONFIG " + subject,
                   format_.SubjectKey("CONFIG", subject, next_offset_));
}

void CorpusRegistry::SetMode(const std::string& subject,
                             const std::string& mode) {
  Require(!format_.is_karapace(), "MODE");
  if (!subject.empty()) subjects_[subject].has_mode = true;
  AppendUpdate("MODE " + subject,
               format_.SubjectKey("MODE", subject, next_offset_),
               format_.ModeValue(subject, mode));
}

void CorpusRegistry::DeleteMode(const std::string& subject) {
  subjects_[subject].has_mode = false;
  AppendTombstones("MODE " + subject,
                   format_.SubjectKey("MODE", subject, next_offset_));
}

int CorpusRegistry::Register(const std::string& subject,
                             const CorpusContent& content) {
  const std::string context = ContextOf(subject);
  if (context != "." && !ids_.contains(context)) {
    Require(format_.is_confluent(), "CONTEXT");
    Append(RecordFormat::ContextKey(context),
           RecordFormat::ContextValue(context));
  }
  std::map<int, Version>& versions = subjects_[subject].versions;
  const int number = versions.empty() ? 1 : versions.rbegin()->first + 1;
  const Version& version = versions[number] =
      Version{IdFor(context, content.shared_text), content, false};
  AppendVersion(subject, number, version);
  return number;
}

void CorpusRegistry::SoftDeleteVersion(const std::string& subject,
                                       int version) {
  Version& deleted = subjects_.at(subject).versions.at(version);
  Require(!deleted.deleted, "soft delete of what is deleted");
  deleted.deleted = true;
  AppendVersion(subject, version, deleted);
  if (format_.deletes_settings_softly() && LiveVersions(subject).empty()) {
    DeleteSettings(subject);
  }
}

void CorpusRegistry::HardDeleteVersion(const std::string& subject,
                                       int version) {
  std::map<int, Version>& versions = subjects_.at(subject).versions;
  Require(versions.at(version).deleted, "hard delete of what is live");
  versions.erase(version);
  AppendTombstones(LogicalVersion(subject, version),
                   format_.SchemaKey(subject, version, next_offset_));
  if (versions.empty() && !format_.is_karapace()) DeleteSettings(subject);
}

void CorpusRegistry::DeleteSettings(const std::string& subject) {
  const Subject& settings = subjects_.at(subject);
  if (settings.has_mode) DeleteMode(subject);
  if (settings.has_config) DeleteCompatibility(subject);
  if (format_.is_redpanda()) {
    AppendTombstones("DELETE_SUBJECT " + subject, "");
  }
}

void CorpusRegistry::SoftDeleteSubject(const std::string& subject) {
  const std::vector<int> live = LiveVersions(subject);
  Require(!live.empty(), "soft delete of a subject without live versions");
  for (auto& [number, version] : subjects_.at(subject).versions) {
    version.deleted = true;
  }
  AppendUpdate("DELETE_SUBJECT " + subject,
               format_.SubjectKey("DELETE_SUBJECT", subject, next_offset_),
               format_.DeleteSubjectValue(subject, live.back()));
  if (format_.deletes_settings_softly()) DeleteSettings(subject);
}

void CorpusRegistry::HardDeleteSubject(const std::string& subject) {
  // Newest first, as Confluent 8 does.
  std::vector<int> versions = Versions(subject);
  std::reverse(versions.begin(), versions.end());
  for (const int version : versions) HardDeleteVersion(subject, version);
}

void CorpusRegistry::EnterImport(const std::string& subject) {
  Require(format_.is_confluent(), "CLEAR_SUBJECT");
  HardDeleteSubject(subject);
  Append(format_.SubjectKey("CLEAR_SUBJECT", subject, next_offset_),
         RecordFormat::ClearSubjectValue(subject));
  SetMode(subject, "IMPORT");
}

void CorpusRegistry::DeleteContext(const std::string& context) {
  Require(format_.is_confluent(), "DELETE /contexts");
  Append(RecordFormat::ContextKey(context), std::nullopt);
}

void CorpusRegistry::Associate(const std::string& resource,
                               const std::string& subject) {
  Require(format_.has_associations(), "ASSOC");
  Append(RecordFormat::AssociationKey(resource, subject),
         RecordFormat::AssociationValue(resource, subject, ++associations_));
}

void CorpusRegistry::Dissociate(const std::string& resource,
                                const std::string& subject) {
  Append(RecordFormat::AssociationKey(resource, subject), std::nullopt);
}

std::vector<int> CorpusRegistry::LiveVersions(
    const std::string& subject) const {
  std::vector<int> live;
  const auto found = subjects_.find(subject);
  if (found == subjects_.end()) return live;
  for (const auto& [number, version] : found->second.versions) {
    if (!version.deleted) live.push_back(number);
  }
  return live;
}

std::vector<int> CorpusRegistry::Versions(const std::string& subject) const {
  std::vector<int> numbers;
  const auto found = subjects_.find(subject);
  if (found == subjects_.end()) return numbers;
  for (const auto& [number, version] : found->second.versions) {
    numbers.push_back(number);
  }
  return numbers;
}

std::deque<CorpusRecord> CorpusRegistry::TakeRecords() {
  return std::exchange(records_, {});
}

}  // namespace sr
