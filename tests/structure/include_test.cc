// The direction of includes is the one rule of the design that is checked by
// machine: every #include of the tree is held against the table in
// include_rules.cc. The other tests plant violations in a tree made up for the
// purpose and see that they are found.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/structure/include_rules.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SourceTree ProjectTree() {
  return ReadSourceTree(
      ".", {"core", "replicator", "verifier", "tests", "bench"}, {".h", ".cc"});
}

// A small tree that breaks no rule.
SourceTree SoundTree() {
  return {
      {"core/base/clock.h", "#include <ctime>\n"},
      {"core/base/digests.cc", "#include <openssl/evp.h>\n"},
      {"core/record/record.h", "#include \"core/base/clock.h\"\n"},
      {"core/schemas/key.h", "#include \"core/record/record.h\"\n"},
      {"core/kafka/source.h", "#include \"core/record/record.h\"\n"},
      {"core/kafka/source.cc",
       "#include \"core/kafka/source.h\"\n#include <librdkafka/rdkafka.h>\n"},
      {"replicator/flags.cc", "#include <gflags/gflags.h>\n"},
      {"replicator/pump.h", "#include \"core/kafka/source.h\"\n"},
      {"replicator/mirror.cc", "#include \"replicator/pump.h\"\n"},
      {"verifier/check.h", "#include \"core/schemas/key.h\"\n"},
      {"tests/support/fake.h", "#include \"replicator/pump.h\"\n"},
      {"tests/fake_test.cc",
       "#include \"gtest/gtest.h\"\n#include \"tests/support/fake.h\"\n"},
  };
}

std::vector<std::string> CheckWith(const std::string& path,
                                   const std::string& line) {
  SourceTree tree = SoundTree();
  tree[path] += line + "\n";
  return CheckIncludes(tree);
}

TEST(ProjectTest, EveryIncludeFollowsTheTable) {
  const SourceTree tree = ProjectTree();
  // Not by chance an empty tree: the test runs in the repository's root.
  ASSERT_TRUE(tree.contains("core/record/record.h"));
  ASSERT_TRUE(tree.contains("tests/structure/include_test.cc"));
  EXPECT_THAT(CheckIncludes(tree), IsEmpty());
}

TEST(ProjectTest, MirrorAndPumpNeverReachSchemas) {
  const SourceTree tree = ProjectTree();
  for (const char* start : {"replicator/mirror.cc", "replicator/pump.cc"}) {
    ASSERT_TRUE(tree.contains(start)) << start << " is gone: what moves the "
                                      << "records now? Start from there.";
    EXPECT_EQ(PathInto(tree, start, "core/schemas"), "");
  }
}

TEST(ParseIncludesTest, FindsEveryForm) {
  const std::vector<Include> includes = ParseIncludes(
      "#include <vector>\n"
      "// #include <map>\n"
      "  #  include \"core/a.h\"  // why\n"
      "#define include \"no.h\"\n");
  ASSERT_EQ(includes.size(), 2u);
  EXPECT_EQ(includes[0].line, 1);
  EXPECT_EQ(includes[0].path, "vector");
  EXPECT_TRUE(includes[0].angled);
  EXPECT_EQ(includes[1].line, 3);
  EXPECT_EQ(includes[1].path, "core/a.h");
  EXPECT_FALSE(includes[1].angled);
}

TEST(CheckIncludesTest, SaysNothingAboutASoundTree) {
  EXPECT_THAT(CheckIncludes(SoundTree()), IsEmpty());
}

TEST(CheckIncludesTest, FindsALayerThatLooksUp) {
  EXPECT_THAT(
      CheckWith("core/record/record.h", "#include \"core/kafka/source.h\""),
      ElementsAre("core/record/record.h:2: includes core/kafka/source.h: "
                  "core/record may include core/base"));
}

TEST(CheckIncludesTest, FindsBaseThatIncludesAnything) {
  EXPECT_THAT(
      CheckWith("core/base/clock.h", "#include \"core/record/record.h\""),
      ElementsAre(HasSubstr("core/base may include nothing else of ours")));
}

