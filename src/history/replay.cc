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
      endings_(endings_of(playbook, queries, queries_only)),
      until_(until),
      complete_(complete),
      asks_windows_(!queries.empty()),
      leaps_(engine::Outlook(playbook, queries, queries_only)),
      runs_(frame.schema().events.size()) {
  for (std::size_t type = 0; type < runs_.size(); ++type)
    scratch_.push_back(std::make_unique<RunScratch>());
  for (const auto& needed : needs_.properties) {
    std::vector<std::uint32_t>& read = properties_.emplace_back();
    for (std::uint32_t p = 0; p < needed.size(); ++p)
      if (complete_ || needed[p]) read.push_back(p);
  }
  if (complete_) needs_.members.assign(needs_.members.size(), true);
}

namespace {

std::uint32_t count_until(const Run& run, Instant until) {
  const auto times = run.times();
  return static_cast<std::uint32_t>(std::ranges::upper_bound(times, until.ms) - times.begin());
}

}  // namespace

// The runs of all wanted types, to be merged. The first event of all is among them: it begins the
// account. False if there is none.
bool LifeReader::gather(Position position, bool regular) {
  heads_.clear();
  ends_.clear();
  Head first{.type = 0, .event = 0, .time = never.ms, .seq = 0};
  for (std::uint32_t type = 0; type < runs_.size(); ++type) {
    if (type == playbook::event_link) continue;
    Run& run = runs_[type] = frame_.run(type, position, *scratch_[type]);
    if (run.size() == 0) continue;
    const Family& family = *run.family;
    const std::uint32_t from = run.range.from;
    const Head head{type, from, family.times[from], family.seqs[from]};
    if (head.time > until_.ms) continue;
    if (wanted(type, regular)) {
      heads_.push_back(head);
      ends_.push_back(until_ == never ? run.range.to : from + count_until(run, until_));
    } else if (head.is_before(first)) {
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
bool LifeReader::next(Head& item) {
  if (heads_.empty()) return false;
  std::size_t least = 0;
  for (std::size_t i = 1; i < heads_.size(); ++i)
    if (heads_[i].is_before(heads_[least])) least = i;
  Head& head = heads_[least];
  item = head;
  const Family& family = *runs_[head.type].family;
  ++head.event;
  if (head.event < ends_[least]) {
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

void LifeReader::read_whole(AccountNumber account, Fold& fold, Effects& effects) {
  constexpr std::size_t few = 256;
  while (!heads_.empty()) {
    items_.clear();
    Head item;
    while (items_.size() < few && next(item)) items_.push_back(item);
    apply(0, items_.size(), account, fold, effects);
  }
}

// What could turn something is applied. Of the rest, windows take in what they still hold when
// anything looks at them: such an event, or a timer.
void LifeReader::read_in_leaps(AccountNumber account, Instant end, Fold& fold, Effects& effects) {
  leaps_.clear();
  for (std::size_t i = 0; i < heads_.size(); ++i)
    leaps_.add(heads_[i].type, runs_[heads_[i].type], ends_[i]);
  std::optional<Head> next = leaps_.first();
  Instant timer = never;
  while (next || timer <= end) {
    const std::size_t told = effects.transitions.size(), moved = effects.segments.size();
    const bool first = !fold.is_live(account);
    if (next && next->time < timer.ms) {
      take_in_before(*next, account, fold);
      items_.assign(1, *next);
      apply(0, 1, account, fold, effects);
    } else {
      take_in_before(Head::before_all_at(timer), account, fold);
      fold.tick(account, timer, effects);
    }
    if (effects.transitions.size() != told) drop_types(account, fold);
    if (first || effects.transitions.size() != told || effects.segments.size() != moved)
      leaps_.look(fold, account);
    next = leaps_.next();
    timer = fold.next_timer(account);
  }
  if (asks_windows_) take_in_before(Head::behind_all_at(end), account, fold);
}

void LifeReader::take_in_before(const Head& to, AccountNumber account, Fold& fold) {
  items_.clear();
  leaps_.pass(to, [&](std::uint32_t type, std::uint32_t from, std::uint32_t behind) {
    const Family& family = *runs_[type].family;
    for (std::uint32_t i = from; i < behind; ++i)
      items_.push_back({type, i, family.times[i], family.seqs[i]});
  });
  if (items_.empty()) return;
  fill_batch(0, items_.size(), account, fold);
  fold.take_in(batch_, seqs_);
}

// Leaves out the types whose windows nothing reads any more.
void LifeReader::drop_types(AccountNumber account, const Fold& fold) {
  for (const Ending& ending : endings_)
    if (std::ranges::all_of(ending.nodes, [&](auto node) { return fold.is_held(account, node); }))
      leaps_.remove(ending.type);
}

engine::Cell LifeReader::cell_of(const Head& item, std::uint32_t property) {
  const cel::PropertyType type = frame_.schema().events[item.type].properties[property].type;
  const Values& values = runs_[item.type].family->properties[property];
  if (!is_coded(type)) return values.cells[item.event];
  const std::uint32_t code = values.codes[item.event];
  if (code == code_absent) return engine::cell_absent;
  if (code == code_null) return engine::cell_null;
  if (type != cel::PropertyType::string) return code;
  const auto column = frame_.text_columns().of(item.type, property);
  return engine::text_cell(batch_.add_text(frame_.directory().texts[column].view(code)));
}

void LifeReader::add_event(const Head& item, AccountNumber account, Fold& fold) {
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
  batch_.cells.resize(batch_.cells.size() + declared.size(), engine::cell_absent);
  for (const std::uint32_t p : properties_[item.type])
    batch_.cells[event.cells + p] = cell_of(item, p);
  batch_.events.push_back(event);
}

void LifeReader::fill_batch(std::size_t from, std::size_t to, AccountNumber account, Fold& fold) {
  batch_.clear();
  seqs_.clear();
  for (std::size_t i = from; i < to; ++i) {
    seqs_.push_back(items_[i].seq);
    add_event(items_[i], account, fold);
  }
}

void LifeReader::apply(std::size_t from, std::size_t to, AccountNumber account, Fold& fold,
                       Effects& effects) {
  fill_batch(from, to, account, fold);
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
  for (const Head& head : heads_) birth = std::min(birth, head.seq);
  items_.clear();
  if (!regular)
    for (Head item; next(item); items_.push_back(item)) birth = std::min(birth, item.seq);
  const Instant end =
      until_ != never ? until_
                      : std::max(tick_before(seq_max, birth), Instant{directory.clocks[position]});
  if (!regular) {
    read_irregular(position, birth, account, fold, effects);
  } else if (complete_) {
    read_whole(account, fold, effects);
  } else {
    read_in_leaps(account, end, fold, effects);
  }
  fold.tick(account, end, effects);
  return account;
}

// Late events meet the clock that they met, ticks included; a joint begins with all events before
// it in the order of time, and with the greater of the two clocks.
void LifeReader::read_irregular(Position position, std::uint32_t birth, AccountNumber account,
                                Fold& fold, Effects& effects) {
  const std::uint64_t joint = joint_of(frame_.directory().joints, position);
  std::ranges::sort(items_, [&](const Head& a, const Head& b) {
    return applied_before(a.time, a.seq, b.time, b.seq, joint);
  });
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
