// history/frame.cc: the base in DIR/cache, what came since, and both together.
#include "history/frame.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "history/feed.h"
#include "history/file.h"
#include "journal/mapped_heap.h"

namespace pharos::history {
namespace {

namespace fs = std::filesystem;

// A tail longer than this, and than a quarter of the base, becomes a new base.
constexpr std::uint64_t tail_events_max = 500'000;
constexpr std::uint64_t large_events_min = 50'000'000;

bool is_long(std::uint64_t tail_events, std::uint64_t base_events) {
  return tail_events > std::max(tail_events_max, base_events / 4);
}

std::string path_of(const std::string& dir, const cel::Schema& schema) {
  return fmt::format("{}/cache/history-{:016x}", dir, hash_of(schema));
}

// Files of other playbooks and of makers that did not live to the end.
void sweep(const std::string& kept) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(kept).parent_path(), ignored))
    if (entry.path().filename().string().starts_with("history-") && entry.path() != kept)
      fs::remove(entry.path(), ignored);
}

// Everything from the first block on. The file is put in place when it is whole; where no file can
// be written, or none is wanted, memory does.
Result<Built> make_base(journal::Workspace& workspace, const cel::Schema& schema,
                        const std::string& path, int threads, const journal::Progress& progress) {
  std::error_code failure;
  if (!path.empty()) fs::create_directories(fs::path(path).parent_path(), failure);
  // Beyond what memory is sure to have, events are gathered where the system can drop them.
  const bool is_large = TRY(workspace.stats()).events >= large_events_min;
  journal::MappedHeap heap(fs::path(path).parent_path());
  Builder builder(schema, nullptr, 1, is_large && !path.empty() ? &heap : nullptr);
  {
    Feed feed(builder);
    TRY(workspace.each_numbered_block(
        schema, 0, [&](journal::Block& block) { return feed.push(block); }, progress));
    TRY(feed.finish());
  }
  if (path.empty()) return builder.finish(threads);
  const std::string draft = fmt::format("{}.{}", path, ::getpid());
  auto built = builder.finish(threads, draft);
  if (built) fs::rename(draft, path, failure);
  if (built && !failure) {
    sweep(path);
    return built;
  }
  fs::remove(draft, failure);
  if (built) return built;
  return builder.finish(threads);
}

}  // namespace

struct RunScratch::Columns {
  Family family;
  std::vector<std::uint32_t> starts, seqs, members;
  std::vector<std::int64_t> times, id_numbers;
  TextList id_texts, extras;
  std::vector<std::uint32_t> extra_events;
  std::vector<std::vector<std::int64_t>> cells;
  std::vector<std::vector<std::uint32_t>> codes;

  void clear(std::size_t property_count) {
    for (auto* column : {&starts, &seqs, &members}) column->clear();
    for (auto* column : {&times, &id_numbers}) column->clear();
    id_texts = {};
    extras = {};
    extra_events.clear();
    cells.assign(property_count, {});
    codes.assign(property_count, {});
  }
  void push(const Family& from, std::uint32_t event) {
    if (const std::string_view extra = from.extra(event); !extra.empty()) {
      extra_events.push_back(static_cast<std::uint32_t>(times.size()));
      extras.push(extra);
    }
    times.push_back(from.times[event]);
    seqs.push_back(from.seqs[event]);
    members.push_back(from.members.empty() ? code_absent : from.members[event]);
    if (from.id_numbers.empty())
      id_texts.push(from.id_texts.view(event));
    else
      id_texts.push(fmt::format("{}", from.id_numbers[event]));
    for (std::size_t p = 0; p < from.properties.size(); ++p) {
      const Values& values = from.properties[p];
      if (values.codes.empty())
        cells[p].push_back(values.cells[event]);
      else
        codes[p].push_back(values.codes[event]);
    }
  }
  void attach() {
    family.times = times;
    family.seqs = seqs;
    family.members = members;
    family.id_texts = id_texts.texts();
    family.extra_events = extra_events;
    family.extras = extras.texts();
    family.properties.clear();
    for (std::size_t p = 0; p < cells.size(); ++p)
      family.properties.push_back({cells[p], codes[p]});
  }
};

