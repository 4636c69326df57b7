#include "core/schemas/registry_state.h"

#include <algorithm>
#include <utility>

namespace sr {
namespace {

// Of the first entry of `versions` that is `version` or later.
template <typename Entries>
auto PlaceOf(Entries* entries, int32_t version) {
  return std::lower_bound(
      entries->begin(), entries->end(), version,
      [](const auto& entry, int32_t sought) { return entry.first < sought; });
}

template <typename Entries>
auto* FindIn(Entries* entries, int32_t version) {
  const auto found = PlaceOf(entries, version);
  return found != entries->end() && found->first == version ? &found->second
                                                            : nullptr;
}

}  // namespace

SchemaVersion::SchemaVersion(const SchemaVersion& other) { *this = other; }

SchemaVersion& SchemaVersion::operator=(const SchemaVersion& other) {
  if (this == &other) return *this;
  id = other.id;
  deleted = other.deleted;
  deleted_with_subject = other.deleted_with_subject;
  encrypted = other.encrypted;
  text = other.text;
  offset = other.offset;
  timestamp = other.timestamp;
  type_ = other.type_;
  rare_ = other.rare_ != nullptr ? std::make_unique<Rare>(*other.rare_) : nullptr;
  return *this;
}

SchemaVersion::Rare* SchemaVersion::rare() {
  if (rare_ == nullptr) rare_ = std::make_unique<Rare>();
  return rare_.get();
}

absl::string_view SchemaVersion::type() const {
  switch (type_) {
    case Type::kAvro:
      return "AVRO";
    case Type::kJson:
      return "JSON";
    case Type::kProtobuf:
      return "PROTOBUF";
    case Type::kOther:
      return rare_->type;
  }
  return "";
}

void SchemaVersion::set_type(absl::string_view type) {
  type_ = type == "AVRO"       ? Type::kAvro
          : type == "JSON"     ? Type::kJson
          : type == "PROTOBUF" ? Type::kProtobuf
                               : Type::kOther;
  if (type_ == Type::kOther) rare()->type = std::string(type);
}

const std::vector<SchemaReference>& SchemaVersion::references() const {
  static const auto* const none = new std::vector<SchemaReference>;
  return rare_ != nullptr ? rare_->references : *none;
}

void SchemaVersion::set_references(std::vector<SchemaReference> references) {
  if (references.empty() && rare_ == nullptr) return;
  rare()->references = std::move(references);
}

std::optional<Digest128> SchemaVersion::md5() const {
  return rare_ != nullptr ? rare_->md5 : std::nullopt;
}

const VersionDigests* SchemaVersion::digests() const {
  return rare_ != nullptr && rare_->digests.has_value() ? &*rare_->digests
                                                        : nullptr;
}

void SchemaVersion::set_digests(VersionDigests digests) {
  rare()->digests = std::move(digests);
}

const SchemaVersion::OtherName* SchemaVersion::other_name() const {
  return rare_ != nullptr && rare_->other_name.has_value()
             ? &*rare_->other_name
             : nullptr;
}

SchemaVersion* SubjectVersions::Find(int32_t version) {
  return FindIn(&entries_, version);
}

const SchemaVersion* SubjectVersions::Find(int32_t version) const {
  return FindIn(&entries_, version);
}

// For one more. Most subjects have few versions; a vector would double the room
// for them.
void SubjectVersions::MakeRoom() {
  if (entries_.size() < entries_.capacity()) return;
  entries_.reserve(entries_.size() + 1 + entries_.size() / 4);
}

std::optional<int32_t> SubjectVersions::Put(int32_t number,
                                            SchemaVersion version) {
  if (entries_.empty() || entries_.back().first < number) {
    MakeRoom();
    entries_.emplace_back(number, std::move(version));
    return std::nullopt;
  }
  const auto place = PlaceOf(&entries_, number);
  if (place->first != number) {
    const auto index = place - entries_.begin();
    MakeRoom();
    entries_.emplace(entries_.begin() + index, number, std::move(version));
    return std::nullopt;
  }
  const int32_t before = place->second.id;
  place->second = std::move(version);
  return before;
}

void SubjectVersions::Erase(int32_t version) {
  const auto place = PlaceOf(&entries_, version);
  if (place != entries_.end() && place->first == version) {
    entries_.erase(place);
  }
}

int64_t RegistryState::version_count() const {
  int64_t count = 0;
  for (const auto& [subject, versions] : subjects) {
    count += static_cast<int64_t>(versions.size());
  }
  return count;
}

bool HasLiveVersion(const RegistryState& state, const std::string& subject,
                    int32_t version) {
  const auto found = state.subjects.find(subject);
  return found != state.subjects.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [version](const auto& entry) {
                       return !entry.second.deleted &&
                              (version == -1 || entry.first == version);
                     });
}

std::vector<std::string> RegistryState::SortedSubjects() const {
  std::vector<std::string> names;
  names.reserve(subjects.size());
  for (const auto& [subject, versions] : subjects) names.push_back(subject);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sr
