// journal/dedupe.h: which event ids the journal holds, and with which contents; exact over the
// whole history. Decimal ids that come near each other take 4 bytes each, as a list of contents by
// number; all others some 24 bytes, by a hash of 128 bits. Past some MiB both lie in a file that
// the system may drop from memory (mapped_heap.h), so a long history costs disk, not memory.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "engine/image.h"
#include "journal/mapped_heap.h"

namespace pharos::journal {

enum class Seen : std::uint8_t { never, same, other };  // Other contents under the same id.

// Hashes of ids in 256 tables, each growing by itself, so that no insertion waits for more than
// one table. A table is buckets of twelve ids behind a byte of each: one look at these, which lie
// in one cache line, tells most ids that are not there.
class HashedIds {
 public:
  explicit HashedIds(MappedHeap* heap = nullptr);
  // The contents are never zero. Adds the id if it was never seen.
  Seen add(const Hash128& id, std::uint32_t contents);
  Seen find(const Hash128& id, std::uint32_t contents) const;
  void prefetch(const Hash128& id) const;
  std::size_t memory_bytes() const;
  void save(engine::ImageWriter& out) const;
  void load(engine::ImageReader& in);  // Into an empty one. in.failed(): what it holds is no use.

 private:
  // Packed: 20 bytes.
  struct Entry {
    std::uint32_t low[2];
    std::uint32_t high[2];
    std::uint32_t contents;
  };
  static constexpr std::size_t bucket_entries = 12;
  struct Bucket {
    std::array<std::uint8_t, bucket_entries> tags;  // A byte of each hash.
    std::uint8_t count;
    std::uint8_t overflowed;  // Some id that belongs here or before is behind.
    std::uint16_t unused;
    std::array<Entry, bucket_entries> entries;
  };
  static_assert(sizeof(Bucket) == 256);
  using Buckets = std::vector<Bucket, MappedAllocator<Bucket>>;
  struct Table {
    Buckets buckets;
    std::uint64_t capacity = 0;  // Buckets that are homes; behind them is what overflows the last.
    std::uint64_t count = 0;
  };
  static constexpr std::size_t table_count = 256;
  static std::size_t home_of(const Table& table, std::uint64_t low);
  static const Entry* locate(const Table& table, const Hash128& id);
  static void insert(Table& table, const Entry& entry);
  static void grow(Table& table);
  static std::size_t table_of(const Hash128& id) { return id.high % table_count; }

  std::vector<Table> tables_;
};

class Dedupe {
 public:
  // `dir`: where the file goes; without, all is kept in memory.
  explicit Dedupe(std::string dir = {});
  ~Dedupe();

  // An id in the form in which it is looked up. Borrows the text.
  struct Key {
    std::string_view id;
    std::uint64_t number = 0;  // Of a decimal id.
    Hash128 hash;              // Of all others.
    bool is_number = false;
  };
  static Key key_of(std::string_view id);

  // Notes the id with its contents (contents.h, kept()) unless it was seen before.
  Seen add(std::string_view id, std::uint32_t contents) { return add(key_of(id), contents); }
  Seen add(const Key& key, std::uint32_t contents);
  // Starts to fetch what add() will look at, for a caller with many ids at hand.
  void prefetch(const Key& key) const {
    if (!key.is_number) hashed_.prefetch(key.hash);
  }
  std::uint64_t count() const { return count_; }
  std::size_t memory_bytes() const;  // In the file or not.
  std::size_t filed_bytes() const { return heap_.mapped_bytes(); }
  void save(engine::ImageWriter& out) const;
  void load(engine::ImageReader& in);  // Into an empty one. in.failed(): what it holds is no use.

 private:
  // Contents of 4,096 numbers in a row; zero: not seen.
  static constexpr int page_log = 12;
  struct Page {
    std::array<std::uint32_t, std::size_t{1} << page_log> contents{};
    std::uint32_t count = 0;
    bool has_strays = false;  // Some numbers of it may be among the hashed ids.
  };
  // How many numbers of which page went to the hashed ids lately. One candidate a place.
  struct Candidate {
    std::uint64_t page = ~std::uint64_t{0};
    std::uint32_t count = 0;
  };
  static constexpr int candidate_log = 16;
  static std::size_t place_of(std::uint64_t page) {
    return page * 0x9E3779B97F4A7C15 >> (64 - candidate_log);
  }

  Seen add_number(const Key& key, std::uint32_t contents);
  Page* page_of(std::uint64_t number);
  Page& make_page(std::uint64_t number);
  Page* new_page();

  MappedHeap heap_;  // First: the others lie in it.
  HashedIds hashed_;
  // Pages come many at a time, the first few one by one.
  static constexpr std::size_t pages_single = 256;
  static constexpr std::size_t pages_at_once = 256;
  std::vector<std::unique_ptr<Page>> own_pages_;
  std::unordered_map<std::uint64_t, Page*> pages_;
  char* room_ = nullptr;
  std::size_t room_pages_ = 0;
  std::uint64_t page_last_ = ~std::uint64_t{0};
  Page* page_last_at_ = nullptr;
  std::vector<Candidate> candidates_ = std::vector<Candidate>(std::size_t{1} << candidate_log);
  // By place_of(page): some number of such a page is among the hashed ids. May say so in error.
  std::vector<bool> strays_ = std::vector<bool>(std::size_t{1} << candidate_log);
  std::uint64_t count_ = 0;
};

}  // namespace pharos::journal
