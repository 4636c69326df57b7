// The three digests in use and what each is for:
//   CRC-32C    Kafka's own check of a record batch (ISA-L, memory speed)
//   XXH3       our chain over records: finds every accident, at memory speed;
//              no protection against someone who wants to deceive
//   SHA-256    sealed files: also against intent (OpenSSL)
//   MD5        what Confluent registries identify a schema by; no protection
// The libraries behind them are included in digests.cc only.
#ifndef CORE_BASE_DIGESTS_H_
#define CORE_BASE_DIGESTS_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX.

namespace sr {

// CRC-32C (Castagnoli) of `bytes`; "123456789" gives 0xE3069283.
uint32_t Crc32c(absl::string_view bytes);

// CRC-32C of bytes of which the first part has `crc` (0: there is none) and `bytes`
// are the rest.
uint32_t ExtendCrc32c(uint32_t crc, absl::string_view bytes);

// XXH3 64 bit of `bytes`, seed 0 unless given.
uint64_t Xxh3_64(absl::string_view bytes, uint64_t seed = 0);

// XXH32 of `bytes`, seed 0: what the frames of lz4 have.
uint32_t Xxh32(absl::string_view bytes);

// XXH64 of `bytes`, seed 0: what Karapace's backups have.
uint64_t Xxh64(absl::string_view bytes);

// 128 bits of XXH3 in canonical (big-endian) byte order, as `xxhsum -H2`
// prints them. All zero is the digest of nothing yet: the start of a chain.
struct Digest128 {
  std::array<uint8_t, 16> bytes = {};

  absl::string_view view() const {
    return absl::string_view(reinterpret_cast<const char*>(bytes.data()),
                             bytes.size());
  }
  friend bool operator==(const Digest128& a, const Digest128& b) {
    return a.bytes == b.bytes;
  }
};

// XXH3 128 bit of `bytes`.
Digest128 Xxh3_128(absl::string_view bytes);

// 32 lower-case hex digits.
std::string ToHex(const Digest128& digest);

// InvalidArgument unless `text` is 32 hex digits.
absl::StatusOr<Digest128> DigestFromHex(absl::string_view text);

// 256 bits of SHA-256, in the order in which `sha256sum` prints them.
struct Digest256 {
  std::array<uint8_t, 32> bytes = {};

  absl::string_view view() const {
    return absl::string_view(reinterpret_cast<const char*>(bytes.data()),
                             bytes.size());
  }
  friend bool operator==(const Digest256& a, const Digest256& b) {
    return a.bytes == b.bytes;
  }
  friend bool operator<(const Digest256& a, const Digest256& b) {
    return a.bytes < b.bytes;
  }
};

// SHA-256 of `bytes`.
Digest256 Sha256(absl::string_view bytes);

// 64 lower-case hex digits.
std::string ToHex(const Digest256& digest);

// InvalidArgument unless `text` is 64 hex digits.
absl::StatusOr<Digest256> Digest256FromHex(absl::string_view text);

// SHA-256 of bytes that come in pieces: Add them in order, then Finish once.
// One thread.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(absl::string_view bytes);
  Digest256 Finish();

 private:
  evp_md_ctx_st* const context_;
};

// MD5 of `bytes`.
Digest128 Md5(absl::string_view bytes);

// SHA-256 of `bytes` as 64 lower-case hex digits.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace sr

#endif  // CORE_BASE_DIGESTS_H_
