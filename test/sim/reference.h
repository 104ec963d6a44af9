// sim/reference.h: docs/semantics.md a second time: slow, obvious, and knowing nothing of the
// engine's ways. It keeps every event, and asks every rule anew at every instant that could matter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cel/rule.h"
#include "engine/effect.h"
#include "playbook/model.h"
#include "sim/scenario.h"

namespace pharos::sim {

struct NodeState {
  bool held = false;
  bool overdue = false;
  std::uint32_t entry = 0;
  Instant entered_at = instant_min;
  Instant released_at = instant_min;
};

struct Applied {
  Fact fact;
  std::uint64_t seq = 0;
  std::map<const cel::Rule*, bool> passes;  // Filters answered; they read nothing but the event.
};

// The constants of a playbook's rules from which instants of change follow (moments.h).
struct Constants {
  std::vector<Duration> windows;    // Rolling.
  std::vector<Duration> durations;  // duration('...') and due.
  std::vector<Instant> literals;    // timestamp('...')
  bool calendar = false;
};

// One account, with everything that ever happened to it.
struct Life {
  std::vector<Applied> events;  // In the order in which they were applied.
  Instant clock;
  std::uint64_t seq = 0;
  std::vector<Given> attributes;
  std::vector<NodeState> nodes;
  std::vector<bool> segments;
  std::vector<engine::Transition> transitions;  // Without account numbers.
  std::vector<engine::SegmentChange> changes;
  // How many of the two were there when a rule first contradicted itself within one instant: what
  // happens from there on docs/semantics.md leaves to whatever the next instant is.
  struct Open {
    std::size_t transitions, changes;
  };
  std::optional<Open> open;
  bool is_live() const { return !events.empty(); }
};

class Reference {
 public:
  // The playbook must outlive this.
  explicit Reference(const playbook::Playbook& playbook);

  void apply(const Fact& fact, std::uint64_t seq);
  void tick(Instant now);

  // The account behind an id, aliases followed.
  std::string root(const std::string& id) const;
  const std::map<std::string, Life>& lives() const { return lives_; }
  // The node at which an account is on a track; -1: none.
  std::int32_t at(const Life& life, std::uint32_t track) const;
  // The value of a rule at the account's clock, as text.
  std::string ask(const std::string& account, const cel::Rule& rule);

 private:
  void link(const std::string& from, const std::string& to);
  void apply_to(Life& life, const Fact& fact, std::uint64_t seq);
  void advance(Life& life, Instant until);

  const playbook::Playbook& playbook_;
  Constants constants_;
  std::map<std::string, std::string> alias_of_;
  std::map<std::string, Life> lives_;
};

}  // namespace pharos::sim
