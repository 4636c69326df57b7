#include "core/record/compression.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/kafka_log.h"

namespace sr {
namespace {

constexpr int64_t kLimit = 1 << 20;

struct Form {
  Compression codec;
  Framing framing;
  int8_t magic;
};

const std::vector<Form>& Forms() {
  static const auto* const forms = new std::vector<Form>{
      {Compression::kGzip, Framing::kUsual, 2},
      {Compression::kSnappy, Framing::kUsual, 2},
      {Compression::kSnappy, Framing::kRawSnappy, 2},
      {Compression::kLz4, Framing::kUsual, 2},
      {Compression::kLz4, Framing::kUsual, 0},
      {Compression::kLz4, Framing::kBrokenLz4, 0},
      {Compression::kZstd, Framing::kUsual, 2},
  };
  return *forms;
}

std::string Name(const Form& form) {
  return absl::StrCat(NameOf(form.codec), " framing ", int(form.framing), " magic ",
                      int{form.magic});
}

// Half of it repeats, half does not; more than one block of any codec.
std::string Sample() {
  std::mt19937_64 random(11);
  std::string text;
  while (text.size() < 200'000) {
    absl::StrAppend(&text, "{\"subject\":\"orders-value\",\"id\":", random(), "}");
  }
  return text;
}

absl::Status Unpack(const Form& form, absl::string_view packed, int64_t limit,
                    std::string* plain) {
  return Decompress(form.codec, form.magic, packed, limit, plain);
}

TEST(Compression, GivesBackWhatEachCodecTook) {
  for (const std::string& text : {std::string(), std::string("x"), Sample()}) {
    for (const Form& form : Forms()) {
      std::string plain = "what was there before";
      const absl::Status status =
          Unpack(form, CompressWith(form.codec, form.framing, text), kLimit, &plain);
      ASSERT_TRUE(status.ok()) << Name(form) << ": " << status;
      EXPECT_EQ(plain, text) << Name(form);
    }
  }
}

TEST(Compression, TheLimitIsExact) {
  const std::string text = Sample();
  const auto size = static_cast<int64_t>(text.size());
  for (const Form& form : Forms()) {
    const std::string packed = CompressWith(form.codec, form.framing, text);
    std::string plain;
    EXPECT_TRUE(Unpack(form, packed, size, &plain).ok()) << Name(form);
    const absl::Status status = Unpack(form, packed, size - 1, &plain);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << Name(form);
    EXPECT_TRUE(absl::StrContains(status.message(), "more than")) << status;
  }
}

// A few kilobytes that would become a gigabyte take no more memory than the limit.
TEST(Compression, BombsAreStoppedAtTheLimit) {
  const std::string zeros(64 << 20, '\0');
  for (const Form& form : Forms()) {
    std::string plain;
    const absl::Status status = Unpack(
        form, CompressWith(form.codec, form.framing, zeros), kLimit, &plain);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << Name(form);
    EXPECT_LE(plain.capacity(), static_cast<size_t>(4 * kLimit)) << Name(form);
  }
}

// A claim alone takes no memory: 4 GiB in five bytes.
TEST(Compression, ABlockThatClaimsTooMuchIsRefusedAtOnce) {
  std::string plain;
  const absl::Status status =
      Decompress(Compression::kSnappy, 2, "\xff\xff\xff\xff\x0f", int64_t{1} << 40, &plain);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::StrContains(status.message(), "claims more")) << status;
  EXPECT_LT(plain.capacity(), 1000U);
}

// The frame of snappy-java has no end of its own: cut between two blocks it is a
// whole one with less in it. The batch around it has a CRC.
TEST(Compression, NoTruncationGivesTheWhole) {
  const std::string text = Sample().substr(0, 40'000);
  for (const Form& form : Forms()) {
    const std::string packed = CompressWith(form.codec, form.framing, text);
    for (size_t size = 0; size < packed.size(); ++size) {
      std::string plain;
      const absl::Status status =
          Unpack(form, packed.substr(0, size), kLimit, &plain);
      if (form.codec == Compression::kSnappy && status.ok()) {
        ASSERT_LT(plain.size(), text.size()) << Name(form) << " " << size;
        continue;
      }
      ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << Name(form) << " " << size;
    }
  }
}

TEST(Compression, BytesLeftOverAreRefused) {
  for (const Form& form : Forms()) {
    std::string plain;
    const std::string packed = CompressWith(form.codec, form.framing, "value") + "x";
    EXPECT_EQ(Unpack(form, packed, kLimit, &plain).code(), absl::StatusCode::kDataLoss)
        << Name(form);
  }
}

TEST(Compression, ChangedBytesNeverCrash) {
  const std::string text = Sample().substr(0, 3'000);
  std::mt19937_64 random(5);
  for (const Form& form : Forms()) {
    const std::string packed = CompressWith(form.codec, form.framing, text);
    for (int i = 0; i < 3'000; ++i) {
      std::string bad = packed;
      for (int changes = 0; changes < 3; ++changes) {
        bad[random() % bad.size()] = static_cast<char>(random());
      }
      std::string plain;
      const absl::Status status = Unpack(form, bad, kLimit, &plain);
      EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
      EXPECT_LE(plain.size(), static_cast<size_t>(kLimit + 1));
    }
  }
}

// Two gzip members are one stream to Java.
TEST(Compression, GzipMembersFollowEachOther) {
  const std::string packed = CompressWith(Compression::kGzip, Framing::kUsual, "one ") +
                             CompressWith(Compression::kGzip, Framing::kUsual, "two");
  std::string plain;
  ASSERT_TRUE(Decompress(Compression::kGzip, 2, packed, kLimit, &plain).ok());
  EXPECT_EQ(plain, "one two");
}

TEST(Compression, TheWrongChecksumOfFormat0IsRightThereOnly) {
  const std::string packed = CompressWith(Compression::kLz4, Framing::kBrokenLz4, "v");
  std::string plain;
  EXPECT_TRUE(Decompress(Compression::kLz4, 0, packed, kLimit, &plain).ok());
  EXPECT_EQ(Decompress(Compression::kLz4, 1, packed, kLimit, &plain).code(),
            absl::StatusCode::kDataLoss);
}

TEST(Compression, NamesEachCodec) {
  EXPECT_EQ(NameOf(Compression::kNone), "none");
  EXPECT_EQ(NameOf(Compression::kGzip), "gzip");
  EXPECT_EQ(NameOf(Compression::kSnappy), "snappy");
  EXPECT_EQ(NameOf(Compression::kLz4), "lz4");
  EXPECT_EQ(NameOf(Compression::kZstd), "zstd");
  std::string plain;
  EXPECT_EQ(Decompress(static_cast<Compression>(5), 2, "x", kLimit, &plain).code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(NameOf(static_cast<Compression>(5)), "unknown");
}

}  // namespace
}  // namespace sr
