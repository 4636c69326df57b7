// A repository for exports, held against git itself.
#include "core/git/git_repository.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

class GitRepositoryTest : public testing::Test {
 protected:
  std::string Directory() const { return directory_.path() + "/export"; }

  std::unique_ptr<GitRepository> Open() {
    auto repository = GitRepository::OpenForExport(Directory(), "mark");
    EXPECT_TRUE(repository.ok()) << repository.status();
    return repository.ok() ? *std::move(repository) : nullptr;
  }

  void Write(const std::map<std::string, std::string>& files, int64_t time_ms) {
    const auto repository = Open();
    ASSERT_NE(repository, nullptr);
    for (const auto& [path, content] : files) {
      repository->Put(path, &content);
    }
    const std::string mark = "ours";
    repository->Put("mark", &mark);
    ASSERT_TRUE(repository->Commit("a line\n\nOffset: 5\n", time_ms).ok());
    ASSERT_TRUE(repository->CheckOut().ok());
  }

  std::string Git(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"git", "-C", Directory()};
    all.insert(all.end(), words.begin(), words.end());
    const ProgramResult result = RunProgram(all, absl::Seconds(30));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  std::string FileText(const std::string& path) {
    std::ifstream file(Directory() + "/" + path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  void ExpectRefused(const std::string& why) {
    const auto repository = GitRepository::OpenForExport(Directory(), "mark");
    EXPECT_TRUE(absl::IsFailedPrecondition(repository.status()))
        << repository.status();
    EXPECT_THAT(std::string(repository.status().message()), HasSubstr(why));
  }

  TemporaryDirectory directory_;
};

TEST_F(GitRepositoryTest, IsOneThatGitReads) {
  Write({{"a/b/c", "one\r\ntwo\n"}, {"d", ""}}, 1'700'000'000'123);
  EXPECT_EQ(FileText("a/b/c"), "one\r\ntwo\n");
  EXPECT_EQ(Git({"status", "--porcelain", "--ignored"}), "");
  EXPECT_EQ(Git({"fsck", "--strict"}), "");
  EXPECT_EQ(Git({"log", "--format=%an %at %ct %s"}),
            "schemas-replicator 1700000000 1700000000 a line\n");
  EXPECT_EQ(Git({"show", "HEAD:a/b/c"}), "one\r\ntwo\n");
}

TEST_F(GitRepositoryTest, GoesOnAndTakesAway) {
  Write({{"a/b", "1"}, {"a/c", "2"}, {"d/e", "3"}}, 1000);
  {
    const auto repository = Open();
    repository->Put("d/e", nullptr);
    repository->Put("d/f", nullptr);
    const std::string content = "4";
    repository->Put("a/b", &content);
    EXPECT_TRUE(repository->Commit("x\n", 2000).value());
    // Once more the same is nothing.
    repository->Put("a/b", &content);
    repository->Put("d/e", nullptr);
    EXPECT_FALSE(repository->Commit("x\n", 3000).value());
    ASSERT_TRUE(repository->CheckOut().ok());
  }
  EXPECT_FALSE(std::filesystem::exists(Directory() + "/d/e"));
  EXPECT_EQ(FileText("a/b"), "4");
  EXPECT_EQ(Git({"status", "--porcelain"}), "");
  EXPECT_EQ(Git({"rev-list", "--count", "HEAD"}), "2\n");
  EXPECT_EQ(Git({"fsck", "--strict"}), "");
  EXPECT_EQ(Git({"ls-files"}), "a/b\na/c\nmark\n");
  EXPECT_FALSE(std::filesystem::exists(Directory() + "/d"));
}

TEST_F(GitRepositoryTest, TheSameExportHasTheSameCommits) {
  Write({{"a/b", "1"}}, 1'700'000'000'000);
  const std::string head = Git({"rev-parse", "HEAD"});
  std::filesystem::remove_all(Directory());
  Write({{"a/b", "1"}}, 1'700'000'000'000);
  EXPECT_EQ(Git({"rev-parse", "HEAD"}), head);
}

TEST_F(GitRepositoryTest, WhatIsSomebodyElsesStays) {
  std::filesystem::create_directory(Directory());
  std::ofstream(Directory() + "/file") << "mine";
  ExpectRefused("holds other things");
  Git({"init", "-q"});
  ExpectRefused("is not as it was committed: file");
  Git({"add", "file"});
  Git({"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "mine"});
  ExpectRefused("the last commit is not one of");
  EXPECT_EQ(FileText("file"), "mine");
}

TEST_F(GitRepositoryTest, ChangesThatWereNotCommitted) {
  Write({{"a/b", "1"}}, 1000);
  std::ofstream(Directory() + "/a/b") << "2";
  ExpectRefused("is not as it was committed: a/b");
  Git({"reset", "-q", "--hard"});
  EXPECT_NE(Open(), nullptr);
  std::ofstream(Directory() + "/.gitignore") << "x\n";
  ExpectRefused("is not as it was committed: .gitignore");
  std::filesystem::remove(Directory() + "/.gitignore");
  std::filesystem::remove(Directory() + "/a/b");
  ExpectRefused("is not as it was committed: a/b");
}

// Somebody who can write to the directory leads us nowhere else.
TEST_F(GitRepositoryTest, ALinkIsNotFollowed) {
  Write({{"d", "1"}}, 1000);
  const std::string elsewhere = directory_.path() + "/elsewhere";
  std::filesystem::create_directory(elsewhere);
  const auto repository = Open();
  // Planted behind the check.
  std::filesystem::create_directory_symlink(elsewhere, Directory() + "/a");
  const std::string content = "2";
  repository->Put("a/b", &content);
  ASSERT_TRUE(repository->Commit("x\n", 1000).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(repository->CheckOut()));
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere));
  std::filesystem::remove_all(Directory());
  std::filesystem::create_directory(Directory());
  std::filesystem::create_directory_symlink(elsewhere, Directory() + "/a");
  ExpectRefused("holds other things");
}

TEST_F(GitRepositoryTest, NoHookIsRun) {
  Write({{"a", "1"}}, 1000);
  const std::string hook = Directory() + "/.git/hooks/post-checkout";
  std::filesystem::create_directories(Directory() + "/.git/hooks");
  for (const char* name : {"pre-commit", "post-commit", "post-checkout"}) {
    const std::string path = Directory() + "/.git/hooks/" + name;
    std::ofstream(path) << "#!/bin/sh\ntouch " << directory_.path() << "/ran\n";
    std::filesystem::permissions(path, std::filesystem::perms::all);
  }
  Write({{"a", "2"}}, 2000);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/ran"));
  EXPECT_EQ(FileText("a"), "2");
}

// Killed after any number of files had been written, and before the index was.
TEST_F(GitRepositoryTest, AWorkTreeThatLagsBehindIsBroughtUp) {
  for (int killed = 0; killed < 5; ++killed) {
    std::filesystem::remove_all(Directory());
    Write({{"a/b", "1"}, {"a/c", "2"}, {"d/e", "3"}}, 1000);
    {
      const auto repository = Open();
      const std::string content = "new";
      repository->Put("a/b", &content);
      repository->Put("f/g", &content);
      repository->Put("d/e", nullptr);
      ASSERT_TRUE(repository->Commit("x\n", 2000).value());
    }
    if (killed > 0) std::ofstream(Directory() + "/a/b") << "new";
    if (killed > 1) std::filesystem::remove_all(Directory() + "/d");
    if (killed > 2) {
      std::filesystem::create_directory(Directory() + "/f");
      std::ofstream(Directory() + "/f/.schemas-replicator.tmp") << "ne";
    }
    if (killed > 3) std::ofstream(Directory() + "/f/g") << "new";
    ASSERT_NE(Open(), nullptr) << killed;
    EXPECT_EQ(FileText("a/b"), "new");
    EXPECT_EQ(FileText("f/g"), "new");
    EXPECT_FALSE(std::filesystem::exists(Directory() + "/d"));
    std::filesystem::remove(Directory() + "/f/.schemas-replicator.tmp");
    EXPECT_EQ(Git({"status", "--porcelain"}), "");
  }
}

}  // namespace
}  // namespace sr
