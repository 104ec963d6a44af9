// playbook/model.cc: names of a playbook looked up, and shown to people.
#include "playbook/model.h"

namespace pharos::playbook {
namespace {

template <class Items>
std::optional<std::uint32_t> find_named(const Items& items, std::string_view name) {
  for (std::uint32_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return i;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Model model) {
  return model == Model::platform ? "platform" : "service";
}

std::string node_path(const Playbook& playbook, std::uint32_t node) {
  const Node& found = playbook.nodes[node];
  return playbook.tracks[found.track].name + "." + found.name;
}

std::optional<std::uint32_t> find_node(const Playbook& playbook, std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto track = find_track(playbook, path.substr(0, dot));
  if (!track) return std::nullopt;
  const Track& found = playbook.tracks[*track];
  for (std::uint32_t i = found.node_first; i < found.node_first + found.node_count; ++i)
    if (playbook.nodes[i].name == path.substr(dot + 1)) return i;
  return std::nullopt;
}

std::optional<std::uint32_t> find_track(const Playbook& playbook, std::string_view name) {
  return find_named(playbook.tracks, name);
}

std::optional<std::uint32_t> find_segment(const Playbook& playbook, std::string_view name) {
  return find_named(playbook.segments, name);
}

std::optional<std::uint32_t> find_event(const Playbook& playbook, std::string_view name) {
  return find_named(playbook.schema.events, name);
}

std::optional<std::uint32_t> find_attribute(const Playbook& playbook, std::string_view name) {
  return find_named(playbook.schema.attributes, name);
}

std::string label_of(const Label& label, std::string_view name, std::string_view language) {
  if (const auto found = label.find(std::string(language)); found != label.end())
    return found->second;
  if (const auto english = label.find("en"); english != label.end()) return english->second;
  return label.empty() ? std::string(name) : label.begin()->second;
}

}  // namespace pharos::playbook
