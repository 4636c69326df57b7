// FileSystem on POSIX calls.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;

// "fdatasync /mnt/b/x: Input/output error", with the code the caller acts on.
absl::Status ErrnoStatus(int error, absl::string_view call,
                         absl::string_view path) {
  const std::string message =
      absl::StrCat(call, " ", path, ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    case EROFS:
      return WithHint(absl::PermissionDeniedError(message),
                      "the file system is mounted read-only; remount it "
                      "writable or choose another directory");
    case ENOSPC:
    case EDQUOT:
      return WithHint(absl::ResourceExhaustedError(message),
                      "free space on that disk and start again; nothing that "
                      "was committed is lost");
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

// open(2), repeated when a signal interrupts it.
int OpenRetrying(const std::string& path, int flags) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, kFileMode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

// Calls `write_some(bytes)`, which is write(2) or the like, until all is written.
template <typename WriteSome>
absl::Status WriteAll(absl::string_view bytes, absl::string_view path,
                      WriteSome write_some) {
  while (!bytes.empty()) {
    const ssize_t written = write_some(bytes);
    if (written < 0 && errno == EINTR) continue;
    // None at all, and no error: POSIX leaves it open; again would be for ever.
    if (written == 0) return ErrnoStatus(EIO, "write", path);
    if (written < 0) return ErrnoStatus(errno, "write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

class PosixAppendableFile : public AppendableFile {
 public:
  PosixAppendableFile(int fd, std::string path)
      : fd_(fd), path_(std::move(path)) {}
  ~PosixAppendableFile() override {
    if (fd_ >= 0) close(fd_);
  }

  absl::Status Append(absl::string_view bytes) override {
    return WriteAll(bytes, path_, [this](absl::string_view rest) {
      return write(fd_, rest.data(), rest.size());
    });
  }

  absl::Status Sync() override {
    if (fdatasync(fd_) != 0) return ErrnoStatus(errno, "fdatasync", path_);
    return absl::OkStatus();
  }

  absl::Status Close() override {
    const int fd = std::exchange(fd_, -1);
    if (fd >= 0 && close(fd) != 0) return ErrnoStatus(errno, "close", path_);
    return absl::OkStatus();
  }

 private:
  int fd_;
  const std::string path_;
};

class PosixReadableFile : public ReadableFile {
 public:
  PosixReadableFile(int fd, std::string path)
      : fd_(fd), path_(std::move(path)) {}
  ~PosixReadableFile() override { close(fd_); }

  absl::Status Read(int64_t position, int64_t length,
                    std::string* out) const override {
    out->resize(static_cast<size_t>(length));
    size_t done = 0;
    bool at_end = false;
    while (done < out->size()) {
      const ssize_t got = pread(fd_, out->data() + done, out->size() - done,
                                position + static_cast<off_t>(done));
      if (got < 0) {
        if (errno == EINTR) continue;
        return ErrnoStatus(errno, "read", path_);
      }
      if (got == 0) {
        // The end is where the size says; whoever takes another for it cuts what
        // lies behind. Once more, since the file may be growing.
        ASSIGN_OR_RETURN(const int64_t size, Size());
        if (position + static_cast<int64_t>(done) >= size) break;
        if (std::exchange(at_end, true)) return ErrnoStatus(EIO, "read", path_);
        continue;
      }
      done += static_cast<size_t>(got);
    }
    out->resize(done);
    return absl::OkStatus();
  }

  void DropCache() const override {
    // All of the file; what is not yet written to the disk stays.
    (void)posix_fadvise(fd_, 0, 0, POSIX_FADV_DONTNEED);
  }

  absl::StatusOr<int64_t> Size() const override {
    struct stat info;
    if (fstat(fd_, &info) != 0) return ErrnoStatus(errno, "fstat", path_);
    return info.st_size;
  }

 private:
  const int fd_;
  const std::string path_;
};

// Locks are those of the open file description (F_OFD_SETLK): the kernel drops
// them when the process ends, they exclude other locks of the same process,
// and F_OFD_GETLK asks about them without taking one.
struct flock WholeFile(short type) {
  struct flock whole = {};
  whole.l_type = type;
  whole.l_whence = SEEK_SET;
  return whole;
}

class PosixFileLock : public FileLock {
 public:
  PosixFileLock(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixFileLock() override { close(fd_); }

  absl::Status SetLabel(absl::string_view label) override {
    if (ftruncate(fd_, 0) != 0) return ErrnoStatus(errno, "ftruncate", path_);
    return WriteAll(label, path_, [&](absl::string_view rest) {
      return pwrite(fd_, rest.data(), rest.size(), rest.data() - label.data());
    });
  }

 private:
  const int fd_;
  const std::string path_;
};

class PosixFileSystemImpl : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<AppendableFile>> Create(
      const std::string& path) override {
    return OpenForWriting(path, O_CREAT | O_EXCL, "create");
  }

  absl::StatusOr<std::unique_ptr<AppendableFile>> OpenForAppend(
      const std::string& path) override {
    return OpenForWriting(path, 0, "open");
  }

  absl::StatusOr<std::unique_ptr<ReadableFile>> OpenForRead(
      const std::string& path) override {
    const int fd = OpenRetrying(path, O_RDONLY);
    if (fd < 0) return ErrnoStatus(errno, "open", path);
    return std::make_unique<PosixReadableFile>(fd, path);
  }

  absl::Status Truncate(const std::string& path, int64_t size) override {
    const int fd = OpenRetrying(path, O_WRONLY);
    if (fd < 0) return ErrnoStatus(errno, "open", path);
    absl::Status status;
    if (ftruncate(fd, size) != 0) {
      status = ErrnoStatus(errno, "ftruncate", path);
    } else if (fsync(fd) != 0) {
      status = ErrnoStatus(errno, "fsync", path);
    }
    close(fd);
    return status;
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) != 0) {
      return ErrnoStatus(errno, absl::StrCat("rename ", from, " to"), to);
    }
    return absl::OkStatus();
  }

  absl::Status Remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return ErrnoStatus(errno, "unlink", path);
    return absl::OkStatus();
  }

  absl::Status CreateDirectory(const std::string& path) override {
    if (mkdir(path.c_str(), kDirectoryMode) != 0) {
      return ErrnoStatus(errno, "mkdir", path);
    }
    return absl::OkStatus();
  }

  absl::Status SyncDirectory(const std::string& path) override {
    const int fd = OpenRetrying(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return ErrnoStatus(errno, "open directory", path);
    absl::Status status;
    if (fsync(fd) != 0) status = ErrnoStatus(errno, "fsync directory", path);
    close(fd);
    return status;
  }

  absl::StatusOr<std::vector<std::string>> List(
      const std::string& path) override {
    DIR* directory = opendir(path.c_str());
    if (directory == nullptr) return ErrnoStatus(errno, "opendir", path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(directory)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    const int error = errno;
    closedir(directory);
    if (error != 0) return ErrnoStatus(error, "readdir", path);
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::StatusOr<bool> Exists(const std::string& path) override {
    struct stat info;
    if (stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT) return false;
    return ErrnoStatus(errno, "stat", path);
  }

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(
      const std::string& path) override {
    const int fd = OpenRetrying(path, O_RDWR | O_CREAT);
    if (fd < 0) return ErrnoStatus(errno, "open", path);
    auto lock = std::make_unique<PosixFileLock>(fd, path);
    struct flock whole = WholeFile(F_WRLCK);
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0) return lock;
    if (errno != EAGAIN && errno != EACCES) {
      return ErrnoStatus(errno, "lock", path);
    }
    return WithExitCode(
        absl::UnavailableError(absl::StrCat(
            path, " is locked by another process (", LabelOf(fd), ")")),
        ExitCode::kRefused);
  }

  absl::StatusOr<bool> IsLocked(const std::string& path) override {
    const int fd = OpenRetrying(path, O_RDONLY);
    if (fd < 0) {
      if (errno == ENOENT) return false;
      return ErrnoStatus(errno, "open", path);
    }
    struct flock whole = WholeFile(F_WRLCK);
    const int result = fcntl(fd, F_OFD_GETLK, &whole);
    const int error = errno;
    close(fd);
    if (result != 0) return ErrnoStatus(error, "lock query", path);
    return whole.l_type != F_UNLCK;
  }

 private:
  static absl::StatusOr<std::unique_ptr<AppendableFile>> OpenForWriting(
      const std::string& path, int flags, absl::string_view call) {
    const int fd = OpenRetrying(path, O_WRONLY | O_APPEND | O_NOFOLLOW | flags);
    if (fd < 0) return ErrnoStatus(errno, call, path);
    return std::make_unique<PosixAppendableFile>(fd, path);
  }

  static std::string LabelOf(int fd) {
    char label[200];
    const ssize_t length = pread(fd, label, sizeof(label), 0);
    if (length <= 0) return "no label";
    return std::string(label, static_cast<size_t>(length));
  }
};

}  // namespace

FileSystem* PosixFileSystem() {
  static PosixFileSystemImpl* const file_system = new PosixFileSystemImpl;
  return file_system;
}

}  // namespace sr
