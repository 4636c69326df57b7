#include "core/schemas/id_table.h"

#include <cstdint>
#include <limits>
#include <map>
#include <random>

#include "gtest/gtest.h"

namespace sr {
namespace {

// Beside a plain map, on ids that are counted up, and jump, and come back.
TEST(IdTableTest, IsAMap) {
  constexpr unsigned kSeed = 20261126;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    IdTable table;
    std::map<int32_t, int32_t> reference;  // By id, the version of subject 7.
    int32_t next = 0;
    for (int step = 0; step < 600; ++step) {
      int32_t id = next;
      switch (random() % 8) {
        case 0:  // Ahead of the dense ones: they reach it later.
          id = next + static_cast<int32_t>(random() % 400);
          break;
        case 1:
          id = static_cast<int32_t>(random() % 1000);
          break;
        case 2:
          id = random() % 2 == 0 ? std::numeric_limits<int32_t>::max()
                                 : -static_cast<int32_t>(random() % 5);
          break;
        default:
          ++next;
      }
      if (random() % 4 == 0) {
        const auto known = reference.find(id);
        IdUses* const uses = table.Find(id);
        ASSERT_EQ(uses != nullptr, known != reference.end()) << id;
        if (uses != nullptr) uses->Remove(7, known->second);
        table.Drop(id);
        reference.erase(id);
      } else {
        table.Make(id)->Put(7, step);
        reference[id] = step;
      }
    }
    for (int32_t id = -6; id < 2000; ++id) {
      const auto known = reference.find(id);
      const IdUses* const uses = table.Find(id);
      ASSERT_EQ(uses != nullptr, known != reference.end()) << id;
      if (uses != nullptr) {
        ASSERT_EQ(uses->Any().version, known->second) << id;
      }
    }
  }
}

// Ids that each reach an eighth further take no more room than others.
TEST(IdTableTest, RoomIsBoundedByTheIdsThatThereAre) {
  IdTable table;
  int64_t id = 1;
  int made = 0;
  while (id < std::numeric_limits<int32_t>::max()) {
    table.Make(static_cast<int32_t>(id))->Put(7, 1);
    ++made;
    id += id / 9 + 1;
  }
  EXPECT_LT(table.dense_size(), 64u + 2u * static_cast<size_t>(made));
  IdTable counted;
  for (int32_t next = 1; next <= 100'000; ++next) {
    counted.Make(next)->Put(7, 1);
  }
  EXPECT_EQ(counted.dense_size(), 100'001u);
}

}  // namespace
}  // namespace sr
