// history/builder.h: from blocks of the journal, in order, to a part and its directory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "history/directory.h"
#include "history/part.h"
#include "journal/block.h"
#include "journal/mapped_heap.h"

namespace pharos::history {

// What finish() gives. The directory lies in the memory of the part.
struct Built {
  Part part;
  Directory directory;
};

// Tells an event from those of other journals under the same number.
std::uint64_t print_of(const engine::EventBatch& batch, std::size_t index);

class Builder {
 public:
  // Goes on from where `before` ends, which is copied; null: from the beginning. Events are
  // gathered in `heap`, if there is one; it must outlive the builder.
  Builder(const cel::Schema& schema, const Directory* before, std::uint64_t seq_first = 1,
          journal::MappedHeap* heap = nullptr);
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;
  ~Builder();

  // Events that it has already are passed over. Errors: limit (more than a part can number).
  Result<> add(const journal::Block& block);
  // A link made one account of two, and older parts hold events of the one that went: only a
  // builder that begins at the beginning can tell its life.
  bool is_astray() const { return astray_; }
  std::uint64_t event_count() const { return event_count_; }

  // Sorts, on `threads` threads, into memory; or into a file, by way of file.h. Nothing is added
  // after it.
  Result<Built> finish(int threads);
  Result<Built> finish(int threads, const std::string& path);

 private:
  struct Gathered;
  Gathered& of_type(std::uint32_t type) { return *gathered_[type]; }
  void admit(const journal::Directory& directory);
  void take(const journal::Block& block, std::size_t index);
  std::uint32_t code_of(const engine::EventBatch& batch, std::size_t column, engine::TextRef ref);
  void take_cells(const engine::EventBatch& batch, const engine::Event& event);
  void update_attributes(const engine::EventBatch& batch, const engine::Event& event);
  void join(const engine::EventBatch& batch, std::size_t index);
  std::uint32_t root(std::uint32_t number) const;
  void give_positions();
  void mend_attributes(const Part& part);
  std::vector<std::uint32_t> sort(Gathered& gathered);
  Result<Built> lay_out(int threads, const std::string* path);

  const cel::Schema& schema_;
  const TextColumns columns_;
  std::uint64_t seq_first_, seq_end_;
  std::uint64_t event_count_ = 0;
  bool astray_ = false;

  std::vector<std::unique_ptr<Gathered>> gathered_;  // By type.
  TextList accounts_, members_;
  std::vector<TextList> texts_;
  // Codes of the latest texts of the block at hand, by their place in it.
  struct Recent {
    std::uint64_t block = 0;
    std::uint32_t column = 0, offset = 0, size = 0, code = 0;
  };
  std::vector<Recent> recent_ = std::vector<Recent>(1'024);
  std::uint64_t block_ = 0;                  // Counts blocks.
  std::vector<std::uint32_t> member_codes_;  // By the journal's number of a member.
  // By the journal's number of an account.
  std::vector<std::uint32_t> root_;
  std::vector<std::int64_t> first_, clock_;
  std::vector<std::uint8_t> irregular_, older_;  // older_: has events in older parts.
  std::vector<std::vector<std::int64_t>> cells_;
  std::vector<std::vector<std::uint32_t>> codes_;  // Beside: one of the two for each attribute.
  std::vector<Tick> ticks_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> links_;  // seq, number
  std::uint64_t print_ = 0;
  std::int64_t updated_at_ = instant_min.ms, last_at_ = instant_min.ms, tick_ = instant_min.ms;

  // By position, made at the end.
  std::vector<Position> positions_;
  std::vector<std::uint32_t> numbers_;
  std::vector<Joint> joints_;
  bool has_positions_ = false;
};

}  // namespace pharos::history
