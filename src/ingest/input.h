// ingest/input.h: the bytes of a file, unpacked, and cut into pieces of whole rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "ingest/row.h"

namespace pharos::ingest {

// One file, read from its beginning to its end.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills `into` as far as it can; fewer bytes than asked for only at the end.
  // Errors: io; invalid (a damaged or cut archive).
  virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
  virtual std::uint64_t bytes_stored_read() const = 0;  // For progress: as stored, not unpacked.
};

// Unpacks .gz and .zst (several members or frames in one file, too).
// Errors: not_found, io, invalid (the contents do not fit the name).
Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

inline constexpr std::size_t chunk_bytes = 2U << 20;
static_assert(chunk_bytes > row_bytes_max);

// Whole rows, each with its line feed; row_padding readable bytes behind them.
struct Chunk {
  std::unique_ptr<char[]> memory;
  std::size_t size = 0;
  std::string_view bytes() const { return {memory.get(), size}; }
};

// A row longer than row_bytes_max is handed on cut, but still longer than that. `size`: about how
// much to hand on at once.
class Chunker {
 public:
  // Errors: as open_bytes().
  static Result<Chunker> open(const std::string& path, Format format, char delimiter,
                              std::size_t size = chunk_bytes);

  // An empty chunk: the end of the file. A byte-order mark is dropped. Errors: as read(); invalid
  // (UTF-16).
  // `memory`: of an earlier chunk, to be used again; or null.
  Result<Chunk> next(std::unique_ptr<char[]> memory = nullptr);
  std::uint64_t bytes_stored_read() const { return source_->bytes_stored_read(); }

 private:
  Result<> fill(Chunk& chunk, std::size_t target);
  Result<> skip_line();
  std::size_t cut(std::string_view bytes) const;

  Chunker(std::string path, std::unique_ptr<ByteSource> source, Format format, char delimiter,
          std::size_t size)
      : path_(std::move(path)),
        source_(std::move(source)),
        format_(format),
        delimiter_(delimiter),
        size_(size) {}

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  Format format_;
  char delimiter_;
  std::size_t size_;
  std::string rest_;  // Behind the last whole row of the chunk before.
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace pharos::ingest