TEST(CheckIncludesTest, FindsOneProgramInsideTheOther) {
  EXPECT_THAT(CheckWith("verifier/check.h", "#include \"replicator/pump.h\""),
              ElementsAre(HasSubstr("verifier may include all of core")));
  EXPECT_THAT(CheckWith("replicator/pump.h", "#include \"verifier/check.h\""),
              ElementsAre(HasSubstr("replicator may include all of core")));
}

TEST(CheckIncludesTest, FindsTestCodeInTheProduct) {
  EXPECT_THAT(
      CheckWith("replicator/pump.h", "#include \"tests/support/fake.h\""),
      ElementsAre(HasSubstr("includes tests/support/fake.h")));
  EXPECT_THAT(CheckWith("core/base/clock.h", "#include <gtest/gtest.h>"),
              ElementsAre(HasSubstr("belongs in tests/ and bench/ only")));
}

TEST(CheckIncludesTest, LetsBenchesIncludeTestSupportOnly) {
  EXPECT_THAT(CheckWith("bench/a.cc", "#include \"tests/support/fake.h\""),
              IsEmpty());
  SourceTree tree = SoundTree();
  tree["tests/other/a.h"] = "";
  tree["bench/a.cc"] = "#include \"tests/other/a.h\"\n";
  EXPECT_THAT(CheckIncludes(tree),
              ElementsAre(HasSubstr("includes tests/other/a.h")));
}

TEST(CheckIncludesTest, FindsALibraryOutsideItsDirectory) {
  EXPECT_THAT(
      CheckWith("core/record/record.h", "#include <librdkafka/rdkafka.h>"),
      ElementsAre("core/record/record.h:2: includes librdkafka/rdkafka.h: "
                  "belongs in core/kafka only"));
  EXPECT_THAT(CheckWith("core/kafka/source.h", "#include \"simdjson.h\""),
              ElementsAre(HasSubstr("belongs in core/json only")));
  EXPECT_THAT(CheckWith("replicator/pump.h", "#include <gflags/gflags.h>"),
              ElementsAre(HasSubstr("belongs in replicator/flags.cc, "
                                    "verifier/flags.cc only")));
}

TEST(CheckIncludesTest, FindsALibraryThatNobodyDeclared) {
  EXPECT_THAT(CheckWith("core/base/clock.h", "#include <boost/any.hpp>"),
              ElementsAre(HasSubstr("add it to LibraryRules")));
}

TEST(CheckIncludesTest, FindsADirectoryWithoutARule) {
  EXPECT_THAT(CheckWith("core/util/a.h", "#include \"core/base/clock.h\""),
              ElementsAre(HasSubstr("core/util has no rule")));
}

TEST(CheckIncludesTest, FindsAPathThatIsNotFromTheRoot) {
  EXPECT_THAT(CheckWith("core/kafka/source.cc", "#include \"source.h\""),
              ElementsAre(HasSubstr("from the repository's root")));
  EXPECT_THAT(CheckWith("core/kafka/source.cc", "#include \"core/gone.h\""),
              ElementsAre(HasSubstr("no such file")));
}

TEST(PathIntoTest, FindsAWayThroughHeaders) {
  SourceTree tree = SoundTree();
  tree["core/kafka/source.h"] += "#include \"core/schemas/key.h\"\n";
  EXPECT_EQ(PathInto(tree, "replicator/mirror.cc", "core/schemas"),
            "replicator/mirror.cc -> replicator/pump.h -> core/kafka/source.h "
            "-> core/schemas/key.h");
}

TEST(PathIntoTest, FindsAWayThroughTheFileBehindAHeader) {
  SourceTree tree = SoundTree();
  tree["core/kafka/source.cc"] += "#include \"core/schemas/key.h\"\n";
  EXPECT_EQ(PathInto(tree, "replicator/mirror.cc", "core/schemas"),
            "replicator/mirror.cc -> replicator/pump.h -> core/kafka/source.h "
            "-> core/kafka/source.cc -> core/schemas/key.h");
}

TEST(PathIntoTest, FindsNoWayWhereThereIsNone) {
  EXPECT_EQ(PathInto(SoundTree(), "replicator/mirror.cc", "core/schemas"), "");
}

}  // namespace
}  // namespace sr
