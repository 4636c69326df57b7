// In which order versions are registered: what refers to others behind them.
#ifndef REPLICATOR_DEPENDENCY_ORDER_H_
#define REPLICATOR_DEPENDENCY_ORDER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "replicator/schema_record.h"

namespace sr {

// The names of `values`, whose values are those of SCHEMA records, by subject and
// version, but each behind those that it refers to and those of its subject before it.
// `has_contexts`: names of subjects have a normal form. Versions that refer to each
// other, as no registry takes them, come where their turn is. Any thread.
std::vector<VersionName> InDependencyOrder(
    const std::map<VersionName, absl::string_view>& values, bool has_contexts);

}  // namespace sr

#endif  // REPLICATOR_DEPENDENCY_ORDER_H_
