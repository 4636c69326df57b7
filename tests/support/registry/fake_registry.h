// A registry for tests that answers over REST as Confluent, Karapace and Redpanda
// do, of what it is given to hold; held against the recorded answers of real ones
// by fake_registry_test.
#ifndef TESTS_SUPPORT_REGISTRY_FAKE_REGISTRY_H_
#define TESTS_SUPPORT_REGISTRY_FAKE_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/mutex.h"
#include "core/schemas/product.h"
#include "core/schemas/registry_replay.h"
#include "tests/support/registry/http_server.h"
#include "tests/support/vector_source.h"

namespace sr {

// What it holds of a version, as JSON of its answers.
struct FakeSchema {
  std::string members;  // "\"id\":1,\"schema\":\"...\"", without type.
  std::string type;     // "AVRO".
  bool deleted = false;
  std::string guid;  // "" if it is not told.
  int64_t ts = -1;
};

struct FakeContent {
  std::map<std::pair<std::string, int32_t>, FakeSchema> schemas;
  std::map<std::string, std::string> configs;  // JSON; "" is global.
  std::map<std::string, std::string> modes;    // Names.
  std::vector<std::string> contexts;           // Without ".".
};

// What a registry holds that read `records` as `replay` does.
FakeContent ContentOf(const std::vector<TestRecord>& records,
                      RegistryReplay* replay, Product product);

class FakeRegistry {
 public:
  // `version`: "8.2.2"; of Karapace and Redpanda what they say themselves.
  FakeRegistry(Product product, std::string version);

  std::string url() const { return server_->url(); }
  HttpServerCounts counts() const { return server_->counts(); }

  // At any time.
  void Hold(FakeContent content);
  FakeContent content() const;

  // Lists have no more entries than this at once, whatever is asked for: Confluent
  // 8.0 and later can be set up so.
  void SetPageMax(size_t page_max);

  // Instead of its own answer, where it gives one. Called from many threads.
  using Misbehave =
      std::function<std::optional<HttpReply>(const HttpRequest&)>;
  void SetMisbehaviour(Misbehave misbehave);

  // Its own answer.
  HttpReply Answer(const std::string& target) const;

 private:
  HttpReply AnswerTo(const HttpRequest& request) const;
  HttpReply Listing(const std::map<std::string, std::string>& query) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::string> PageOf(
      const std::vector<std::string>& all,
      const std::map<std::string, std::string>& query) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpReply Subjects(bool deleted,
                     const std::map<std::string, std::string>& query) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpReply Versions(const std::string& subject, bool deleted,
                     const std::map<std::string, std::string>& query) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpReply Version(const std::string& subject, int32_t version,
                    bool deleted) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HttpReply Setting(const std::string& path, bool is_config) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string SchemaObject(const std::pair<std::string, int32_t>& name,
                           const FakeSchema& schema, bool in_listing) const;
  bool IsConfluentSince(int major, int minor = 0, int patch = 0) const;

  const Product product_;
  const std::string version_;
  mutable Mutex mutex_;
  FakeContent content_ ABSL_GUARDED_BY(mutex_);
  size_t page_max_ ABSL_GUARDED_BY(mutex_) = 1000;
  Misbehave misbehave_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<HttpServer> server_;  // Last: it answers from the others.
};

}  // namespace sr

#endif  // TESTS_SUPPORT_REGISTRY_FAKE_REGISTRY_H_
