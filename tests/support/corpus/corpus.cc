#include "tests/support/corpus/corpus.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sr {
namespace {

constexpr std::array kAreas = {"billing", "catalog",  "fraud",   "identity",
                               "ledger",  "orders",   "pricing", "returns",
                               "search",  "shipping", "größen",  "support"};
constexpr std::array kEvents = {"approved", "changed",   "closed", "created",
                                "failed",   "requested", "sent"};
constexpr std::array kLevels = {
    "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE",
    "FULL",     "FULL_TRANSITIVE",     "NONE"};
// As the inside of JSON strings: what keys of many topics share.
constexpr std::array kKeyTexts = {"\\\"string\\\"", "\\\"long\\\"",
                                  "\\\"int\\\"", "\\\"bytes\\\""};
constexpr std::array kTypes = {SchemaType::kAvro, SchemaType::kProtobuf,
                               SchemaType::kJson};
constexpr std::array kContexts = {".emea", ".apac", ".staging"};
constexpr int kVersionsOfCommon = 3;

}  // namespace

CorpusGenerator::CorpusGenerator(const CorpusShape& shape)
    : texts_(shape.seed, shape.product == CorpusProduct::kKarapace,
             shape.largest_schema_bytes),
      registry_(shape.product, &texts_, shape.start_ms),
      random_(shape.seed) {
  Begin();
}

CorpusRecord CorpusGenerator::Next() {
  while (ready_.empty()) {
    DoSomething();
    ready_ = registry_.TakeRecords();
  }
  CorpusRecord record = std::move(ready_.front());
  ready_.pop_front();
  return record;
}

void CorpusGenerator::Begin() {
  if (registry_.format().is_confluent()) registry_.StartLeader();
  registry_.SetCompatibility("", "BACKWARD");
  if (!registry_.format().is_karapace()) registry_.SetMode("", "READWRITE");
  for (const SchemaType type : kTypes) RegisterCommon(".", type);
  RegisterNewSubject();
}

