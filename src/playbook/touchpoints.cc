// playbook/touchpoints.cc: what an account receives at a node: tasks, webhooks, e-mails, messages.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "playbook/draft.h"

namespace pharos::playbook {
namespace {

constexpr std::pair<std::string_view, TouchKind> kinds[] = {
    {"task", TouchKind::task},
    {"webhook", TouchKind::webhook},
    {"email", TouchKind::email},
    {"message", TouchKind::message},
};

// "2 business days", "1 business hour", or a plain duration ("4h").
bool is_sla(std::string_view text) {
  if (parse_duration(text)) return true;
  const auto words = split(text, ' ');
  if (words.size() != 3 || words[1] != "business") return false;
  const auto count = parse_int64(words[0]);
  static constexpr std::string_view units[] = {"hour", "hours", "day", "days"};
  return count && *count > 0 && *count <= 1'000 &&
         std::ranges::find(units, words[2]) != std::end(units);
}

class TouchReader {
 public:
  TouchReader(Draft& draft, TouchList list, const std::string& owner)
      : draft_(draft), faults_(draft.faults), list_(list), owner_(owner) {}

  std::optional<Touchpoint> read(const Outline& map) {
    Fields fields(
        faults_, map, "a touchpoint",
        {"task", "webhook", "email", "message", "to", "sla", "holdout", "interval", "label"});
    if (!fields.is_map()) return std::nullopt;
    Touchpoint touch;
    touch.place = map.place;
    if (!read_kind(touch, map, fields)) return std::nullopt;
    read_to(touch, map, fields);
    read_sla(touch, fields);
    if (const Outline* holdout = fields.find("holdout")) touch.holdout = read_share(*holdout);
    read_interval(touch, map, fields);
    if (const Outline* label = fields.find("label")) touch.label = read_label(faults_, *label);
    return touch;
  }

 private:
  bool read_kind(Touchpoint& touch, const Outline& map, const Fields& fields) {
    const Outline* name = nullptr;
    for (const auto& [key, kind] : kinds) {
      const Outline* found = fields.find(key);
      if (!found) continue;
      if (name) {
        faults_.error(found->place, "a touchpoint is one of task, webhook, email or message",
                      "Write a list item for each.");
        return false;
      }
      name = found;
      touch.kind = kind;
    }
    if (!name) {
      faults_.error(map.place, "a touchpoint needs one of task, webhook, email or message");
      return false;
    }
    touch.name = read_name(faults_, *name, "a touchpoint").value_or("");
    return true;
  }

  void read_to(Touchpoint& touch, const Outline& map, const Fields& fields) {
    if (const Outline* to = fields.find("to"))
      touch.to = read_team(draft_, *to, "to");
    else if (touch.kind == TouchKind::task)
      touch.to = owner_;
    if (touch.kind == TouchKind::task && touch.to.empty() && !fields.find("to"))
      faults_.error(map.place, fmt::format("task {} goes to nobody", quoted(touch.name)),
                    "Say to: TEAM, or give the stage an owner.");
  }

  void read_sla(Touchpoint& touch, const Fields& fields) {
    const Outline* sla = fields.find("sla");
    if (!sla) return;
    const std::string* text = read_text(faults_, *sla, "a promised time such as 2 business days");
    if (!text) return;
    if (touch.kind != TouchKind::task)
      faults_.error(sla->place, "only a task has an sla");
    else if (!is_sla(*text))
      faults_.error(sla->place,
                    fmt::format("sla {}: expected a time such as 4h, 8 business hours or "
                                "2 business days",
                                shortened(*text)));
    else
      touch.sla = *text;
  }

  double read_share(const Outline& value) {
    const std::string* text = read_text(faults_, value, "a share such as 10% as the holdout");
    if (!text) return 0;
    const auto number = text->ends_with('%')
                            ? parse_double(std::string_view(*text).substr(0, text->size() - 1))
                            : std::nullopt;
    if (number && *number > 0 && *number < 100) return *number / 100;
    faults_.error(value.place, fmt::format("holdout {}: expected a share between 0% and 100%",
                                           shortened(*text)));
    return 0;
  }

  void read_interval(Touchpoint& touch, const Outline& map, const Fields& fields) {
    const Outline* interval = fields.find("interval");
    if (list_ == TouchList::every && !interval)
      faults_.error(map.place, fmt::format("{} under every: has no interval", quoted(touch.name)),
                    "Say how often, such as interval: 7d.");
    if (!interval) return;
    if (list_ != TouchList::every)
      return faults_.error(interval->place, "interval belongs under every:");
    if (const auto duration = read_duration(faults_, *interval, "interval"))
      touch.interval = *duration;
  }

  Draft& draft_;
  Faults& faults_;
  TouchList list_;
  const std::string& owner_;
};

}  // namespace

std::vector<Touchpoint> read_touchpoints(Draft& draft, const Outline& list, TouchList kind,
                                         const std::string& owner) {
  std::vector<Touchpoint> touchpoints;
  if (list.kind != OutlineKind::list || list.items.empty()) {
    report_kind(draft.faults, list, "a list of touchpoints, such as - task: call_back");
    return touchpoints;
  }
  if (list.items.size() > touchpoint_count_max)
    draft.faults.error(list.place, fmt::format("{} touchpoints stand here; at most {} are allowed",
                                               list.items.size(), touchpoint_count_max));
  TouchReader reader(draft, kind, owner);
  for (std::size_t i = 0; i < std::min(list.items.size(), touchpoint_count_max); ++i)
    if (auto touch = reader.read(list.items[i])) touchpoints.push_back(*std::move(touch));
  return touchpoints;
}

}  // namespace pharos::playbook
