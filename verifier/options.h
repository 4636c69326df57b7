// What the verifier's commands are told, as plain data: no flag is read outside
// flags.cc.
#ifndef VERIFIER_OPTIONS_H_
#define VERIFIER_OPTIONS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/stop_token.h"
#include "core/command/flag_values.h"
#include "core/findings/finding.h"
#include "core/location/location.h"
#include "core/registry/http_client.h"
#include "core/sources/copy.h"
#include "verifier/checks/storage.h"
#include "verifier/checks/topic_records.h"

namespace sr {

// How a registry is asked.
struct RegistryOptions {
  HttpCredentials credentials;
  int connections = 4;
  double requests_per_second_max = 0;  // 0: as many as come.
  // How long an answer has to be wrong before it is a finding.
  absl::Duration confirm = absl::Seconds(60);
  // How far a registry may be behind its topic.
  absl::Duration lag = absl::Seconds(30);
};

struct VerifierOptions {
  std::vector<Location> copies;
  CopyOptions copy;
  OutputFormat output = OutputFormat::kText;
  bool quiet = false;

  // check: names of levels; empty: all there are.
  std::vector<std::string> levels;
  // check: of archives.
  ArchiveCheck archive;
  // check, describe: the file of VerifiedSegments; empty: none.
  std::string verified_path;
  // check, describe.
  ProductChoice product;

  bool HasLevel(absl::string_view name) const {
    return levels.empty() ||
           std::find(levels.begin(), levels.end(), name) != levels.end();
  }

  // compare: how long a copy that is behind may take to catch up with the end
  // that the reference had at the start.
  absl::Duration settle = absl::Seconds(10);

  // compare, where a copy is a registry.
  RegistryOptions registry;

  // watch: how often all is read again, and when to stop. Null: never.
  absl::Duration full_every = absl::Minutes(10);
  const StopToken* stop = nullptr;

  // check, compare: every finding, not the first few of each code.
  bool all = false;

  // Of which the report knows more than their number.
  int64_t findings_kept_per_code() const {
    return all ? std::numeric_limits<int64_t>::max()
               : FindingList::kKeptPerCode;
  }
  // In a report for people.
  int64_t findings_shown_per_code() const {
    return all ? std::numeric_limits<int64_t>::max() : 3;
  }

  // show: offsets, both inclusive.
  int64_t from_offset = 0;
  std::optional<int64_t> to_offset;
  std::string key_contains;  // Bytes; empty: every record.
  bool raw = false;          // Bytes in base64.
};

}  // namespace sr

#endif  // VERIFIER_OPTIONS_H_
