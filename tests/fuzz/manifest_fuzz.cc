// Any text as a MANIFEST.json: refused with a reason, or exactly what a writer
// writes for what was read from it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/archive/manifest.h"
#include "core/base/check.h"
#include "core/base/digests.h"

namespace sr {
namespace {

// `text` with the digest that a writer would have given it, in place of the
// one it has or at its end.
std::string WithValidDigest(absl::string_view text) {
  constexpr char kDigestMember[] = ",\n  \"xxh3_128\": \"";
  const absl::string_view covered = text.substr(0, text.rfind(kDigestMember));
  return absl::StrCat(covered, kDigestMember, ToHex(Xxh3_128(covered)),
                      "\"\n}\n");
}

void CheckManifest(absl::string_view text) {
  const absl::StatusOr<Manifest> manifest = DecodeManifest(text);
  if (!manifest.ok()) {
    SR_CHECK(absl::IsDataLoss(manifest.status()) ||
             absl::IsUnimplemented(manifest.status()));
    SR_CHECK(!manifest.status().message().empty());
    return;
  }
  SR_CHECK(EncodeManifest(*manifest) == text);
}

}  // namespace
}  // namespace sr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  sr::CheckManifest(text);
  sr::CheckManifest(sr::WithValidDigest(text));
  return 0;
}
