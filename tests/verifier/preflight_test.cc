// `preflight`: a topic, in an archive, and its registry, and what is said of a
// restart.
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/file_system.h"
#include "core/schemas/confluent_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/damage/damage.h"
#include "tests/support/program.h"
#include "tests/support/registry/fake_registry.h"
#include "tests/support/written_archive.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

FakeContent ContentOf(const std::vector<TestRecord>& records) {
  ConfluentReplayOptions options;
  options.content_md5 = true;
  ConfluentReplay replay(options);
  return sr::ContentOf(records, &replay, Product::kConfluent);
}

class PreflightTest : public testing::Test {
 protected:
  // The topic has the history and `damage`; the registry holds what it had read
  // before that, changed by `change`.
  ProgramResult Preflight(
      const Damage& damage,
      const std::function<void(FakeContent*)>& change = [](FakeContent*) {},
      const std::vector<std::string>& more = {}) {
    const TemporaryDirectory directory;
    WriteArchive(directory.path() + "/archive", Damaged(damage));
    FakeContent content = ContentOf(GoodHistory(CorpusProduct::kConfluent8));
    change(&content);
    registry_.Hold(std::move(content));
    std::vector<std::string> words = {
        SR_VERIFIER,         "preflight",   "archive:" + directory.path() + "/archive",
        registry_.url(),     "--confirm=0s", "--quiet",
        "--timeout-seconds=1"};
    words.insert(words.end(), more.begin(), more.end());
    return RunProgram(words, absl::Minutes(1));
  }

  FakeRegistry registry_{Product::kConfluent, "8.2.2"};
};

TEST_F(PreflightTest, ARestartThatLosesNothing) {
  const ProgramResult result = Preflight({});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("a restart: loses nothing"),
                    HasSubstr("Confluent 8.2.2) answers as this says"),
                    HasSubstr("will start with 134 versions of 54 subjects"),
                    HasSubstr("clean: 200 records")));
}

TEST_F(PreflightTest, WhatIsInMemoryOnly) {
  const ProgramResult result = Preflight({}, [](FakeContent* content) {
    for (const char* subject : {"lost-1", "lost-2"}) {
      content->schemas[{subject, 1}] = content->schemas.begin()->second;
    }
  });
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out,
              HasSubstr("a restart: do not restart: 2 schemas are in the "
                        "registry's memory only; harvest it first\n"));
}

TEST_F(PreflightTest, ARecordThatStopsTheReader) {
  const ProgramResult result = Preflight(
      {{{R"({"keytype":"LATER","magic":0})", R"({})"}}});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("a restart: do not restart: a record stops the "
                              "reader, see above"),
                    HasSubstr("will not start: it stops at offset 200")));
}

TEST_F(PreflightTest, WhatARestartChanges) {
  const ProgramResult result = Preflight({}, [](FakeContent* content) {
    for (auto& [name, schema] : content->schemas) {
      if (schema.deleted) continue;
      schema.deleted = true;
      break;
    }
    content->schemas.erase(std::prev(content->schemas.end()));
    content->modes[content->schemas.begin()->first.first] = "FORWARD";
  });
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(
      result.out,
      AllOf(HasSubstr("a restart: changes what the registry holds: 1 deleted "
                      "schema comes back, 1 schema appears, 1 mode changes\n"),
            Not(HasSubstr("do not restart:"))));
}

// The same topic read by another product.
TEST_F(PreflightTest, AMigration) {
  const ProgramResult result =
      Preflight({}, [](FakeContent*) {}, {"--product=karapace"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out, AllOf(HasSubstr("KEYTYPE_NOT_MANAGED"),
                                HasSubstr("Karapace 6")));
}

TEST_F(PreflightTest, ARegistryThatDoesNotAnswer) {
  registry_.SetMisbehaviour(
      [](const HttpRequest&) { return HttpReply{503, ""}; });
  const ProgramResult result = Preflight({});
  EXPECT_EQ(result.exit_code, 4) << result.out;
  EXPECT_THAT(result.out, HasSubstr("a restart: not known"));
}

// A finding about something else does not make it known.
TEST_F(PreflightTest, AFindingBesideWhatCouldNotBeChecked) {
  registry_.SetMisbehaviour(
      [](const HttpRequest&) { return HttpReply{503, ""}; });
  const ProgramResult result =
      Preflight({{SubjectRecord("MODE", "b", R"({"mode":"IMPORT"})")}});
  EXPECT_EQ(result.exit_code, 3) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("MODE_IMPORT_LEFT"),
                                HasSubstr("a restart: not known"),
                                Not(HasSubstr("loses nothing"))));
}

TEST_F(PreflightTest, TakesATopicAndARegistry) {
  const ProgramResult result = RunProgram(
      {SR_VERIFIER, "preflight", registry_.url(), "archive:/nowhere"},
      absl::Minutes(1));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("takes a topic and then its registry"));
}

}  // namespace
}  // namespace sr
