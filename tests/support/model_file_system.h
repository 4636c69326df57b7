// A file system in memory that may do whatever POSIX allows and a real disk
// does once in a thousand power cuts.
//
// The fault model:
//   - Bytes appended but not synced may be lost in a power cut, wholly or from
//     any byte on; what is kept may be torn inside a 512-byte sector, and zeros
//     may stand where bytes were to come.
//   - A name created, renamed or removed but not covered by a SyncDirectory of
//     its directory may be lost in a power cut: each independently.
//   - Any call may fail, once or for ever, before or after it took effect.
//   - The process may die at any call.
// What is never lost: bytes synced under a name whose directory was synced.
#ifndef TESTS_SUPPORT_MODEL_FILE_SYSTEM_H_
#define TESTS_SUPPORT_MODEL_FILE_SYSTEM_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/file_system.h"

namespace sr {

// One thread.
class ModelFileSystem : public FileSystem {
 public:
  ModelFileSystem();

  // Every call that writes is counted, from 1; these say what happens then.
  // The process dies at call `n`: it and all later ones fail, until a
  // PowerCut or Restart.
  void DieAt(int64_t n) { die_at_ = n; }
  // Call `n` fails with `error`; without taking effect, or half of it for an
  // Append. With `for_ever` all later ones as well.
  void FailAt(int64_t n, absl::Status error, bool for_ever);
  int64_t calls() const { return calls_; }

  // The machine loses power: keeps what is durable and, by `random`, any of
  // what is not. Locks are gone. Calls go on.
  void PowerCut(std::mt19937_64* random);
  // The process died, the machine did not: everything written is there.
  void Restart();

  // The calls so far, "Append gen-1/commits/...", for asserting their order.
  const std::vector<std::string>& journal() const { return journal_; }
  void ClearJournal() { journal_.clear(); }

  // Whole content of `path` as a process sees it now; for damaging it.
  std::string Content(const std::string& path) const;
  void SetContent(const std::string& path, const std::string& content);
  void Delete(const std::string& path);
  // The next read of `path` that covers byte `at` sees one bit of it flipped.
  void FlipABitOfOneRead(const std::string& path, int64_t at);
  // All files, sorted.
  std::vector<std::string> Files() const;
  bool Has(const std::string& path) const { return names_.count(path) > 0; }

  absl::StatusOr<std::unique_ptr<AppendableFile>> Create(
      const std::string& path) override;
  absl::StatusOr<std::unique_ptr<AppendableFile>> OpenForAppend(
      const std::string& path) override;
  absl::StatusOr<std::unique_ptr<ReadableFile>> OpenForRead(
      const std::string& path) override;
  absl::Status Truncate(const std::string& path, int64_t size) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status CreateDirectory(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& path) override;
  absl::StatusOr<bool> Exists(const std::string& path) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(
      const std::string& path) override;
  absl::StatusOr<bool> IsLocked(const std::string& path) override;

 private:
  friend class ModelAppendableFile;
  friend class ModelFileLock;

  struct Inode {
    std::string data;
    std::string durable;
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  // Counts a writing call. An error if it is to fail; `*half` is set where an
  // Append is to take effect by half before it does.
  absl::Status Call(const std::string& what, bool* half = nullptr);
  bool IsDirectory(const std::string& path) const;
  void FlipIfAsked(const std::string& path, int64_t position,
                   std::string* bytes);

  Names names_;
  Names durable_names_;
  std::set<std::string> directories_;
  std::set<std::string> durable_directories_;
  std::set<std::string> locked_;
  int64_t calls_ = 0;
  int64_t die_at_ = -1;
  int64_t fail_at_ = -1;
  bool fail_for_ever_ = false;
  absl::Status failure_;
  bool dead_ = false;
  std::string flip_path_;  // Of FlipABitOfOneRead; empty: none.
  int64_t flip_at_ = 0;
  // Processes that died: their open files and locks do nothing any more.
  int64_t lives_ = 0;
  std::vector<std::string> journal_;
};

}  // namespace sr

#endif  // TESTS_SUPPORT_MODEL_FILE_SYSTEM_H_
