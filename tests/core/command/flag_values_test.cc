#include "core/command/flag_values.h"

#include <string>

#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

TEST(FlagValues, OneOfGivesThePlaceOrNamesAllWords) {
  EXPECT_EQ(OneOf("until", "never", {"end", "never"}).value(), 1);
  const absl::Status status = OneOf("until", "End", {"end", "never"}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--until"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"End\""));
  EXPECT_EQ(HintOf(status), "--until=end|never");
}

TEST(FlagValues, AtLeast) {
  EXPECT_TRUE(AtLeast("limit", 1, 1).ok());
  const absl::Status status = AtLeast("limit", 0, 1);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "--limit must be 1 or more, not 0");
}

TEST(FlagValues, OutputFormats) {
  EXPECT_EQ(OutputFormatFrom("text").value(), OutputFormat::kText);
  EXPECT_EQ(OutputFormatFrom("json").value(), OutputFormat::kJson);
  EXPECT_EQ(OutputFormatFrom("ndjson").value(), OutputFormat::kNdjson);
  EXPECT_EQ(HintOf(OutputFormatFrom("xml").status()),
            "--output=text|json|ndjson");
}

TEST(FlagValues, ASwitchTakesTrueOrFalse) {
  EXPECT_EQ(HintOf(BadFlagValue("quiet", "2", "")), "--quiet=true|false");
}

}  // namespace
}  // namespace sr
