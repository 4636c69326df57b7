#include "core/record/compression.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/digests.h"
#include "core/base/status_macros.h"

namespace sr {
namespace {

constexpr int64_t kFirstStepBytes = 64 << 10;

absl::Status Wrong(Compression codec, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(NameOf(codec), ": ", why));
}

absl::Status TooLarge(Compression codec, int64_t size_bytes_max) {
  return Wrong(codec, absl::StrCat("decompresses to more than ", size_bytes_max,
                                   " bytes"));
}

// The output of a codec that tells as it goes along: doubles until the limit.
class GrowingOutput {
 public:
  GrowingOutput(Compression codec, int64_t size_bytes_max, std::string* plain)
      : codec_(codec), size_bytes_max_(size_bytes_max), plain_(plain) {
    plain->clear();
  }

  // Makes room behind what is there: at least one byte, and one above the limit,
  // without which the end of what fills it would never be seen.
  absl::Status Grow() {
    if (used_ > size_bytes_max_) return TooLarge(codec_, size_bytes_max_);
    const int64_t room =
        std::min(std::max(used_, kFirstStepBytes), size_bytes_max_ + 1 - used_);
    plain_->resize(static_cast<size_t>(used_ + room));
    return absl::OkStatus();
  }

  char* room() { return plain_->data() + used_; }
  size_t room_bytes() const { return plain_->size() - static_cast<size_t>(used_); }
  void Take(size_t bytes) { used_ += static_cast<int64_t>(bytes); }

  absl::Status Finish() {
    if (used_ > size_bytes_max_) return TooLarge(codec_, size_bytes_max_);
    plain_->resize(static_cast<size_t>(used_));
    return absl::OkStatus();
  }

 private:
  const Compression codec_;
  const int64_t size_bytes_max_;
  std::string* const plain_;
  int64_t used_ = 0;
};

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// One member after the other, as java.util.zip.GZIPInputStream reads them.
absl::Status Gunzip(absl::string_view compressed, GrowingOutput* out) {
  if (compressed.size() > std::numeric_limits<uInt>::max()) {
    return Wrong(Compression::kGzip, "more than 4 GiB");
  }
  z_stream stream = {};
  // 15 bits of window; + 16: a gzip header and nothing else.
  if (inflateInit2(&stream, 15 + 16) != Z_OK) {
    return absl::ResourceExhaustedError("zlib: no memory");
  }
  const std::unique_ptr<z_stream, InflateEnd> end(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  while (true) {
    RETURN_IF_ERROR(out->Grow());
    const auto room = static_cast<uInt>(std::min<size_t>(
        out->room_bytes(), std::numeric_limits<uInt>::max()));
    stream.next_out = reinterpret_cast<Bytef*>(out->room());
    stream.avail_out = room;
    const int result = inflate(&stream, Z_NO_FLUSH);
    out->Take(room - stream.avail_out);
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return absl::OkStatus();
      inflateReset(&stream);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Wrong(Compression::kGzip,
                   stream.msg != nullptr ? stream.msg : "not readable");
    } else if (stream.avail_in == 0 && stream.avail_out != 0) {
      return Wrong(Compression::kGzip, "the stream ends too early");
    }
  }
}

// snappy-java's frame: magic, two versions, then blocks with their lengths.
constexpr absl::string_view kSnappyJavaMagic("\x82SNAPPY\0", 8);
constexpr size_t kSnappyJavaHeaderBytes = 16;

absl::Status UnsnappyBlock(absl::string_view block, int64_t size_bytes_max,
                           std::string* plain) {
  size_t claimed;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &claimed)) {
    return Wrong(Compression::kSnappy, "a block's length is not readable");
  }
  // Three bytes of it make 64 at most: a claim above that is not true, and
  // would only take memory.
  if (claimed / 22 > block.size()) {
    return Wrong(Compression::kSnappy, "a block claims more than it can hold");
  }
  const size_t used = plain->size();
  if (claimed > static_cast<size_t>(size_bytes_max) - used) {
    return TooLarge(Compression::kSnappy, size_bytes_max);
  }
  plain->resize(used + claimed);
  if (!snappy::RawUncompress(block.data(), block.size(), plain->data() + used)) {
    return Wrong(Compression::kSnappy, "a block is not readable");
  }
  return absl::OkStatus();
}

absl::Status Unsnappy(absl::string_view compressed, int64_t size_bytes_max,
                      std::string* plain) {
  plain->clear();
  if (!absl::StartsWith(compressed, kSnappyJavaMagic)) {
    return UnsnappyBlock(compressed, size_bytes_max, plain);
  }
  if (compressed.size() < kSnappyJavaHeaderBytes) {
    return Wrong(Compression::kSnappy, "the frame ends too early");
  }
  absl::string_view rest = compressed.substr(kSnappyJavaHeaderBytes);
  while (!rest.empty()) {
    if (rest.size() < 4) {
      return Wrong(Compression::kSnappy, "the frame ends too early");
    }
    uint32_t length = 0;
    for (size_t i = 0; i < 4; ++i) {
      length = length << 8 | static_cast<uint8_t>(rest[i]);
    }
    rest.remove_prefix(4);
    if (length > rest.size()) {
      return Wrong(Compression::kSnappy, "the frame ends too early");
    }
    RETURN_IF_ERROR(UnsnappyBlock(rest.substr(0, length), size_bytes_max, plain));
    rest.remove_prefix(length);
  }
  return absl::OkStatus();
}

