// journal/dedupe.cc: pages of numbers, and ordered tables of hashes.
#include "journal/dedupe.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace pharos::journal {
namespace {

// A table is 81 to 90 % full: at 20 bytes an entry this makes 22 to 25 bytes an id.
constexpr std::uint64_t full_percent = 90;
constexpr std::uint64_t grown_percent = 81;
constexpr std::size_t overflow_min = 16;

// A page is worth its 16 KiB once this many of its numbers are here (32 bytes each then), or if the
// page before it has as many: ids that count up begin a new page with their first.
constexpr std::uint32_t page_numbers_min = 512;

// The number that a decimal id stands for, if it is written the one way that a number is.
std::optional<std::uint64_t> number_of(std::string_view id) {
  if (id.empty() || id.size() > 18 || (id[0] == '0' && id.size() > 1)) return {};
  std::uint64_t number = 0;
  for (const char c : id) {
    if (c < '0' || c > '9') return {};
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

Seen compared(std::uint32_t held, std::uint32_t contents) {
  return held == contents ? Seen::same : Seen::other;
}

}  // namespace

HashedIds::HashedIds(MappedHeap* heap) : tables_(table_count) {
  for (Table& table : tables_) table.entries = Entries(MappedAllocator<Entry>(heap));
}

std::uint64_t HashedIds::low_of(const Entry& entry) {
  return std::uint64_t{entry.low[1]} << 32 | entry.low[0];
}
std::uint64_t HashedIds::high_of(const Entry& entry) {
  return std::uint64_t{entry.high[1]} << 32 | entry.high[0];
}

// Homes are in the order of the hashes: a table is a sorted list with gaps.
std::size_t HashedIds::home_of(const Table& table, std::uint64_t low) {
  return static_cast<std::size_t>(static_cast<unsigned __int128>(low) * table.capacity >> 64);
}

// The entry of the id, or the first place behind all smaller ones.
std::size_t HashedIds::locate(const Table& table, const Hash128& id) {
  std::size_t at = home_of(table, id.low);
  for (; at < table.entries.size(); ++at) {
    const Entry& entry = table.entries[at];
    if (entry.contents == 0) break;
    const std::uint64_t low = low_of(entry);
    if (low > id.low || (low == id.low && high_of(entry) >= id.high)) break;
  }
  return at;
}

Seen HashedIds::find(const Hash128& id, std::uint32_t contents) const {
  const Table& table = tables_[table_of(id)];
  const std::size_t at = locate(table, id);
  if (at == table.entries.size()) return Seen::never;
  const Entry& entry = table.entries[at];
  if (entry.contents == 0 || low_of(entry) != id.low || high_of(entry) != id.high)
    return Seen::never;
  return compared(entry.contents, contents);
}

Seen HashedIds::add(const Hash128& id, std::uint32_t contents) {
  Table& table = tables_[table_of(id)];
  if (table.count * 100 >= table.capacity * full_percent) grow(table);
  const Seen seen = find(id, contents);
  if (seen != Seen::never) return seen;
  const auto low = static_cast<std::uint32_t>(id.low);
  const auto high = static_cast<std::uint32_t>(id.high);
  insert(table, {{low, static_cast<std::uint32_t>(id.low >> 32)},
                 {high, static_cast<std::uint32_t>(id.high >> 32)},
                 contents});
  return Seen::never;
}

// Moves what follows up to the next gap.
void HashedIds::insert(Table& table, const Entry& entry) {
  const std::size_t at = locate(table, {low_of(entry), high_of(entry)});
  std::size_t gap = at;
  while (gap < table.entries.size() && table.entries[gap].contents != 0) ++gap;
  if (gap == table.entries.size()) table.entries.push_back({});
  std::move_backward(table.entries.begin() + static_cast<std::ptrdiff_t>(at),
                     table.entries.begin() + static_cast<std::ptrdiff_t>(gap),
                     table.entries.begin() + static_cast<std::ptrdiff_t>(gap) + 1);
  table.entries[at] = entry;
  ++table.count;
}

void HashedIds::grow(Table& table) {
  const Entries before = std::move(table.entries);
  table.capacity = std::max<std::uint64_t>(16, table.count * 100 / grown_percent + 1);
  table.entries.clear();
  table.entries.reserve(table.capacity + overflow_min);
  table.entries.resize(table.capacity);
  std::size_t next = 0;  // In order, so each goes behind the one before it.
  for (const Entry& entry : before) {
    if (entry.contents == 0) continue;
    next = std::max(next, home_of(table, low_of(entry)));
    if (next == table.entries.size()) table.entries.push_back({});
    table.entries[next++] = entry;
  }
}

void HashedIds::prefetch(const Hash128& id) const {
  const Table& table = tables_[table_of(id)];
  if (table.capacity == 0) return;
  const Entry* home = &table.entries[home_of(table, id.low)];
  __builtin_prefetch(home);
  __builtin_prefetch(reinterpret_cast<const char*>(home) + 64);
}

std::size_t HashedIds::memory_bytes() const {
  std::size_t bytes = tables_.capacity() * sizeof(Table);
  for (const Table& table : tables_) bytes += table.entries.capacity() * sizeof(Entry);
  return bytes;
}

void HashedIds::save(engine::ImageWriter& out) const {
  for (const Table& table : tables_) {
    out.value(table.capacity);
    out.value(table.count);
    out.value(std::uint64_t{table.entries.size()});
    out.bytes(table.entries.data(), table.entries.size() * sizeof(Entry));
  }
}

void HashedIds::load(engine::ImageReader& in) {
  for (Table& table : tables_) {
    table.capacity = in.value<std::uint64_t>();
    table.count = in.value<std::uint64_t>();
    const auto size = in.value<std::uint64_t>();
    if (size > in.remaining() / sizeof(Entry) || table.capacity > size || table.count > size)
      return in.fail();
    table.entries.reserve(std::max(size, table.capacity + overflow_min));
    table.entries.resize(size);
    in.bytes(table.entries.data(), size * sizeof(Entry));
  }
}

Dedupe::Page* Dedupe::page_of(std::uint64_t number) {
  const std::uint64_t page = number >> page_log;
  if (page == page_last_) return page_last_at_;
  const auto at = pages_.find(page);
  if (at == pages_.end()) return nullptr;
  page_last_ = page;
  page_last_at_ = at->second;
  return page_last_at_;
}

Dedupe::Dedupe(std::string dir) : heap_(std::move(dir)), hashed_(&heap_) {}
Dedupe::~Dedupe() = default;

Dedupe::Page* Dedupe::new_page() {
  if (pages_.size() >= pages_single && room_pages_ == 0) {
    room_ = static_cast<char*>(heap_.allocate(pages_at_once * sizeof(Page)));
    if (room_ != nullptr) room_pages_ = pages_at_once;
  }
  if (room_pages_ == 0) return own_pages_.emplace_back(std::make_unique<Page>()).get();
  --room_pages_;
  return new (room_ + room_pages_ * sizeof(Page)) Page;
}

Dedupe::Page& Dedupe::make_page(std::uint64_t number) {
  page_last_ = number >> page_log;
  page_last_at_ = new_page();
  pages_.emplace(page_last_, page_last_at_);
  return *page_last_at_;
}

Seen Dedupe::add_number(const Key& key, std::uint32_t contents) {
  const std::uint64_t number = key.number;
  Page* page = page_of(number);
  if (page == nullptr) {
    const std::uint64_t index = number >> page_log;
    const std::size_t place = place_of(index);
    Candidate& candidate = candidates_[place];
    const Page* before = index == 0 ? nullptr : page_of(number - (1U << page_log));
    const bool follows = before != nullptr && before->count >= page_numbers_min;
    if (!follows && (candidate.page != index || candidate.count + 1 < page_numbers_min)) {
      const Seen seen = hashed_.add(hash128(key.id), contents);
      if (seen != Seen::never) return seen;
      strays_[place] = true;
      if (candidate.page != index) candidate = {index, 0};
      ++candidate.count;
      return seen;
    }
    page = &make_page(number);
    page->has_strays = strays_[place];
  }
  std::uint32_t& held = page->contents[number & ((1U << page_log) - 1)];
  if (held != 0) return compared(held, contents);
  if (page->has_strays) {
    const Seen seen = hashed_.find(hash128(key.id), contents);
    if (seen != Seen::never) return seen;
  }
  held = contents;
  ++page->count;
  return Seen::never;
}

Dedupe::Key Dedupe::key_of(std::string_view id) {
  Key key;
  key.id = id;
  if (const auto number = number_of(id)) {
    key.number = *number;
    key.is_number = true;
  } else {
    key.hash = hash128(id);
  }
  return key;
}

Seen Dedupe::add(const Key& key, std::uint32_t contents) {
  const Seen seen = key.is_number ? add_number(key, contents) : hashed_.add(key.hash, contents);
  if (seen == Seen::never) ++count_;
  return seen;
}

// Candidates are left out: without them some ids take more room, and that is all.
void Dedupe::save(engine::ImageWriter& out) const {
  out.value(count_);
  hashed_.save(out);
  for (const bool stray : strays_) out.value(std::uint8_t{stray});
  out.value(std::uint64_t{pages_.size()});
  for (const auto& [number, page] : pages_) {
    out.value(number);
    out.value(page->count);
    out.value(std::uint8_t{page->has_strays});
    out.bytes(page->contents.data(), sizeof page->contents);
  }
}

void Dedupe::load(engine::ImageReader& in) {
  count_ = in.value<std::uint64_t>();
  hashed_.load(in);
  for (std::size_t i = 0; i < strays_.size(); ++i) strays_[i] = in.value<std::uint8_t>() != 0;
  const auto page_count = in.value<std::uint64_t>();
  for (std::uint64_t i = 0; i < page_count && !in.failed(); ++i) {
    const auto number = in.value<std::uint64_t>();
    if (number > ~std::uint64_t{0} >> page_log) return in.fail();
    Page& page = make_page(number << page_log);
    page.count = in.value<std::uint32_t>();
    page.has_strays = in.value<std::uint8_t>() != 0;
    in.bytes(page.contents.data(), sizeof page.contents);
  }
}

std::size_t Dedupe::memory_bytes() const {
  return hashed_.memory_bytes() + pages_.size() * (sizeof(Page) + 64) +
         candidates_.capacity() * sizeof(Candidate);
}

}  // namespace pharos::journal
