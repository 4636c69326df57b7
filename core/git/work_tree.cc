#include "core/git/work_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr char kTemporaryName[] = ".schemas-replicator.tmp";

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status ErrnoStatus(int error, absl::string_view what,
                         const std::string& path) {
  if (error == ELOOP || error == ENOTDIR) {
    return absl::FailedPreconditionError(
        absl::StrCat(EscapeForTerminal(path),
                     ": a link, or no directory, stands in its way"));
  }
  return absl::ErrnoToStatus(
      error, absl::StrCat(what, " ", EscapeForTerminal(path)));
}

// The directories of a path, from the top, each opened from the one above.
class Parents {
 public:
  absl::Status Open(const std::string& directory, const std::string& path,
                    bool make) {
    parts_ = absl::StrSplit(path, '/');
    Descriptor top(open(directory.c_str(), O_DIRECTORY | O_CLOEXEC));
    if (top.get() < 0) return ErrnoStatus(errno, "open", directory);
    open_.push_back(std::move(top));
    for (size_t i = 0; i + 1 < parts_.size(); ++i) {
      const int above = open_.back().get();
      if (make && mkdirat(above, parts_[i].c_str(), 0777) != 0 &&
          errno != EEXIST) {
        return ErrnoStatus(errno, "make a directory for", path);
      }
      Descriptor below(openat(above, parts_[i].c_str(),
                              O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (below.get() < 0) return ErrnoStatus(errno, "open", path);
      open_.push_back(std::move(below));
    }
    return absl::OkStatus();
  }

  int last() const { return open_.back().get(); }
  const std::string& name() const { return parts_.back(); }

  void RemoveEmpty() {
    while (open_.size() > 1) {
      open_.pop_back();
      const std::string& directory = parts_[open_.size() - 1];
      if (unlinkat(last(), directory.c_str(), AT_REMOVEDIR) != 0) return;
    }
  }

 private:
  std::vector<std::string> parts_;
  std::vector<Descriptor> open_;
};

absl::Status WriteAll(int fd, absl::string_view content,
                      const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, "write", path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteBelow(const std::string& directory, const std::string& path,
                        absl::string_view content) {
  Parents parents;
  RETURN_IF_ERROR(parents.Open(directory, path, /*make=*/true));
  // Left by one that was killed.
  unlinkat(parents.last(), kTemporaryName, 0);
  {
    const Descriptor file(openat(parents.last(), kTemporaryName,
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
                                     O_CLOEXEC,
                                 0666));
    if (file.get() < 0) return ErrnoStatus(errno, "create", path);
    RETURN_IF_ERROR(WriteAll(file.get(), content, path));
  }
  if (renameat(parents.last(), kTemporaryName, parents.last(),
               parents.name().c_str()) != 0) {
    return ErrnoStatus(errno, "rename to", path);
  }
  return absl::OkStatus();
}

bool IsTemporary(absl::string_view path) {
  return path.substr(path.rfind('/') + 1) == kTemporaryName;
}

absl::Status RemoveBelow(const std::string& directory,
                         const std::string& path) {
  Parents parents;
  const absl::Status opened = parents.Open(directory, path, /*make=*/false);
  if (absl::IsNotFound(opened)) return absl::OkStatus();
  RETURN_IF_ERROR(opened);
  if (unlinkat(parents.last(), parents.name().c_str(), 0) != 0 &&
      errno != ENOENT) {
    return ErrnoStatus(errno, "remove", path);
  }
  parents.RemoveEmpty();
  return absl::OkStatus();
}

}  // namespace sr
