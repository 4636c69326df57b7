// The digest of a .log does not depend on how it was cut, nor on the thread's pace.
#include "core/archive/log_digester.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SR_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SR_SANITIZED 1
#endif

#ifndef SR_SANITIZED
namespace {
std::atomic<int> threads_refused{-1};  // -1: they are given.
}

// Instead of libc's, which the sanitizers replace for their own use.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) {
  if (threads_refused >= 0) {
    ++threads_refused;
    return EAGAIN;
  }
  static const auto next =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return next(thread, attributes, run, argument);
}
#endif

namespace sr {
namespace {

std::string RandomBytes(size_t size, std::mt19937_64* random) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>((*random)());
  return bytes;
}

void ExpectDigestOf(absl::string_view bytes, const LogDigest& digest) {
  EXPECT_EQ(digest.bytes, static_cast<int64_t>(bytes.size()));
  EXPECT_EQ(digest.crc32c, Crc32c(bytes));
  EXPECT_EQ(ToHex(digest.sha256), Sha256Hex(bytes));
}

TEST(LogDigester, NothingHasTheDigestOfNothing) {
  LogDigester digester;
  ExpectDigestOf("", digester.Finish());
  ExpectDigestOf("", digester.Finish());
}

// Around the size at which the thread gets a piece, and the one that is too large
// for it; each behind a small piece that is still being collected.
TEST(LogDigester, PiecesOfEverySize) {
  std::mt19937_64 random(1);
  LogDigester digester;
  for (const size_t size :
       {size_t{1}, size_t{256 << 10} - 2, size_t{256 << 10} - 1, size_t{256 << 10},
        size_t{1} << 20, size_t{4} << 20, (size_t{4} << 20) + 1, size_t{9} << 20}) {
    SCOPED_TRACE(size);
    const std::string small = "x";
    const std::string large = RandomBytes(size, &random);
    for (const std::string* piece : {&small, &large, &small, &large, &large}) {
      std::string bytes = *piece;
      digester.Add(&bytes);
    }
    ExpectDigestOf(small + large + small + large + large, digester.Finish());
  }
}

TEST(LogDigester, RandomPiecesOfManySegments) {
  constexpr uint64_t kSeed = 2;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  const std::string source = RandomBytes(6 << 20, &random);
  LogDigester digester;
  std::string buffer;  // Used again, as the writer does.
  for (int segment = 0; segment < 30; ++segment) {
    std::string all;
    const size_t pieces = random() % 12;
    for (size_t i = 0; i < pieces; ++i) {
      const size_t size = random() % (size_t{1} << (random() % 23));
      const size_t begin = random() % (source.size() - size);
      buffer.assign(source, begin, size);
      all.append(buffer);
      digester.Add(&buffer);
    }
    ExpectDigestOf(all, digester.Finish());
  }
}

#ifndef SR_SANITIZED
TEST(LogDigester, WithoutAThreadItDoesTheWorkItself) {
  std::mt19937_64 random(3);
  const std::string large = RandomBytes(size_t{1} << 20, &random);
  LogDigester digester;
  threads_refused = 0;
  for (int i = 0; i < 3; ++i) {
    std::string bytes = large;
    digester.Add(&bytes);
  }
  EXPECT_EQ(threads_refused, 3);
  threads_refused = -1;
  std::string bytes = large;
  digester.Add(&bytes);  // Now there is one.
  ExpectDigestOf(large + large + large + large, digester.Finish());
}
#endif

TEST(LogDigester, MayBeDestroyedAtWork) {
  for (int i = 0; i < 100; ++i) {
    LogDigester digester;
    std::string bytes(size_t{1} << 20, 'x');
    digester.Add(&bytes);
  }
}

}  // namespace
}  // namespace sr
