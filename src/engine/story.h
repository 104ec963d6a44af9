// engine/story.h: a fold that is fed line by line, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "cel/arena.h"
#include "engine/fold.h"
#include "playbook/load.h"

namespace pharos::engine::testing {

inline playbook::Playbook load(const std::string& text) {
  auto loaded = playbook::load({{"test.yaml", text}});
  std::string faults;
  for (const Diagnostic& d : loaded.diagnostics) faults += format_diagnostic(d) + "\n";
  EXPECT_TRUE(loaded.playbook) << faults;
  return loaded.playbook ? std::move(*loaded.playbook) : playbook::Playbook{};
}

// A fold with one line a step: "2025-01-01T00:00:00Z acme order_paid amount=12.50 member=m1", or
// "2025-01-01T00:00:00Z tick".
class Story {
 public:
  explicit Story(const std::string& yaml, std::vector<std::string> queries = {})
      : playbook_(load(yaml)) {
    FoldOptions options;
    for (const std::string& text : queries) {
      const cel::Scope scope{.use = cel::Use::query, .schema = &playbook_.schema, .metrics = {}};
      auto compiled = cel::compile(text, {"query", 1, 1}, scope, std::nullopt);
      EXPECT_TRUE(compiled.rule) << text;
      options.queries.push_back(std::move(*compiled.rule));
    }
    options.history = [this](AccountNumber a, AccountNumber b) { return history(a, b); };
    fold_.emplace(playbook_, std::move(options));
  }

  Story& tell(std::initializer_list<std::string> lines) {
    for (const std::string& line : lines) step(line);
    return *this;
  }

  // "main.signed entered 1 2025-01-01T00:00:00.000Z #2", in order.
  std::vector<std::string> transitions(const std::string& account = "acme") const {
    std::vector<std::string> out;
    for (const Transition& t : effects_.transitions) {
      if (fold_->account_id(t.account) != account) continue;
      constexpr std::string_view kinds[] = {"entered", "released", "overdue"};
      const playbook::Node& node = playbook_.nodes[t.node];
      out.push_back(fmt::format("{}.{} {} {} {} #{}", playbook_.tracks[node.track].name, node.name,
                                kinds[static_cast<int>(t.kind)], t.entry, format_instant(t.at),
                                t.seq));
    }
    return out;
  }
  std::vector<std::string> segments() const {
    std::vector<std::string> out;
    for (const SegmentChange& s : effects_.segments)
      out.push_back(fmt::format("{} {} {}", playbook_.segments[s.segment].name,
                                s.entered ? "entered" : "left", format_instant(s.at)));
    return out;
  }
  std::string query(std::uint32_t index, const std::string& account = "acme") {
    cel::Arena arena;
    const cel::Value value = fold_->query(*fold_->find_account(account), index, arena);
    if (value.is_error()) return "error";
    return cel::format_value(value, playbook_.schema);
  }
  Fold& fold() { return *fold_; }
  const Effects& effects() const { return effects_; }
  AccountNumber account(const std::string& id = "acme") { return *fold_->find_account(id); }

 private:
  void step(const std::string& line) {
    const auto words = split(line, ' ');
    const Instant time = *parse_instant(words[0]);
    if (words[1] == "tick") return fold_->tick(time, effects_);
    EventBatch batch;
    batch.seq_first = ++seq_;
    Event event;
    event.time = time;
    const auto& events = playbook_.schema.events;
    while (event.type < events.size() && events[event.type].name != words[2]) ++event.type;
    ASSERT_LT(event.type, events.size()) << line;
    event.id = batch.add_text(std::to_string(seq_));
    event.account = batch.add_text(words[1]);
    for (const cel::Property& property : events[event.type].properties) {
      Cell cell = cell_absent;
      for (const std::string_view word : std::span(words).subspan(3)) {
        if (!word.starts_with(property.name + "=")) continue;
        const std::string_view value = word.substr(property.name.size() + 1);
        cell = value == "null" ? cell_null : parse(property, value, batch);
      }
      batch.cells.push_back(cell);
    }
    for (const std::string_view word : std::span(words).subspan(3))
      if (word.starts_with("member=")) event.member = batch.add_text(word.substr(7));
    batch.events.push_back(event);
    fold_->resolve(batch);
    fold_->apply(batch, effects_);
    journal_.push_back(batch);
  }

  static Cell parse(const cel::Property& property, std::string_view value, EventBatch& batch) {
    switch (property.type) {
      case cel::PropertyType::bool_: return value == "true";
      case cel::PropertyType::int_: return *parse_int64(value);
      case cel::PropertyType::double_: return std::bit_cast<Cell>(*parse_double(value));
      case cel::PropertyType::string: return text_cell(batch.add_text(value));
      case cel::PropertyType::money: return parse_money(value, 2)->minor;
      case cel::PropertyType::time: return parse_instant(value)->ms;
      case cel::PropertyType::enum_:
        return std::ranges::find(property.values, value) - property.values.begin();
    }
    return cell_absent;
  }

  History history(AccountNumber a, AccountNumber b) const {
    History history;
    for (const EventBatch& batch : journal_) {
      const Event& event = batch.events[0];
      const AccountNumber owner = fold_->root(event.account_number);
      if (event.type == playbook::event_link || (owner != a && owner != b)) continue;
      Event copy = event;
      const std::size_t cells = batch.cells.size();
      const auto shift = static_cast<std::uint32_t>(history.batch.text.size());
      copy.cells = static_cast<std::uint32_t>(history.batch.cells.size());
      const auto& properties = playbook_.schema.events[event.type].properties;
      for (std::size_t i = 0; i < cells; ++i) {
        Cell cell = batch.cells[i];
        if (properties[i].type == cel::PropertyType::string && cell != cell_absent &&
            cell != cell_null) {
          TextRef ref = text_of(cell);
          ref.offset += shift;
          cell = text_cell(ref);
        }
        history.batch.cells.push_back(cell);
      }
      history.batch.text += batch.text;
      copy.id.offset += shift;
      history.batch.events.push_back(copy);
      history.seqs.push_back(batch.seq_first);
    }
    return history;
  }

  playbook::Playbook playbook_;
  std::optional<Fold> fold_;
  Effects effects_;
  std::vector<EventBatch> journal_;
  std::uint64_t seq_ = 0;
};

using Lines = std::vector<std::string>;

inline const std::string head = R"yaml(
playbook: test
model: platform
timezone: UTC
currency: CNY
attributes:
  industry: string
  size: {type: enum, values: [smb, key]}
  renewal: time
events:
  order_paid: {amount: money, category: string, score: int, ratio: double}
  login: {}
)yaml";

inline std::string with_nodes(const std::string& nodes) {
  return head + "tracks:\n  main:\n    - stage: all\n      nodes:\n" + nodes;
}

}  // namespace pharos::engine::testing
