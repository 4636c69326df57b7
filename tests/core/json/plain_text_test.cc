#include "core/json/plain_text.h"

#include <cstdint>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace sr {
namespace {

// The same, one byte at a time.
size_t SkipSlowly(const std::string& text, size_t at, bool* has_escapes) {
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '\\' && at + 1 < text.size() && IsShortEscape(text[at + 1])) {
      *has_escapes = true;
      at += 2;
      continue;
    }
    if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80) break;
    ++at;
  }
  return at;
}

// The fast way may stop at an escape near the end of the text; whoever calls it
// goes over that and calls again.
size_t SkipAll(const std::string& text, size_t at, bool* has_escapes) {
  at = SkipPlainText(text, at, has_escapes);
  while (at + 1 < text.size() && text[at] == '\\' &&
         IsShortEscape(text[at + 1])) {
    EXPECT_GE(at + 17, text.size()) << "an escape that it should go over";
    *has_escapes = true;
    at = SkipPlainText(text, at + 2, has_escapes);
  }
  return at;
}

void ExpectTheSame(const std::string& text, size_t at) {
  bool fast_escapes = false;
  bool slow_escapes = false;
  const size_t fast = SkipAll(text, at, &fast_escapes);
  const size_t slow = SkipSlowly(text, at, &slow_escapes);
  ASSERT_EQ(fast, slow) << "from " << at << " of: " << text;
  if (fast < text.size() && text[fast] == '\\') return;
  ASSERT_EQ(fast_escapes, slow_escapes) << "from " << at << " of: " << text;
}

TEST(SkipPlainText, StopsAtTheFirstByteThatIsNotPlain) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < 200; ++place) {
      std::string text(200, 'x');
      text[place] = static_cast<char>(byte);
      ExpectTheSame(text, 0);
    }
  }
}

TEST(SkipPlainText, GoesOverShortEscapesAndStopsAtOthers) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < 200; ++place) {
      std::string text(200, 'x');
      text[place] = '\\';
      if (place + 1 < text.size()) text[place + 1] = static_cast<char>(byte);
      ExpectTheSame(text, 0);
    }
  }
}

// Runs of backslashes across the borders of blocks, each followed by a quote.
TEST(SkipPlainText, TellsOddRunsOfBackslashesFromEvenOnes) {
  for (size_t place = 0; place < 150; ++place) {
    for (size_t length = 1; length < 80; ++length) {
      const std::string text = std::string(place, 'x') +
                               std::string(length, '\\') + "\"" +
                               std::string(100, 'y') + "\"";
      ExpectTheSame(text, 0);
    }
  }
}

TEST(SkipPlainText, AgreesWithTheSlowWayOnRandomTexts) {
  constexpr uint64_t kSeed = 20261126;
  std::mt19937_64 random(kSeed);
  // Mostly what a schema's text is made of.
  const std::string letters = std::string("abcnrtfu{}[]:, 019\\\\\\\\\"\x01\xC3");
  for (int n = 0; n < 50'000; ++n) {
    const size_t rare = 1 + random() % 40;
    std::string text(random() % 300, 'a');
    for (char& c : text) {
      c = random() % rare == 0 ? letters[random() % letters.size()]
                               : letters[random() % 18];
    }
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << " text " << n);
    ExpectTheSame(text, text.empty() ? 0 : random() % text.size());
  }
}

}  // namespace
}  // namespace sr
