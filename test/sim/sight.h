// sim/sight.h: what rules see of a life: every answer is computed from the plain list of events.
#pragma once

#include "cel/arena.h"
#include "sim/reference.h"

namespace pharos::sim {

class Sight final : public cel::Activation {
 public:
  Sight(const playbook::Playbook& playbook, Life& life, Instant now, const Fact* event)
      : playbook_(playbook), life_(life), now_(now), event_(event) {}

  // An error is not true.
  bool holds(const cel::Rule& rule);
  std::string text_of(const cel::Rule& rule);

  cel::Value attribute(std::uint32_t index) override;
  cel::Value aggregate(std::uint32_t index) override;
  cel::Value node(std::uint32_t index, cel::NodeField field) override;
  cel::Value property(std::uint32_t index) override;
  cel::Value member() override;
  cel::Value event_time() override;
  Instant now() override { return now_; }

 private:
  // One event of a window, and the property that the aggregate reads.
  struct Entry {
    Instant time;
    const Given* given = nullptr;  // Null without a property, and for members.
    std::string text;              // Of a string, or the member's id.
  };
  std::vector<Entry> series(const cel::Aggregate& aggregate);
  bool passes(Applied& applied, const cel::Rule& filter);
  cel::Value sum_of(const std::vector<Entry>& entries, cel::PropertyType type);
  cel::Value average_of(const std::vector<Entry>& entries, cel::PropertyType type);
  cel::Value growth_of(const cel::Aggregate& aggregate, const std::vector<Entry>& entries,
                       cel::PropertyType type);
  cel::Value value_of(const Entry& entry, const cel::Property& property);

  const playbook::Playbook& playbook_;
  Life& life_;
  Instant now_;
  const Fact* event_;
  const cel::Rule* rule_ = nullptr;
  cel::Arena arena_;
  std::vector<std::unique_ptr<std::string>> texts_;  // What values borrow.
};

// The part of the time line that a window covers as seen at `now`; without `until` itself.
struct Span {
  Instant from, until;
};
Span span_of(const cel::Window& window, Instant now, const Zone& zone);

std::int32_t node_at(const playbook::Playbook& playbook, const Life& life, std::uint32_t track);

}  // namespace pharos::sim
