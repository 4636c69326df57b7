// A git repository that holds an export, and nothing else. libgit2 is behind this.
#ifndef CORE_GIT_GIT_REPOSITORY_H_
#define CORE_GIT_GIT_REPOSITORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sr {

// One thread. No configuration of the user or the system is read, no hook is run, and
// nothing is executed. libgit2 is trusted with repositories that are sound: 1.5 writes
// past its memory on a damaged object, so nothing is restored through this.
class GitRepository {
 public:
  // Opens the repository whose work tree is `directory`, or makes one where there is
  // no directory or an empty one. A work tree that lags behind the last commit, as one
  // that was killed leaves it, is brought up to it.
  //   FailedPrecondition  the directory holds other things; what was committed last
  //                       has no file `mark`, by which it is known as ours; or the
  //                       work tree is not what was committed
  //   Unavailable         libgit2 says why
  static absl::StatusOr<std::unique_ptr<GitRepository>> OpenForExport(
      const std::string& directory, const std::string& mark);
  ~GitRepository();

  GitRepository(const GitRepository&) = delete;
  GitRepository& operator=(const GitRepository&) = delete;

  bool has_commits() const;

  // To be in the next commit. Null: the file is gone, if it was there.
  void Put(const std::string& path, const std::string* content);

  // Commits what was put, unless that changes nothing: then false. `time_ms` is that
  // of author and committer, so that the same export has the same commits.
  absl::StatusOr<bool> Commit(const std::string& message, int64_t time_ms);

  // Writes what was committed since the last time into the work tree. Links are not
  // followed: FailedPrecondition.
  absl::Status CheckOut();

 private:
  struct Impl;
  explicit GitRepository(std::unique_ptr<Impl> impl);

  absl::Status CheckClean() const;

  const std::unique_ptr<Impl> impl_;
};

}  // namespace sr

#endif  // CORE_GIT_GIT_REPOSITORY_H_
