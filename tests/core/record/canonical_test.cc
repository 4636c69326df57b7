#include "core/record/canonical.h"

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/record_generator.h"
#include "tests/support/vector_source.h"

namespace sr {
namespace {

std::string CanonicalOf(const TestRecord& record) {
  std::string bytes;
  AppendCanonicalBytes(record.View(), &bytes);
  return bytes;
}

TEST(Canonical, TellsEveryPartApart) {
  const TestRecord base{.offset = 1, .timestamp = 2, .key = "", .value = ""};
  std::vector<TestRecord> records = {base};
  auto with = [&](auto change) {
    TestRecord record = base;
    change(&record);
    records.push_back(record);
  };
  with([](TestRecord* r) { r->offset = 2; });
  with([](TestRecord* r) { r->timestamp = 3; });
  with([](TestRecord* r) {
    r->timestamp_type = TimestampType::kLogAppendTime;
  });
  with([](TestRecord* r) { r->key = std::nullopt; });
  with([](TestRecord* r) { r->value = std::nullopt; });
  with([](TestRecord* r) { r->key = "a"; });
  with([](TestRecord* r) { r->value = "a"; });
  with([](TestRecord* r) { r->headers = {{"", ""}}; });
  with([](TestRecord* r) { r->headers = {{"", std::nullopt}}; });
  with([](TestRecord* r) { r->headers = {{"a", ""}, {"b", ""}}; });
  with([](TestRecord* r) { r->headers = {{"b", ""}, {"a", ""}}; });
  with([](TestRecord* r) { r->headers = {{"a", ""}, {"a", ""}}; });
  std::set<std::string> distinct;
  for (const TestRecord& record : records) distinct.insert(CanonicalOf(record));
  EXPECT_EQ(distinct.size(), records.size());
}

TEST(Canonical, ContentLeavesOutWhatAShadowChanges) {
  TestRecord a{.offset = 1, .timestamp = 2, .key = "k", .value = "v"};
  TestRecord b = a;
  b.offset = 9;
  b.timestamp = 8;
  b.timestamp_type = TimestampType::kLogAppendTime;
  EXPECT_EQ(ContentDigest(a.View()), ContentDigest(b.View()));
  b.value = std::nullopt;
  EXPECT_FALSE(ContentDigest(a.View()) == ContentDigest(b.View()));
}

// Pins the chain's definition: a change of it makes every archive unreadable.
TEST(Chain, IsTheDigestOfTheDigestBeforeAndTheCanonicalBytes) {
  const TestRecord record{.offset = 1, .timestamp = 2, .key = "k"};
  Chain chain;
  chain.Add(record.View());
  EXPECT_EQ(chain.digest(),
            Xxh3_128(std::string(16, '\0') + CanonicalOf(record)));
  const std::string canonical = CanonicalOf(record);
  EXPECT_EQ(canonical.size(), 8u + 8 + 1 + 8 + 1 + 8 + 8);
  EXPECT_EQ(ToHex(chain.digest()), "da61ccd8eab998950a451d9c2838e047");
}

TEST(Chain, DoesNotDependOnHowRecordsAreCut) {
  const uint64_t seed = TestSeed(4);
  const std::vector<TestRecord> records = RecordGenerator(seed).Take(100);
  Chain whole;
  for (const TestRecord& record : records) whole.Add(record.View());
  Chain first;
  for (size_t i = 0; i < 37; ++i) first.Add(records[i].View());
  Chain rest(first.digest());
  for (size_t i = 37; i < records.size(); ++i) rest.Add(records[i].View());
  EXPECT_EQ(rest.digest(), whole.digest()) << ReplayHint(seed);
}

}  // namespace
}  // namespace sr
