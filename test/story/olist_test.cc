// story/olist_test.cc: the Olist files through examples/olist/map.yaml give the events that the
// data folder's EVENTS.md counts and sums.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "engine/fold.h"
#include "ingest/import.h"
#include "playbook/load.h"

namespace pharos {
namespace {

const std::string root = PHAROS_SOURCE_DIR;
const std::string data_dir = root + "/../shared/data/olist";

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, "{}: no such file", path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// As EVENTS.md writes times: "2017-06-14 00:00:00".
std::string format_time(Instant instant) {
  std::string written = format_instant(instant).substr(0, 19);
  written[10] = ' ';
  return written;
}

// What EVENTS.md has under "Check sums", a line a type.
struct Sums {
  std::uint64_t events = 0;
  std::unordered_set<std::string> accounts;
  Instant first_at = never, last_at = instant_min;
  std::int64_t items = 0, amount = 0, freight = 0, score = 0, late = 0;
};

// Its cells: type, events, accounts, first, last, and what has none left empty.
using Line = std::array<std::string, 10>;

Line line_of(const std::string& type, const Sums& sums) {
  const auto text = [](std::int64_t sum) { return sum == 0 ? "" : std::to_string(sum); };
  return {type,
          std::to_string(sums.events),
          std::to_string(sums.accounts.size()),
          format_time(sums.first_at),
          format_time(sums.last_at),
          text(sums.items),
          text(sums.amount),
          text(sums.freight),
          text(sums.score),
          text(sums.late)};
}

std::map<std::string, Line> read_check_sums(const std::string& page) {
  std::map<std::string, Line> lines;
  std::string_view rest(page);
  rest.remove_prefix(rest.find("## Check sums"));
  for (const std::string_view row : split(rest, '\n')) {
    const std::vector<std::string_view> cells = split(row, '|');
    if (cells.size() != 12 || trimmed(cells[1]) == "type" || row.starts_with("|---")) continue;
    Line line;
    for (std::size_t i = 0; i < line.size(); ++i) line[i] = trimmed(cells[i + 1]);
    lines[line[0]] = line;
  }
  return lines;
}

// One event, with the values of its properties by name; empty where there is none.
class Reading {
 public:
  Reading(const engine::EventBatch& batch, const engine::Event& event, const cel::Schema& schema)
      : batch_(batch), event_(event), type_(schema.events[event.type]) {}
  const std::string& type() const { return type_.name; }
  std::string id() const { return std::string(batch_.view(event_.id)); }
  std::string account() const { return std::string(batch_.view(event_.account)); }
  Instant time() const { return event_.time; }
  std::string text(std::string_view name) const {
    for (std::size_t i = 0; i < type_.properties.size(); ++i) {
      const cel::Property& property = type_.properties[i];
      const engine::Cell cell = batch_.cells[event_.cells + i];
      if (property.name != name || cell == engine::cell_absent) continue;
      if (property.type == cel::PropertyType::string)
        return std::string(batch_.view(engine::text_of(cell)));
      if (property.type == cel::PropertyType::enum_)
        return property.values[static_cast<std::size_t>(cell)];
      return std::to_string(cell);
    }
    return "";
  }
  std::int64_t number(std::string_view name) const { return parse_int64(text(name)).value_or(0); }

 private:
  const engine::EventBatch& batch_;
  const engine::Event& event_;
  const cel::EventType& type_;
};

class Tally {
 public:
  void add(const Reading& event) {
    std::string account = event.account();
    if (event.type() == "link") {
      won.insert(account);
      links[event.text("from")] = account;
      return;
    }
    ids.insert(event.id());
    Sums& sums = by_type[event.type()];
    ++sums.events;
    // EVENTS.md gives a lead the account that it became; a lead that became none has none.
    if (const auto link = links.find(account); link != links.end()) account = link->second;
    if (event.type() == "lead_created" && !won.contains(account)) account.clear();
    if (!account.empty()) sums.accounts.insert(account);
    sums.first_at = std::min(sums.first_at, event.time());
    sums.last_at = std::max(sums.last_at, event.time());
    sums.items += event.number("items");
    sums.amount += event.number("amount");
    sums.freight += event.number("freight");
    sums.score += event.number("score");
    sums.late += event.number("late");
    if (event.type() != "account_updated") add_line(event, account);
  }

  std::map<std::string, Sums> by_type;
  std::unordered_map<std::string, std::string> links;
  std::unordered_set<std::string> won;  // What links lead to.
  std::unordered_set<std::string> ids;
  // By time, rank and id: the line of EVENTS.md's comparison byte by byte.
  std::vector<std::tuple<Instant, std::size_t, std::string, std::string>> lines;

