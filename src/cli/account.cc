// cli/account.cc: pharos account: who an account is and what its life was.
#include <algorithm>

#include "base/document.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/life_text.h"
#include "cli/population.h"
#include "cli/show.h"
#include "cli/table.h"
#include "engine/explain.h"
#include "history/replay.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

// An account with everything that is shown of it.
struct Portrait {
  const playbook::Playbook& playbook;
  const journal::Workspace::AccountHistory& history;
  const engine::Life& life;
  const engine::Fold& fold;
  engine::AccountNumber account;
  std::size_t event_first = 0;  // Of those that are shown.

  const cel::Schema& schema() const { return playbook.schema; }
  const engine::EventBatch& batch() const { return history.history.batch; }
};

std::size_t count_members(const Portrait& portrait) {
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < portrait.fold.member_count(); ++i)
    if (portrait.fold.root(portrait.fold.account_of({i})) == portrait.account) ++count;
  return count;
}

void print_header(const Shell& shell, const Portrait& portrait) {
  const playbook::Playbook& playbook = portrait.playbook;
  const Zone& zone = portrait.schema().zone;
  std::vector<std::pair<std::string, std::string>> lines;
  const auto row = portrait.fold.account_row(portrait.account);
  for (std::size_t i = 0; i < portrait.schema().attributes.size(); ++i) {
    const cel::Property& attribute = portrait.schema().attributes[i];
    const std::string value = cell_text(attribute, row.attributes[i], row.text, portrait.schema());
    const auto label = playbook.attribute_labels.find(attribute.name);
    if (!value.empty())
      lines.emplace_back(label == playbook.attribute_labels.end()
                             ? attribute.name
                             : label_of(label->second, attribute.name, shell.language),
                         value);
  }
  for (std::size_t t = 0; t < playbook.tracks.size(); ++t) {
    const std::int32_t node = portrait.fold.at(portrait.account, static_cast<std::uint32_t>(t));
    if (node < 0) continue;
    const playbook::Node& at = playbook.nodes[static_cast<std::size_t>(node)];
    const engine::Standing standing =
        portrait.fold.standing(portrait.account, static_cast<std::uint32_t>(node));
    lines.emplace_back(
        label_of(playbook.tracks[t].label, playbook.tracks[t].name, shell.language),
        shell.told({"{} since {}", "{}，自 {}"}, label_of(at.label, at.name, shell.language),
                   local_minute(standing.entered_at, zone)));
  }
  std::string segments;
  for (std::size_t s = 0; s < playbook.segments.size(); ++s)
    if (portrait.fold.in_segment(portrait.account, static_cast<std::uint32_t>(s)))
      segments += (segments.empty() ? "" : ", ") +
                  label_of(playbook.segments[s].label, playbook.segments[s].name, shell.language);
  if (!segments.empty()) lines.emplace_back(shell.say({"segments", "分群"}), segments);
  lines.emplace_back(shell.say({"members", "成员"}), count_text(count_members(portrait)));
  lines.emplace_back(shell.say({"events", "事件"}), count_text(portrait.batch().events.size()));
  lines.emplace_back(shell.say({"clock", "时钟"}),
                     clock_text(portrait.history.clock, portrait.schema()));
  std::string aliases;
  for (const std::string& alias : portrait.history.aliases)
    aliases += (aliases.empty() ? "" : ", ") + alias;
  if (!aliases.empty()) lines.emplace_back(shell.say({"also known as", "别名"}), aliases);

  shell.print("{}\n", shell.strong(portrait.history.id));
  std::size_t width = 0;
  for (const auto& [name, value] : lines) width = std::max(width, display_width(name));
  for (const auto& [name, value] : lines) shell.print("  {}  {}\n", padded(name, width), value);
}

struct Moment {
  Instant at;
  std::string kind, what;
};

// Transitions and changes of segments in one line of time.
std::vector<Moment> timeline_of(const Shell& shell, const Portrait& portrait) {
  std::vector<Moment> moments;
  for (const engine::Reason& reason : portrait.life.reasons)
    moments.push_back({reason.transition.at, kind_text(shell, reason.transition),
                       node_text(portrait.playbook, reason.transition.node, shell.language)});
  for (const engine::SegmentChange& change : portrait.life.segments) {
    const playbook::Segment& segment = portrait.playbook.segments[change.segment];
    moments.push_back({change.at,
                       std::string(change.entered ? shell.say({"joined", "加入分群"})
                                                  : shell.say({"left", "离开分群"})),
                       label_of(segment.label, segment.name, shell.language)});
  }
  std::ranges::stable_sort(moments, {}, &Moment::at);
  return moments;
}

void print_timeline(const Shell& shell, const Portrait& portrait) {
  Table table({{std::string(shell.say({"time", "时间"}))},
               {std::string(shell.say({"what", "经过"}))},
               {std::string(shell.say({"node or segment", "节点或分群"}))}});
  for (const Moment& moment : timeline_of(shell, portrait))
    table.add({local_time(moment.at, portrait.schema().zone), moment.kind, moment.what});
  if (!table.empty())
    shell.print("\n{}\n{}", shell.strong(shell.say({"Life", "历程"})), table.text(2));
}

void print_events(const Shell& shell, const Portrait& portrait) {
  Table table({{std::string(shell.say({"time", "时间"}))},
               {std::string(shell.say({"event", "事件"}))},
               {std::string(shell.say({"member", "成员"}))},
               {std::string(shell.say({"properties", "属性"}))}});
  const auto& events = portrait.batch().events;
  for (std::size_t i = portrait.event_first; i < events.size(); ++i)
    table.add({local_time(events[i].time, portrait.schema().zone),
               portrait.schema().events[events[i].type].name,
               std::string(portrait.batch().view(events[i].member)),
               properties_text(portrait.batch(), events[i], portrait.schema())});
  if (!table.empty())
    shell.print("\n{}\n{}", shell.strong(shell.say({"Last events", "最近的事件"})), table.text(2));
}

