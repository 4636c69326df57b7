#include "tests/support/model_file_system.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

class ModelReadableFile : public ReadableFile {
 public:
  ModelReadableFile(std::function<const std::string&()> data,
                    std::function<void(int64_t, std::string*)> after_read)
      : data_(std::move(data)), after_read_(std::move(after_read)) {}

  absl::Status Read(int64_t position, int64_t length,
                    std::string* out) const override {
    const std::string& data = data_();
    out->clear();
    if (position < static_cast<int64_t>(data.size())) {
      *out = data.substr(static_cast<size_t>(position),
                         static_cast<size_t>(length));
    }
    after_read_(position, out);
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> Size() const override {
    return static_cast<int64_t>(data_().size());
  }

 private:
  const std::function<const std::string&()> data_;
  const std::function<void(int64_t, std::string*)> after_read_;
};

}  // namespace

class ModelAppendableFile : public AppendableFile {
 public:
  ModelAppendableFile(ModelFileSystem* fs, std::string path,
                      std::shared_ptr<ModelFileSystem::Inode> inode)
      : fs_(fs), path_(std::move(path)), inode_(std::move(inode)),
        life_(fs->lives_) {}

  absl::Status Append(absl::string_view bytes) override {
    bool half = false;
    absl::Status status = Check(absl::StrCat("Append ", path_), &half);
    if (!status.ok()) {
      if (half) inode_->data.append(bytes.data(), bytes.size() / 2);
      return status;
    }
    inode_->data.append(bytes.data(), bytes.size());
    return status;
  }

  absl::Status Sync() override {
    RETURN_IF_ERROR(Check(absl::StrCat("Sync ", path_), nullptr));
    inode_->durable = inode_->data;
    return absl::OkStatus();
  }

  absl::Status Close() override { return absl::OkStatus(); }

 private:
  absl::Status Check(const std::string& what, bool* half) {
    if (life_ != fs_->lives_) return absl::UnavailableError("a dead process");
    return fs_->Call(what, half);
  }

  ModelFileSystem* const fs_;
  const std::string path_;
  const std::shared_ptr<ModelFileSystem::Inode> inode_;
  const int64_t life_;
};

class ModelFileLock : public FileLock {
 public:
  ModelFileLock(ModelFileSystem* fs, std::string path)
      : fs_(fs), path_(std::move(path)), life_(fs->lives_) {}
  ~ModelFileLock() override {
    if (life_ == fs_->lives_) fs_->locked_.erase(path_);
  }

  absl::Status SetLabel(absl::string_view label) override {
    if (life_ == fs_->lives_) fs_->SetContent(path_, std::string(label));
    return absl::OkStatus();
  }

 private:
  ModelFileSystem* const fs_;
  const std::string path_;
  const int64_t life_;
};

ModelFileSystem::ModelFileSystem()
    : directories_({"/"}), durable_directories_({"/"}) {}

void ModelFileSystem::FailAt(int64_t n, absl::Status error, bool for_ever) {
  fail_at_ = n;
  failure_ = std::move(error);
  fail_for_ever_ = for_ever;
}

absl::Status ModelFileSystem::Call(const std::string& what, bool* half) {
  ++calls_;
  if (calls_ == die_at_) dead_ = true;
  if (dead_) return absl::UnavailableError("the process is dead");
  const bool fails = calls_ == fail_at_ ||
                     (fail_for_ever_ && fail_at_ > 0 && calls_ > fail_at_);
  if (fails) {
    if (half != nullptr) *half = true;
    return failure_;
  }
  journal_.push_back(what);
  return absl::OkStatus();
}

