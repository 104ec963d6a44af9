// cli/export.cc: pharos export: everything out again, row by row.
#include <algorithm>

#include "base/document.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/reading.h"
#include "cli/record.h"
#include "cli/show.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

constexpr std::size_t flush_bytes = 1U << 18;

// Collects rows and hands them on in large pieces.
class Sink {
 public:
  Sink(Output& output, Format format) : output_(output), record_(format) {}

  Record& record() { return record_; }
  Result<> end_row() {
    record_.end_row();
    if (record_.text().size() < flush_bytes) return {};
    return flush();
  }
  Result<> flush() {
    TRY(output_.write(record_.text()));
    record_.clear();
    return {};
  }

 private:
  Output& output_;
  Record record_;
};

Result<> export_transitions(journal::Workspace& workspace, Sink& sink) {
  const playbook::Playbook& playbook = workspace.playbook();
  sink.record().header({"account", "track", "node", "entry", "entered_at", "seq"});
  return workspace.each_transition([&](const journal::TransitionRow& row) -> Result<> {
    if (row.kind != engine::TransitionKind::entered) return {};
    const playbook::Node& node = playbook.nodes[row.node];
    Record& record = sink.record();
    record.text("account", row.account);
    record.text("track", playbook.tracks[node.track].name);
    record.text("node", node.name);
    record.number("entry", row.entry);
    record.instant("entered_at", row.at);
    record.number("seq", row.seq);
    return sink.end_row();
  });
}

// Members and accounts: what the rows of the fold hold.
void put_attributes(Record& record, const std::vector<cel::Property>& properties,
                    const std::vector<engine::Cell>& cells, std::string_view text,
                    const cel::Schema& schema) {
  for (std::size_t i = 0; i < properties.size(); ++i)
    record.cell(properties[i], cells[i], text, schema);
}

Result<> export_accounts(const Shell& shell, journal::Workspace& workspace, Sink& sink) {
  const playbook::Playbook& playbook = workspace.playbook();
  std::vector<std::string> names{"account", "first_at"};
  for (const cel::Property& attribute : playbook.schema.attributes) names.push_back(attribute.name);
  for (const playbook::Track& track : playbook.tracks) names.push_back("at_" + track.name);
  names.push_back("segments");
  sink.record().header(names);
  const engine::Fold fold = TRY(replay(shell, workspace));
  for (const engine::AccountNumber account : live_accounts(fold)) {
    const engine::AccountRow row = fold.account_row(account);
    Record& record = sink.record();
    record.text("account", fold.account_id(account));
    record.instant("first_at", row.first_at);
    put_attributes(record, playbook.schema.attributes, row.attributes, row.text, playbook.schema);
    for (std::uint32_t t = 0; t < playbook.tracks.size(); ++t) {
      const std::int32_t node = fold.at(account, t);
      record.text("at_" + playbook.tracks[t].name,
                  node < 0 ? "" : playbook.nodes[static_cast<std::size_t>(node)].name);
    }
    std::string segments;
    for (std::uint32_t s = 0; s < playbook.segments.size(); ++s)
      if (fold.in_segment(account, s))
        segments += (segments.empty() ? "" : ";") + playbook.segments[s].name;
    record.text("segments", segments);
    TRY(sink.end_row());
  }
  return {};
}

Result<> export_members(const Shell& shell, journal::Workspace& workspace, Sink& sink) {
  const playbook::Playbook& playbook = workspace.playbook();
  std::vector<std::string> names{"account", "member", "first_at"};
  for (const cel::Property& attribute : playbook.member_attributes) names.push_back(attribute.name);
  sink.record().header(names);
  const engine::Fold fold = TRY(replay(shell, workspace));
  for (std::uint32_t i = 0; i < fold.member_count(); ++i) {
    const engine::AccountNumber account = fold.root(fold.account_of({i}));
    const engine::MemberRow row = fold.member_row({i});
    Record& record = sink.record();
    record.text("account", fold.account_id(account));
    record.text("member", fold.member_id({i}));
    record.instant("first_at", row.first_at);
    put_attributes(record, playbook.member_attributes, row.attributes, row.text, playbook.schema);
    TRY(sink.end_row());
  }
  return {};
}

// Native events; properties are one JSON object.
Result<> export_events(journal::Workspace& workspace, Sink& sink) {
  const playbook::Playbook& playbook = workspace.playbook();
  sink.record().header({"id", "account", "member", "name", "time", "props"});
  return workspace.each_block([&](const engine::EventBatch& batch) -> Result<> {
    for (const engine::Event& event : batch.events) {
      const cel::EventType& type = playbook.schema.events[event.type];
      Record& record = sink.record();
      record.text("id", batch.view(event.id));
      record.text("account", batch.view(event.account));
      record.optional_text("member", batch.view(event.member));
      record.text("name", type.name);
      record.instant("time", event.time);
      record.properties("props", type.properties, {batch, event}, playbook.schema);
      TRY(sink.end_row());
    }
    return {};
  });
}

constexpr std::string_view kinds[] = {"accounts", "members", "events", "transitions"};

}  // namespace

Result<Exit> run_export(const Shell& shell, const ExportOptions& options) {
  if (std::ranges::find(kinds, options.kind) == std::end(kinds)) {
    const std::vector<std::string> names(std::begin(kinds), std::end(kinds));
    const std::string hint = did_you_mean(options.kind, names);
    const bool later = options.kind == "tasks" || options.kind == "ledger";
    return shell.misused("{}; there are: accounts, members, events, transitions{}{}",
                         later ? "this workspace has no " + options.kind + " yet"
                               : "cannot export " + quoted(options.kind),
                         hint.empty() ? "" : "\n  ", hint);
  }
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  Output output = options.out.empty() ? Output::on(shell.out) : TRY(Output::create(options.out));
  Sink sink(output, options.format == "csv" ? Format::csv : Format::ndjson);
  if (options.kind == "transitions") TRY(export_transitions(*workspace, sink));
  if (options.kind == "accounts") TRY(export_accounts(shell, *workspace, sink));
  if (options.kind == "members") TRY(export_members(shell, *workspace, sink));
  if (options.kind == "events") TRY(export_events(*workspace, sink));
  TRY(sink.flush());
  TRY(output.finish());
  return Exit::done;
}

}  // namespace pharos::cli
