// playbook/outline_fuzz.cc: no bytes break the YAML outline or the loader; what they say has a
// place.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "playbook/load.h"
#include "playbook/outline.h"
#include "playbook/trial_file.h"

namespace {

// Places that lie outside of the text would send an editor astray.
void check_places(const pharos::playbook::Outline& node, int line_count) {
  ASSERT(node.place.line >= 1 && node.place.line <= line_count && node.place.column >= 1);
  for (const auto& piece : node.pieces) ASSERT(piece.line >= 1 && piece.line <= line_count);
  for (const auto& item : node.items) check_places(item, line_count);
  for (const auto& [key, value] : node.members) {
    check_places(key, line_count);
    check_places(value, line_count);
  }
}

// What unit tests are read against.
const pharos::playbook::Playbook& tested() {
  static const auto loaded = pharos::playbook::load({{.path = "p.yaml", .text = R"(playbook: p
currency: CNY
attributes: {size: {type: enum, values: [smb, key]}, vip: bool, since_at: time, score: double}
events: {order_paid: {amount: money, items: int}}
tracks: {main: [{stage: s, nodes: [{node: lead, on: login}, {node: sold, on: order_paid}]}]}
segments: {busy: "count(login, '7d') > 3"}
)"}});
  return *loaded.playbook;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto outline = pharos::playbook::parse_outline(text, "fuzz.yaml");
  ASSERT(outline.complete || !outline.diagnostics.empty());
  int line_count = 1;
  for (const char c : text) line_count += c == '\n' ? 1 : 0;
  check_places(outline.root, line_count);
  // The text also stands for what it includes, so that merging and circles are tried.
  const auto loaded = pharos::playbook::load(
      {{.path = "fuzz.yaml", .text = text}, {.path = "part.yaml", .text = text}});
  ASSERT(loaded.playbook.has_value() != pharos::has_error(loaded.diagnostics));
  pharos::playbook::read_trial_head(text, "tests/fuzz.yaml");
  const auto trials = pharos::playbook::read_trials(text, "tests/fuzz.yaml", tested());
  ASSERT(!trials.trials.empty() || pharos::has_error(trials.diagnostics));
  return 0;
}