// Format 0 computed the checksum of the frame's header over the magic as well.
// Gives `compressed` the right one if it has that wrong one: the frame is the
// same otherwise. (Lz4BlockOutputStream.useBrokenFlagDescriptorChecksum.)
std::string WithRightLz4Checksum(absl::string_view compressed) {
  // magic(4) FLG BD [content size(8)] [dictionary id(4)] HC
  std::string frame(compressed);
  if (frame.size() < 7) return frame;
  const auto flags = static_cast<uint8_t>(frame[4]);
  const size_t at = 6 + ((flags & 0x08) != 0 ? 8 : 0) + ((flags & 0x01) != 0 ? 4 : 0);
  if (frame.size() <= at) return frame;
  const auto checksum = [&frame, at](size_t from) {
    return static_cast<char>(
        Xxh32(absl::string_view(frame).substr(from, at - from)) >> 8);
  };
  if (frame[at] == checksum(0)) frame[at] = checksum(4);
  return frame;
}

struct Lz4DecoderDeleter {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

absl::Status Unlz4(absl::string_view compressed, GrowingOutput* out) {
  LZ4F_dctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) != 0) {
    return absl::ResourceExhaustedError("lz4: no memory");
  }
  const std::unique_ptr<LZ4F_dctx, Lz4DecoderDeleter> context(made);
  size_t pending = 1;
  while (pending != 0) {
    RETURN_IF_ERROR(out->Grow());
    size_t written = out->room_bytes();
    size_t read = compressed.size();
    pending = LZ4F_decompress(context.get(), out->room(), &written,
                              compressed.data(), &read, nullptr);
    if (LZ4F_isError(pending) != 0) {
      return Wrong(Compression::kLz4, LZ4F_getErrorName(pending));
    }
    compressed.remove_prefix(read);
    out->Take(written);
    if (pending != 0 && compressed.empty() && written == 0) {
      return Wrong(Compression::kLz4, "the frame ends too early");
    }
  }
  if (!compressed.empty()) {
    return Wrong(Compression::kLz4, "bytes are left over after the frame");
  }
  return absl::OkStatus();
}

struct ZstdDecoderDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

absl::Status Unzstd(absl::string_view compressed, GrowingOutput* out) {
  const std::unique_ptr<ZSTD_DCtx, ZstdDecoderDeleter> context(ZSTD_createDCtx());
  ZSTD_inBuffer in = {compressed.data(), compressed.size(), 0};
  size_t pending = 1;
  while (pending != 0) {
    RETURN_IF_ERROR(out->Grow());
    ZSTD_outBuffer room = {out->room(), out->room_bytes(), 0};
    pending = ZSTD_decompressStream(context.get(), &room, &in);
    if (ZSTD_isError(pending) != 0) {
      return Wrong(Compression::kZstd, ZSTD_getErrorName(pending));
    }
    out->Take(room.pos);
    if (pending != 0 && in.pos == in.size && room.pos < room.size) {
      return Wrong(Compression::kZstd, "the frame ends too early");
    }
  }
  if (in.pos != in.size) {
    return Wrong(Compression::kZstd, "bytes are left over after the frame");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view NameOf(Compression codec) {
  switch (codec) {
    case Compression::kNone:
      return "none";
    case Compression::kGzip:
      return "gzip";
    case Compression::kSnappy:
      return "snappy";
    case Compression::kLz4:
      return "lz4";
    case Compression::kZstd:
      return "zstd";
  }
  return "unknown";
}

absl::Status Decompress(Compression codec, int8_t magic,
                        absl::string_view compressed, int64_t size_bytes_max,
                        std::string* plain) {
  GrowingOutput out(codec, size_bytes_max, plain);
  switch (codec) {
    case Compression::kNone:
      if (static_cast<int64_t>(compressed.size()) > size_bytes_max) {
        return TooLarge(codec, size_bytes_max);
      }
      plain->assign(compressed.data(), compressed.size());
      return absl::OkStatus();
    case Compression::kGzip:
      RETURN_IF_ERROR(Gunzip(compressed, &out));
      break;
    case Compression::kSnappy:
      return Unsnappy(compressed, size_bytes_max, plain);
    case Compression::kLz4:
      if (magic == 0) {
        const std::string frame = WithRightLz4Checksum(compressed);
        RETURN_IF_ERROR(Unlz4(frame, &out));
      } else {
        RETURN_IF_ERROR(Unlz4(compressed, &out));
      }
      break;
    case Compression::kZstd:
      RETURN_IF_ERROR(Unzstd(compressed, &out));
      break;
    default:
      return absl::UnimplementedError(absl::StrCat(
          "codec ", int{static_cast<uint8_t>(codec)}, " is none that Kafka has"));
  }
  return out.Finish();
}

}  // namespace sr
