// What `schemas-verifier watch` has told so far, from the file that its output
// goes to.
#ifndef TESTS_SUPPORT_WATCHED_PROGRAM_H_
#define TESTS_SUPPORT_WATCHED_PROGRAM_H_

#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/json/json.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace sr {

class WatchedProgram {
 public:
  // Runs `words` until it is destroyed.
  explicit WatchedProgram(const std::vector<std::string>& words)
      : program_(words, log()) {}

  Program& program() { return program_; }

  std::string Text() const {
    std::ifstream file(log());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  // "opened CODE key" and "unchecked what" for each event so far.
  std::vector<std::string> Events() const {
    std::vector<std::string> events;
    for (const absl::string_view line :
         absl::StrSplit(Text(), '\n', absl::SkipEmpty())) {
      const absl::StatusOr<JsonValue> event = ParseJson(line);
      if (!event.ok()) continue;  // Of the log, or half a line.
      const JsonValue* const code = event->Find("code");
      events.push_back(absl::StrCat(
          event->Find("type")->string_value(), " ",
          code == nullptr ? event->Find("what")->string_value()
                          : absl::StrCat(code->string_value(), " ",
                                         event->Find("key")->string_value())));
    }
    return events;
  }

  // How often all has been looked at.
  int Rounds() const {
    const std::vector<std::string> parts =
        absl::StrSplit(Text(), "looked at all");
    return static_cast<int>(parts.size()) - 1;
  }

  // Waits for what must come. Returns how long it took.
  absl::Duration Until(const std::function<bool()>& condition,
                       absl::Duration timeout = absl::Seconds(120)) const {
    const absl::Time started = absl::Now();
    while (!condition() && absl::Now() - started < timeout) {
      absl::SleepFor(absl::Milliseconds(20));
    }
    EXPECT_TRUE(condition()) << Text();
    return absl::Now() - started;
  }
  absl::Duration UntilEvent(const std::string& event) const {
    return Until([&] {
      const std::vector<std::string> events = Events();
      return std::find(events.begin(), events.end(), event) != events.end();
    });
  }
  void UntilRounds(int count) const {
    Until([&] { return Rounds() >= count; });
  }

 private:
  std::string log() const { return directory_.path() + "/log"; }

  const TemporaryDirectory directory_;
  Program program_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_WATCHED_PROGRAM_H_
