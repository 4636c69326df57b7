// FileSystem on a real directory: what each call does, and what each refusal
// says.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/exit_code.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PosixFileSystemTest : public ::testing::Test {
 protected:
  PosixFileSystemTest() {
    std::string name = ::testing::TempDir() + "/sr-file-system-XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~PosixFileSystemTest() override {
    std::filesystem::remove_all(directory_);
  }

  std::string Path(const std::string& name) const {
    return JoinPath(directory_, name);
  }
  void Write(const std::string& name, const std::string& content) {
    auto file = fs_->Create(Path(name)).value();
    ASSERT_TRUE(file->Append(content).ok());
    ASSERT_TRUE(file->Close().ok());
  }
  std::string Content(const std::string& name) {
    return ReadWholeFile(fs_, Path(name), 1 << 20).value();
  }

  FileSystem* const fs_ = PosixFileSystem();
  std::string directory_;
};

TEST_F(PosixFileSystemTest, WhatIsAppendedIsReadBack) {
  auto file = fs_->Create(Path("a")).value();
  ASSERT_TRUE(file->Append("hello ").ok());
  ASSERT_TRUE(file->Append("").ok());
  ASSERT_TRUE(file->Append(std::string("w\0rld", 5)).ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->Close().ok());
  ASSERT_TRUE(file->Close().ok());

  file = fs_->OpenForAppend(Path("a")).value();
  ASSERT_TRUE(file->Append("!").ok());
  file.reset();
  EXPECT_EQ(Content("a"), std::string("hello w\0rld!", 12));

  const auto readable = fs_->OpenForRead(Path("a")).value();
  EXPECT_EQ(readable->Size().value(), 12);
  std::string bytes = "old";
  ASSERT_TRUE(readable->Read(6, 2, &bytes).ok());
  EXPECT_EQ(bytes, std::string("w\0", 2));
  ASSERT_TRUE(readable->Read(10, 100, &bytes).ok());
  EXPECT_EQ(bytes, "d!");
  ASSERT_TRUE(readable->Read(12, 1, &bytes).ok());
  EXPECT_EQ(bytes, "");
}

TEST_F(PosixFileSystemTest, CreateDoesNotReplaceAndOpenDoesNotCreate) {
  Write("a", "x");
  EXPECT_TRUE(absl::IsAlreadyExists(fs_->Create(Path("a")).status()));
  EXPECT_EQ(Content("a"), "x");
  EXPECT_TRUE(absl::IsNotFound(fs_->OpenForAppend(Path("b")).status()));
  EXPECT_TRUE(absl::IsNotFound(fs_->OpenForRead(Path("b")).status()));
  EXPECT_FALSE(fs_->Exists(Path("b")).value());
}

TEST_F(PosixFileSystemTest, NewFilesAreNotForEveryone) {
  Write("a", "x");
  struct stat info;
  ASSERT_EQ(stat(Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07, 0u);
}

TEST_F(PosixFileSystemTest, WritingFollowsNoSymbolicLink) {
  Write("victim", "precious");
  ASSERT_EQ(symlink(Path("victim").c_str(), Path("link").c_str()), 0);
  EXPECT_FALSE(fs_->OpenForAppend(Path("link")).ok());
  EXPECT_FALSE(fs_->Create(Path("link")).ok());
  EXPECT_EQ(Content("victim"), "precious");
}

TEST_F(PosixFileSystemTest, TruncateRenameRemoveList) {
  Write("b", "12345");
  Write("a", "");
  ASSERT_TRUE(fs_->CreateDirectory(Path("d")).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(fs_->CreateDirectory(Path("d"))));
  EXPECT_THAT(fs_->List(directory_).value(), ElementsAre("a", "b", "d"));
  EXPECT_TRUE(fs_->Exists(Path("d")).value());
  ASSERT_TRUE(fs_->Truncate(Path("b"), 2).ok());
  EXPECT_EQ(Content("b"), "12");
  ASSERT_TRUE(fs_->Rename(Path("b"), Path("a")).ok());
  EXPECT_EQ(Content("a"), "12");
  ASSERT_TRUE(fs_->Remove(Path("a")).ok());
  EXPECT_THAT(fs_->List(directory_).value(), ElementsAre("d"));
  ASSERT_TRUE(fs_->SyncDirectory(directory_).ok());

  EXPECT_TRUE(absl::IsNotFound(fs_->Truncate(Path("no"), 0)));
  EXPECT_TRUE(absl::IsNotFound(fs_->Rename(Path("no"), Path("x"))));
  EXPECT_TRUE(absl::IsNotFound(fs_->Remove(Path("no"))));
  EXPECT_TRUE(absl::IsNotFound(fs_->List(Path("no")).status()));
  EXPECT_TRUE(absl::IsNotFound(fs_->SyncDirectory(Path("no"))));
}

TEST_F(PosixFileSystemTest, ErrorsNameCallAndPath) {
  const absl::Status status = fs_->OpenForRead(Path("no")).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("open"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("no")));
}

