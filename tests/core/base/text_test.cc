#include "core/base/text.h"

#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::HasSubstr;

TEST(Excerpt, IsShortAndEscaped) {
  EXPECT_EQ(Excerpt("a\nb"), "a\\nb");
  EXPECT_EQ(Excerpt(std::string(120, 'x')), std::string(120, 'x'));
  EXPECT_EQ(Excerpt(std::string(121, 'x')), absl::StrCat(std::string(120, 'x'), "..."));
}

TEST(EscapeForTerminal, KeepsWhatAPersonCanRead) {
  EXPECT_EQ(EscapeForTerminal(""), "");
  EXPECT_EQ(EscapeForTerminal("{\"subject\":\"a b\"}"),
            "{\"subject\":\"a b\"}");
  EXPECT_EQ(EscapeForTerminal("gr\u00fc\u00df \u65e5\u672c \U0001F600"),
            "gr\u00fc\u00df \u65e5\u672c \U0001F600");
}

TEST(EscapeForTerminal, ABackslashCanBeToldFromAnEscape) {
  EXPECT_EQ(EscapeForTerminal("\\n"), "\\\\n");
  EXPECT_EQ(EscapeForTerminal("\n"), "\\n");
}

TEST(EscapeForTerminal, NoControlOfEitherSetSurvives) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = EscapeForTerminal(std::string(1, char(c)));
    EXPECT_EQ(text[0], '\\') << c;
    for (const char out : text) EXPECT_GE(out, 0x20) << c;
  }
  EXPECT_EQ(EscapeForTerminal("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(EscapeForTerminal("\x7f"), "\\x7f");
  EXPECT_EQ(EscapeForTerminal(std::string(1, '\0')), "\\x00");
  for (int c = 0x80; c < 0xA0; ++c) {  // C1, as UTF-8.
    const std::string utf8 = {'\xC2', char(c)};
    EXPECT_EQ(EscapeForTerminal(utf8)[0], '\\') << c;
  }
}

TEST(EscapeForTerminal, WhatReordersOrHidesTextIsShown) {
  EXPECT_EQ(EscapeForTerminal("\u202Eabc"), "\\u{202e}abc");
  EXPECT_EQ(EscapeForTerminal("a\u200Bb"), "a\\u{200b}b");
  EXPECT_EQ(EscapeForTerminal("\u2028"), "\\u{2028}");
  EXPECT_EQ(EscapeForTerminal("\uFEFF"), "\\u{feff}");
  EXPECT_EQ(EscapeForTerminal("\u2066"), "\\u{2066}");
  EXPECT_EQ(EscapeForTerminal("\U000E0041"), "\\u{e0041}");
}

TEST(EscapeForTerminal, BytesThatAreNoUtf8AreHex) {
  EXPECT_EQ(EscapeForTerminal("\xff"), "\\xff");
  EXPECT_EQ(EscapeForTerminal("\xc0\x80"), "\\xc0\\x80");          // overlong
  EXPECT_EQ(EscapeForTerminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(EscapeForTerminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(EscapeForTerminal("a\xe2\x82"), "a\\xe2\\x82");  // cut short
  EXPECT_EQ(EscapeForTerminal("\x9b""2J"), "\\x9b2J");  // a bare 8-bit CSI
}

// Whatever comes in, what goes out is one line that a terminal only prints.
TEST(EscapeForTerminal, RandomBytes) {
  std::mt19937_64 random(20261125);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string text = EscapeForTerminal(bytes);
    for (const char c : text) {
      ASSERT_TRUE(static_cast<uint8_t>(c) >= 0x20 && c != 0x7f) << Hex(bytes);
    }
    // Valid UTF-8 without controls: escaping it again changes backslashes only.
    std::string doubled;
    for (const char c : text) {
      doubled.push_back(c);
      if (c == '\\') doubled.push_back(c);
    }
    ASSERT_EQ(EscapeForTerminal(text), doubled) << Hex(bytes);
  }
}

TEST(Base64, RoundTripAndPadding) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64(std::string("\xff\xfe\x00", 3)), "//4A");
  for (int size = 0; size < 64; ++size) {
    const std::string bytes(static_cast<size_t>(size), static_cast<char>(size));
    EXPECT_EQ(FromBase64(Base64(bytes)).value(), bytes);
  }
  const absl::Status bad = FromBase64("not base64!\x1b").status();
  EXPECT_TRUE(absl::IsInvalidArgument(bad));
  EXPECT_THAT(std::string(bad.message()), HasSubstr("\\x1b"));
}

TEST(Hex, RoundTripAndRefusals) {
  EXPECT_EQ(Hex(std::string("\x00\xAF", 2)), "00af");
  EXPECT_EQ(FromHex("00aF").value(), std::string("\x00\xAF", 2));
  EXPECT_EQ(FromHex("").value(), "");
  EXPECT_TRUE(absl::IsInvalidArgument(FromHex("0").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(FromHex("0g").status()));
}

TEST(Numbers, AsAPersonReadsThem) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(WithThousands(-1000), "-1,000");
  EXPECT_EQ(WithThousands(-999), "-999");
  EXPECT_EQ(WithThousands(INT64_MIN), "-9,223,372,036,854,775,808");
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1024), "1.0 KiB");
  EXPECT_EQ(HumanBytes(1536 * 1024), "1.5 MiB");
  EXPECT_EQ(HumanBytes(int64_t{5} << 40), "5.0 TiB");
  EXPECT_EQ(HumanBytes(int64_t{5000} << 40), "5000.0 TiB");
}

TEST(TimestampText, IsUtcAndExact) {
  EXPECT_EQ(TimestampText(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(TimestampText(1764044733123), "2025-11-25T04:25:33.123Z");
  EXPECT_EQ(TimestampText(-1), "-1");
  EXPECT_EQ(TimestampText(INT64_MIN), absl::StrCat(INT64_MIN));
  EXPECT_FALSE(TimestampText(INT64_MAX).empty());
}

}  // namespace
}  // namespace sr
