// NOT FOR PRODUCTION. A slow, obvious decoder of record batches (message format
// 2), written from the field table of Kafka's documentation and sharing no line
// with core/record: one byte at a time, a CRC computed bit by bit. Tests hold
// the production code against it.
#ifndef TESTS_REFERENCE_REFERENCE_DECODER_H_
#define TESTS_REFERENCE_REFERENCE_DECODER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/vector_source.h"

namespace sr {

// CRC-32C, bit by bit.
uint32_t ReferenceCrc32c(const std::string& bytes);

// Decodes all batches of `log`, uncompressed ones only; control batches are
// skipped. nullopt if anything at all is not as the format says.
std::optional<std::vector<TestRecord>> ReferenceDecode(const std::string& log);

}  // namespace sr

#endif  // TESTS_REFERENCE_REFERENCE_DECODER_H_
