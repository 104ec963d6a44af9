// ingest/input.cc: plain, gzip and Zstandard files as one stream of bytes, and the cutting of rows.
#include "ingest/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "ingest/csv.h"

namespace pharos::ingest {
namespace {

constexpr std::size_t packed_bytes = 256U << 10;  // Read at once from an archive.

class PlainFile : public ByteSource {
 public:
  PlainFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  ~PlainFile() override { ::close(descriptor_); }

  Result<std::size_t> read(char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t count = ::read(descriptor_, into + done, size - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(ErrorCode::io, "{}: cannot read: {}", path_, std::strerror(errno));
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    bytes_read_ += done;
    return done;
  }
  std::uint64_t bytes_stored_read() const override { return bytes_read_; }

 private:
  std::string path_;
  int descriptor_;
  std::uint64_t bytes_read_ = 0;
};

// What the two archive formats share: a buffer of packed bytes.
class Archive : public ByteSource {
 public:
  Archive(std::string path, std::unique_ptr<ByteSource> packed)
      : path_(std::move(path)), packed_(std::move(packed)), buffer_(packed_bytes) {}
  std::uint64_t bytes_stored_read() const override { return packed_->bytes_stored_read(); }

 protected:
  Result<bool> refill() {  // False at the end of the file.
    size_ = TRY(packed_->read(buffer_.data(), buffer_.size()));
    at_ = 0;
    return size_ > 0;
  }
  std::unexpected<Error> damaged(std::string_view what) const {
    return fail(ErrorCode::invalid, "{}: the archive is damaged: {}", path_, what);
  }

  std::string path_;
  std::unique_ptr<ByteSource> packed_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, size_ = 0;
};

class GzipFile : public Archive {
 public:
  using Archive::Archive;
  ~GzipFile() override {
    if (open_) inflateEnd(&stream_);
  }

  Result<std::size_t> read(char* into, std::size_t size) override {
    std::size_t done = 0;
    while (done < size) {
      if (at_ == size_ && !TRY(refill())) {
        if (inside_) return damaged("it ends too early");
        break;
      }
      if (!open_) {
        open_ = inflateInit2(&stream_, 15 + 16) == Z_OK;  // 16: gzip only.
        if (!open_) return fail(ErrorCode::limit, "{}: no memory to unpack it", path_);
      }
      inside_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data() + at_);
      stream_.avail_in = static_cast<uInt>(size_ - at_);
      stream_.next_out = reinterpret_cast<Bytef*>(into + done);
      stream_.avail_out = static_cast<uInt>(size - done);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      at_ = size_ - stream_.avail_in;
      done = size - stream_.avail_out;
      if (code == Z_STREAM_END) {
        inside_ = false;
        inflateReset(&stream_);
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return damaged(stream_.msg ? stream_.msg : "its contents do not unpack");
      }
    }
    return done;
  }

 private:
  z_stream stream_{};
  bool open_ = false;
  bool inside_ = false;  // A member has begun and not ended.
};

class ZstdFile : public Archive {
 public:
  ZstdFile(std::string path, std::unique_ptr<ByteSource> packed)
      : Archive(std::move(path), std::move(packed)), context_(ZSTD_createDCtx()) {}
  ZstdFile(const ZstdFile&) = delete;
  ZstdFile& operator=(const ZstdFile&) = delete;
  ~ZstdFile() override { ZSTD_freeDCtx(context_); }

  Result<std::size_t> read(char* into, std::size_t size) override {
    if (!context_) return fail(ErrorCode::limit, "{}: no memory to unpack it", path_);
    ZSTD_outBuffer out{into, size, 0};
    while (out.pos < size) {
      if (at_ == size_ && !flushing_ && !TRY(refill())) {
        if (inside_) return damaged("it ends too early");
        break;
      }
      ZSTD_inBuffer in{buffer_.data(), size_, at_};
      const std::size_t code = ZSTD_decompressStream(context_, &out, &in);
      if (ZSTD_isError(code)) return damaged(ZSTD_getErrorName(code));
      at_ = in.pos;
      inside_ = code != 0;
      flushing_ = inside_ && out.pos == size;  // More may come out without more going in.
    }
    return out.pos;
  }

