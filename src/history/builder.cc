// history/builder.cc: events gathered type by type as they come.
#include "history/builder.h"

#include <algorithm>

#include "base/hash.h"
#include "history/gathered.h"
#include "playbook/model.h"

namespace pharos::history {

using engine::Cell;
using engine::Event;
using engine::EventBatch;

Builder::Builder(const cel::Schema& schema, const Directory* before, std::uint64_t seq_first,
                 journal::MappedHeap* heap)
    : schema_(schema),
      columns_(schema),
      seq_first_(seq_first),
      seq_end_(seq_first),
      texts_(columns_.count()) {
  for (const cel::EventType& event : schema.events) {
    gathered_.push_back(std::make_unique<Gathered>(event.properties.size(), heap));
  }
  cells_.resize(schema.attributes.size());
  codes_.resize(schema.attributes.size());
  if (before == nullptr) return;
  const Directory& old = *before;
  accounts_.assign(old.accounts);
  members_.assign(old.members);
  member_codes_.assign(old.member_codes.begin(), old.member_codes.end());
  for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i].assign(old.texts[i]);
  ticks_.assign(old.ticks.begin(), old.ticks.end());
  joints_.assign(old.joints.begin(), old.joints.end());
  updated_at_ = old.updated_at;
  last_at_ = old.last_at;
  tick_ = old.tick;
  print_ = old.print;
  positions_.assign(old.positions.begin(), old.positions.end());
  numbers_.assign(old.numbers.begin(), old.numbers.end());
  for (std::uint32_t number = 0; number < positions_.size(); ++number) {
    const Position position = positions_[number];
    root_.push_back(numbers_[position]);
    first_.push_back(old.firsts[position]);
    clock_.push_back(old.clocks[position]);
    irregular_.push_back(old.irregular[position]);
    older_.push_back(old.firsts[position] != never.ms ? 1 : 0);
    for (std::size_t a = 0; a < old.attributes.size(); ++a) {
      if (is_coded(schema.attributes[a].type))
        codes_[a].push_back(old.attributes[a].codes[position]);
      else
        cells_[a].push_back(old.attributes[a].cells[position]);
    }
  }
}

Builder::~Builder() = default;

std::uint32_t Builder::root(std::uint32_t number) const {
  while (root_[number] != number) number = root_[number];
  return number;
}

void Builder::admit(const journal::Directory& directory) {
  for (std::size_t i = 0; i < directory.accounts.size(); ++i) {
    if (directory.account_first + i < root_.size()) continue;
    const engine::TextRef ref = directory.accounts[i];
    accounts_.push(directory.view(ref));
    root_.push_back(static_cast<std::uint32_t>(root_.size()));
    first_.push_back(never.ms);
    clock_.push_back(instant_min.ms);
    irregular_.push_back(0);
    older_.push_back(0);
    for (std::size_t a = 0; a < schema_.attributes.size(); ++a) {
      if (is_coded(schema_.attributes[a].type))
        codes_[a].push_back(code_absent);
      else
        cells_[a].push_back(engine::cell_absent);
    }
  }
  for (std::size_t i = 0; i < directory.members.size(); ++i)
    if (directory.member_first + i >= member_codes_.size())
      member_codes_.push_back(members_.add(directory.view(directory.members[i])));
}

Result<> Builder::add(const journal::Block& block) {
  const EventBatch& batch = block.batch;
  if (batch.seq_first + batch.events.size() > seq_max)
    return fail(ErrorCode::limit, "the history takes at most {} events", seq_max);
  admit(block.directory);
  ++block_;
  if (batch.tick != instant_min && batch.tick.ms > tick_) {
    tick_ = batch.tick.ms;
    ticks_.push_back({batch.seq_first, tick_});
  }
  const std::uint64_t known = seq_end_ > batch.seq_first ? seq_end_ - batch.seq_first : 0;
  for (std::size_t i = known; i < batch.events.size(); ++i) take(block, i);
  if (known < batch.events.size()) print_ = print_of(batch, batch.events.size() - 1);
  seq_end_ = std::max(seq_end_, batch.seq_first + batch.events.size());
  return {};
}

std::uint64_t print_of(const EventBatch& batch, std::size_t index) {
  return hash64(batch.view(batch.events[index].id),
                static_cast<std::uint64_t>(batch.events[index].time.ms));
}

