// `undelete` and `reserve-ids` on a real broker.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/mirror_fixture.h"

namespace sr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RawRecord Put(const std::string& key, std::optional<std::string> value) {
  RawRecord record;
  record.key = key;
  record.value = std::move(value);
  // Younger than a segment: nothing is cleaned meanwhile.
  record.timestamp = absl::ToUnixMillis(absl::Now()) - 3'600'000;
  return record;
}

std::string Key(const std::string& subject, int version) {
  return absl::StrCat(R"({"keytype":"SCHEMA","subject":")", subject,
                      R"(","version":)", version, R"(,"magic":1})");
}

std::string Value(const std::string& subject, int version, int id,
                  const std::string& name, bool deleted = false,
                  const std::string& references = "") {
  return absl::StrCat(
      R"({"subject":")", subject, R"(","version":)", version, R"(,"id":)", id,
      references,
      R"(,"schema":"{\"type\":\"fixed\",\"size\":4,\"name\":\")", name,
      R"(\"}","deleted":)", deleted ? "true" : "false", "}");
}

RawRecord Schema(const std::string& subject, int version, int id,
                 const std::string& name, bool deleted = false) {
  return Put(Key(subject, version), Value(subject, version, id, name, deleted));
}

RawRecord Gone(const std::string& subject, int version) {
  return Put(Key(subject, version), std::nullopt);
}

class UndeleteTest : public MirrorFixture {
 protected:
  void Hold(const std::vector<RawRecord>& records) {
    CreateSource();
    const absl::Status status = raw_->Produce(topic_, records);
    ASSERT_TRUE(status.ok()) << status;
  }

  ProgramResult Run(std::vector<std::string> words,
                    const std::vector<std::string>& more = {"--execute"}) {
    words.insert(words.begin() + 1, Source());
    words.insert(words.end(), {"--product=confluent-8.1", "--quiet"});
    words.insert(words.end(), more.begin(), more.end());
    return Replicator(words);
  }

  // What was appended to the `count` records held.
  std::vector<RawRecord> Appended(size_t count) {
    std::vector<RawRecord> records = SourceRecords();
    EXPECT_GE(records.size(), count);
    records.erase(records.begin(),
                  records.begin() + static_cast<std::ptrdiff_t>(count));
    return WithoutOffsets(records);
  }

  void ExpectRefused(const ProgramResult& result, size_t count, int exit_code,
                     const std::string& why, const std::string& hint) {
    EXPECT_EQ(result.exit_code, exit_code) << result.out << result.err;
    EXPECT_THAT(result.err, HasSubstr(why));
    EXPECT_THAT(result.err, HasSubstr(hint.empty() ? "" : "hint: " + hint));
    EXPECT_EQ(SourceRecords().size(), count);
  }
};

