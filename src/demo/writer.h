// demo/writer.h: facts of the demo as events of a playbook, with the properties that it declares.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "demo/fact.h"
#include "demo/profile.h"
#include "engine/event.h"
#include "playbook/model.h"

namespace pharos::demo {

class Cell;

// A playbook may know fewer events or properties than the demo has; what it does not declare is
// left out.
class Writer {
 public:
  // Both must outlive the writer.
  Writer(const playbook::Playbook& playbook, std::uint64_t seed, std::span<const Profile> profiles);

  bool knows(Kind kind) const { return plans_[static_cast<std::size_t>(kind)].type.has_value(); }
  // Appends the event. `number` counts the demo's events and makes the id.
  void write(const Fact& fact, std::uint64_t number, engine::EventBatch& batch) const;

 private:
  // How one declared property is filled.
  using Fill = void (*)(const Writer&, const Fact&, Cell&);
  struct Source;
  struct Step {
    std::size_t cell;
    const cel::Property* property;
    Fill fill;
  };
  struct Plan {
    std::optional<std::uint32_t> type;
    std::size_t cell_count = 0;
    std::vector<Step> steps;
  };
  static std::span<const Source> sources();

  const Profile& profile(const Fact& fact) const { return profiles_[fact.merchant]; }

  const playbook::Playbook& playbook_;
  const std::uint64_t seed_;
  const std::span<const Profile> profiles_;
  std::array<Plan, kind_count> plans_;
};

}  // namespace pharos::demo