void ModelFileSystem::PowerCut(std::mt19937_64* random) {
  const auto coin = [random] { return ((*random)() & 1) != 0; };
  // Names: a directory entry that was not synced is there or not, each by
  // itself. A file that lost its name is lost.
  Names kept;
  std::set<std::string> paths;
  for (const auto& [path, inode] : names_) paths.insert(path);
  for (const auto& [path, inode] : durable_names_) paths.insert(path);
  for (const std::string& path : paths) {
    const auto now = names_.find(path);
    const auto durable = durable_names_.find(path);
    const bool same = now != names_.end() && durable != durable_names_.end() &&
                      now->second == durable->second;
    const bool take_now = same || coin();
    if (take_now && now != names_.end()) kept[path] = now->second;
    if (!take_now && durable != durable_names_.end()) {
      kept[path] = durable->second;
    }
  }
  std::set<std::string> kept_directories = durable_directories_;
  for (const std::string& directory : directories_) {
    if (coin()) kept_directories.insert(directory);
  }
  // Bytes: what was synced, and of the rest a beginning, torn at any byte.
  names_.clear();
  for (auto& [path, inode] : kept) {
    if (kept_directories.count(DirectoryOf(path)) == 0) continue;
    auto survivor = std::make_shared<Inode>();
    survivor->data = inode->durable;
    if (absl::StartsWith(inode->data, inode->durable)) {
      const size_t loose = inode->data.size() - inode->durable.size();
      // The size may be durable before the bytes are: all of it, or some.
      const bool whole_size = (*random)() % 4 == 0;
      const size_t keep = whole_size || loose == 0
                              ? loose
                              : (*random)() % (loose + 1);
      std::string tail = inode->data.substr(inode->durable.size(), keep);
      if (keep > 0 && (whole_size || (*random)() % 4 == 0)) {
        std::fill(tail.begin() + static_cast<int64_t>((*random)() % keep),
                  tail.end(), '\0');
      }
      survivor->data += tail;
    }
    survivor->durable = survivor->data;
    names_[path] = survivor;
  }
  durable_names_ = names_;
  directories_ = durable_directories_ = kept_directories;
  Restart();
}

void ModelFileSystem::Restart() {
  ++lives_;
  locked_.clear();
  dead_ = false;
  die_at_ = -1;
  fail_at_ = -1;
  fail_for_ever_ = false;
}

std::string ModelFileSystem::Content(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? "" : found->second->data;
}

void ModelFileSystem::SetContent(const std::string& path,
                                 const std::string& content) {
  auto& inode = names_[path];
  if (inode == nullptr) inode = std::make_shared<Inode>();
  inode->data = content;
}

void ModelFileSystem::Delete(const std::string& path) { names_.erase(path); }

std::vector<std::string> ModelFileSystem::Files() const {
  std::vector<std::string> files;
  for (const auto& [path, inode] : names_) files.push_back(path);
  return files;
}

bool ModelFileSystem::IsDirectory(const std::string& path) const {
  return directories_.count(path) > 0;
}

absl::StatusOr<std::unique_ptr<AppendableFile>> ModelFileSystem::Create(
    const std::string& path) {
  RETURN_IF_ERROR(Call(absl::StrCat("Create ", path)));
  if (!IsDirectory(DirectoryOf(path))) return absl::NotFoundError(path);
  if (names_.count(path) > 0) return absl::AlreadyExistsError(path);
  names_[path] = std::make_shared<Inode>();
  return std::make_unique<ModelAppendableFile>(this, path, names_[path]);
}

absl::StatusOr<std::unique_ptr<AppendableFile>> ModelFileSystem::OpenForAppend(
    const std::string& path) {
  const auto found = names_.find(path);
  if (found == names_.end()) return absl::NotFoundError(path);
  return std::make_unique<ModelAppendableFile>(this, path, found->second);
}

absl::StatusOr<std::unique_ptr<ReadableFile>> ModelFileSystem::OpenForRead(
    const std::string& path) {
  const auto found = names_.find(path);
  if (found == names_.end()) return absl::NotFoundError(path);
  return std::make_unique<ModelReadableFile>(
      [inode = found->second]() -> const std::string& { return inode->data; },
      [this, path](int64_t position, std::string* bytes) {
        FlipIfAsked(path, position, bytes);
      });
}

