// What a registry does with one record when it reads it.
#ifndef CORE_SCHEMAS_RECORD_EFFECT_H_
#define CORE_SCHEMAS_RECORD_EFFECT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sr {

enum class Effect {
  kApplied,     // In force from here on. Also what has nothing to say (NOOP).
  kSkipped,     // An error line in the registry's log; what was before stays.
  kRolledBack,  // Refused; a running leader writes the old value over it.
  kFatal,       // The reader stops: no start, and a running registry is stale.
};

// "applied", "skipped", "rolled_back", "fatal": in reports; never rename.
absl::string_view NameOf(Effect effect);

struct RecordEffect {
  Effect effect = Effect::kApplied;
  std::string reason;  // For people; "" if there is nothing to say.
  // What an applied SCHEMA record did to the version that was there before.
  std::optional<int32_t> replaced_id;  // It had this one, another than now.
  bool removed_live = false;           // It was not deleted, and is gone.
  // Why a SCHEMA record was skipped: what it refers to is not there at this
  // point.
  bool reference_missing = false;
  // Karapace and Redpanda: it was applied, and its id had stood for another
  // schema, of another version.
  bool id_conflict = false;
  // Confluent rolled it back, and the id stood for another text of the same
  // subject and version.
  bool text_rewritten = false;
  // Why Redpanda skipped a record: it does not stand where its seq says.
  bool out_of_order = false;

  static RecordEffect Applied() { return {}; }
  static RecordEffect Skipped(std::string reason);
  static RecordEffect RolledBack(std::string reason);
  static RecordEffect Fatal(std::string reason);
};

}  // namespace sr

#endif  // CORE_SCHEMAS_RECORD_EFFECT_H_
