// playbook/header.cc: what a playbook says about itself: name, model, zone, currency, teams.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "playbook/draft.h"

namespace pharos::playbook {
namespace {

void read_model(Draft& draft, const Outline& value) {
  const std::string* text = read_text(draft.faults, value, "platform or service");
  if (!text) return;
  static const std::string models[] = {"platform", "service"};
  if (*text == models[0])
    draft.book.model = Model::platform;
  else if (*text == models[1])
    draft.book.model = Model::service;
  else
    draft.faults.error(value.place,
                       fmt::format("model {}: expected platform or service", shortened(*text)),
                       draft.faults.near(*text, models));
}

void read_zone(Draft& draft, const Outline& value) {
  const std::string* text = read_text(draft.faults, value, "a time zone such as Asia/Shanghai");
  if (!text) return;
  auto zone = Zone::find(*text);
  if (zone)
    draft.book.schema.zone = *zone;
  else
    draft.faults.error(value.place, zone.error().message);
}

void read_currency(Draft& draft, const Outline& value) {
  const std::string* text = read_text(draft.faults, value, "a currency such as CNY");
  if (!text) return;
  auto currency = find_currency(*text);
  if (currency)
    draft.book.schema.currency = *std::move(currency);
  else
    draft.faults.error(value.place, currency.error().message);
}

void read_teams(Draft& draft, const Members& teams) {
  for (const auto& [key, value] : teams) {
    const auto name = read_name(draft.faults, *key, "a team");
    if (!name) continue;
    if (draft.book.teams.size() == team_count_max) {
      draft.faults.error(key->place,
                         fmt::format("a playbook has at most {} teams", team_count_max));
      return;
    }
    draft.book.teams.push_back(*name);
    const bool is_labelled = value != key && value->kind != OutlineKind::null;
    if (is_labelled) draft.book.team_labels[*name] = read_label(draft.faults, *value);
  }
}

}  // namespace

void read_header(Draft& draft, const Sections& sections) {
  if (sections.playbook) {
    if (auto name = read_name(draft.faults, *sections.playbook, "a playbook"))
      draft.book.name = *std::move(name);
  }
  if (sections.model) read_model(draft, *sections.model);
  if (sections.timezone) read_zone(draft, *sections.timezone);
  if (sections.currency) read_currency(draft, *sections.currency);
  if (sections.label) draft.book.label = read_label(draft.faults, *sections.label);
  read_teams(draft, sections.teams);
}

std::string read_team(Draft& draft, const Outline& value, std::string_view of) {
  const auto name = read_name(draft.faults, value, "a team");
  if (!name) return "";
  const auto& teams = draft.book.teams;
  if (!teams.empty() && std::ranges::find(teams, *name) == teams.end())
    draft.faults.error(value.place, fmt::format("{} {} is not one of the teams", of, quoted(*name)),
                       draft.faults.near(*name, teams));
  return *name;
}

}  // namespace pharos::playbook