void ModelFileSystem::FlipABitOfOneRead(const std::string& path, int64_t at) {
  flip_path_ = path;
  flip_at_ = at;
}

void ModelFileSystem::FlipIfAsked(const std::string& path, int64_t position,
                                  std::string* bytes) {
  const int64_t at = flip_at_ - position;
  if (path != flip_path_ || at < 0 ||
      at >= static_cast<int64_t>(bytes->size())) {
    return;
  }
  char& byte = (*bytes)[static_cast<size_t>(at)];
  byte = static_cast<char>(byte ^ 1);
  flip_path_.clear();
}

absl::Status ModelFileSystem::Truncate(const std::string& path, int64_t size) {
  RETURN_IF_ERROR(Call(absl::StrCat("Truncate ", path)));
  const auto found = names_.find(path);
  if (found == names_.end()) return absl::NotFoundError(path);
  found->second->data.resize(static_cast<size_t>(size));
  found->second->durable = found->second->data;
  return absl::OkStatus();
}

absl::Status ModelFileSystem::Rename(const std::string& from,
                                     const std::string& to) {
  RETURN_IF_ERROR(Call(absl::StrCat("Rename ", to)));
  const auto found = names_.find(from);
  if (found == names_.end()) return absl::NotFoundError(from);
  names_[to] = found->second;
  names_.erase(from);
  return absl::OkStatus();
}

absl::Status ModelFileSystem::Remove(const std::string& path) {
  RETURN_IF_ERROR(Call(absl::StrCat("Remove ", path)));
  if (names_.erase(path) == 0) return absl::NotFoundError(path);
  return absl::OkStatus();
}

absl::Status ModelFileSystem::CreateDirectory(const std::string& path) {
  RETURN_IF_ERROR(Call(absl::StrCat("CreateDirectory ", path)));
  if (!IsDirectory(DirectoryOf(path))) return absl::NotFoundError(path);
  if (!directories_.insert(path).second) return absl::AlreadyExistsError(path);
  return absl::OkStatus();
}

absl::Status ModelFileSystem::SyncDirectory(const std::string& path) {
  RETURN_IF_ERROR(Call(absl::StrCat("SyncDirectory ", path)));
  if (!IsDirectory(path)) return absl::NotFoundError(path);
  for (auto name = durable_names_.begin(); name != durable_names_.end();) {
    const bool gone =
        DirectoryOf(name->first) == path && names_.count(name->first) == 0;
    name = gone ? durable_names_.erase(name) : std::next(name);
  }
  for (const auto& [name, inode] : names_) {
    if (DirectoryOf(name) == path) durable_names_[name] = inode;
  }
  for (const std::string& directory : directories_) {
    if (DirectoryOf(directory) == path) durable_directories_.insert(directory);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ModelFileSystem::List(
    const std::string& path) {
  if (!IsDirectory(path)) return absl::NotFoundError(path);
  std::vector<std::string> found;
  for (const auto& [name, inode] : names_) {
    if (DirectoryOf(name) == path) found.push_back(BaseName(name));
  }
  for (const std::string& directory : directories_) {
    if (directory != "/" && DirectoryOf(directory) == path) {
      found.push_back(BaseName(directory));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

absl::StatusOr<bool> ModelFileSystem::Exists(const std::string& path) {
  return names_.count(path) > 0 || IsDirectory(path);
}

absl::StatusOr<std::unique_ptr<FileLock>> ModelFileSystem::Lock(
    const std::string& path) {
  if (dead_) return absl::UnavailableError("the process is dead");
  if (!locked_.insert(path).second) {
    return WithExitCode(absl::UnavailableError(absl::StrCat(path, " is locked")),
                        ExitCode::kRefused);
  }
  if (names_.count(path) == 0) names_[path] = std::make_shared<Inode>();
  return std::make_unique<ModelFileLock>(this, path);
}

absl::StatusOr<bool> ModelFileSystem::IsLocked(const std::string& path) {
  return locked_.count(path) > 0;
}

}  // namespace sr
