#include "core/json/plain_text.h"

#include <cstdint>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace sr {
namespace {

size_t SkipByBytes(absl::string_view text, size_t at) {
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' || c == '\\' || static_cast<signed char>(c) < ' ') break;
    ++at;
  }
  return at;
}

#ifdef __SSE2__

// Sixteen bytes.
struct Piece {
  explicit Piece(const char* from)
      : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))) {}

  // A bit for each byte that is `c`.
  uint64_t Are(char c) const {
    return Mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
  }
  // A bit for each control and each byte that is not ASCII: below a space as
  // signed numbers.
  uint64_t AreSpecial() const {
    return Mask(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')));
  }
  static uint64_t Mask(__m128i of) {
    return static_cast<uint32_t>(_mm_movemask_epi8(of));
  }

  __m128i bytes;
};

// Sixty-four bytes: what of them is what, a bit for each.
struct Block {
  explicit Block(const char* from)
      : pieces{Piece(from), Piece(from + 16), Piece(from + 32),
               Piece(from + 48)} {}

  uint64_t Are(char c) const {
    return pieces[0].Are(c) | pieces[1].Are(c) << 16 | pieces[2].Are(c) << 32 |
           pieces[3].Are(c) << 48;
  }
  uint64_t AreSpecial() const {
    return pieces[0].AreSpecial() | pieces[1].AreSpecial() << 16 |
           pieces[2].AreSpecial() << 32 | pieces[3].AreSpecial() << 48;
  }
  uint64_t AreLetterEscapes() const {
    return Are('n') | Are('t') | Are('r') | Are('b') | Are('f');
  }

  Piece pieces[4];
};

// Which bytes a backslash escapes, `backslashes` told. *carry: whether the one
// before the block does the first byte, and then the same for the next block.
// A run of backslashes escapes every second of its own bytes, and the byte
// behind it if it is odd: found by adding to each run its first bit, which
// carries to behind its end, apart for runs that begin at even and odd places.
uint64_t Escaped(uint64_t backslashes, bool* carry) {
  constexpr uint64_t kEven = 0x5555555555555555;
  backslashes &= ~static_cast<uint64_t>(*carry);
  const uint64_t follows = backslashes << 1 | static_cast<uint64_t>(*carry);
  const uint64_t odd_starts = backslashes & ~kEven & ~follows;
  uint64_t ends = 0;
  *carry = __builtin_add_overflow(odd_starts, backslashes, &ends);
  return (kEven ^ ends << 1) & follows;
}

// As SkipPlainText, while 64 bytes are left.
bool SkipBlocks(absl::string_view text, size_t* at, bool* has_escapes) {
  bool carry = false;
  while (*at + 64 <= text.size()) {
    const Block block(text.data() + *at);
    const uint64_t quotes = block.Are('"');
    const uint64_t backslashes = block.Are('\\');
    uint64_t stops = block.AreSpecial();
    if (backslashes == 0 && !carry) {
      stops |= quotes;
    } else {
      const uint64_t escaped = Escaped(backslashes, &carry);
      uint64_t bad = escaped & ~quotes & ~backslashes;
      if (bad != 0) bad &= ~block.AreLetterEscapes();
      if ((bad & 1) != 0) {
        --*at;  // To the backslash, the last byte of the block before.
        return true;
      }
      stops |= (quotes & ~escaped) | bad >> 1;
    }
    if (stops != 0) {
      const int stop = __builtin_ctzll(stops);
      if ((backslashes & ((uint64_t{1} << stop) - 1)) != 0) *has_escapes = true;
      *at += static_cast<size_t>(stop);
      return true;
    }
    if (backslashes != 0) *has_escapes = true;
    *at += 64;
  }
  if (carry) --*at;
  return false;
}

// As SkipPlainText, while 17 bytes are left: one more for what a last backslash
// escapes.
bool SkipPieces(absl::string_view text, size_t end, size_t* at,
                bool* has_escapes) {
  while (*at < end && *at + 17 <= text.size()) {
    const Piece piece(text.data() + *at);
    const uint64_t quotes = piece.Are('"');
    uint64_t stops = quotes | piece.Are('\\') | piece.AreSpecial();
    size_t step = 16;
    while (stops != 0) {
      const size_t stop = static_cast<size_t>(__builtin_ctzll(stops));
      const char c = text[*at + stop];
      if (c != '\\' || !IsShortEscape(text[*at + stop + 1])) {
        *at += stop;
        return true;
      }
      *has_escapes = true;
      if (stop == 15) step = 17;
      stops &= ~uint64_t{0} << (stop + 2);
    }
    *at += step;
  }
  return false;
}

#endif

}  // namespace

size_t SkipPlainText(absl::string_view text, size_t at, bool* has_escapes) {
#ifdef __SSE2__
  // Names and most values are short: no block for them.
  if (SkipPieces(text, at + 1, &at, has_escapes) ||
      SkipBlocks(text, &at, has_escapes) ||
      SkipPieces(text, text.size(), &at, has_escapes)) {
    return at;
  }
#endif
  return SkipByBytes(text, at);
}

}  // namespace sr