RunScratch::RunScratch() : columns_(std::make_unique<Columns>()) {}
RunScratch::~RunScratch() = default;

Run Frame::run(std::uint32_t type, Position position, RunScratch& scratch) const {
  const Family& base = parts_.front().families[type];
  const Family::Range range = base.of(position, scratch.place_);
  if (parts_.size() == 1) return {&base, range};
  const Family& tail = parts_.back().families[type];
  const Family::Range later = tail.of(position);
  if (later.size() == 0) return {&base, range};
  if (range.size() == 0) return {&tail, later};
  RunScratch::Columns& columns = *scratch.columns_;
  columns.clear(base.properties.size());
  // Equal times: the base has the lower numbers.
  std::uint32_t a = range.from, b = later.from;
  while (a < range.to || b < later.to) {
    if (b == later.to || (a < range.to && base.times[a] <= tail.times[b]))
      columns.push(base, a++);
    else
      columns.push(tail, b++);
  }
  columns.attach();
  return {&columns.family, {0, static_cast<std::uint32_t>(columns.times.size())}};
}

Result<std::unique_ptr<const Frame>> Frame::open(journal::Workspace& workspace,
                                                 const std::string& dir, int threads,
                                                 const journal::Progress& progress) {
  const cel::Schema& schema = workspace.playbook().schema;
  const std::string path = path_of(dir, schema);
  std::unique_ptr<Frame> frame(new Frame(schema));
  const auto use = [&](Built built) {
    frame->directory_ = std::move(built.directory);
    frame->parts_.push_back(std::move(built.part));
  };
  auto base = open_part(path, schema);
  if (base) {
    const std::uint64_t seq_end = base->part.seq_end;
    std::optional<Builder> tail;  // Made when there is something for it: it copies the directory.
    bool same = seq_end == 1;
    const auto take = [&](journal::Block& block) -> Result<> {
      const engine::EventBatch& batch = block.batch;
      const std::uint64_t end = batch.seq_first + batch.events.size();
      if (!same && seq_end > batch.seq_first && seq_end <= end)
        same = print_of(batch, seq_end - 1 - batch.seq_first) == base->directory.print;
      const bool news =
          end > seq_end || (batch.tick != instant_min && batch.tick.ms > base->directory.tick);
      if (!news) return {};
      if (!tail) tail.emplace(schema, &base->directory, seq_end);
      return tail->add(block);
    };
    TRY(workspace.each_numbered_block(schema, seq_end - 1, take, {}));
    if (same && !tail) {
      use(*std::move(base));
      return frame;
    }
    if (same && !tail->is_astray() && !is_long(tail->event_count(), seq_end)) {
      Built built = TRY(tail->finish(threads));
      frame->parts_.push_back(std::move(base->part));
      use(std::move(built));
      return frame;
    }
  }
  use(TRY(make_base(workspace, schema, path, threads, progress)));
  return frame;
}

Result<> Frame::refresh(journal::Workspace& workspace, const std::string& dir, int threads,
                        const journal::Progress& progress) {
  const cel::Schema& schema = workspace.playbook().schema;
  const std::string path = path_of(dir, schema);
  const std::uint64_t events = TRY(workspace.stats()).events;
  if (const auto base = open_part(path, schema)) {
    const std::uint64_t seq_end = base->part.seq_end;
    if (!is_long(events + 1 - std::min(events + 1, seq_end), seq_end)) return {};
  }
  TRY(make_base(workspace, schema, path, threads, progress));
  return {};
}

Result<std::unique_ptr<const Frame>> Frame::read(journal::Workspace& workspace,
                                                 const cel::Schema& schema, int threads,
                                                 const journal::Progress& progress) {
  std::unique_ptr<Frame> frame(new Frame(schema));
  Built built = TRY(make_base(workspace, schema, "", threads, progress));
  frame->directory_ = std::move(built.directory);
  frame->parts_.push_back(std::move(built.part));
  return frame;
}

}  // namespace pharos::history
