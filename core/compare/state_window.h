// What a topic says of each thing a registry holds, at each offset of a window:
// for comparing with a registry whose answers lag behind the topic, and carry no
// offset (study/reliability.md §4.3).
#ifndef CORE_COMPARE_STATE_WINDOW_H_
#define CORE_COMPARE_STATE_WINDOW_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/record/record.h"
#include "core/schemas/key.h"
#include "core/schemas/registry_replay.h"
#include "core/schemas/registry_scope.h"
#include "core/schemas/registry_state.h"

namespace sr {

// One thread.
class StateWindow {
 public:
  explicit StateWindow(std::unique_ptr<RegistryReplay> replay)
      : replay_(std::move(replay)) {}

  // Reads the next record. `remember`: it is of the window, so what it touches
  // is kept as it was before.
  RecordEffect Apply(const Record& record, bool remember);

  // The window begins at `offset` from now on; it never goes back.
  void ForgetBefore(int64_t offset);

  // As of the window's end.
  const RegistryState& state() const { return replay_->state(); }

  // What was said of a thing at each offset of the window, the last first, which
  // is in the state; null: it was not there. Valid until the next call that is
  // not const.
  std::vector<const SchemaVersion*> Versions(const std::string& subject,
                                             int32_t version) const;
  std::vector<const SubjectConfig*> Configs(const std::string& subject) const;
  std::vector<const SubjectMode*> Modes(const std::string& subject) const;
  std::vector<bool> Contexts(const std::string& context) const;

  // What the records that were remembered since the last call are about, under all
  // names that a registry may know it by.
  RegistryScope TakeWritten();

  // A record of the window touched more than it names, so that nothing can be
  // said of any value but the last.
  bool touches_all() const { return !wide_.empty(); }

 private:
  // How a part of a subject was before a record that touched it: one version, all
  // versions, its config or its mode.
  struct Before {
    int64_t offset = 0;
    KeyType part = KeyType::kSchema;
    std::optional<int32_t> only_version;
    SubjectVersions versions;
    std::optional<SubjectConfig> config;
    std::optional<SubjectMode> mode;
  };
  struct ContextBefore {
    int64_t offset = 0;
    bool is_there = false;
  };

  void Remember(const Record& record, const DecodedKey& key);
  void NoteWritten(const std::string& subject, KeyType part,
                   std::optional<int32_t> only_version);
  void RememberSubject(const std::string& subject, Before before);
  const std::deque<Before>* Find(const std::string& subject) const;

  const std::unique_ptr<RegistryReplay> replay_;
  std::map<std::string, std::deque<Before>> subjects_;  // Offsets rise.
  std::map<std::string, std::deque<ContextBefore>> contexts_;
  std::deque<int64_t> wide_;  // Offsets of records that touch more.
  RegistryScope written_;
  DecodedKey key_;  // Here for the sake of its memory.
};

}  // namespace sr

#endif  // CORE_COMPARE_STATE_WINDOW_H_
