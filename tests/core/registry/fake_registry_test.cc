// The fake registry against what real ones answered: an extra, where the
// recordings lie beside the project.
#include "tests/support/registry/fake_registry.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/json/canonical_json.h"
#include "core/json/json.h"
#include "core/json/json_scanner.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/recorded_topic.h"

namespace sr {
namespace {

// The requests that ReadRegistry makes: none that is formatted or falls back, none
// of an alias, of a subject that is not in its normal form, or of a version that
// is no number.
bool IsAsked(const std::string& path) {
  for (const char* part :
       {"format=", "defaultToGlobal", "latest", "/-", "/0", "/9999", "/abc",
        "/schema", "referencedby", "deletedOnly", "deletedAsNegative", "alias",
        "%3A.%3A", "%00"}) {
    if (absl::StrContains(path.substr(1), part)) return false;
  }
  return absl::StrContains(path, "subjectPrefix=:*:&offset=") ||
         path == "/subjects?subjectPrefix=:*:&deleted=true" ||
         path == "/contexts" || path == "/config" || path == "/mode" ||
         absl::StartsWith(path, "/config/") ||
         absl::StartsWith(path, "/mode/") ||
         (absl::StartsWith(path, "/subjects/") &&
          absl::StrContains(path, "/versions"));
}

// One written form; not JSON: as it is.
std::string Canonical(const std::string& body) {
  const absl::StatusOr<JsonScan> scan = ScanJson(body);
  if (!scan.ok() || scan->has_trailing) return body;
  std::string out;
  AppendCanonicalJson(scan->value, &out);
  return out;
}

// Whether the bodies of two answers are to be the same: errors by their code.
void ExpectSame(const JsonValue& recorded, const HttpReply& reply) {
  const auto status = static_cast<int>(recorded.Find("status")->int64_value());
  EXPECT_EQ(reply.status, status);
  if (status == 200) {
    EXPECT_EQ(Canonical(reply.body),
              Canonical(recorded.Find("body")->string_value()));
  }
}

int CompareWith(const std::string& directory, const std::string& version) {
  ConfluentReplayOptions options;
  options.version = *ConfluentVersion::Parse(version);
  options.content_md5 = true;
  ConfluentReplay replay(options);
  FakeRegistry registry(Product::kConfluent, version);
  registry.Hold(ContentOf(RecordsOfRecording(directory + "/records.jsonl"), &replay,
                          Product::kConfluent));
  int compared = 0;
  for (const JsonValue& recorded :
       RecordedLines(directory + "/rest.jsonl.xz")) {
    const std::string path = recorded.Find("path")->string_value();
    if (!IsAsked(path)) continue;
    SCOPED_TRACE(path);
    ExpectSame(recorded, registry.Answer(path));
    ++compared;
  }
  return compared;
}

TEST(FakeRegistryTest, AnswersAsTheRealOnesDid) {
  const std::string recordings = "../shared/golden/confluent/";
  struct stat found;
  if (stat(recordings.c_str(), &found) != 0) {
    GTEST_SKIP() << "no recordings beside the project";
  }
  for (const char* version : {"8.2.2", "7.6.13"}) {
    SCOPED_TRACE(version);
    EXPECT_GT(CompareWith(absl::StrCat(recordings, version, "/s1-basic"),
                          version),
              300);
  }
}

}  // namespace
}  // namespace sr