void Builder::take(const journal::Block& block, std::size_t index) {
  const EventBatch& batch = block.batch;
  const Event& event = batch.events[index];
  if (event.type == journal::type_undeclared) return;
  if (event.type == playbook::event_link) return join(batch, index);
  const std::uint32_t number = event.account_number.value;
  const std::int64_t time = event.time.ms;
  ++event_count_;
  last_at_ = std::max(last_at_, time);
  std::int64_t& clock = clock_[number];
  if (first_[number] == never.ms)
    clock = time;
  else if (time < std::max(clock, tick_))
    irregular_[number] = 1;
  clock = std::max(clock, time);
  first_[number] = std::min(first_[number], time);

  Gathered& to = *gathered_[event.type];
  to.accounts.push_back(number);
  to.times.push_back(time);
  to.seqs.push_back(static_cast<std::uint32_t>(batch.seq_first + index));
  const bool has_member = event.member_number != engine::no_member;
  to.has_members = to.has_members || has_member;
  to.members.push_back(has_member ? member_codes_[event.member_number.value] : code_absent);
  to.add_id(batch.view(event.id));
  if (event.extra.size > 0) {
    to.extra_events.push_back(static_cast<std::uint32_t>(to.times.size() - 1));
    to.extras.push(batch.view(event.extra));
  }
  take_cells(batch, event);
  if (event.type == playbook::event_account_updated) {
    updated_at_ = std::max(updated_at_, time);
    update_attributes(batch, event);
  }
}

// A block has most of its texts in a table, so equal ones lie in one place.
std::uint32_t Builder::code_of(const EventBatch& batch, std::size_t column, engine::TextRef ref) {
  Recent& recent = recent_[(ref.offset + column * 61) % recent_.size()];
  if (recent.block != block_ || recent.column != column || recent.offset != ref.offset ||
      recent.size != ref.size)
    recent = {block_, static_cast<std::uint32_t>(column), ref.offset, ref.size,
              texts_[column].add(batch.view(ref))};
  return recent.code;
}

void Builder::take_cells(const EventBatch& batch, const Event& event) {
  Gathered& to = *gathered_[event.type];
  const auto& properties = schema_.events[event.type].properties;
  for (std::uint32_t p = 0; p < properties.size(); ++p) {
    const Cell cell = batch.cells[event.cells + p];
    if (!is_coded(properties[p].type)) {
      to.cells[p].push_back(cell);
    } else if (cell == engine::cell_absent || cell == engine::cell_null) {
      to.codes[p].push_back(cell == engine::cell_null ? code_null : code_absent);
    } else if (properties[p].type == cel::PropertyType::string) {
      to.codes[p].push_back(code_of(batch, columns_.of(event.type, p), engine::text_of(cell)));
    } else {
      to.codes[p].push_back(static_cast<std::uint32_t>(cell));
    }
  }
}

void Builder::update_attributes(const EventBatch& batch, const Event& event) {
  const Gathered& from = *gathered_[event.type];
  for (std::uint32_t a = 0; a < schema_.attributes.size(); ++a) {
    if (batch.cells[event.cells + a] == engine::cell_absent) continue;
    const std::uint32_t number = event.account_number.value;
    if (is_coded(schema_.attributes[a].type))
      codes_[a][number] = from.codes[a].back();
    else
      cells_[a][number] = from.cells[a].back();
  }
}

// The fold tells the life of both anew in the order of time; readers do so when they see the joint.
void Builder::join(const EventBatch& batch, std::size_t index) {
  const Event& event = batch.events[index];
  const std::string_view from_id = batch.view(engine::text_of(batch.cells[event.cells]));
  const auto named = accounts_.find(from_id);
  if (!named) return;
  const std::uint32_t from = root(*named), to = root(event.account_number.value);
  if (from == to) return;
  root_[from] = to;
  if (first_[from] == never.ms) return;
  if (older_[from] != 0) astray_ = true;
  first_[to] = std::min(first_[to], first_[from]);
  clock_[to] = std::max(clock_[to], clock_[from]);
  irregular_[to] = 1;
  links_.emplace_back(batch.seq_first + index, to);
}

}  // namespace pharos::history
