// Histories as registries write them have no finding above info, however they
// were compacted.
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "core/findings/codes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/corpus_records.h"
#include "tests/support/record_generator.h"
#include "tests/verifier/finding_lines.h"
#include "verifier/checks/topic_records.h"

namespace sr {
namespace {

// Compacted at random, and whole. What is only worth knowing may be there.
TEST(CleanHistoriesTest, OfEveryProductHaveNothingAboveInfo) {
  const uint64_t seed = TestSeed(20261125);
  SCOPED_TRACE(ReplayHint(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::pair<CorpusProduct, Product>> products = {
      {CorpusProduct::kConfluent8, Product::kConfluent},
      {CorpusProduct::kConfluent7, Product::kConfluent},
      {CorpusProduct::kKarapace, Product::kKarapace},
      {CorpusProduct::kRedpanda, Product::kRedpanda}};
  // All of them in the tier that has the time.
  const int histories = std::getenv("SR_EXHAUSTIVE") == nullptr ? 400 : 10'000;
  for (int i = 0; i < histories; ++i) {
    const auto& [corpus_product, product] =
        products[static_cast<size_t>(i) % products.size()];
    const int64_t size = 50 + static_cast<int64_t>(random() % 400);
    CorpusShape shape;
    shape.product = corpus_product;
    shape.seed = random();
    shape.largest_schema_bytes = 400;
    const std::vector<CorpusRecord> corpus =
        Corpus(shape, size);
    const uint64_t cleaned = random() % static_cast<uint64_t>(size + 1);
    const uint64_t expired = random() % (cleaned + 1);
    for (const auto& records :
         {corpus, Compacted(corpus, static_cast<int64_t>(cleaned),
                            static_cast<int64_t>(expired))}) {
      TopicRecords topic("copy");
      topic.Add(BatchOf(TestRecordsOf(records)));
      const TopicRecordsResult result = topic.Finish();
      for (const std::string& finding : FindingLines(result)) {
        // A history may end in the middle of an import.
        if (absl::StrContains(finding, codes::kModeImportLeft)) continue;
        ASSERT_THAT(finding, testing::StartsWith("info ")) << "history " << i;
      }
      ASSERT_EQ(result.product.product, product) << result.product.reason;
      ASSERT_EQ(result.replay.outcome, Outcome::kRun);
      ASSERT_THAT(result.outlook, testing::HasSubstr("will start with"));
      ASSERT_THAT(result.outlook, testing::Not(testing::HasSubstr("skip")));
    }
  }
}

}  // namespace
}  // namespace sr