void CorpusGenerator::DoSomething() {
  registry_.Wait(static_cast<int64_t>(Below(4'000)));  // A million: weeks.
  const bool confluent = registry_.format().is_confluent();
  const uint64_t request = Below(1000);
  if (request < 2 && confluent) {
    registry_.StartLeader();
  } else if (request < 6 && confluent) {
    TryAContext();
  } else if (request < 200) {
    RegisterNewSubject();
  } else if (request < 290) {
    RegisterSharedKey();
  } else {
    const size_t n = Below(subjects_.size());
    if (request < 310) {
      ChangeMode(&subjects_[n]);
    } else if (subjects_[n].read_only) {
      return;
    } else if (request < 340) {
      DeleteSubject(n);
    } else {
      ChangeSubject(request, &subjects_[n]);
    }
  }
}

void CorpusGenerator::ChangeSubject(uint64_t request, Subject* subject) {
  if (request < 360) {
    ChangeAssociation(subject);
  } else if (request < 395) {
    ChangeConfig(subject);
  } else if (request < 445) {
    DeleteSomeVersion(subject);
  } else {
    registry_.Register(subject->name, NewContent(*subject));
  }
}

std::string CorpusGenerator::NewSubjectName(const std::string& context) {
  const std::string name = std::string(kAreas[Below(kAreas.size())]) + "." +
                           kEvents[Below(kEvents.size())] + "-" +
                           std::to_string(++subjects_made_);
  return context == "." ? name : ":" + context + ":" + name;
}

std::string CorpusGenerator::RandomContext() {
  if (!registry_.format().is_confluent() || !OneIn(8)) return ".";
  return kContexts[Below(kContexts.size())];
}

void CorpusGenerator::RegisterCommon(const std::string& context,
                                     SchemaType type) {
  Common common;
  common.context = context;
  common.type = type;
  common.name = "Common" + std::to_string(common_.size());
  common.subject = NewSubjectName(context) + "-common";
  size_t text = Below(texts_.size());
  while (texts_.type(text) != type) text = (text + 1) % texts_.size();
  for (; common.versions < kVersionsOfCommon; ++common.versions) {
    CorpusContent content;
    content.text = text;
    content.parts = {common.name, ++revisions_, ""};
    registry_.Register(common.subject, content);
  }
  common_.push_back(common);
}

CorpusContent CorpusGenerator::NewContent(const Subject& subject) {
  CorpusContent content;
  content.text = subject.text;
  content.parts = {subject.record_name, ++revisions_, ""};
  if (registry_.format().is_confluent() && OneIn(12)) {
    content.owner = "team-" + std::to_string(Below(9));
  }
  if (!OneIn(6)) return content;
  // Of its own context and type, if there is one by now.
  const Common& common = common_[Below(common_.size())];
  if (common.context != subject.context ||
      common.type != texts_.type(subject.text)) {
    return content;
  }
  content.parts.reference =
      SchemaTexts::ReferenceName(common.type, common.name);
  content.reference = CorpusReference{
      content.parts.reference, common.subject,
      1 + static_cast<int>(Below(static_cast<uint64_t>(common.versions)))};
  return content;
}

void CorpusGenerator::RegisterNewSubject() {
  Subject subject;
  subject.context = RandomContext();
  subject.name = NewSubjectName(subject.context) + "-value";
  subject.record_name = "Event" + std::to_string(subjects_made_);
  subject.text = Below(texts_.size());
  if (OneIn(40)) RegisterCommon(subject.context, texts_.type(subject.text));
  registry_.Register(subject.name, NewContent(subject));
  subjects_.push_back(std::move(subject));
}

// A key schema, which many topics have in common, and its one id.
void CorpusGenerator::RegisterSharedKey() {
  CorpusContent content;
  content.shared_text = kKeyTexts[Below(kKeyTexts.size())];
  registry_.Register(NewSubjectName(RandomContext()) + "-key", content);
}

void CorpusGenerator::ChangeConfig(Subject* subject) {
  if (OneIn(20)) {
    registry_.SetCompatibility("", kLevels[Below(kLevels.size())]);
    return;
  }
  if (subject->has_config && OneIn(2)) {
    registry_.DeleteCompatibility(subject->name);
    subject->has_config = false;
    return;
  }
  registry_.SetCompatibility(subject->name, kLevels[Below(kLevels.size())]);
  subject->has_config = true;
}

void CorpusGenerator::ChangeMode(Subject* subject) {
  if (registry_.format().is_karapace()) return;
  if (subject->has_mode) {
    registry_.DeleteMode(subject->name);
    subject->read_only = false;
  } else {
    subject->read_only = OneIn(2);
    registry_.SetMode(subject->name,
                      subject->read_only ? "READONLY" : "READWRITE");
  }
  subject->has_mode = !subject->has_mode;
}

void CorpusGenerator::ChangeAssociation(Subject* subject) {
  if (!registry_.format().has_associations()) return;
  const std::string topic = "topic-" + subject->record_name;
  if (subject->associated) {
    registry_.Dissociate(topic, subject->name);
  } else {
    registry_.Associate(topic, subject->name);
  }
  subject->associated = !subject->associated;
}

// One of several versions, never the last live one.
void CorpusGenerator::DeleteSomeVersion(Subject* subject) {
  const std::vector<int> live = registry_.LiveVersions(subject->name);
  if (live.size() < 2) return;
  const int version = live[Below(live.size())];
  registry_.SoftDeleteVersion(subject->name, version);
  if (OneIn(2)) registry_.HardDeleteVersion(subject->name, version);
}

// Softly, and then one of: that is all, gone for good, back again with another
// version, gone and back from version 1 on, gone and imported.
void CorpusGenerator::DeleteSubject(size_t n) {
  if (subjects_.size() < 2 || subjects_[n].associated) return;
  Subject subject = std::move(subjects_[n]);
  subjects_[n] = std::move(subjects_.back());
  subjects_.pop_back();
  registry_.SoftDeleteSubject(subject.name);
  if (registry_.format().deletes_settings_softly()) {
    subject.has_config = subject.has_mode = false;
  }
  const uint64_t fate = Below(10);
  if (fate < 4) return;
  const bool imported = fate == 9 && registry_.format().is_confluent();
  if (imported) {
    registry_.EnterImport(subject.name);
  } else if (fate >= 6) {
    registry_.HardDeleteSubject(subject.name);
  }
  if (fate >= 6 && !registry_.format().is_karapace()) {
    subject.has_config = false;
    subject.has_mode = imported;
  }
  if (fate < 8 && fate >= 6) return;
  registry_.Register(subject.name, NewContent(subject));
  if (imported) registry_.SetMode(subject.name, "READWRITE");
  subjects_.push_back(std::move(subject));
}

// A context that was tried and given up.
void CorpusGenerator::TryAContext() {
  const std::string context = ".trial" + std::to_string(++contexts_tried_);
  const std::string subject = NewSubjectName(context) + "-value";
  CorpusContent content;
  content.shared_text = kKeyTexts[0];
  registry_.Register(subject, content);
  registry_.SoftDeleteSubject(subject);
  registry_.HardDeleteSubject(subject);
  registry_.DeleteContext(context);
}

std::vector<CorpusRecord> Corpus(const CorpusShape& shape, int64_t count) {
  CorpusGenerator generator(shape);
  std::vector<CorpusRecord> records;
  records.reserve(static_cast<size_t>(count));
  for (int64_t n = 0; n < count; ++n) records.push_back(generator.Next());
  return records;
}

std::vector<CorpusRecord> Compacted(const std::vector<CorpusRecord>& records,
                                    int64_t cleaned_end,
                                    int64_t tombstones_from) {
  std::unordered_map<std::string_view, int64_t> last;
  for (const CorpusRecord& record : records) {
    if (record.offset < cleaned_end) last[record.key] = record.offset;
  }
  std::vector<CorpusRecord> left;
  for (const CorpusRecord& record : records) {
    if (record.offset < cleaned_end) {
      if (last.at(record.key) != record.offset) continue;
      if (!record.value.has_value() && record.offset < tombstones_from) {
        continue;
      }
    }
    left.push_back(record);
  }
  return left;
}

}  // namespace sr
