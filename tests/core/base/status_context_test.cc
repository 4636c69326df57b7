// What a Status carries to the operator: context, hint, exit code.
#include "core/base/status_context.h"

#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

TEST(StatusContext, OkStaysOkWhateverIsAdded) {
  EXPECT_TRUE(Annotate(absl::OkStatus(), "x").ok());
  EXPECT_TRUE(WithHint(absl::OkStatus(), "x").ok());
  EXPECT_TRUE(WithExitCode(absl::OkStatus(), ExitCode::kRefused).ok());
  EXPECT_EQ(HintOf(absl::OkStatus()), "");
}

TEST(StatusContext, ContextKeepsCodeHintAndExitCode) {
  absl::Status status = absl::UnavailableError("why");
  status = WithExitCode(WithHint(status, "do this"), ExitCode::kRefused);
  status = Annotate(Annotate(status, "on what"), "what failed");
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(status.message(), "what failed: on what: why");
  EXPECT_EQ(HintOf(status), "do this");
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRefused);
  EXPECT_EQ(RenderError(status), "what failed: on what: why\nhint: do this");
}

TEST(StatusContext, TheHintNearestToTheCauseWins) {
  const absl::Status status =
      WithHint(WithHint(absl::NotFoundError("x"), "first"), "second");
  EXPECT_EQ(HintOf(status), "first");
}

TEST(StatusContext, ATerminalObeysNothingOfAnError) {
  EXPECT_EQ(RenderError(WithHint(absl::NotFoundError("a\x1b[2J\nb"), "c\rd")),
            "a\\x1b[2J\\nb\nhint: c\\rd");
}

TEST(ExitCodes, AreTheDocumentedNumbers) {
  EXPECT_EQ(static_cast<int>(ExitCode::kClean), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::kCouldNotRun), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::kUsage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::kDamage), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::kIncomplete), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::kRefused), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::kInterrupted), 130);
  EXPECT_EQ(static_cast<int>(ExitCode::kTerminated), 143);
}

TEST(ExitCodes, FollowTheStatusUnlessOneIsAttached) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kClean);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), ExitCode::kDamage);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), ExitCode::kCouldNotRun);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), ExitCode::kCouldNotRun);
  EXPECT_EQ(ExitCodeOf(WithExitCode(absl::DataLossError(""),
                                    ExitCode::kIncomplete)),
            ExitCode::kIncomplete);
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  ASSIGN_OR_RETURN(const int half, Half(number));
  ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

absl::Status IsEven(int number) {
  RETURN_IF_ERROR(Half(number).status());
  return absl::OkStatus();
}

TEST(StatusMacros, LeaveAtTheFirstError) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_TRUE(absl::IsInvalidArgument(Quarter(6).status()));
  EXPECT_TRUE(IsEven(2).ok());
  EXPECT_EQ(IsEven(3).message(), "odd");
}

}  // namespace
}  // namespace sr