 private:
  ZSTD_DCtx* context_;
  bool inside_ = false;
  bool flushing_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return fail(code, "{}: cannot open: {}", path, std::strerror(errno));
  }
  auto plain = std::make_unique<PlainFile>(path, descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode))
    return fail(ErrorCode::io, "{}: is a folder", path);
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);

  const bool gzip = path.ends_with(".gz"), zstd = path.ends_with(".zst");
  if (!gzip && !zstd) return plain;
  unsigned char magic[4] = {};
  const ssize_t count = ::pread(descriptor, magic, sizeof magic, 0);
  const bool is_gzip = count >= 2 && magic[0] == 0x1F && magic[1] == 0x8B;
  const bool is_zstd =
      count == 4 && magic[0] == 0x28 && magic[1] == 0xB5 && magic[2] == 0x2F && magic[3] == 0xFD;
  if (count != 0 && (gzip ? !is_gzip : !is_zstd))
    return fail(ErrorCode::invalid, "{}: is not a {} archive, though its name says so", path,
                gzip ? "gzip" : "Zstandard");
  if (gzip) return std::make_unique<GzipFile>(path, std::move(plain));
  return std::make_unique<ZstdFile>(path, std::move(plain));
}

Result<Chunker> Chunker::open(const std::string& path, Format format, char delimiter,
                              std::size_t size) {
  return Chunker(path, TRY(open_bytes(path)), format, delimiter, size);
}

std::size_t Chunker::cut(std::string_view bytes) const {
  if (format_ == Format::csv) return csv_cut(bytes, delimiter_, ended_);
  const std::size_t feed = bytes.rfind('\n');
  return feed == std::string_view::npos ? 0 : feed + 1;
}

// Reads on until the chunk holds `target` bytes or the file has ended, then with a line feed.
Result<> Chunker::fill(Chunk& chunk, std::size_t target) {
  if (ended_ || chunk.size >= target) return {};
  const std::size_t wanted = target - chunk.size;
  const std::size_t count = TRY(source_->read(chunk.memory.get() + chunk.size, wanted));
  chunk.size += count;
  ended_ = count < wanted;
  if (first_) {
    first_ = false;
    const std::string_view bytes = chunk.bytes();
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
      return fail(ErrorCode::invalid, "{}: is UTF-16; save it as UTF-8", path_);
    if (bytes.starts_with("\xEF\xBB\xBF")) {
      std::memmove(chunk.memory.get(), chunk.memory.get() + 3, chunk.size - 3);
      chunk.size -= 3;
    }
  }
  if (ended_ && chunk.size > 0 && chunk.memory[chunk.size - 1] != '\n')
    chunk.memory[chunk.size++] = '\n';
  return {};
}

// Drops everything up to the next line feed.
Result<> Chunker::skip_line() {
  std::vector<char> dropped(packed_bytes);
  while (!ended_) {
    const std::size_t count = TRY(source_->read(dropped.data(), dropped.size()));
    ended_ = count < dropped.size();
    const std::string_view bytes(dropped.data(), count);
    const std::size_t feed = bytes.find('\n');
    if (feed == std::string_view::npos) continue;
    rest_ = bytes.substr(feed + 1);
    if (ended_ && !rest_.empty() && rest_.back() != '\n') rest_ += '\n';
    break;
  }
  return {};
}

Result<Chunk> Chunker::next(std::unique_ptr<char[]> memory) {
  Chunk chunk;
  if (ended_ && rest_.empty()) return chunk;
  chunk.memory = std::move(memory);
  if (!chunk.memory)
    chunk.memory = std::make_unique_for_overwrite<char[]>(chunk_bytes + 1 + row_padding);
  std::memcpy(chunk.memory.get(), rest_.data(), rest_.size());
  chunk.size = rest_.size();
  rest_.clear();

  std::size_t end = 0;
  for (std::size_t target = std::max<std::size_t>(size_, 16); end == 0; target *= 2) {
    TRY(fill(chunk, std::min(target, chunk_bytes)));
    if (chunk.size == 0) return chunk;
    end = cut(chunk.bytes());
    if (target >= chunk_bytes) break;
  }
  if (end == 0) {
    // One row fills the whole chunk: its reader refuses it by its size.
    end = chunk.size;
    chunk.memory[end - 1] = '\n';
    TRY(skip_line());
  } else {
    rest_.assign(chunk.memory.get() + end, chunk.size - end);
  }
  chunk.size = end;
  std::memset(chunk.memory.get() + end, 0, row_padding);
  return chunk;
}

}  // namespace pharos::ingest
