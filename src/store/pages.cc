// store/pages.cc: pages, cells, records; everything is checked against the page it lies on, nothing
// is believed.
#include "store/pages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pharos::store {
namespace {

constexpr std::size_t header_bytes = 100;
constexpr std::string_view magic("SQLite format 3\0", 16);

constexpr int table_leaf = 13, index_leaf = 10, index_inner = 2, table_inner = 5;
// On a page that does not say that it holds rows.
constexpr std::size_t guesses_max = 64;
constexpr std::size_t columns_max = 2'000;

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

// Up to nine bytes, most significant first; all eight bits of the ninth.
std::optional<std::uint64_t> read_varint(std::string_view bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    if (i == 8) return value << 8 | byte;
    value = value << 7 | (byte & 0x7F);
    if (byte < 0x80) return value;
  }
  return value;
}

std::optional<std::size_t> size_of(std::uint64_t serial) {
  constexpr std::array<std::size_t, 10> sizes = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
  if (serial < sizes.size()) return sizes[serial];
  if (serial < 12) return std::nullopt;
  return (serial - 12) / 2;
}

Value value_of(std::uint64_t serial, std::string_view bytes) {
  if (serial == 0) return nullptr;
  if (serial == 8 || serial == 9) return static_cast<std::int64_t>(serial - 8);
  if (serial >= 12) {
    if (serial % 2 == 1) return std::string(bytes);
    return Bytes{std::string(bytes)};
  }
  const std::uint64_t value = big_endian(bytes, 0, bytes.size());
  if (serial == 7) return std::bit_cast<double>(value);
  const auto unused = static_cast<int>(64 - 8 * bytes.size());
  return static_cast<std::int64_t>(value << unused) >> unused;
}

// The values of a record, of which the end may be missing.
bool read_record(std::string_view payload, FoundRow& row) {
  std::size_t at = 0;
  const auto head = read_varint(payload, at);
  if (!head || *head < at || *head > payload.size()) return false;
  std::vector<std::uint64_t> serials;
  while (at < *head && serials.size() < columns_max) {
    const auto serial = read_varint(payload.substr(0, *head), at);
    if (!serial) return false;
    serials.push_back(*serial);
  }
  for (const std::uint64_t serial : serials) {
    const auto size = size_of(serial);
    if (!size) return false;
    if (*size > payload.size() - at) return true;  // This far.
    row.values.push_back(value_of(serial, payload.substr(at, *size)));
    at += *size;
  }
  row.is_whole = at == payload.size() && !serials.empty();
  return true;
}

bool read_at(int file, std::int64_t offset, char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::pread(file, out, size, offset);
    if (got <= 0) return false;
    out += got;
    offset += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::int64_t bytes_of(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 ? status.st_size : 0;
}

// The running sum of a log.
struct LogSum {
  std::uint32_t a = 0, b = 0;
  bool is_big_endian = false;
  void add(std::string_view bytes) {
    const auto word = [&](std::size_t at) {
      const auto value = static_cast<std::uint32_t>(big_endian(bytes, at, 4));
      return is_big_endian ? value : __builtin_bswap32(value);
    };
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      a += word(at) + b;
      b += word(at + 4) + a;
    }
  }
  bool is(std::string_view bytes, std::size_t at) const {
    return big_endian(bytes, at, 4) == a && big_endian(bytes, at + 4, 4) == b;
  }
};

}  // namespace

Result<PageFile> PageFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io, "{}: cannot open: {}", path,
                std::strerror(errno));
  PageFile pages(file);
  pages.read_size();
  pages.read_log(path + "-wal");
  return pages;
}

