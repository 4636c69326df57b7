// The digests against values that others computed: RFC 3720, xxhsum, sha256sum.
#include "core/base/digests.h"

#include <string>

#include "gtest/gtest.h"

namespace sr {
namespace {

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62A8AB43u);
}

TEST(Crc32c, IsTheSameInTwoParts) {
  const absl::string_view bytes = "123456789";
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(ExtendCrc32c(Crc32c(bytes.substr(0, cut)), bytes.substr(cut)),
              0xE3069283u)
        << cut;
  }
}

TEST(Xxh3, KnownValues) {
  EXPECT_EQ(Xxh3_64(""), 0x2D06800538D394C2u);
  EXPECT_EQ(ToHex(Xxh3_128("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_NE(Xxh3_64("a"), Xxh3_64("a", 1));
}

TEST(Sha256, KnownValues) {
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest128, TextRoundTripAndRefusals) {
  const Digest128 digest = Xxh3_128("x");
  EXPECT_EQ(DigestFromHex(ToHex(digest)).value(), digest);
  EXPECT_FALSE(digest == Xxh3_128("y"));
  EXPECT_TRUE(absl::IsInvalidArgument(DigestFromHex("").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      DigestFromHex(std::string(31, '0')).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      DigestFromHex(std::string(34, '0')).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      DigestFromHex(std::string(32, 'g')).status()));
}

}  // namespace
}  // namespace sr
