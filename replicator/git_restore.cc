// The other way of export: topic records of what its work tree holds.
#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/foreign/foreign_copy.h"
#include "core/git/export_tree.h"
#include "core/schemas/key.h"
#include "replicator/dependency_order.h"
#include "replicator/export.h"
#include "replicator/restore.h"

namespace sr {
namespace {

// Before the versions, or behind them: contexts and what is about no subject first.
int RankOf(const DecodedKey& key) {
  if (key.problem != KeyProblem::kNone) return 3;
  switch (key.key.type) {
    case KeyType::kContext:
      return 0;
    case KeyType::kSchema:
      return 2;
    default:
      return key.key.subject.value_or("").empty() ? 1 : 3;
  }
}

// Of what a registry answered, which has no order of its own.
std::vector<KeptRecord> InOrder(std::vector<KeptRecord> records) {
  std::map<VersionName, const KeptRecord*> versions;
  std::map<VersionName, absl::string_view> values;
  std::vector<std::vector<const KeptRecord*>> ranks(4);
  for (const KeptRecord& record : records) {
    DecodedKey key;
    DecodeKey(Bytes(record.key), &key);
    const int rank = RankOf(key);
    if (rank != 2 || !record.value.has_value()) {
      ranks[static_cast<size_t>(rank)].push_back(&record);
      continue;
    }
    const VersionName name = VersionOf(key, Product::kConfluent);
    versions[name] = &record;
    values[name] = *record.value;
  }
  for (const VersionName& name : InDependencyOrder(values, true)) {
    ranks[2].push_back(versions.at(name));
  }
  std::vector<KeptRecord> ordered;
  for (const auto& rank : ranks) {
    for (const KeptRecord* record : rank) ordered.push_back(*record);
  }
  return ordered;
}

absl::StatusOr<ForeignCopy> CopyOf(std::vector<KeptRecord> records) {
  const auto has_offset = [](const KeptRecord& record) {
    return record.offset.has_value();
  };
  const bool from_topic = !records.empty() && has_offset(records[0]);
  if (std::count_if(records.begin(), records.end(), has_offset) !=
      (from_topic ? static_cast<std::ptrdiff_t>(records.size()) : 0)) {
    return absl::DataLossError("some records have an offset, and some have none");
  }
  if (from_topic) {
    std::sort(records.begin(), records.end(),
              [](const KeptRecord& a, const KeptRecord& b) {
                return *a.offset < *b.offset;
              });
  } else {
    records = InOrder(std::move(records));
  }
  ForeignCopy copy;
  for (KeptRecord& record : records) {
    ForeignRecord foreign;
    foreign.offset = record.offset.value_or(
        static_cast<int64_t>(copy.records.size()));
    if (!copy.records.empty() && foreign.offset <= copy.end_offset() - 1) {
      return absl::DataLossError(
          absl::StrCat("two records of offset ", foreign.offset));
    }
    foreign.timestamp = record.timestamp.value_or(0);
    foreign.timestamp_type = record.timestamp_type;
    foreign.key = std::move(record.key);
    foreign.value = std::move(record.value);
    foreign.headers = std::move(record.headers);
    copy.records.push_back(std::move(foreign));
  }
  return copy;
}

}  // namespace

absl::Status RunGitRestore(const RestoreOptions& options, const StopToken* stop,
                           std::string* result) {
  if (options.to_offset.has_value() || options.to_time.has_value()) {
    return WithHint(
        absl::InvalidArgumentError(absl::StrCat(
            options.source.text, " holds what is left of its history at one "
                                 "moment")),
        "git worktree add DIR COMMIT, and restore git:DIR");
  }
  absl::StatusOr<ExportTree> tree =
      ReadExportTree(options.copy.file_system, options.source.path);
  if (!tree.ok()) return Annotate(tree.status(), options.source.text);
  std::vector<KeptRecord> records;
  for (auto& [path, record] : tree->records) records.push_back(std::move(record));
  absl::StatusOr<ForeignCopy> read = CopyOf(std::move(records));
  if (!read.ok()) return Annotate(read.status(), options.source.text);
  const auto copy = std::make_shared<const ForeignCopy>(*std::move(read));
  RestoreHooks hooks;
  hooks.notes = {"what was deleted for good, and NOOP records, are not in a "
                 "repository"};
  hooks.open = [&options, copy]() -> absl::StatusOr<Copy> {
    Copy opened;
    opened.info.location = options.source;
    opened.info.end_offset = copy->end_offset();
    opened.source = SourceOf(copy);
    RETURN_IF_ERROR(opened.source->Seek(0));
    return opened;
  };
  return RunRestore(options, stop, result, hooks);
}

}  // namespace sr
