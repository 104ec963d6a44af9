// journal/dedupe.cc: pages of numbers, and ordered tables of hashes.
#include "journal/dedupe.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace pharos::journal {
namespace {

// A table is 67 to 86 % full: at 21.3 bytes a place this makes 25 to 32 bytes an id, and one that
// is new is moved four times, at most.
constexpr std::uint64_t full_percent = 86;
constexpr std::uint64_t grown_percent = 67;

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

// Bits that neither choose the table nor, mostly, the bucket.
std::uint8_t tag_of(std::uint64_t high) {
  return static_cast<std::uint8_t>(high >> 56);
}
std::uint64_t joined(const std::uint32_t (&half)[2]) {
  return std::uint64_t{half[1]} << 32 | half[0];
}

// The bytes of `bytes` that equal `tag`, as their top bits; now and then one above such a byte,
// too.
std::uint64_t matches_of(std::uint64_t bytes, std::uint8_t tag) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  const std::uint64_t difference = bytes ^ ones * tag;
  return (difference - ones) & ~difference & ones << 7;
}

Seen compared(std::uint32_t held, std::uint32_t contents) {
  return held == contents ? Seen::same : Seen::other;
}

}  // namespace

HashedIds::HashedIds(MappedHeap* heap) : tables_(table_count) {
  for (Table& table : tables_) table.buckets = Buckets(heap);
}

// Homes are in the order of the hashes, so that growing walks along both tables.
std::size_t HashedIds::home_of(const Table& table, std::uint64_t low) {
  return static_cast<std::size_t>(static_cast<unsigned __int128>(low) * table.capacity >> 64);
}

const HashedIds::Entry* HashedIds::locate(const Table& table, const Hash128& id) {
  const std::uint8_t tag = tag_of(id.high);
  for (std::size_t at = home_of(table, id.low); at < table.buckets.size(); ++at) {
    const Bucket& bucket = table.buckets[at];
    std::array<std::uint64_t, 2> tags;  // And what follows them, which is no entry.
    std::memcpy(tags.data(), &bucket, sizeof tags);
    for (std::size_t half = 0; half < 2; ++half) {
      for (auto found = matches_of(tags[half], tag); found != 0; found &= found - 1) {
        const std::size_t i = half * 8 + static_cast<std::size_t>(std::countr_zero(found)) / 8;
        if (i >= bucket.count) break;
        const Entry& entry = bucket.entries[i];
        if (joined(entry.low) == id.low && joined(entry.high) == id.high) return &entry;
      }
    }
    if (bucket.overflowed == 0) break;
  }
  return nullptr;
}

Seen HashedIds::find(const Hash128& id, std::uint32_t contents) const {
  const Entry* const entry = locate(tables_[table_of(id)], id);
  return entry == nullptr ? Seen::never : compared(entry->contents, contents);
}

Seen HashedIds::add(const Hash128& id, std::uint32_t contents) {
  Table& table = tables_[table_of(id)];
  if (const Entry* const entry = locate(table, id)) return compared(entry->contents, contents);
  if (table.count * 100 >= table.capacity * bucket_entries * full_percent) grow(table);
  insert(table, {{static_cast<std::uint32_t>(id.low), static_cast<std::uint32_t>(id.low >> 32)},
                 {static_cast<std::uint32_t>(id.high), static_cast<std::uint32_t>(id.high >> 32)},
                 contents});
  ++table.count;
  return Seen::never;
}

void HashedIds::insert(Table& table, const Entry& entry) {
  std::size_t at = home_of(table, joined(entry.low));
  for (; at < table.buckets.size() && table.buckets[at].count == bucket_entries; ++at)
    table.buckets[at].overflowed = 1;
  if (at == table.buckets.size()) table.buckets.push_back({});
  Bucket& bucket = table.buckets[at];
  bucket.tags[bucket.count] = tag_of(joined(entry.high));
  bucket.entries[bucket.count++] = entry;
}

void HashedIds::grow(Table& table) {
  const Buckets before = std::move(table.buckets);
  table.capacity = table.count * 100 / grown_percent / bucket_entries + 1;
  table.buckets.clear();
  table.buckets.reserve(table.capacity + 1);
  table.buckets.resize(table.capacity);
  for (const Bucket& bucket : before)
    for (std::size_t i = 0; i < bucket.count; ++i) insert(table, bucket.entries[i]);
}

void HashedIds::prefetch(const Hash128& id) const {
  const Table& table = tables_[table_of(id)];
  if (table.capacity > 0) __builtin_prefetch(&table.buckets[home_of(table, id.low)]);
}

std::size_t HashedIds::memory_bytes() const {
  std::size_t bytes = tables_.capacity() * sizeof(Table);
  for (const Table& table : tables_) bytes += table.buckets.capacity() * sizeof(Bucket);
  return bytes;
}

void HashedIds::save(engine::ImageWriter& out) const {
  for (const Table& table : tables_) {
    out.value(table.capacity);
    out.value(table.count);
    out.value(std::uint64_t{table.buckets.size()});
    out.bytes(table.buckets.data(), table.buckets.size() * sizeof(Bucket));
  }
}

void HashedIds::load(engine::ImageReader& in) {
  for (Table& table : tables_) {
    table.capacity = in.value<std::uint64_t>();
    table.count = in.value<std::uint64_t>();
    const auto size = in.value<std::uint64_t>();
    if (size > in.remaining() / sizeof(Bucket) || table.capacity > size) return in.fail();
    table.buckets.reserve(std::max(size, table.capacity + 1));
    table.buckets.resize(size);
    in.bytes(table.buckets.data(), size * sizeof(Bucket));
    for (const Bucket& bucket : table.buckets)
      if (bucket.count > bucket_entries) return in.fail();
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
