// ingest/import_trial.h: for tests: a small playbook, a folder of files, and what an import made of
// it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/money.h"
#include "ingest/import.h"

namespace pharos::ingest {

// A shop: attributes size (enum) and vip (bool); events of every property type.
inline playbook::Playbook shop() {
  using cel::PropertyType;
  playbook::Playbook playbook;
  playbook.name = "shop";
  cel::Schema& schema = playbook.schema;
  schema.attributes = {{"size", PropertyType::enum_, {"smb", "mid", "key"}},
                       {"vip", PropertyType::bool_, {}},
                       {"opened_at", PropertyType::time, {}}};
  playbook.member_attributes = {{"role", PropertyType::string, {}}};
  schema.events = {
      {"account_updated", schema.attributes},
      {"member_updated", playbook.member_attributes},
      {"link", {{"from", PropertyType::string, {}}}},
      {"login", {}},
      {"order_paid",
       {{"amount", PropertyType::money, {}},
        {"category", PropertyType::string, {}},
        {"items", PropertyType::int_, {}},
        {"weight", PropertyType::double_, {}}}},
      {"review_received", {{"score", PropertyType::int_, {}}}},
  };
  return playbook;
}

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ingest-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  const std::string& path() const { return path_; }
  std::string write(const std::string& name, std::string_view text) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string write_gzip(const std::string& name, std::string_view text) const {
    const std::string path = path_ + "/" + name;
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path;
  }
  std::string write_zstd(const std::string& name, std::string_view text) const {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return write(name, packed);
  }

 private:
  std::string path_;
};

inline std::string format_cell(const cel::Property& property, engine::Cell cell,
                               const engine::EventBatch& batch, const cel::Schema& schema) {
  if (cell == engine::cell_null) return "null";
  switch (property.type) {
    case cel::PropertyType::string: return std::string(batch.view(engine::text_of(cell)));
    case cel::PropertyType::money: return format_money({cell}, schema.currency.digits);
    case cel::PropertyType::double_: return fmt::format("{}", std::bit_cast<double>(cell));
    case cel::PropertyType::enum_: return property.values.at(static_cast<std::size_t>(cell));
    case cel::PropertyType::time: return format_instant({cell});
    default: return std::to_string(cell);
  }
}

// "2025-01-01T00:00:00.000Z order_paid a1/m1 amount=1.00 {"x":1}"
inline std::string format_event(const engine::EventBatch& batch, const engine::Event& event,
                                const cel::Schema& schema) {
  const cel::EventType& type = schema.events.at(event.type);
  std::string text =
      fmt::format("{} {} {}", format_instant(event.time), type.name, batch.view(event.account));
  if (event.member.size > 0) text += fmt::format("/{}", batch.view(event.member));
  for (std::size_t i = 0; i < type.properties.size(); ++i) {
    const engine::Cell cell = batch.cells.at(event.cells + i);
    if (cell == engine::cell_absent) continue;
    text += fmt::format(" {}={}", type.properties[i].name,
                        format_cell(type.properties[i], cell, batch, schema));
  }
  if (event.extra.size > 0) text += fmt::format(" {}", batch.view(event.extra));
  return text;
}

struct Outcome {
  Result<ImportSummary> summary;
  std::vector<Reject> rejects;
  std::vector<std::string> events;  // In order of emission.
  std::vector<std::string> ids;     // Beside them.
  std::vector<std::size_t> batches;

  std::string error() const { return summary ? "" : summary.error().message; }
};

inline Outcome try_import(const playbook::Playbook& playbook, const ImportOptions& options) {
  Outcome outcome{ImportSummary{}, {}, {}, {}, {}};
  ImportCallbacks callbacks;
  callbacks.sink = [&](engine::EventBatch&& batch) -> Result<> {
    EXPECT_FALSE(batch.events.empty());
    EXPECT_LE(batch.events.size(), engine::batch_events_max);
    outcome.batches.push_back(batch.events.size());
    for (const engine::Event& event : batch.events) {
      outcome.events.push_back(format_event(batch, event, playbook.schema));
      outcome.ids.emplace_back(batch.view(event.id));
    }
    return {};
  };
  callbacks.reject = [&](const Reject& reject) { outcome.rejects.push_back(reject); };
  outcome.summary = import_files(playbook, options, callbacks);
  return outcome;
}

// Imports with a map, which must be without fault.
inline Outcome try_map(const playbook::Playbook& playbook, std::string_view map,
                       ImportOptions options) {
  LoadedMap loaded = load_map(map, "map.yaml", playbook);
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    ADD_FAILURE() << format_diagnostic(diagnostic);
  options.map = std::move(loaded.map);
  if (!options.map) return {fail(ErrorCode::invalid, "the map has faults"), {}, {}, {}, {}};
  return try_import(playbook, options);
}

}  // namespace pharos::ingest
