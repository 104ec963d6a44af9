// engine/snapshot_fuzz.cc: a snapshot with some of its bytes changed, and its checksum made to fit.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/hash.h"
#include "engine/snapshot.h"
#include "playbook/load.h"

namespace pharos::engine {
namespace {

constexpr const char* yaml = R"(
playbook: fuzz
model: platform
timezone: UTC
currency: CNY
attributes: {name: string}
events:
  order_paid: {amount: money}
tracks:
  main:
    - stage: all
      nodes:
        - {node: active, when: "count(order_paid, '30d') >= 2"}
)";

// Where the header holds size and checksum of what follows it: snapshot.cc.
constexpr std::size_t body_at = 24, trailer_bytes = 16;

struct Sample {
  playbook::Playbook playbook = *playbook::load({{"fuzz.yaml", yaml}}).playbook;
  std::string bytes;

  Sample() {
    Fold fold(playbook);
    EventBatch batch;
    for (std::uint32_t i = 0; i < 40; ++i) {
      Event event;
      event.time = {1'735'689'600'000 + i * 3'600'000};
      event.type = playbook::event_first_declared;
      event.cells = static_cast<std::uint32_t>(batch.cells.size());
      event.account = batch.add_text("account-" + std::to_string(i % 7));
      event.member = batch.add_text("m");
      batch.cells.push_back(i);
      batch.events.push_back(event);
    }
    Effects effects;
    fold.resolve(batch);
    fold.apply(batch, effects);
    write_snapshot(fold, "fuzz", bytes);
  }
};

// Edits of five bytes: where, and what.
void run(const std::uint8_t* data, std::size_t size) {
  static const Sample sample;
  std::string bytes = sample.bytes.substr(0, sample.bytes.size() - trailer_bytes);
  for (std::size_t i = 0; i + 5 <= size && i < 500; i += 5) {
    std::uint32_t where;
    std::memcpy(&where, data + i, sizeof where);
    bytes[body_at + where % (bytes.size() - body_at)] = static_cast<char>(data[i + 4]);
  }
  if (size % 5 == 1) bytes.resize(body_at + data[size - 1] * (bytes.size() - body_at) / 255);
  const std::uint64_t trailer[] = {bytes.size() - body_at,
                                   hash64(std::string_view(bytes).substr(body_at))};
  static_assert(sizeof trailer == trailer_bytes);
  bytes.append(reinterpret_cast<const char*>(trailer), sizeof trailer);
  const auto fold = read_snapshot(sample.playbook, {}, "fuzz", bytes);
  if (!fold) return;
  for (std::uint32_t a = 0; a < fold->account_count(); ++a) (void)fold->account_id({a});
}

}  // namespace
}  // namespace pharos::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::engine::run(data, size);
  return 0;
}
