// sim/world.cc: runs, comparison and shrinking.
#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "sim/feeder.h"
#include "sim/generator.h"
#include "sim/sight.h"

namespace pharos::sim {
namespace {

constexpr Feeding feedings[] = {Feeding::one_batch, Feeding::many_batches, Feeding::extra_ticks,
                                Feeding::restart, Feeding::snapshot};

std::string_view name_of(Feeding feeding) {
  switch (feeding) {
    case Feeding::one_batch: return "one batch";
    case Feeding::many_batches: return "many batches";
    case Feeding::extra_ticks: return "extra ticks";
    case Feeding::restart: return "restart";
    case Feeding::snapshot: return "snapshot";
  }
  return "";
}

std::string show(const cel::Value& value, const cel::Schema& schema) {
  return value.is_error() ? "an error" : cel::format_value(value, schema);
}

// One line of what is compared at the end.
struct Line {
  std::string& text;
  template <class... Args>
  void operator()(fmt::format_string<Args...> format, Args&&... args) {
    text += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }
};

std::string standing_of(engine::Fold& fold, engine::AccountNumber account, const Loaded& loaded) {
  const playbook::Playbook& playbook = loaded.playbook;
  std::string text;
  Line line{text};
  line("clock {} seq {} first {}", format_instant(fold.clock(account)), fold.last_seq(account),
       format_instant(fold.first_at(account)));
  for (std::uint32_t n = 0; n < playbook.nodes.size(); ++n) {
    const engine::Standing s = fold.standing(account, n);
    line("node {} held {} overdue {} entry {} at {}", playbook::node_path(playbook, n), s.held,
         s.overdue, s.entry, s.entry > 0 ? format_instant(s.entered_at) : "-");
  }
  for (std::uint32_t t = 0; t < playbook.tracks.size(); ++t)
    line("track {} at {}", playbook.tracks[t].name, fold.at(account, t));
  for (std::uint32_t s = 0; s < playbook.segments.size(); ++s)
    line("segment {} {}", playbook.segments[s].name, fold.in_segment(account, s));
  for (std::uint32_t a = 0; a < playbook.schema.attributes.size(); ++a)
    line("attribute {} {}", playbook.schema.attributes[a].name,
         show(fold.attribute(account, a), playbook.schema));
  cel::Arena arena;
  for (std::uint32_t q = 0; q < loaded.queries.size(); ++q)
    line("query {} = {}", loaded.queries[q].text,
         show(fold.query(account, q, arena), playbook.schema));
  return text;
}

std::string standing_of(Reference& reference, const std::string& id, const Life& life,
                        const Loaded& loaded) {
  const playbook::Playbook& playbook = loaded.playbook;
  std::string text;
  Line line{text};
  line("clock {} seq {} first {}", format_instant(life.clock), life.seq,
       format_instant(life.events.front().fact.time));
  for (std::uint32_t n = 0; n < playbook.nodes.size(); ++n) {
    const NodeState& s = life.nodes[n];
    line("node {} held {} overdue {} entry {} at {}", playbook::node_path(playbook, n), s.held,
         s.overdue, s.entry, s.entry > 0 ? format_instant(s.entered_at) : "-");
  }
  for (std::uint32_t t = 0; t < playbook.tracks.size(); ++t)
    line("track {} at {}", playbook.tracks[t].name, reference.at(life, t));
  for (std::uint32_t s = 0; s < playbook.segments.size(); ++s)
    line("segment {} {}", playbook.segments[s].name, bool{life.segments[s]});
  Life copy = life;
  Sight sight(playbook, copy, life.clock, nullptr);
  for (std::uint32_t a = 0; a < playbook.schema.attributes.size(); ++a)
    line("attribute {} {}", playbook.schema.attributes[a].name,
         show(sight.attribute(a), playbook.schema));
  for (const cel::Rule& query : loaded.queries)
    line("query {} = {}", query.text, reference.ask(id, query));
  return text;
}

std::string format_transition(const engine::Transition& t, const playbook::Playbook& playbook) {
  constexpr std::string_view kinds[] = {"entered", "released", "overdue"};
  return fmt::format("{} {} {} entry {} seq {}", format_instant(t.at),
                     playbook::node_path(playbook, t.node), kinds[static_cast<int>(t.kind)],
                     t.entry, t.seq);
}

std::string format_change(const engine::SegmentChange& c, const playbook::Playbook& playbook) {
  return fmt::format("{} segment {} {} seq {}", format_instant(c.at),
                     playbook.segments[c.segment].name, c.entered ? "entered" : "left", c.seq);
}

// The first item that is not the same in both, up to `count` items.
template <class T, class Format>
std::string first_difference(const std::vector<T>& engine, const std::vector<T>& reference,
                             std::size_t count, Format format) {
  for (std::size_t i = 0; i < std::min(count, std::max(engine.size(), reference.size())); ++i) {
    const bool same = i < engine.size() && i < reference.size() && engine[i] == reference[i];
    if (same) continue;
    return fmt::format("  engine:    {}\n  reference: {}\n",
                       i < engine.size() ? format(engine[i]) : "nothing more",
                       i < reference.size() ? format(reference[i]) : "nothing more");
  }
  return "";
}

std::string first_line_difference(const std::string& engine, const std::string& reference) {
  const auto lines = [](const std::string& text) {
    std::vector<std::string> result;
    for (std::size_t from = 0, to; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
      result.push_back(text.substr(from, to - from));
    return result;
  };
  return first_difference(lines(engine), lines(reference), std::numeric_limits<std::size_t>::max(),
                          [](const std::string& line) { return line; });
}

std::string compare(const Fate& engine, const Fate& reference, const playbook::Playbook& playbook) {
  const std::size_t all = std::numeric_limits<std::size_t>::max();
  const bool open = reference.open.has_value();
  std::string found = first_difference(
      engine.transitions, reference.transitions, open ? reference.open->transitions : all,
      [&](const engine::Transition& t) { return format_transition(t, playbook); });
  if (found.empty())
    found = first_difference(
        engine.changes, reference.changes, open ? reference.open->changes : all,
        [&](const engine::SegmentChange& c) { return format_change(c, playbook); });
  if (found.empty() && !open) found = first_line_difference(engine.standing, reference.standing);
  return found;
}

std::string compare(const Fates& engine, const Fates& reference,
                    const playbook::Playbook& playbook) {
  std::set<std::string> ids;
  for (const Fates* fates : {&engine, &reference})
    for (const auto& [id, fate] : *fates) ids.insert(id);
  for (const std::string& id : ids) {
    if (!engine.contains(id) || !reference.contains(id))
      return fmt::format("account {} is known only to the {}\n", id,
                         engine.contains(id) ? "engine" : "reference");
    const std::string found = compare(engine.at(id), reference.at(id), playbook);
    if (!found.empty()) return fmt::format("account {}:\n{}", id, found);
  }
  return "";
}

bool is_open(const Fates& fates) {
  return std::ranges::any_of(fates, [](const auto& item) { return item.second.open.has_value(); });
}

}  // namespace

Fates run_engine(const Scenario& scenario, const Loaded& loaded, Feeding feeding) {
  Seeded seeded(scenario.seed + 1);
  Feeder feeder(loaded, Seeded(scenario.seed + 2));
  const std::size_t snapshot_at = Seeded(scenario.seed).below(scenario.steps.size() + 1);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const Step& step = scenario.steps[i];
    if (feeding == Feeding::restart && i == scenario.steps.size() / 2) feeder.restart();
    if (feeding == Feeding::snapshot && i == snapshot_at) feeder.revive();
    if (step.is_tick) {
      feeder.tick(step.tick, feeding != Feeding::one_batch && seeded.chance(0.5));
      continue;
    }
    if (feeding == Feeding::extra_ticks) {
      feeder.flush();
      if (seeded.chance(0.5)) feeder.tick_before(step.fact);
    } else if (feeding != Feeding::one_batch && feeder.pending() > seeded.below(6)) {
      feeder.flush();
    }
    feeder.add(step.fact);
  }
  feeder.flush();
  Fates fates;
  engine::Fold& fold = feeder.fold();
  for (std::uint32_t number = 0; number < fold.account_count(); ++number) {
    const engine::AccountNumber account{number};
    if (fold.is_alias(account) || !fold.is_live(account)) continue;
    fates[std::string(fold.account_id(account))] = {
        feeder.transitions(account), feeder.changes(account), standing_of(fold, account, loaded),
        fold.digest(account), std::nullopt};
  }
  return fates;
}

Fates run_reference(const Scenario& scenario, const Loaded& loaded) {
  Reference reference(loaded.playbook);
  std::set<std::string> ids;
  std::uint64_t seq = 0;
  for (const Step& step : scenario.steps) {
    if (step.is_tick)
      reference.tick(step.tick);
    else if (ids.insert(step.fact.id).second)
      reference.apply(step.fact, ++seq);
  }
  Fates fates;
  for (const auto& [id, life] : reference.lives())
    if (life.is_live())
      fates[id] = {life.transitions, life.changes, standing_of(reference, id, life, loaded), 0,
                   life.open};
  return fates;
}

std::string difference(const Scenario& scenario, const Loaded& loaded) {
  const Fates reference = run_reference(scenario, loaded);
  std::map<std::string, std::uint64_t> digests;
  for (const Feeding feeding : feedings) {
    const Fates engine = run_engine(scenario, loaded, feeding);
    const std::string found = compare(engine, reference, loaded.playbook);
    if (!found.empty()) return fmt::format("{}: {}", name_of(feeding), found);
    for (const auto& [id, fate] : engine) {
      const auto [known, is_new] = digests.emplace(id, fate.digest);
      if (!is_new && known->second != fate.digest && !is_open(reference))
        return fmt::format("{}: account {} has another digest than in one batch\n",
                           name_of(feeding), id);
    }
  }
  return "";
}

Scenario shrink(Scenario scenario) {
  const auto differs = [](const Scenario& smaller) {
    const auto loaded = load(smaller);
    return loaded && !difference(smaller, *loaded).empty();
  };
  for (std::size_t size = scenario.steps.size() / 2; size > 0; size /= 2) {
    for (std::size_t from = 0; from < scenario.steps.size();) {
      Scenario smaller = scenario;
      const auto first = smaller.steps.begin() + static_cast<std::ptrdiff_t>(from);
      smaller.steps.erase(
          first, first + static_cast<std::ptrdiff_t>(std::min(size, scenario.steps.size() - from)));
      if (differs(smaller))
        scenario = std::move(smaller);
      else
        from += size;
    }
  }
  return scenario;
}

std::string run_seed(std::uint64_t seed) {
  const Scenario scenario = make_scenario(seed);
  const auto loaded = load(scenario);
  if (!loaded)
    return fmt::format("seed {}: the playbook does not load\n{}{}", seed, loaded.error(),
                       scenario.playbook);
  if (difference(scenario, *loaded).empty()) return "";
  const Scenario smaller = shrink(scenario);
  std::string report = fmt::format("seed {}: {}playbook:\n{}steps:\n", seed,
                                   difference(smaller, *loaded), smaller.playbook);
  for (const Step& step : smaller.steps)
    report += "  " + format_step(step, loaded->playbook) + "\n";
  return report + fmt::format("replay: ./x sim --seeds 1 --from {}\n", seed);
}

}  // namespace pharos::sim
