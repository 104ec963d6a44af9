// history/replay.cc: runs of all types back into the order of the journal, and into a fold.
#include "history/replay.h"

#include <algorithm>

#include "history/application.h"
#include "history/file.h"
#include "history/threads.h"

namespace pharos::history {

using engine::AccountNumber;
using engine::Effects;
using engine::Event;
using engine::Fold;

bool fits(const Frame& frame, const playbook::Playbook& playbook) {
  return hash_of(frame.schema()) == hash_of(playbook.schema);
}

LifeReader::LifeReader(const Frame& frame, const playbook::Playbook& playbook,
                       const std::vector<cel::Rule>& queries, bool queries_only, Instant until,
                       bool complete)
    : frame_(frame),
      needs_(needs_of(playbook, queries, queries_only)),
      node_needs_(node_needs_of(playbook, queries, queries_only)),
      until_(until),
      complete_(complete),
      runs_(frame.schema().events.size()) {
  for (std::size_t type = 0; type < runs_.size(); ++type)
    scratch_.push_back(std::make_unique<RunScratch>());
  if (!complete_) return;
  for (auto& properties : needs_.properties) properties.assign(properties.size(), true);
  needs_.members.assign(needs_.members.size(), true);
}

// The runs of all wanted types, to be merged. The first event of all is among them: it begins the
// account. False if there is none.
bool LifeReader::gather(Position position, bool regular) {
  heads_.clear();
  ends_.clear();
  Item first{.type = 0, .event = 0, .time = never.ms, .seq = 0};
  for (std::uint32_t type = 0; type < runs_.size(); ++type) {
    if (type == playbook::event_link) continue;
    Run& run = runs_[type] = frame_.run(type, position, *scratch_[type]);
    if (run.size() == 0) continue;
    const Family& family = *run.family;
    const std::uint32_t from = run.range.from;
    const Item head{type, from, family.times[from], family.seqs[from]};
    if (head.time > until_.ms) continue;
    if (wanted(type, regular)) {
      heads_.push_back(head);
      ends_.push_back(run.range.to);
    } else if (std::pair(head.time, head.seq) < std::pair(first.time, first.seq)) {
      first = head;
    }
  }
  if (first.time != never.ms) {
    heads_.push_back(first);
    ends_.push_back(first.event + 1);
  }
  return !heads_.empty();
}

// The next event by (time, seq), which is the order of the journal where none came late. Runs are
// few: the least of their heads is found by looking at each.
bool LifeReader::next(Item& item) {
  if (heads_.empty()) return false;
  std::size_t least = 0;
  for (std::size_t i = 1; i < heads_.size(); ++i)
    if (heads_[i].time < heads_[least].time ||
        (heads_[i].time == heads_[least].time && heads_[i].seq < heads_[least].seq))
      least = i;
  Item& head = heads_[least];
  item = head;
  const Family& family = *runs_[head.type].family;
  ++head.event;
  if (head.event < ends_[least] && family.times[head.event] <= until_.ms) {
    head.time = family.times[head.event];
    head.seq = family.seqs[head.event];
    return true;
  }
  heads_[least] = heads_.back();
  ends_[least] = ends_.back();
  heads_.pop_back();
  ends_.pop_back();
  return true;
}

// Leaves out the types that no node waits for any more.
void LifeReader::drop_types(AccountNumber account, const Fold& fold) {
  waited_for_ = node_needs_.always;
  for (std::uint32_t node = 0; node < node_needs_.of.size(); ++node) {
    if (node_needs_.stays[node] && fold.standing(account, node).held) continue;
    for (const std::uint32_t type : node_needs_.of[node]) waited_for_[type] = true;
  }
  for (std::size_t i = 0; i < heads_.size();) {
    if (waited_for_[heads_[i].type]) {
      ++i;
      continue;
    }
    heads_[i] = heads_.back();
    ends_[i] = ends_.back();
    heads_.pop_back();
    ends_.pop_back();
  }
}

// A few events at a time: a transition may end the need for most of the rest.
void LifeReader::read_regular(AccountNumber account, Fold& fold, Effects& effects) {
  constexpr std::size_t few = 32;
  std::size_t transitions = effects.transitions.size();
  while (!heads_.empty()) {
    items_.clear();
    Item item;
    while (items_.size() < few && next(item)) items_.push_back(item);
    apply(0, items_.size(), account, fold, effects);
    if (complete_ || effects.transitions.size() == transitions) continue;
    transitions = effects.transitions.size();
    drop_types(account, fold);
  }
}

void LifeReader::add_event(const Item& item, AccountNumber account, Fold& fold) {
  const Family& family = *runs_[item.type].family;
  const auto& declared = frame_.schema().events[item.type].properties;
  Event event;
  event.time = {item.time};
  event.type = item.type;
  event.cells = static_cast<std::uint32_t>(batch_.cells.size());
  event.account_number = account;
  if (needs_.members[item.type] && !family.members.empty() &&
      family.members[item.event] != code_absent)
    event.member_number =
        fold.add_member(account, frame_.directory().members.view(family.members[item.event]));
  for (std::uint32_t p = 0; p < declared.size(); ++p) {
    engine::Cell cell = engine::cell_absent;
    const Values& values = family.properties[p];
    if (!needs_.properties[item.type][p]) {
      batch_.cells.push_back(cell);
      continue;
    }
    if (!is_coded(declared[p].type)) {
      cell = values.cells[item.event];
    } else if (const std::uint32_t code = values.codes[item.event]; code == code_null) {
      cell = engine::cell_null;
    } else if (code != code_absent) {
      cell = code;
      if (declared[p].type == cel::PropertyType::string)
        cell = engine::text_cell(batch_.add_text(
            frame_.directory().texts[frame_.text_columns().of(item.type, p)].view(code)));
    }
    batch_.cells.push_back(cell);
  }
  batch_.events.push_back(event);
}

void LifeReader::apply(std::size_t from, std::size_t to, AccountNumber account, Fold& fold,
                       Effects& effects) {
  batch_.clear();
  seqs_.clear();
  for (std::size_t i = from; i < to; ++i) {
    seqs_.push_back(items_[i].seq);
    add_event(items_[i], account, fold);
  }
  fold.apply(batch_, seqs_, effects);
}

// The latest tick in front of an event that the account, alive since `birth`, has seen.
Instant LifeReader::tick_before(std::uint64_t seq, std::uint64_t birth) const {
  const std::span<const Tick> ticks = frame_.directory().ticks;
  const auto behind = std::ranges::upper_bound(ticks, seq, {}, &Tick::seq);
  if (behind == ticks.begin() || (behind - 1)->seq <= birth) return instant_min;
  return {std::min((behind - 1)->at, until_.ms)};
}

AccountNumber LifeReader::read(Position position, Fold& fold, Effects& effects) {
  const Directory& directory = frame_.directory();
  const AccountNumber account = fold.add_account(directory.id(position));
  const bool regular = directory.irregular[position] == 0;
  if (!gather(position, regular)) return account;
  std::uint32_t birth = heads_.front().seq;
  for (const Item& head : heads_) birth = std::min(birth, head.seq);
  if (regular) {
    read_regular(account, fold, effects);
  } else {
    items_.clear();
    Item item;
    while (next(item)) items_.push_back(item);
    for (const Item& one : items_) birth = std::min(birth, one.seq);
    read_irregular(position, account, fold, effects);
  }
  if (until_ != never) {
    fold.tick(account, until_, effects);
    return account;
  }
  const Instant last = tick_before(seq_max, birth);
  fold.tick(account, std::max(last, Instant{directory.clocks[position]}), effects);
  return account;
}

// Late events meet the clock that they met, ticks included; a joint begins with all events before
// it in the order of time, and with the greater of the two clocks.
void LifeReader::read_irregular(Position position, AccountNumber account, Fold& fold,
                                Effects& effects) {
  const std::uint64_t joint = joint_of(frame_.directory().joints, position);
  std::ranges::sort(items_, [&](const Item& a, const Item& b) {
    return applied_before(a.time, a.seq, b.time, b.seq, joint);
  });
  std::uint32_t birth = items_.front().seq;
  for (const Item& item : items_) birth = std::min(birth, item.seq);
  std::size_t next = 0;
  while (next < items_.size() && items_[next].seq < joint) ++next;
  apply(0, next, account, fold, effects);
  if (next > 0) fold.tick(account, tick_before(joint, birth), effects);
  for (; next < items_.size(); ++next) {
    if (next > 0) fold.tick(account, tick_before(items_[next].seq, birth), effects);
    apply(next, next + 1, account, fold, effects);
  }
}

Lives Lives::read(const Frame& frame, const playbook::Playbook& playbook,
                  const std::vector<cel::Rule>& queries, Instant until, int threads) {
  Lives lives;
  const std::size_t count = frame.account_count();
  lives.pieces_.resize((count + piece_accounts - 1) / piece_accounts);
  in_pieces(lives.pieces_.size(), threads, [&]() -> Work {
    const auto reader = std::make_shared<LifeReader>(frame, playbook, queries, false, until, false);
    return [&, reader](std::size_t index) {
      auto fold = std::make_unique<Fold>(
          playbook, engine::FoldOptions{.queries = queries, .queries_only = false, .history = {}});
      Effects effects;
      const std::size_t end = std::min(count, (index + 1) * piece_accounts);
      for (std::size_t position = index * piece_accounts; position < end; ++position) {
        effects.clear();
        reader->read(static_cast<Position>(position), *fold, effects);
      }
      lives.pieces_[index].fold = std::move(fold);
    };
  });
  return lives;
}

bool Lives::is_live(Position position) const {
  return pieces_[position / piece_accounts].fold->is_live(
      {static_cast<std::uint32_t>(position % piece_accounts)});
}

cel::Value Lives::query(Position position, std::uint32_t index, cel::Arena& arena) {
  return pieces_[position / piece_accounts].fold->query(
      {static_cast<std::uint32_t>(position % piece_accounts)}, index, arena);
}

}  // namespace pharos::history
