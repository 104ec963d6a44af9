// engine/trial.cc: events of one account through a fold of its own; the effects against what is
// expected.
#include "engine/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/effect.h"
#include "engine/event.h"
#include "engine/fold.h"
#include "playbook/moment.h"

namespace pharos::engine {
namespace {

using playbook::Moments;
using playbook::Playbook;
using playbook::Trial;

class TrialRun {
 public:
  TrialRun(const Playbook& book, const Trial& trial) : book_(book), trial_(trial), fold_(book) {
    outcome_.name = trial.name;
    outcome_.place = trial.place;
  }

  TrialOutcome run() {
    auto stand = trial_.stands.begin();
    const auto look_before =
        [&](Instant time) {  // What stands at a time, after all that came by then.
          for (; stand != trial_.stands.end() && stand->time < time; ++stand) check_stand(*stand);
        };
    for (const playbook::TrialEvent& event : trial_.events) {
      look_before(event.time);
      apply(event);
    }
    look_before(never);
    fold_.tick(trial_.until, effects_);
    for (; stand != trial_.stands.end(); ++stand) check_stand(*stand);
    check_nodes();
    check_segments();
    return std::move(outcome_);
  }

 private:
  void apply(const playbook::TrialEvent& trial_event) {
    batch_.clear();
    batch_.seq_first = ++seq_;
    Event event;
    event.time = trial_event.time;
    event.type = trial_event.type;
    event.id = batch_.add_text(fmt::format("event-{}", seq_));
    event.account = batch_.add_text("account");
    if (!trial_event.member.empty()) event.member = batch_.add_text(trial_event.member);
    const auto& properties = book_.schema.events[event.type].properties;
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const bool is_given = i < trial_event.values.size() && trial_event.values[i];
      batch_.cells.push_back(is_given ? cell_of(*trial_event.values[i], properties[i])
                                      : cell_absent);
    }
    batch_.events.push_back(event);
    fold_.resolve(batch_);
    fold_.apply(batch_, effects_);
  }

  Cell cell_of(const playbook::TrialValue& value, const cel::Property& property) {
    if (value.is_null) return cell_null;
    if (property.type == cel::PropertyType::string) return text_cell(batch_.add_text(value.text));
    return value.number;
  }

  void check_stand(const playbook::StandsExpected& expected) {
    const bool is_end = expected.time == never;
    if (!is_end) fold_.tick(expected.time, effects_);
    const auto account = fold_.find_account("account");
    const std::int32_t at = account ? fold_.at(*account, expected.track) : -1;
    if (at == expected.node) return;
    const auto name = [&](std::int32_t node) {
      return node < 0 ? std::string("none") : book_.nodes[static_cast<std::size_t>(node)].name;
    };
    outcome_.mismatches.push_back({expected.place,
                                   fmt::format("{} at {}", book_.tracks[expected.track].name,
                                               is_end ? "the end" : moment(expected.time)),
                                   name(expected.node), name(at)});
  }

  void check_nodes() {
    std::map<std::pair<std::uint32_t, TransitionKind>, std::vector<Instant>> found;
    for (const Transition& transition : effects_.transitions)
      found[{transition.node, transition.kind}].push_back(transition.at);
    for (const playbook::NodeExpected& expected : trial_.nodes) {
      const std::string path = node_path(book_, expected.node);
      const auto check_kind = [&](const Moments& moments, TransitionKind kind,
                                  std::string_view act) {
        check(moments, found[{expected.node, kind}], expected.place,
              fmt::format("{} {}", path, act));
      };
      check_kind(expected.entered, TransitionKind::entered, "entered");
      check_kind(expected.released, TransitionKind::released, "released");
      check_kind(expected.overdue, TransitionKind::overdue, "overdue");
    }
  }

  void check_segments() {
    std::map<std::pair<std::uint32_t, bool>, std::vector<Instant>> found;
    for (const SegmentChange& change : effects_.segments)
      found[{change.segment, change.entered}].push_back(change.at);
    for (const playbook::SegmentExpected& expected : trial_.segments) {
      const std::string& name = book_.segments[expected.segment].name;
      check(expected.entered, found[{expected.segment, true}], expected.place,
            fmt::format("segment {} entered", name));
      check(expected.left, found[{expected.segment, false}], expected.place,
            fmt::format("segment {} left", name));
    }
  }

  void check(const Moments& expected, const std::vector<Instant>& found, const Place& place,
             std::string what) {
    if (!expected || *expected == found) return;
    outcome_.mismatches.push_back({place, std::move(what), moments(*expected), moments(found)});
  }

  std::string moment(Instant instant) const {
    return playbook::format_moment(instant, book_.schema.zone);
  }
  std::string moments(const std::vector<Instant>& instants) const {
    std::string text;
    for (const Instant instant : instants) text += (text.empty() ? "" : ", ") + moment(instant);
    return text.empty() ? "never" : text;
  }

  const Playbook& book_;
  const Trial& trial_;
  Fold fold_;
  EventBatch batch_;
  Effects effects_;
  std::uint64_t seq_ = 0;
  TrialOutcome outcome_;
};

}  // namespace

TrialOutcome run_trial(const Playbook& playbook, const Trial& trial) {
  return TrialRun(playbook, trial).run();
}

std::string format_outcome(const TrialOutcome& outcome) {
  if (outcome.mismatches.empty()) return "";
  std::string text = fmt::format("{}:{}:{}: failed: {}\n", outcome.place.file, outcome.place.line,
                                 outcome.place.column, outcome.name);
  for (const Mismatch& mismatch : outcome.mismatches)
    text += fmt::format("  line {}: {}\n    expected  {}\n    found     {}\n", mismatch.place.line,
                        mismatch.what, mismatch.expected, mismatch.found);
  return text;
}

}  // namespace pharos::engine