TEST_F(PosixFileSystemTest, AFullDiskIsSaidWithAHint) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "there is no /dev/full";
  auto file = fs_->OpenForAppend("/dev/full").value();
  const absl::Status status = file->Append("x");
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(HintOf(status), HasSubstr("free space"));
}

// A file size limit makes write(2) come back short before it fails.
TEST_F(PosixFileSystemTest, AShortWriteIsContinuedAndThenReported) {
  auto file = fs_->Create(Path("a")).value();
  struct rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit tight = {1000, before.rlim_max};
  auto* const old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const absl::Status status = file->Append(std::string(1500, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Content("a").size(), 1000u);
}

TEST_F(PosixFileSystemTest, ALockExcludesOthersAndNamesItsHolder) {
  EXPECT_FALSE(fs_->IsLocked(Path("lock")).value());
  auto lock = fs_->Lock(Path("lock")).value();
  ASSERT_TRUE(lock->SetLabel("pid 1, a very long label").ok());
  ASSERT_TRUE(lock->SetLabel("pid 17").ok());
  EXPECT_TRUE(fs_->IsLocked(Path("lock")).value());

  const absl::Status second = fs_->Lock(Path("lock")).status();
  EXPECT_TRUE(absl::IsUnavailable(second));
  EXPECT_EQ(ExitCodeOf(second), ExitCode::kRefused);
  EXPECT_THAT(std::string(second.message()), HasSubstr("(pid 17)"));

  lock.reset();
  EXPECT_FALSE(fs_->IsLocked(Path("lock")).value());
  EXPECT_TRUE(fs_->Lock(Path("lock")).ok());
}

// The kernel releases the lock of a process that is killed.
TEST_F(PosixFileSystemTest, ALockEndsWithItsProcess) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto held = fs_->Lock(Path("lock"));
    (void)!write(ready[1], held.ok() ? "y" : "n", 1);
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_TRUE(fs_->IsLocked(Path("lock")).value());
  EXPECT_FALSE(fs_->Lock(Path("lock")).ok());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_TRUE(fs_->Lock(Path("lock")).ok());
}

TEST_F(PosixFileSystemTest, ReplaceFileReplacesAndLeavesNothingBehind) {
  ASSERT_TRUE(ReplaceFile(fs_, Path("m"), "first").ok());
  EXPECT_EQ(Content("m"), "first");
  Write("m.tmp", "left by a crash");
  ASSERT_TRUE(ReplaceFile(fs_, Path("m"), "second").ok());
  EXPECT_EQ(Content("m"), "second");
  EXPECT_THAT(fs_->List(directory_).value(), ElementsAre("m"));
}

TEST_F(PosixFileSystemTest, AFileThatIsTooLongIsNotRead) {
  Write("a", "12345");
  EXPECT_EQ(ReadWholeFile(fs_, Path("a"), 5).value(), "12345");
  const absl::Status status = ReadWholeFile(fs_, Path("a"), 4).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("5 bytes"));
}

TEST(SplitPath, GivesTheDirectoryAndTheName) {
  struct Case {
    const char* path;
    const char* directory;
    const char* name;
  };
  for (const Case& each : {Case{"/a/b", "/a", "b"}, Case{"/a/b///", "/a", "b"},
                           Case{"a/b", "a", "b"}, Case{"a", ".", "a"},
                           Case{"a//b", "a", "b"}, Case{"/a", "/", "a"},
                           Case{"//a", "/", "a"}, Case{"/", "/", ""},
                           Case{"///", "/", ""}, Case{"", ".", ""}}) {
    EXPECT_EQ(SplitPath(each.path).directory, each.directory) << each.path;
    EXPECT_EQ(SplitPath(each.path).name, each.name) << each.path;
  }
}

TEST(JoinPath, OneSlashBetween) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("/", "b"), "/b");
}

}  // namespace
}  // namespace sr