PageFile::PageFile(PageFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      log_(std::exchange(other.log_, -1)),
      page_bytes_(other.page_bytes_),
      page_count_(other.page_count_),
      logged_(std::move(other.logged_)) {}

PageFile::~PageFile() {
  if (file_ >= 0) ::close(file_);
  if (log_ >= 0) ::close(log_);
}

// The size of a page is believed where it makes the file whole pages; else it is what it always is.
void PageFile::read_size() {
  std::string head(header_bytes, 0);
  const std::int64_t bytes = bytes_of(file_);
  if (read_at(file_, 0, head.data(), head.size()) && head.starts_with(magic)) {
    auto size = static_cast<std::uint32_t>(big_endian(head, 16, 2));
    if (size == 1) size = 65'536;
    const bool is_size = size >= 512 && std::has_single_bit(size);
    if (is_size && bytes % size == 0 && big_endian(head, 18, 2) == 0x0202) page_bytes_ = size;
  }
  page_count_ = static_cast<std::uint32_t>((bytes + page_bytes_ - 1) / page_bytes_);
}

// Frames up to the last one of a commit whose running sum holds.
void PageFile::read_log(const std::string& path) {
  log_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string head(32, 0);
  if (log_ < 0 || !read_at(log_, 0, head.data(), head.size())) return;
  if ((big_endian(head, 0, 4) & ~std::uint64_t{1}) != 0x377F0682) return;
  LogSum sum;
  sum.is_big_endian = (big_endian(head, 0, 4) & 1) == 1;
  sum.add(std::string_view(head).substr(0, 24));
  if (!sum.is(head, 24) || big_endian(head, 8, 4) != page_bytes_) return;
  std::map<std::uint32_t, std::int64_t> open;  // Of the transaction at hand.
  std::string frame(24 + page_bytes_, 0);
  for (std::int64_t at = 32; read_at(log_, at, frame.data(), frame.size());
       at += static_cast<std::int64_t>(frame.size())) {
    const std::string_view bytes = frame;
    if (bytes.substr(8, 8) != std::string_view(head).substr(16, 8)) return;  // Of an older log.
    sum.add(bytes.substr(0, 8));
    sum.add(bytes.substr(24));
    if (!sum.is(bytes, 16)) return;
    open[static_cast<std::uint32_t>(big_endian(bytes, 0, 4))] = at + 24;
    const auto pages_after = static_cast<std::uint32_t>(big_endian(bytes, 4, 4));
    if (pages_after == 0) continue;
    for (const auto& [page, offset] : open) logged_[page] = offset;
    open.clear();
    page_count_ = pages_after;
  }
}

// A page that is cut short is filled up with zeros.
bool PageFile::read_page(std::uint32_t number, std::string& page) const {
  page.assign(page_bytes_, 0);
  if (number == 0 || number > page_count_) return false;
  if (const auto at = logged_.find(number); at != logged_.end())
    return read_at(log_, at->second, page.data(), page.size());
  const std::int64_t offset = std::int64_t{number - 1} * page_bytes_;
  const std::int64_t there = std::min<std::int64_t>(page_bytes_, bytes_of(file_) - offset);
  if (there <= 0) return false;
  return read_at(file_, offset, page.data(), static_cast<std::size_t>(there));
}

std::vector<std::string> PageFile::header_faults() const {
  std::string head(header_bytes, 0);
  if (!read_at(file_, 0, head.data(), head.size())) return {"is shorter than its header"};
  std::vector<std::string> faults;
  const auto expect = [&](std::string_view what, std::size_t at, std::size_t size,
                          std::uint64_t wanted) {
    if (const std::uint64_t found = big_endian(head, at, size); found != wanted)
      faults.push_back(
          fmt::format("{} (byte {} of the file) is {}, {} was expected", what, at, found, wanted));
  };
  if (!head.starts_with(magic)) faults.push_back("does not begin as a SQLite database does");
  expect("the version for writers", 18, 1, 2);
  expect("the version for readers", 19, 1, 2);
  expect("the reserved space of a page", 20, 1, 0);
  expect("the largest fraction of a cell", 21, 1, 64);
  expect("the least fraction of a cell", 22, 1, 32);
  expect("the fraction of a leaf", 23, 1, 32);
  expect("the schema format", 44, 4, 4);
  expect("the suggested cache", 48, 4, 0);
  expect("the largest root page", 52, 4, 0);
  expect("the encoding of text", 56, 4, 1);
  expect("the user version", 60, 4, 0);
  expect("the vacuum mode", 64, 4, 0);
  expect("the application", 68, 4, 0);
  for (std::size_t at = 72; at < 92; at += 4) expect("a reserved field", at, 4, 0);
  expect("the change that the size is of", 92, 4, big_endian(head, 24, 4));
  // Without a log the size in the header is that of the file.
  if (logged_.empty()) expect("the count of pages", 28, 4, page_count_);
  return faults;
}

bool PageFile::is_cut_short() const {
  std::string head(header_bytes, 0);
  return !read_at(file_, 0, head.data(), head.size()) ||
         (logged_.empty() && big_endian(head, 28, 4) > page_count_);
}

Result<> PageFile::each_row(const std::function<Result<>(FoundRow&&)>& take) const {
  std::string page;
  for (std::uint32_t number = 1; number <= page_count_; ++number) {
    if (!read_page(number, page)) continue;
    const int kind = static_cast<std::uint8_t>(page[number == 1 ? header_bytes : 0]);
    if (kind == table_leaf || kind == index_leaf || kind == index_inner)
      TRY(each_cell(number, page, kind, page_bytes_, take));
    // What says to be something else may be a page of rows whose first byte was hit.
    if (kind != table_leaf) TRY(each_cell(number, page, table_leaf, guesses_max, take));
    if (kind != index_leaf && kind != index_inner && kind != table_leaf && kind != table_inner)
      TRY(each_cell(number, page, index_leaf, guesses_max, take));
  }
  return {};
}

// Along the pointers to cells for as long as they can be such; their count is not believed.
Result<> PageFile::each_cell(std::uint32_t number, const std::string& page, int kind,
                             std::size_t cells_max,
                             const std::function<Result<>(FoundRow&&)>& take) const {
  const std::size_t start = number == 1 ? header_bytes : 0;
  const std::size_t head = start + (kind == index_inner ? 12 : 8);
  const std::size_t count = big_endian(page, start + 3, 2);
  for (std::size_t i = 0; i < cells_max && head + 2 * i + 2 <= page.size(); ++i) {
    const std::size_t at = big_endian(page, head + 2 * i, 2);
    if (at < head + 2 * (i + 1) || at + 4 > page.size()) {
      if (i >= count) break;
      continue;
    }
    if (std::optional<FoundRow> row = read_cell(number, page, at, kind)) TRY(take(*std::move(row)));
  }
  return {};
}

std::optional<FoundRow> PageFile::row_at(std::uint32_t page, std::uint32_t at) const {
  std::string bytes;
  if (!read_page(page, bytes)) return std::nullopt;
  return read_cell(page, bytes, at, table_leaf);
}

std::optional<FoundRow> PageFile::read_cell(std::uint32_t number, const std::string& page,
                                            std::size_t at, int kind) const {
  FoundRow row;
  row.page = number;
  row.at = static_cast<std::uint32_t>(at);
  if (kind == index_inner) at += 4;
  const auto size = read_varint(page, at);
  if (!size || *size == 0 || *size > std::uint64_t{page_count_} * page_bytes_) return std::nullopt;
  if (kind == table_leaf) {
    const auto rowid = read_varint(page, at);
    if (!rowid) return std::nullopt;
    row.rowid = static_cast<std::int64_t>(*rowid);
  }
  const std::size_t usable = page_bytes_;
  const std::size_t most = kind == table_leaf ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  std::size_t local = *size;
  if (*size > most) {
    const std::size_t least = (usable - 12) * 32 / 255 - 23;
    const std::size_t spread = least + (*size - least) % (usable - 4);
    local = spread <= most ? spread : least;
  }
  const bool has_overflow = local < *size;
  if (at + local + (has_overflow ? 4 : 0) > page.size()) return std::nullopt;
  std::string payload = page.substr(at, local);
  bool is_whole = true;
  if (has_overflow) {
    // Only for what begins as a record does: most guesses end here.
    FoundRow attempt;
    if (!read_record(payload, attempt)) return std::nullopt;
    is_whole = append_overflow(static_cast<std::uint32_t>(big_endian(page, at + local, 4)),
                               *size - local, payload);
  }
  if (!read_record(payload, row)) return std::nullopt;
  row.is_whole = row.is_whole && is_whole;
  return row;
}

bool PageFile::append_overflow(std::uint32_t number, std::size_t size, std::string& payload) const {
  std::string page;
  while (size > 0) {
    if (!read_page(number, page)) return false;
    number = static_cast<std::uint32_t>(big_endian(page, 0, 4));
    const std::size_t part = std::min<std::size_t>(size, page_bytes_ - 4);
    payload.append(page, 4, part);
    size -= part;
  }
  return true;
}

}  // namespace pharos::store
