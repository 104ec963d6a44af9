// ingest/ndjson_fuzz.cc: any bytes as native events: every line is an event that comes back whole
// from its record, or a refused row, and refusing leaves nothing behind.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "ingest/mapper.h"
#include "ingest/run.h"

namespace pharos::ingest {
namespace {

playbook::Playbook small_playbook() {
  using cel::PropertyType;
  playbook::Playbook playbook;
  playbook.name = "fuzz";
  playbook.schema.attributes = {{"size", PropertyType::enum_, {"smb", "mid"}}};
  playbook.schema.events = {{"account_updated", playbook.schema.attributes},
                            {"member_updated", {}},
                            {"link", {{"from", PropertyType::string, {}}}},
                            {"paid",
                             {{"amount", PropertyType::money, {}},
                              {"note", PropertyType::string, {}},
                              {"items", PropertyType::int_, {}},
                              {"weight", PropertyType::double_, {}},
                              {"late", PropertyType::bool_, {}},
                              {"at", PropertyType::time, {}}}}};
  return playbook;
}

void check_event(const engine::EventBatch& batch, const engine::Event& event,
                 const playbook::Playbook& playbook) {
  ASSERT(event.time >= instant_min && event.time <= instant_max);
  ASSERT(event.id.size > 0 && event.id.size <= engine::id_bytes_max);
  ASSERT(event.account.size > 0 && event.account.size <= engine::id_bytes_max);
  ASSERT(event.member.size <= engine::id_bytes_max && event.extra.size <= engine::extra_bytes_max);
  ASSERT(is_utf8(batch.text));
  const cel::EventType& type = playbook.schema.events[event.type];
  ASSERT(batch.cells.size() == type.properties.size());
}

void try_bytes(std::string_view bytes) {
  static const playbook::Playbook playbook = small_playbook();
  static const RecordFormat format(playbook);
  static const FilePlan plan = native_plan();
  const EventContext context{playbook, format, instant_max};

  std::string text(bytes);
  if (!text.ends_with('\n')) text += '\n';
  const std::size_t size = text.size();
  text.append(row_padding, '\0');
  Mapped mapped;
  Mapper(context, plan).map(std::string_view(text).substr(0, size), mapped);
  ASSERT(mapped.rows == mapped.made.events + mapped.rejects.size());

  const Run run = make_run(mapped.made.records);
  ASSERT(run.bytes.size() == mapped.made.records.size());
  RecordReader reader(format);
  std::uint64_t events = 0;
  for (std::size_t at = 0; at < run.bytes.size(); at += record_bytes(run.bytes.data() + at)) {
    engine::EventBatch batch;
    reader.begin_batch();
    reader.read(run.bytes.data() + at, batch);
    check_event(batch, batch.events[0], playbook);
    ++events;
  }
  ASSERT(events == mapped.made.events);
}

}  // namespace
}  // namespace pharos::ingest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::ingest::try_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
