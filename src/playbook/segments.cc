// playbook/segments.cc: segments: accounts that match a condition now.
#include <fmt/format.h>

#include "base/text.h"
#include "playbook/draft.h"

namespace pharos::playbook {

void read_segments(Draft& draft, const Sections& sections) {
  for (const auto& [key, value] : sections.segments) {
    auto name = read_name(draft.faults, *key, "a segment");
    if (!name) continue;
    if (draft.book.segments.size() == segment_count_max)
      return draft.faults.error(key->place, fmt::format("a playbook has at most {} segments",
                                                        grouped(segment_count_max)));
    Segment segment{.name = *std::move(name), .when = {}, .label = {}};
    const Outline* rule = value;
    if (value->kind == OutlineKind::map) {
      Fields fields(draft.faults, *value, "a segment", {"when", "label"});
      rule = fields.need("when", "a condition");
      if (const Outline* label = fields.find("label"))
        segment.label = read_label(draft.faults, *label);
    }
    draft.book.segments.push_back(std::move(segment));
    draft.segment_rules.push_back(rule);
  }
}

}  // namespace pharos::playbook
