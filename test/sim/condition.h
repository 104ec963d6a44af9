// sim/condition.h: made-up conditions over a fixed schema of attributes and events.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/seeded.h"

namespace pharos::sim {

// The attributes and events of every made-up playbook, as YAML. Conditions know its names.
extern const std::string_view schema_yaml;
extern const std::vector<std::string_view> event_names;  // Declared ones.

// Names that the conditions of one playbook may use.
struct Vocabulary {
  std::vector<std::string> windows;    // Rolling: 24h
  std::vector<std::string> durations;  // 36h
  std::vector<std::string> nodes;      // main.a1
};

class ConditionMaker {
 public:
  ConditionMaker(Seeded& seeded, const Vocabulary& vocabulary)
      : seeded_(seeded), vocabulary_(vocabulary) {}

  // `event`: its properties may be asked as well; empty: no event is at hand.
  std::string condition(std::string_view event, int depth = 2, bool with_nodes = true);
  std::string number();    // Of any numeric type; with windows.
  std::string duration();  // 36h

  std::string pick(const std::vector<std::string>& items);
  std::string one_of(std::initializer_list<std::string_view> items);

 private:
  std::string comparison(bool with_nodes);
  std::string integer(bool with_nodes);
  std::string real();
  std::string money();
  std::string text_comparison();
  std::string time_comparison(bool with_nodes);
  std::string node_condition();
  std::string event_condition(std::string_view event);
  std::string event_name();
  std::string window();
  std::string rolling();
  std::string filter(std::string_view event);
  std::string tail(std::string_view event);  // ", 'window'[, filter])"
  std::string compare(const std::string& left, const std::string& right);

  Seeded& seeded_;
  const Vocabulary& vocabulary_;
};

}  // namespace pharos::sim
