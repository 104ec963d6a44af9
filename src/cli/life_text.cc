// cli/life_text.cc: the words of account and why.
#include "cli/life_text.h"

#include "cli/show.h"

namespace pharos::cli {
namespace {

using engine::TransitionKind;

// 1st, 2nd, 3rd, 4th, 11th, 21st.
std::string ordinal(std::uint32_t number) {
  const std::uint32_t tens = number % 100;
  const bool teen = tens >= 11 && tens <= 13;
  const char* const suffix = teen               ? "th"
                             : number % 10 == 1 ? "st"
                             : number % 10 == 2 ? "nd"
                             : number % 10 == 3 ? "rd"
                                                : "th";
  return fmt::format("{}{}", number, suffix);
}

std::string chinese_reason(const engine::Reason& reason) {
  const std::string trigger =
      reason.event.empty() ? "时间推移" : fmt::format("{} 到达", reason.event);
  switch (reason.transition.kind) {
    case TransitionKind::overdue: return "超过了规定的时间";
    case TransitionKind::released:
      return reason.rule.empty() ? "它所依赖的节点已离开，或主线节点重新进入"
                                 : trigger + "，离开条件成立";
    case TransitionKind::entered: break;
  }
  return reason.rule.empty() ? trigger : trigger + "，条件成立";
}

}  // namespace

std::string_view transition_name(TransitionKind kind) {
  constexpr std::string_view names[] = {"entered", "released", "overdue"};
  return names[static_cast<std::size_t>(kind)];
}

std::string kind_text(const Shell& shell, const engine::Transition& transition) {
  switch (transition.kind) {
    case TransitionKind::entered:
      if (transition.entry <= 1) return std::string(shell.say({"entered", "进入"}));
      return shell.language == Language::zh
                 ? fmt::format("第 {} 次进入", transition.entry)
                 : fmt::format("entered for the {} time", ordinal(transition.entry));
    case TransitionKind::released: return std::string(shell.say({"released", "离开"}));
    case TransitionKind::overdue: return std::string(shell.say({"overdue", "逾期"}));
  }
  return "";
}

std::string node_text(const playbook::Playbook& playbook, std::uint32_t node, Language language) {
  const playbook::Node& declared = playbook.nodes[node];
  const std::string path = playbook.tracks[declared.track].name + "." + declared.name;
  const std::string label = label_of(declared.label, declared.name, language);
  return label == declared.name ? path : path + " · " + label;
}

std::string reason_text(const Shell& shell, const engine::Reason& reason) {
  return shell.language == Language::zh ? chinese_reason(reason) : reason.because;
}

std::string finding_text(const cel::Finding& finding) {
  return fmt::format("{} {}{}{}", finding.holds ? "✓" : "✗",
                     finding.is.empty() ? finding.text : finding.is,
                     finding.needs.empty() ? "" : ", ", finding.needs);
}

std::string place_text(const Place& place) {
  return place.line == 0 ? place.file
                         : fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string properties_text(const engine::EventBatch& batch, const engine::Event& event,
                            const cel::Schema& schema) {
  std::string text;
  const auto& properties = schema.events[event.type].properties;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const std::string value =
        cell_text(properties[i], batch.cells[event.cells + i], batch.text, schema);
    if (!value.empty())
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", properties[i].name, value);
  }
  return text;
}

}  // namespace pharos::cli
