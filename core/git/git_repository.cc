#include "core/git/git_repository.h"

#include <git2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file_system.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"
#include "core/git/work_tree.h"

namespace sr {
namespace {

constexpr char kBranch[] = "refs/heads/main";
constexpr char kAuthor[] = "schemas-replicator";
constexpr char kEmail[] = "schemas-replicator@localhost";

// Everything of libgit2 that has to be freed.
struct Free {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_commit* p) const { git_commit_free(p); }
  void operator()(git_tree* p) const { git_tree_free(p); }
  void operator()(git_blob* p) const { git_blob_free(p); }
  void operator()(git_signature* p) const { git_signature_free(p); }
  void operator()(git_status_list* p) const { git_status_list_free(p); }
  void operator()(git_config* p) const { git_config_free(p); }
  void operator()(git_index* p) const { git_index_free(p); }
  void operator()(git_diff* p) const { git_diff_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// Nothing of the user or the system: hooks, filters and settings of theirs are not
// for this repository.
void InitLibrary() {
  static const bool done = [] {
    git_libgit2_init();
    for (const int level :
         {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
          GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // Whoever may read the directory may restore from it.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return true;
  }();
  (void)done;
}

absl::Status ErrorOf(int code, absl::string_view what) {
  const git_error* const error = git_error_last();
  const std::string message = absl::StrCat(
      what, ": ", error != nullptr ? error->message : "libgit2 failed");
  switch (code) {
    case GIT_ENOTFOUND:
      return absl::NotFoundError(message);
    case GIT_EMISMATCH:
      return absl::DataLossError(message);
    default:
      return absl::UnavailableError(message);
  }
}

absl::Status Check(int code, absl::string_view what) {
  return code >= 0 ? absl::OkStatus() : ErrorOf(code, what);
}

}  // namespace

struct GitRepository::Impl {
  std::string directory;
  Owned<git_repository> repository;
  Owned<git_commit> head;  // Null: no commit.
  Owned<git_tree> tree;    // Of head.
  std::map<std::string, std::optional<std::string>> put;

  absl::Status ReadHead() {
    git_oid id;
    const int code =
        git_reference_name_to_id(&id, repository.get(), "HEAD");
    if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Check(code, directory));
    git_commit* commit = nullptr;
    RETURN_IF_ERROR(Check(git_commit_lookup(&commit, repository.get(), &id),
                          directory));
    head.reset(commit);
    git_tree* read = nullptr;
    RETURN_IF_ERROR(Check(git_commit_tree(&read, commit), directory));
    tree.reset(read);
    return absl::OkStatus();
  }

  absl::Status Open() {
    git_repository* opened = nullptr;
    RETURN_IF_ERROR(
        Check(git_repository_open_ext(&opened, directory.c_str(),
                                      GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr),
              directory));
    repository.reset(opened);
    return ReadHead();
  }

  absl::Status Create() {
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    options.flags = GIT_REPOSITORY_INIT_MKPATH;
    options.initial_head = kBranch;
    git_repository* created = nullptr;
    RETURN_IF_ERROR(Check(
        git_repository_init_ext(&created, directory.c_str(), &options),
        directory));
    repository.reset(created);
    git_config* config = nullptr;
    RETURN_IF_ERROR(
        Check(git_repository_config(&config, created), directory));
    const Owned<git_config> owned(config);
    // Bytes stay as they are on every system, and large trees are written fast.
    RETURN_IF_ERROR(
        Check(git_config_set_bool(config, "core.autocrlf", 0), directory));
    return Check(git_config_set_int32(config, "core.looseCompression", 1),
                 directory);
  }

  absl::Status Write(const git_diff_file& file) const {
    git_blob* blob = nullptr;
    RETURN_IF_ERROR(
        Check(git_blob_lookup(&blob, repository.get(), &file.id), file.path));
    const Owned<git_blob> owned(blob);
    return WriteBelow(directory, file.path,
                      absl::string_view(
                          static_cast<const char*>(git_blob_rawcontent(blob)),
                          static_cast<size_t>(git_blob_rawsize(blob))));
  }

  // Of a file of the last commit; nullopt: it has none.
  std::optional<git_oid> IdInTree(const std::string& path) const {
    if (tree == nullptr) return std::nullopt;
    git_tree_entry* entry = nullptr;
    if (git_tree_entry_bypath(&entry, tree.get(), path.c_str()) != 0) {
      return std::nullopt;
    }
    const git_oid id = *git_tree_entry_id(entry);
    git_tree_entry_free(entry);
    return id;
  }

  bool IsInTree(const std::string& path) const {
    return IdInTree(path).has_value();
  }

  // Whether the work tree has of `path` what the last commit has, if nothing: as one
  // that was killed has left it, who had not got to the end.
  bool IsAsCommitted(const std::string& path) const {
    const std::optional<git_oid> wanted = IdInTree(path);
    const std::string file = JoinPath(directory, path);
    git_oid found;
    if (git_odb_hashfile(&found, file.c_str(), GIT_OBJECT_BLOB) != 0) {
      return !wanted.has_value() &&
             !PosixFileSystem()->Exists(file).value_or(true);
    }
    return wanted.has_value() && git_oid_equal(&found, &*wanted) != 0;
  }

  // The tree of what was put, over the one there is.
  absl::StatusOr<git_oid> WriteTree() {
    std::vector<git_tree_update> updates;
    for (const auto& [path, content] : put) {
      git_tree_update update = {};
      update.path = path.c_str();
      update.filemode = GIT_FILEMODE_BLOB;
      if (content.has_value()) {
        update.action = GIT_TREE_UPDATE_UPSERT;
        RETURN_IF_ERROR(
            Check(git_blob_create_from_buffer(&update.id, repository.get(),
                                              content->data(), content->size()),
                  path));
      } else if (IsInTree(path)) {
        update.action = GIT_TREE_UPDATE_REMOVE;
      } else {
        continue;
      }
      updates.push_back(update);
    }
    git_oid id;
    RETURN_IF_ERROR(Check(
        git_tree_create_updated(&id, repository.get(), tree.get(),
                                updates.size(), updates.data()),
        directory));
    return id;
  }
};

GitRepository::GitRepository(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

GitRepository::~GitRepository() = default;

absl::StatusOr<std::unique_ptr<GitRepository>> GitRepository::OpenForExport(
    const std::string& directory, const std::string& mark) {
  InitLibrary();
  auto impl = std::make_unique<Impl>();
  impl->directory = directory;
  const auto names = PosixFileSystem()->List(directory);
  if (!names.ok() && !absl::IsNotFound(names.status())) return names.status();
  const bool is_new = !names.ok() || names->empty();
  if (!is_new && std::find(names->begin(), names->end(), ".git") == names->end()) {
    return WithHint(absl::FailedPreconditionError(absl::StrCat(
                        directory, " holds other things, and is no git work "
                                   "tree")),
                    "name an empty directory, or one that export has made");
  }
  RETURN_IF_ERROR(is_new ? impl->Create() : impl->Open());
  std::unique_ptr<GitRepository> repository(
      new GitRepository(std::move(impl)));
  if (repository->has_commits() && !repository->impl_->IsInTree(mark)) {
    return WithHint(absl::FailedPreconditionError(absl::StrCat(
                        directory, ": the last commit is not one of "
                                   "schemas-replicator export")),
                    "name another directory");
  }
  RETURN_IF_ERROR(repository->CheckClean());
  RETURN_IF_ERROR(repository->CheckOut());
  return repository;
}

absl::Status GitRepository::CheckClean() const {
  git_status_options options = GIT_STATUS_OPTIONS_INIT;
  // Against the index, which is what was checked out last.
  options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED |
                  GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_INCLUDE_IGNORED |
                  GIT_STATUS_OPT_RECURSE_IGNORED_DIRS |
                  GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
  git_status_list* list = nullptr;
  RETURN_IF_ERROR(
      Check(git_status_list_new(&list, impl_->repository.get(), &options),
            impl_->directory));
  const Owned<git_status_list> owned(list);
  for (size_t i = 0; i < git_status_list_entrycount(list); ++i) {
    const std::string path =
        git_status_byindex(list, i)->index_to_workdir->new_file.path;
    if (IsTemporary(path) || impl_->IsAsCommitted(path)) continue;
    return WithHint(
        absl::FailedPreconditionError(
            absl::StrCat(impl_->directory, " is not as it was committed: ",
                         EscapeForTerminal(path))),
        "commit nothing to it and edit nothing in it: git status, git reset "
        "--hard, git clean -fd");
  }
  return absl::OkStatus();
}

bool GitRepository::has_commits() const { return impl_->head != nullptr; }

void GitRepository::Put(const std::string& path, const std::string* content) {
  impl_->put[path] =
      content != nullptr ? std::optional<std::string>(*content) : std::nullopt;
}

absl::StatusOr<bool> GitRepository::Commit(const std::string& message,
                                           int64_t time_ms) {
  ASSIGN_OR_RETURN(const git_oid tree_id, impl_->WriteTree());
  impl_->put.clear();
  if (impl_->tree != nullptr &&
      git_oid_equal(&tree_id, git_tree_id(impl_->tree.get())) != 0) {
    return false;
  }
  git_tree* tree = nullptr;
  RETURN_IF_ERROR(
      Check(git_tree_lookup(&tree, impl_->repository.get(), &tree_id),
            impl_->directory));
  Owned<git_tree> owned_tree(tree);
  git_signature* signature = nullptr;
  RETURN_IF_ERROR(Check(git_signature_new(&signature, kAuthor, kEmail,
                                          std::max<int64_t>(0, time_ms) / 1000,
                                          0),
                        impl_->directory));
  const Owned<git_signature> owned_signature(signature);
  git_oid id;
  RETURN_IF_ERROR(Check(
      // The array of the other form is const in some versions only.
      git_commit_create_v(&id, impl_->repository.get(), "HEAD", signature,
                          signature, "UTF-8", message.c_str(), tree,
                          impl_->head == nullptr ? 0 : 1, impl_->head.get()),
      impl_->directory));
  git_commit* commit = nullptr;
  RETURN_IF_ERROR(Check(
      git_commit_lookup(&commit, impl_->repository.get(), &id),
      impl_->directory));
  impl_->head.reset(commit);
  impl_->tree = std::move(owned_tree);
  return true;
}

absl::Status GitRepository::CheckOut() {
  if (impl_->head == nullptr) return absl::OkStatus();
  git_index* index = nullptr;
  RETURN_IF_ERROR(
      Check(git_repository_index(&index, impl_->repository.get()),
            impl_->directory));
  const Owned<git_index> owned_index(index);
  git_diff* diff = nullptr;
  RETURN_IF_ERROR(Check(git_diff_tree_to_index(&diff, impl_->repository.get(),
                                               impl_->tree.get(), index,
                                               nullptr),
                        impl_->directory));
  const Owned<git_diff> owned_diff(diff);
  for (size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    const git_diff_delta* const delta = git_diff_get_delta(diff, i);
    // From the tree, which is wanted, to the index, which is there.
    if (delta->status == GIT_DELTA_ADDED) {
      RETURN_IF_ERROR(RemoveBelow(impl_->directory, delta->new_file.path));
    } else {
      RETURN_IF_ERROR(impl_->Write(delta->old_file));
    }
  }
  RETURN_IF_ERROR(Check(git_index_read_tree(index, impl_->tree.get()),
                        impl_->directory));
  return Check(git_index_write(index), impl_->directory);
}

}  // namespace sr
