// history/life.cc: rows of all types back into events.
#include "history/life.h"

#include <algorithm>
#include <memory>

#include "playbook/model.h"

namespace pharos::history {
namespace {

using engine::Event;
using engine::EventBatch;

struct Item {
  std::uint32_t type, event;  // `event`: into the family of its run.
  std::int64_t time;
  std::uint32_t seq;
};

void add_cells(const Frame& frame, const Family& family, const Item& item, EventBatch& batch) {
  const auto& declared = frame.schema().events[item.type].properties;
  for (std::uint32_t p = 0; p < declared.size(); ++p) {
    const Values& values = family.properties[p];
    if (!is_coded(declared[p].type)) {
      batch.cells.push_back(values.cells[item.event]);
      continue;
    }
    const std::uint32_t code = values.codes[item.event];
    if (code >= code_null)
      batch.cells.push_back(code == code_null ? engine::cell_null : engine::cell_absent);
    else if (declared[p].type == cel::PropertyType::string)
      batch.cells.push_back(engine::text_cell(batch.add_text(
          frame.directory().texts[frame.text_columns().of(item.type, p)].view(code))));
    else
      batch.cells.push_back(code);
  }
}

}  // namespace

std::optional<journal::Workspace::AccountHistory> history_of(const Frame& frame,
                                                             Position position) {
  const Directory& directory = frame.directory();
  if (directory.irregular[position] != 0 || directory.has_alias(position)) return std::nullopt;
  journal::Workspace::AccountHistory result;
  result.id = directory.id(position);
  std::vector<std::unique_ptr<RunScratch>> scratch;
  std::vector<Run> runs;
  std::vector<Item> items;
  for (std::uint32_t type = 0; type < frame.schema().events.size(); ++type) {
    scratch.push_back(std::make_unique<RunScratch>());
    runs.push_back(frame.run(type, position, *scratch.back()));
    const Run& run = runs.back();
    for (std::uint32_t event = run.range.from; event < run.range.to; ++event)
      items.push_back({type, event, run.family->times[event], run.family->seqs[event]});
  }
  std::ranges::sort(items, {}, [](const Item& item) { return std::pair(item.time, item.seq); });

  EventBatch& batch = result.history.batch;
  for (const Item& item : items) {
    const Family& family = *runs[item.type].family;
    Event event;
    event.time = {item.time};
    event.type = item.type;
    event.account_number = {directory.numbers[position]};
    event.account = batch.add_text(result.id);
    event.id = family.id_numbers.empty()
                   ? batch.add_text(family.id_texts.view(item.event))
                   : batch.add_text(fmt::format("{}", family.id_numbers[item.event]));
    if (!family.members.empty() && family.members[item.event] != code_absent)
      event.member = batch.add_text(directory.members.view(family.members[item.event]));
    if (const std::string_view extra = family.extra(item.event); !extra.empty())
      event.extra = batch.add_text(extra);
    event.cells = static_cast<std::uint32_t>(batch.cells.size());
    add_cells(frame, family, item, batch);
    batch.events.push_back(event);
    result.history.seqs.push_back(item.seq);
  }
  result.ticks_before.assign(items.size(), instant_min);
  // A tick counts for those that lived before it.
  result.clock = {directory.clocks[position]};
  std::uint32_t birth = code_absent;
  for (const Item& item : items) birth = std::min(birth, item.seq);
  for (const Tick& tick : directory.ticks)
    if (tick.seq > birth) result.clock = std::max(result.clock, Instant{tick.at});
  return result;
}

}  // namespace pharos::history
