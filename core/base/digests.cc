#include "core/base/digests.h"

#include <isa-l/crc.h>
#include <openssl/evp.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/check.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

template <typename Digest>
absl::StatusOr<Digest> FromHexDigits(absl::string_view text) {
  ASSIGN_OR_RETURN(const std::string bytes, FromHex(text));
  Digest digest;
  if (bytes.size() != digest.bytes.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a ", 8 * digest.bytes.size(), "-bit digest has ",
        2 * digest.bytes.size(), " hex digits, not ", text.size()));
  }
  std::memcpy(digest.bytes.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace

uint32_t Crc32c(absl::string_view bytes) { return ExtendCrc32c(0, bytes); }

uint32_t ExtendCrc32c(uint32_t crc, absl::string_view bytes) {
  // ISA-L takes an int length and a non-const pointer, and leaves the
  // customary inversion to its caller.
  constexpr size_t kStep = size_t{1} << 30;
  crc = ~crc;
  while (!bytes.empty()) {
    const size_t length = std::min(bytes.size(), kStep);
    crc = crc32_iscsi(
        reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())),
        static_cast<int>(length), crc);
    bytes.remove_prefix(length);
  }
  return ~crc;
}

uint32_t Xxh32(absl::string_view bytes) {
  return XXH32(bytes.data(), bytes.size(), 0);
}

uint64_t Xxh64(absl::string_view bytes) {
  return XXH64(bytes.data(), bytes.size(), 0);
}

uint64_t Xxh3_64(absl::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Digest128 Xxh3_128(absl::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical,
                           XXH3_128bits(bytes.data(), bytes.size()));
  Digest128 digest;
  std::memcpy(digest.bytes.data(), canonical.digest, digest.bytes.size());
  return digest;
}

std::string ToHex(const Digest128& digest) { return Hex(digest.view()); }

absl::StatusOr<Digest128> DigestFromHex(absl::string_view text) {
  return FromHexDigits<Digest128>(text);
}

Digest128 Md5(absl::string_view bytes) {
  Digest128 digest;
  SR_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), nullptr,
                      EVP_md5(), nullptr) == 1);
  return digest;
}

Digest256 Sha256(absl::string_view bytes) {
  Digest256 digest;
  // Fails only in a broken OpenSSL; a wrong digest must never leave.
  SR_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), nullptr,
                      EVP_sha256(), nullptr) == 1);
  return digest;
}

std::string ToHex(const Digest256& digest) { return Hex(digest.view()); }

absl::StatusOr<Digest256> Digest256FromHex(absl::string_view text) {
  return FromHexDigits<Digest256>(text);
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  SR_CHECK(context_ != nullptr &&
           EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(context_); }

void Sha256Stream::Add(absl::string_view bytes) {
  SR_CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
}

Digest256 Sha256Stream::Finish() {
  Digest256 digest;
  SR_CHECK(EVP_DigestFinal_ex(context_, digest.bytes.data(), nullptr) == 1);
  return digest;
}

std::string Sha256Hex(absl::string_view bytes) { return ToHex(Sha256(bytes)); }

}  // namespace sr
