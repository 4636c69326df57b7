// The least that a level of `check` has to do: simdjson over every key and
// value, strings left as they stand (design §10).
#ifndef BENCH_BARE_PARSE_H_
#define BENCH_BARE_PARSE_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/record/record.h"

namespace sr {

class BareParse {
 public:
  // Copies the texts: simdjson wants room behind each. Null values are left out.
  explicit BareParse(const std::vector<Record>& records);
  ~BareParse();
  BareParse(const BareParse&) = delete;
  BareParse& operator=(const BareParse&) = delete;

  // In the order of the records, key before value.
  std::vector<std::string_view> Texts() const;

  // Reads every member of every text. Returns a sum over what was read.
  size_t ParseAll();

 private:
  struct State;
  State* const state_;
};

}  // namespace sr

#endif  // BENCH_BARE_PARSE_H_