TEST_F(UndeleteTest, AVersionDeletedSoftlyComesBackAsItWas) {
  const std::vector<RawRecord> records = {Schema("s", 1, 1, "a"),
                                          Schema("s", 2, 2, "b"),
                                          Schema("s", 1, 1, "a", true)};
  Hold(records);
  const ProgramResult plan = Run({"undelete", "s/1"}, {});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out,
              AllOf(HasSubstr("starts with 2 versions of 1 subjects, 1 of them "
                              "deleted"),
                    HasSubstr("append s version 1, id 1, as at offset 0 of "),
                    HasSubstr("then it starts with 2 versions of 1 subjects, 0 "),
                    HasSubstr("run again with --execute")));
  EXPECT_EQ(SourceRecords().size(), 3u);

  const ProgramResult result = Run({"undelete", "s/1"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("done: 1 records written"));
  ExpectSame(Appended(3), WithoutOffsets({SourceRecords()[0]}), "appended");
  ExpectRefused(Run({"undelete", "s/1"}), 4, 2, "s version 1 is not deleted", "");
  const ProgramResult again = Run({"undelete", "s"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing to append"));
}

TEST_F(UndeleteTest, AWholeSubjectDeletedForGood) {
  Hold({Schema("s", 1, 1, "a"), Schema("s", 2, 2, "b"), Schema("t/1", 1, 3, "c"),
        Put(R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})",
            R"({"subject":"s","version":2})"),
        Gone("s", 1), Gone("s", 2), Gone("t/1", 1)});
  const ProgramResult result = Run({"undelete", "s"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  const std::vector<RawRecord> all = WithoutOffsets(SourceRecords());
  ExpectSame(Appended(7), {all[0], all[1]}, "appended");
  EXPECT_EQ(Run({"undelete", "t/1/*"}).exit_code, 0);
  ExpectSame(Appended(9), {all[2]}, "appended");
}

TEST_F(UndeleteTest, WhatTheTopicHasLostIsTakenFromACopy) {
  Hold({Schema("s", 1, 1, "a"), Schema("s", 2, 2, "b")});
  MirrorToTheEnd();
  const RawRecord lost = WithoutOffsets(SourceRecords())[1];
  const std::string segment = SegmentFiles().at(0);
  topic_ += "_cleaned";
  Hold({Schema("s", 1, 1, "a")});
  ExpectRefused(Run({"undelete", "s/2"}), 1, 1, "has no schema of s version 2",
                "name a copy that may still have it: --from=archive:DIR");
  const std::string from = "--from=" + Archive();
  const ProgramResult result = Run({"undelete", "s/2"}, {from, "--execute"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ExpectSame(Appended(1), {lost}, "appended");
  ExpectRefused(Run({"undelete", "s/3"}, {from, "--execute"}), 2, 1,
                "have no schema of s version 3", "name another copy");

  // A damaged copy is not used.
  std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(80);
  file.put('!');
  file.close();
  ExpectRefused(Run({"undelete", "s"}, {from, "--execute"}), 2, 5, "is damaged",
                "schemas-verifier check names all of it");
}

TEST_F(UndeleteTest, AnIdThatStandsForAnotherSchemaByNow) {
  Hold({Schema("s", 1, 1, "a"), Gone("s", 1), Schema("t", 1, 1, "b")});
  ExpectRefused(Run({"undelete", "s/1"}), 3, 5,
                "s version 1 had id 1, which is by now that of another schema, t "
                "version 1",
                "messages of both carry this id");
  // In another context it stands for what it wants.
  topic_ += "_contexts";
  Hold({Schema("s", 1, 1, "a"), Gone("s", 1), Schema(":.c:t", 1, 1, "b")});
  EXPECT_EQ(Run({"undelete", "s/1"}).exit_code, 0);
}

TEST_F(UndeleteTest, WhatTheRegistryWouldNotTake) {
  Hold({Schema("base", 1, 1, "a"),
        Put(Key("s", 1),
            Value("s", 1, 2, "b", false,
                  R"(,"references":[{"name":"a","subject":"base","version":1}])")),
        Gone("s", 1), Gone("base", 1)});
  const ProgramResult result = Run({"undelete", "s/1"}, {});
  // Confluent takes a version without what it refers to; Karapace does not.
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("note: s version 1 refers to base version 1, "
                                    "which is not there, or deleted"));
  const ProgramResult karapace = Replicator(
      {"undelete", Source(), "s/1", "--product=karapace", "--quiet", "--execute"});
  ExpectRefused(karapace, 4, 5, "would not take s version 1 back",
                "what it refers to has to be there first");
}

TEST_F(UndeleteTest, Refusals) {
  Hold({Schema("s", 1, 1, "a"), Gone("s", 1)});
  ExpectRefused(
      Replicator({"undelete", Source(), "s/1", "--quiet", "--execute"}), 2, 2,
      "it is not said whose topic it is", "--product=confluent-8.1");
  ExpectRefused(Run({"undelete", "s/0"}), 2, 2, "no version",
                "SUBJECT, SUBJECT/3 or SUBJECT/*");
  ExpectRefused(Run({"undelete", "/1"}), 2, 2, "no subject", "SUBJECT");
  {
    const RawGroupMember member(broker_->bootstrap(), "schema-registry",
                                topic_);
    ExpectRefused(Run({"undelete", "s/1"}), 2, 5,
                  "the group schema-registry has 1 member",
                  "stop every instance of it");
    EXPECT_EQ(Run({"undelete", "s/1"}, {"--registry-is-elsewhere"}).exit_code, 0);
  }
  topic_ += "_deletes";
  CreateSource({{"cleanup.policy", "delete"}});
  ExpectRefused(Run({"undelete", "s/1"}), 0, 5, "has cleanup.policy=delete", "");
  topic_ += "_poisoned";
  Hold({Schema("s", 1, 1, "a"), Put(R"({"keytype":"WHAT"})", "{}")});
  ExpectRefused(Run({"undelete", "s/1"}), 2, 5,
                "the record at offset 1 stops it", "schemas-replicator salvage");
  topic_ += "_missing";
  const ProgramResult missing = Run({"undelete", "s/1"});
  EXPECT_EQ(missing.exit_code, 1) << missing.err;
}

TEST_F(UndeleteTest, IdsThatWouldBeGivenOutAgain) {
  Hold({Schema("s", 1, 1, "a"), Schema("t", 1, 2, "b"),
        Schema(":.c:u", 1, 7, "c"), Schema(":.c:u", 1, 7, "c", true),
        Gone("t", 1)});
  const std::vector<RawRecord> all = WithoutOffsets(SourceRecords());
  const ProgramResult result = Run({"reserve-ids"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("append t version 1, id 2, deleted"),
                                Not(HasSubstr("id 7"))));
  const std::vector<RawRecord> appended = Appended(5);
  ASSERT_EQ(appended.size(), 1u);
  EXPECT_EQ(appended[0].key, all[1].key);
  EXPECT_THAT(*appended[0].value, HasSubstr(R"("deleted":true)"));
  EXPECT_EQ(appended[0].timestamp, all[1].timestamp);
  const ProgramResult again = Run({"reserve-ids"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing to append"));
  EXPECT_EQ(SourceRecords().size(), 6u);
}

TEST_F(UndeleteTest, IdsThatOnlyACopyKnows) {
  Hold({Schema("s", 1, 1, "a"), Schema("t", 1, 2, "b"), Gone("t", 1)});
  MirrorToTheEnd();
  topic_ += "_cleaned";
  Hold({Schema("s", 1, 1, "a")});
  EXPECT_THAT(Run({"reserve-ids"}).out, HasSubstr("nothing to append"));
  const ProgramResult result =
      Run({"reserve-ids"}, {"--from=" + Archive(), "--execute"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  ASSERT_EQ(Appended(1).size(), 1u);
  EXPECT_EQ(Appended(1)[0].key, Key("t", 1));
}

}  // namespace
}  // namespace sr
