// Records appended to the topic of a registry that is stopped: the same care for
// all that do it. Planned first, held against what the registry would make of it,
// written, and read back.
#ifndef REPLICATOR_AMENDMENT_H_
#define REPLICATOR_AMENDMENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/base/stop_token.h"
#include "core/kafka/topic_admin.h"
#include "core/location/location.h"
#include "core/schemas/encode.h"
#include "core/schemas/registry_model.h"
#include "replicator/options.h"
#include "replicator/schema_record.h"

namespace sr {

struct AmendOptions {
  RestoreOptions restore;  // Its target is the topic; it has no source.
  // A copy that still has what the topic has lost.
  std::optional<Location> from;
  // Whose topic it is; nullopt if it was not said.
  ProductChoice product;
};

// One thread. Open, then ForEachSchema and Add, then Finish.
class Amendment {
 public:
  Amendment(std::string command, const AmendOptions& options,
            const StopToken* stop);

  // Verifies the copy, looks at the topic and at its registry, and reads the topic as
  // the registry does.
  //   InvalidArgument     no product, or no topic
  //   FailedPrecondition  more than one partition, not compacted, a registry runs,
  //                       a damaged copy, a record that stops the registry
  //   NotFound, Unavailable, PermissionDenied, Unauthenticated
  absl::Status Open();

  // What the registry holds, with what was added.
  const RegistryState& state() const { return model_.replay->state(); }
  // Of the topic and of the copy: the highest id that was ever there, by context.
  const std::map<std::string, int32_t, std::less<>>& max_ids() const {
    return max_ids_;
  }

  // Calls `on_schema` for each SCHEMA record of the copy, if there is one, and then
  // of the topic, in order: name, record, and the copy that has it.
  absl::Status ForEachSchema(
      absl::FunctionRef<void(const VersionName&, const Record&,
                             const std::string&)>
          on_schema);

  // Appends `schema` as version `name`, deleted or not. FailedPrecondition: its id
  // stands for another schema by now, or the registry would not take the record.
  absl::Status Add(const VersionName& name, const SchemaRecord& schema,
                   bool deleted);

  // The plan goes to `*result`, and with restore.execute the records to the topic,
  // and are read back. DataLoss: somebody else wrote as well, or they are not as
  // they were written.
  absl::Status Finish(std::string* result);

 private:
  struct Appended {
    std::string key;
    std::string value;
    int64_t timestamp = 0;
    std::string what;
  };

  absl::Status LookAtTopic();
  absl::Status Replay();
  absl::Status Read(const Location& location,
                    absl::FunctionRef<bool(const Record&)> on_record) const;
  absl::Status CheckId(const VersionName& name,
                       const SchemaRecord& schema) const;
  void NoteMissingReferences(const VersionName& name,
                             const SchemaRecord& schema);
  Record RecordOf(size_t n) const;
  absl::Status Write();
  absl::Status ReadBack();
  std::string Held() const;
  std::string RenderText(bool done) const;
  std::string RenderJson(bool done, const absl::Status& status) const;

  const std::string command_;
  const AmendOptions& options_;
  const StopToken* const stop_;
  RegistryModel model_;
  RecordWriter writer_;
  TopicState topic_;
  int64_t end_offset_ = 0;  // Of the topic, before anything is appended.
  std::map<std::string, int32_t, std::less<>> max_ids_;
  std::vector<Appended> appended_;
  std::vector<std::string> notes_;
  std::string before_;
};

}  // namespace sr

#endif  // REPLICATOR_AMENDMENT_H_