 private:
  void add_line(const Reading& event, const std::string& account) {
    constexpr std::array<std::string_view, 8> ranks = {
        "lead_created",  "deal_won",        "order_placed",    "order_paid",
        "order_shipped", "order_delivered", "order_cancelled", "review_received"};
    const auto rank =
        static_cast<std::size_t>(std::ranges::find(ranks, event.type()) - ranks.begin());
    const std::string id = event.id();
    std::string line = id + "|" + event.type() + "|" + format_time(event.time()) + "|" + account +
                       "|" + (rank < 2 ? id.substr(id.find(':') + 1) : "");
    for (const std::string_view name :
         {"order_id", "category", "items", "amount", "freight", "score", "late", "reason"})
      line += "|" + event.text(name);
    lines.emplace_back(event.time(), rank, id, line + "\n");
  }
};

// The SHA-256 of a text, by the program that every Debian has.
std::string sha256(const std::string& text) {
  char path[] = "/tmp/olist-XXXXXX";
  const int descriptor = ::mkstemp(path);
  if (descriptor < 0) return "";
  ::close(descriptor);
  std::ofstream(path, std::ios::binary) << text;
  std::string sum(64, '\0');
  if (FILE* const pipe = ::popen(("sha256sum " + std::string(path)).c_str(), "r")) {
    sum.resize(std::fread(sum.data(), 1, sum.size(), pipe));
    ::pclose(pipe);
  }
  ::unlink(path);
  return sum;
}

// The number that a cell of a table begins with: "97,811 (7,844 late)" is 97811.
std::int64_t leading_number(std::string_view cell) {
  std::string digits;
  for (const char c : trimmed(cell)) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (c != ',')
      break;
  }
  return parse_int64(digits).value_or(-1);
}

// The figures of the example's README: of "| `deal_won` | 842 | ..." and "| sales | first_sale |
// 3,095 |".
std::map<std::string, std::int64_t> read_known_figures(const std::string& page) {
  std::map<std::string, std::int64_t> figures;
  for (const std::string_view row : split(page, '\n')) {
    const std::vector<std::string_view> cells = split(row, '|');
    if (cells.size() != 5) continue;
    const std::string_view first = trimmed(cells[1]);
    if (first.starts_with('`'))
      figures[std::string(first.substr(1, first.size() - 2))] = leading_number(cells[2]);
    else if (leading_number(cells[3]) >= 0)
      figures[std::string(first) + "." + std::string(trimmed(cells[2]))] = leading_number(cells[3]);
  }
  return figures;
}

// How many accounts entered each node, by "track.node".
std::map<std::string, std::int64_t> count_entered(const playbook::Playbook& playbook,
                                                  const engine::Effects& effects) {
  std::map<std::string, std::int64_t> counts;
  for (const engine::Transition& transition : effects.transitions) {
    const playbook::Node& node = playbook.nodes[transition.node];
    if (transition.kind == engine::TransitionKind::entered && transition.entry == 1)
      ++counts[playbook.tracks[node.track].name + "." + node.name];
  }
  return counts;
}

TEST(Olist, events_and_nodes_have_the_known_figures) {
  // The data set lies beside the project, and its licence keeps it out of it.
  if (!std::filesystem::exists(data_dir))
    GTEST_SKIP() << "the Olist data is not at " << data_dir << "; nothing to compare";
  const std::string example = root + "/examples/olist";
  const playbook::Loaded loaded = playbook::load(example + "/playbook.yaml", read_text);
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    ADD_FAILURE() << format_diagnostic(diagnostic);
  ASSERT_TRUE(loaded.playbook);
  const std::string map_path = example + "/map.yaml";
  ingest::LoadedMap map = ingest::load_map(*read_text(map_path), map_path, *loaded.playbook);
  for (const Diagnostic& diagnostic : map.diagnostics)
    ADD_FAILURE() << format_diagnostic(diagnostic);
  ASSERT_TRUE(map.map);

  Tally tally;
  engine::Fold fold(*loaded.playbook);
  engine::Effects effects;
  std::uint64_t seq = 1;
  ingest::ImportCallbacks callbacks;
  callbacks.sink = [&](engine::EventBatch&& batch) -> Result<> {
    for (const engine::Event& event : batch.events)
      tally.add({batch, event, loaded.playbook->schema});
    batch.seq_first = seq;
    seq += batch.events.size();
    fold.resolve(batch);
    fold.apply(batch, effects);
    return {};
  };
  callbacks.reject = [](const ingest::Reject& reject) {
    ADD_FAILURE() << reject.file << ":" << reject.line << ": " << reject.reason;
  };
  const auto summary = ingest::import_files(
      *loaded.playbook, {.paths = {data_dir}, .map = std::move(map.map)}, callbacks);
  ASSERT_TRUE(summary) << summary.error().message;

  const auto wanted = read_check_sums(*read_text(data_dir + "/EVENTS.md"));
  EXPECT_EQ(wanted.size(), 8U);
  std::uint64_t events = 0;
  for (const auto& [type, line] : wanted) {
    EXPECT_EQ(line_of(type, tally.by_type[type]), line);
    events += tally.by_type[type].events;
  }
  EXPECT_EQ(events, 506'093U);
  EXPECT_EQ(tally.links.size(), 842U);
  // Beside them: attributes from the leads, the deals, and the 3,095 sellers that sold something.
  EXPECT_EQ(tally.by_type["account_updated"].events, 8'000U + 842U + 3'095U);
  EXPECT_EQ(tally.ids.size(), summary->events - 842U);  // No id twice.

  // Through the fold: where the accounts got.
  const std::map<std::string, std::int64_t> entered = count_entered(*loaded.playbook, effects);
  const auto figures = read_known_figures(*read_text(example + "/README.md"));
  EXPECT_EQ(figures.size(), 9U + 4U);
  for (const auto& [name, count] : figures) {
    const bool is_node = name.find('.') != std::string::npos;
    const auto type = tally.by_type.find(name);
    if (is_node)
      EXPECT_EQ(entered.contains(name) ? entered.at(name) : 0, count) << name;
    else
      EXPECT_EQ(type == tally.by_type.end() ? 0 : static_cast<std::int64_t>(type->second.events),
                count)
          << name;
  }

  std::string all;
  std::ranges::sort(tally.lines);
  for (const auto& [time, rank, id, line] : tally.lines) all += line;
  EXPECT_EQ(all.size(), 101'455'750U);
  EXPECT_EQ(sha256(all), "c2f52c878ccff76e8a35332e18696503361df2ff93339751eb2df3b8705f1823");
}

}  // namespace
}  // namespace pharos
