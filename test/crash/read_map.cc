// crash/read_map.cc: a walk over the trees of a sound file. https://sqlite.org/fileformat2.html
#include <algorithm>

#include "base/error.h"
#include "crash/damage.h"

namespace pharos::crash {
namespace {

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t header_bytes = 100;

class Walk {
 public:
  explicit Walk(const std::string& file) : file_(file) { map_.is_read.resize(file.size(), false); }

  ReadMap run() {
    mark(0, header_bytes);
    forget(40, 4);  // The schema cookie: tells open connections that the schema changed.
    forget(96, 4);  // Which SQLite wrote last.
    walk_tree(1, Tree::schema);
    // The roots that the schema names; its cells are on page 1 and below.
    for (const auto& [name, root] : roots_)
      walk_tree(root, name == "block"      ? Tree::journal
                      : name == "playbook" ? Tree::with_row_id
                                           : Tree::other);
    for (std::size_t trunk = number(32, 4); trunk != 0; trunk = number(start_of(trunk), 4))
      mark(start_of(trunk), 8 + 4 * number(start_of(trunk) + 4, 4));
    return std::move(map_);
  }

 private:
  enum class Tree : std::uint8_t { schema, journal, with_row_id, other };
  static std::size_t start_of(std::size_t page) { return (page - 1) * page_bytes; }
  std::size_t number(std::size_t at, std::size_t size) const {
    std::size_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | static_cast<std::uint8_t>(file_[at + i]);
    return value;
  }
  std::uint64_t varint(std::size_t& at) const {
    std::uint64_t value = 0;
    while (true) {
      const auto byte = static_cast<std::uint8_t>(file_[at++]);
      value = value << 7 | (byte & 0x7F);
      if (byte < 0x80) return value;
    }
  }
  void mark(std::size_t at, std::size_t size) {
    std::fill_n(map_.is_read.begin() + static_cast<std::ptrdiff_t>(at), size, true);
    if (row_) row_->parts.emplace_back(at, size);
  }
  void forget(std::size_t at, std::size_t size) {
    std::fill_n(map_.is_read.begin() + static_cast<std::ptrdiff_t>(at), size, false);
  }

  void walk_tree(std::size_t page, Tree tree) {
    const bool is_journal = tree == Tree::journal;
    const std::size_t start = start_of(page) + (page == 1 ? header_bytes : 0);
    const auto kind = static_cast<std::uint8_t>(file_[start]);
    const bool is_inner = kind == 2 || kind == 5;
    const std::size_t head = is_inner ? 12 : 8, count = number(start + 3, 2);
    ASSERT(kind == 2 || kind == 5 || kind == 10 || kind == 13);
    mark(start, head);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t pointer = start + head + 2 * i;
      const std::size_t cell = start_of(page) + number(pointer, 2);
      ReadMap::BlockRow row;
      if (is_journal && kind == 13) row_ = &row;
      mark(pointer, 2);
      walk_cell(cell, kind, tree);
      row_ = nullptr;
      if (is_journal && kind == 13) map_.blocks.push_back(std::move(row));
      if (is_inner) walk_tree(number(cell, 4), tree);
    }
    if (is_inner) walk_tree(number(start + 8, 4), tree);
  }

  void walk_cell(std::size_t cell, int kind, Tree tree) {
    std::size_t at = cell + (kind == 2 || kind == 5 ? 4 : 0);
    if (kind == 5) {
      varint(at);
      // Between blocks whose numbers leave a gap, the number that parts two pages may be any.
      mark(cell, tree == Tree::journal ? 4 : at - cell);
      return;
    }
    const std::uint64_t size = varint(at);
    if (kind == 13) {
      const std::uint64_t rowid = varint(at);
      if (row_) row_->number = rowid;
    }
    constexpr std::size_t least = (page_bytes - 12) * 32 / 255 - 23;
    const std::size_t most = kind == 13 ? page_bytes - 35 : (page_bytes - 12) * 64 / 255 - 23;
    std::size_t local = size;
    if (size > most) {
      local = least + (size - least) % (page_bytes - 4);
      if (local > most) local = least;
    }
    mark(cell, at + local - cell + (local < size ? 4 : 0));
    if (tree == Tree::journal || tree == Tree::with_row_id)
      forget(at + 1, 1);  // Its type in the record; the value is the row id.
    if (tree == Tree::schema) note_root(at);
    std::size_t left = size - local;
    for (std::size_t page = left > 0 ? number(at + local, 4) : 0; left > 0;
         page = number(start_of(page), 4)) {
      const std::size_t part = std::min(left, page_bytes - 4);
      mark(start_of(page), 4 + part);
      left -= part;
    }
  }

  // A record of sqlite_schema: type, name, tbl_name, rootpage, sql.
  void note_root(std::size_t record) {
    std::size_t at = record;
    const std::size_t values = record + varint(at);
    std::size_t sizes[4];
    std::size_t offset = values;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::uint64_t serial = varint(at);
      sizes[i] = serial >= 12 ? (serial - 12) / 2 : serial;  // Roots are small integers.
      if (serial == 8 || serial == 9) sizes[i] = 0;
      if (i == 3 && serial >= 1 && serial <= 3)
        roots_.emplace_back(file_.substr(values + sizes[0], sizes[1]), number(offset, serial));
      offset += sizes[i];
    }
  }

  const std::string& file_;
  ReadMap map_;
  ReadMap::BlockRow* row_ = nullptr;
  std::vector<std::pair<std::string, std::size_t>> roots_;
};

}  // namespace

ReadMap map_of(const std::string& file) {
  return Walk(file).run();
}

}  // namespace pharos::crash
