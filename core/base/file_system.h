// The seam through which the archive touches a disk. Everything durable goes
// through here, so that tests can fail, tear or forget any single call.
//
// Three rules of the interface, from `LevelDB`'s Env and POSIX itself:
//   - a new or renamed name is durable only after SyncDirectory;
//   - bytes are durable only after File::Sync; after a failed Sync nothing
//     more may be written to that file (the page cache may hold what the disk
//     lacks);
//   - a short write is retried here, EINTR too; callers never see either.
#ifndef CORE_BASE_FILE_SYSTEM_H_
#define CORE_BASE_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sr {

// A file open for appending. Not thread-safe.
class AppendableFile {
 public:
  virtual ~AppendableFile() = default;

  // Writes all of `bytes` at the end. On error an unknown part of them may
  // have been written. ResourceExhausted: the disk or a quota is full.
  virtual absl::Status Append(absl::string_view bytes) = 0;

  // Makes everything appended so far durable (fdatasync).
  virtual absl::Status Sync() = 0;

  // Closes the file; no method may follow. The destructor closes as well but
  // cannot tell of an error.
  virtual absl::Status Close() = 0;
};

// A file open for reading at any position. Any number of threads.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;

  // Replaces `*out` with the bytes [position, position + length), fewer only
  // at the end of the file.
  virtual absl::Status Read(int64_t position, int64_t length,
                            std::string* out) const = 0;

  // Asks the system to forget what it holds of the file, so that the next Read
  // comes from the medium. A wish: whatever comes of it, reading goes on.
  virtual void DropCache() const {}

  // The file's size in bytes at this moment.
  virtual absl::StatusOr<int64_t> Size() const = 0;
};

// An exclusive lock of a file, held until destroyed, by the kernel: a process
// that dies releases it.
class FileLock {
 public:
  virtual ~FileLock() = default;

  // Replaces the content of the lock file: a label for people that says who
  // holds it. Never read to decide anything.
  virtual absl::Status SetLabel(absl::string_view label) = 0;
};

// Any thread may call any method. Errors of all methods: NotFound (no such
// file or directory), AlreadyExists, PermissionDenied (also a read-only file
// system, with a hint), ResourceExhausted (disk, quota or descriptors used
// up), Unavailable (any other I/O error). Messages name call and path.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Creates `path`, which must not exist, mode 0640.
  virtual absl::StatusOr<std::unique_ptr<AppendableFile>> Create(
      const std::string& path) = 0;

  // Opens the existing `path` for appending at its end.
  virtual absl::StatusOr<std::unique_ptr<AppendableFile>> OpenForAppend(
      const std::string& path) = 0;

  virtual absl::StatusOr<std::unique_ptr<ReadableFile>> OpenForRead(
      const std::string& path) = 0;

  // Cuts the existing `path` to `size` bytes and makes that durable.
  virtual absl::Status Truncate(const std::string& path, int64_t size) = 0;

  // Renames within one file system, replacing `to` if it exists.
  virtual absl::Status Rename(const std::string& from,
                              const std::string& to) = 0;

  // Removes the file `path`. For the tool's own temporary files only: whatever
  // may hold a record is moved, never removed.
  virtual absl::Status Remove(const std::string& path) = 0;

  virtual absl::Status CreateDirectory(const std::string& path) = 0;

  // Makes the names in directory `path` durable.
  virtual absl::Status SyncDirectory(const std::string& path) = 0;

  // The names in directory `path`, sorted, without "." and "..".
  virtual absl::StatusOr<std::vector<std::string>> List(
      const std::string& path) = 0;

  // Whether `path` exists, whatever it is.
  virtual absl::StatusOr<bool> Exists(const std::string& path) = 0;

  // Opens or creates `path` and locks it exclusively without waiting.
  // Unavailable with exit code kRefused if another process, or another lock
  // of this one, holds it; the message quotes that one's label.
  virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(
      const std::string& path) = 0;

  // Whether someone holds the lock of `path`; false if it does not exist.
  // Takes no lock itself, so it disturbs no one.
  virtual absl::StatusOr<bool> IsLocked(const std::string& path) = 0;
};

// The machine's file system. Never null, never destroyed.
FileSystem* PosixFileSystem();

// Reads the whole of `path`. ResourceExhausted if it is longer than
// `max_bytes`.
absl::StatusOr<std::string> ReadWholeFile(FileSystem* file_system,
                                          const std::string& path,
                                          int64_t max_bytes);

// What ReplaceFile appends to a name until the file is whole.
inline constexpr char kTemporarySuffix[] = ".tmp";

// Replaces `path` by `content` so that after a crash either the old or the new
// content is there, whole: writes `path`.tmp, syncs it, renames it over `path`
// and syncs the directory. A `path`.tmp left by a crash is removed first.
absl::Status ReplaceFile(FileSystem* file_system, const std::string& path,
                         absl::string_view content);

// The directory that holds `path`, and its name there, as "/a" and "b" for "/a/b" and
// "/a/b/"; "." for a path without one, and "/" and "" for the root.
struct PathParts {
  std::string directory;
  std::string name;
};
PathParts SplitPath(absl::string_view path);

// "a/b" from "a" and "b"; `directory` may end with a slash.
std::string JoinPath(absl::string_view directory, absl::string_view name);

}  // namespace sr

#endif  // CORE_BASE_FILE_SYSTEM_H_