void put_places(Document& document, const Portrait& portrait) {
  const playbook::Playbook& playbook = portrait.playbook;
  document.key("at").open_object();
  for (std::size_t t = 0; t < playbook.tracks.size(); ++t) {
    const std::int32_t node = portrait.fold.at(portrait.account, static_cast<std::uint32_t>(t));
    document.key(playbook.tracks[t].name);
    if (node < 0)
      document.null();
    else
      document.text(playbook.nodes[static_cast<std::size_t>(node)].name);
  }
  document.close_object();
  document.key("overdue").open_list();
  for (std::uint32_t n = 0; n < playbook.nodes.size(); ++n)
    if (portrait.fold.standing(portrait.account, n).overdue)
      document.text(playbook.tracks[playbook.nodes[n].track].name + "." + playbook.nodes[n].name);
  document.close_list();
  document.key("segments").open_list();
  for (std::size_t s = 0; s < playbook.segments.size(); ++s)
    if (portrait.fold.in_segment(portrait.account, static_cast<std::uint32_t>(s)))
      document.text(playbook.segments[s].name);
  document.close_list();
}

void put_timeline(Document& document, const Portrait& portrait) {
  document.key("transitions").open_list();
  for (const engine::Reason& reason : portrait.life.reasons) {
    const playbook::Node& node = portrait.playbook.nodes[reason.transition.node];
    document.open_object();
    document.key("track").text(portrait.playbook.tracks[node.track].name);
    document.key("node").text(node.name);
    document.key("kind").text(transition_name(reason.transition.kind));
    document.key("entry").count(reason.transition.entry);
    document.key("at").text(format_instant(reason.transition.at));
    document.key("seq").count(reason.transition.seq);
    document.close_object();
  }
  document.close_list();
  document.key("segment_changes").open_list();
  for (const engine::SegmentChange& change : portrait.life.segments) {
    document.open_object();
    document.key("segment").text(portrait.playbook.segments[change.segment].name);
    document.key("entered").boolean(change.entered);
    document.key("at").text(format_instant(change.at));
    document.close_object();
  }
  document.close_list();
}

void put_events(Document& document, const Portrait& portrait) {
  const auto& events = portrait.batch().events;
  document.key("last_events").open_list();
  for (std::size_t i = portrait.event_first; i < events.size(); ++i) {
    const cel::EventType& type = portrait.schema().events[events[i].type];
    document.open_object();
    document.key("id").text(portrait.batch().view(events[i].id));
    document.key("name").text(type.name);
    document.key("time").text(format_instant(events[i].time));
    if (events[i].member.size > 0)
      document.key("member").text(portrait.batch().view(events[i].member));
    document.key("props").open_object();
    for (std::size_t p = 0; p < type.properties.size(); ++p) {
      const engine::Cell cell = portrait.batch().cells[events[i].cells + p];
      if (cell == engine::cell_absent) continue;
      document.key(type.properties[p].name);
      put_cell(document, type.properties[p], cell, portrait.batch().text, portrait.schema());
    }
    document.close_object().close_object();
  }
  document.close_list();
}

std::string document_of(const Portrait& portrait) {
  const auto row = portrait.fold.account_row(portrait.account);
  Document document;
  document.open_object();
  document.key("account").text(portrait.history.id);
  document.key("aliases").open_list();
  for (const std::string& alias : portrait.history.aliases) document.text(alias);
  document.close_list();
  document.key("clock").text(format_instant(portrait.history.clock));
  document.key("attributes").open_object();
  for (std::size_t i = 0; i < portrait.schema().attributes.size(); ++i) {
    document.key(portrait.schema().attributes[i].name);
    put_cell(document, portrait.schema().attributes[i], row.attributes[i], row.text,
             portrait.schema());
  }
  document.close_object();
  put_places(document, portrait);
  document.key("members").count(count_members(portrait));
  document.key("events").count(portrait.batch().events.size());
  put_timeline(document, portrait);
  put_events(document, portrait);
  document.close_object();
  return document.take();
}

}  // namespace

Result<Exit> run_account(const Shell& shell, const AccountOptions& options) {
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const auto frame = TRY(open_frame(shell, *workspace, options.dir));
  const auto history = TRY(read_account(*workspace, *frame, options.id));
  const auto position = frame->directory().find(options.id);
  ASSERT(position);  // Else there would be no history of it.
  engine::Fold fold(workspace->playbook());
  engine::Effects effects;
  const auto account = history::LifeReader(*frame, workspace->playbook(), {}, false, never, true)
                           .read(*position, fold, effects);
  if (!fold.is_live(account))
    return fail(ErrorCode::not_found, "{}: the account has no events yet", history.id);
  const engine::Life life = engine::explain_life(workspace->playbook(), history.history,
                                                 history.ticks_before, history.clock);
  const std::size_t count = history.history.batch.events.size();
  const std::size_t shown = std::min(count, static_cast<std::size_t>(options.events));
  const Portrait portrait{workspace->playbook(), history, life, fold, account, count - shown};
  if (shell.json) {
    shell.write(document_of(portrait));
    return Exit::done;
  }
  print_header(shell, portrait);
  print_timeline(shell, portrait);
  print_events(shell, portrait);
  return Exit::done;
}

}  // namespace pharos::cli
