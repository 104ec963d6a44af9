// server/coding.cc: zlib and libzstd as streams.
#include "server/coding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "base/text.h"

namespace pharos::server {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // 16: with the header and trailer of gzip.
constexpr int gzip_level = 5;
constexpr int zstd_level = 3;
// 8 MiB, what RFC 8878 asks of every decoder, and no more for a client to make us hold.
constexpr int zstd_window_log_max = 23;

std::unexpected<Problem> broken(std::string_view format) {
  return refuse(ProblemCode::unsupported_encoding,
                "the body is not {} as its Content-Encoding says; send it whole, or plain", format);
}

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() { ASSERT(::inflateInit2(&stream_, gzip_window_bits) == Z_OK); }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Answer<> feed(std::string_view& packed, std::string& into) override {
    const std::size_t first = into.size();
    if (ended_) {  // A further member, if there is more.
      if (packed.empty()) return {};
      ::inflateReset(&stream_);
      ended_ = false;
    }
    into.resize(first + piece_bytes);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into.data() + first);
    stream_.avail_out = piece_bytes;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    into.resize(into.size() - stream_.avail_out);
    packed.remove_prefix(packed.size() - stream_.avail_in);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken("gzip");
    ended_ = code == Z_STREAM_END;
    return {};
  }
  bool is_whole() const override { return ended_; }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(::ZSTD_createDStream()) {
    ASSERT(stream_ != nullptr);
    ::ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, zstd_window_log_max);
  }
  ~ZstdDecoder() override { ::ZSTD_freeDStream(stream_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  Answer<> feed(std::string_view& packed, std::string& into) override {
    if (packed.empty() && ended_) return {};
    const std::size_t first = into.size();
    into.resize(first + piece_bytes);
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{into.data() + first, piece_bytes, 0};
    const std::size_t left = ::ZSTD_decompressStream(stream_, &out, &in);
    into.resize(first + out.pos);
    packed.remove_prefix(in.pos);
    if (::ZSTD_isError(left) != 0) return broken("zstd");
    ended_ = left == 0;
    return {};
  }
  bool is_whole() const override { return ended_; }

 private:
  ZSTD_DStream* stream_;
  bool ended_ = false;
};

std::string gzipped(std::string_view body) {
  z_stream stream{};
  ASSERT(::deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) ==
         Z_OK);
  std::string out(::deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ASSERT(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string zstd_packed(std::string_view body) {
  std::string out(::ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ::ZSTD_compress(out.data(), out.size(), body.data(), body.size(), zstd_level);
  ASSERT(::ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

}  // namespace

Answer<std::unique_ptr<Decoder>> make_decoder(std::string_view content_encoding) {
  const std::string_view name = trimmed(content_encoding);
  if (name.empty() || equal_ignoring_case(name, "identity")) return nullptr;
  if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip"))
    return std::make_unique<GzipDecoder>();
  if (equal_ignoring_case(name, "zstd")) return std::make_unique<ZstdDecoder>();
  return refuse(ProblemCode::unsupported_encoding,
                "Content-Encoding {} is not taken; send gzip, zstd or none", quoted(name));
}

std::string_view name_of(Coding coding) {
  return coding == Coding::gzip ? "gzip" : coding == Coding::zstd ? "zstd" : "identity";
}

Coding choose_coding(std::string_view accept_encoding) {
  if (lists(accept_encoding, "zstd")) return Coding::zstd;
  if (lists(accept_encoding, "gzip")) return Coding::gzip;
  return Coding::none;
}

std::string packed(std::string_view body, Coding coding) {
  switch (coding) {
    case Coding::gzip: return gzipped(body);
    case Coding::zstd: return zstd_packed(body);
    default: return std::string(body);
  }
}

}  // namespace pharos::server
