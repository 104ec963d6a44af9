// playbook/trial_events.h: the events of a playbook's unit test.
#pragma once

#include <optional>
#include <vector>

#include "playbook/outline.h"
#include "playbook/reading.h"
#include "playbook/trial_file.h"

namespace pharos::playbook {

class TrialEvents {
 public:
  TrialEvents(Faults& faults, const Playbook& playbook);

  // Sorted by time. `account`: attributes that are set by an account_updated just before the first
  // event; null if there are none.
  std::vector<TrialEvent> read(const Outline& list, const Outline* account);
  std::optional<Instant> read_moment(const Outline& value);

 private:
  void read_event(const Outline& map, std::vector<TrialEvent>& events);
  void repeat(const Fields& fields, TrialEvent event, std::vector<TrialEvent>& events);
  void read_properties(const Outline& map, TrialEvent& event);
  std::optional<TrialValue> read_value(const Outline& value, const cel::Property& property);
  std::optional<std::int64_t> read_number(const Outline& value, const cel::Property& property);
  std::optional<std::int64_t> read_enum(const Outline& value, const cel::Property& property);

  Faults& faults_;
  const Playbook& playbook_;
  std::vector<std::string> event_names_;
};

}  // namespace pharos::playbook
