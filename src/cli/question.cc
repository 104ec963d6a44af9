// cli/question.cc: names looked up, with the nearest one where there is none.
#include "cli/question.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/queries.h"
#include "cli/reading.h"

namespace pharos::cli {
namespace {

const std::map<std::string, Period, std::less<>>& periods() {
  static const std::map<std::string, Period, std::less<>> map{{"day", Period::day},
                                                              {"week", Period::week},
                                                              {"month", Period::month},
                                                              {"quarter", Period::quarter},
                                                              {"year", Period::year}};
  return map;
}

std::vector<std::string> attribute_names(const playbook::Playbook& playbook) {
  std::vector<std::string> names;
  for (const cel::Property& attribute : playbook.schema.attributes) names.push_back(attribute.name);
  return names;
}

// The first " if ", as no event has one in its name; the end if there is none.
std::size_t find_if(std::string_view text) {
  const std::size_t at = text.find(" if ");
  return at == std::string_view::npos ? text.size() : at;
}

}  // namespace

// The attributes that --by names; none if one does not exist.
std::optional<std::vector<std::uint32_t>> parse_by(const Shell& shell, std::string_view text,
                                                   const playbook::Playbook& playbook) {
  std::vector<std::uint32_t> indexes;
  if (text.empty()) return indexes;
  const std::vector<std::string> names = attribute_names(playbook);
  for (const std::string_view part : split(text, ',')) {
    const auto found = std::ranges::find(names, trimmed(part));
    if (found == names.end()) {
      const std::string hint = did_you_mean(trimmed(part), names);
      shell.complain("--by: \"{}\" is not an attribute of playbook {}{}{}", trimmed(part),
                     playbook.name, hint.empty() ? "" : "\n  ", hint);
      return std::nullopt;
    }
    indexes.push_back(static_cast<std::uint32_t>(found - names.begin()));
  }
  return indexes;
}

std::optional<ByPeriod> parse_by_period(const Shell& shell, std::string_view text,
                                        const playbook::Playbook& playbook) {
  ByPeriod by;
  if (text.empty()) return by;
  const std::vector<std::string> names = attribute_names(playbook);
  std::string rest;
  for (const std::string_view part : split(text, ',')) {
    const auto period = periods().find(trimmed(part));
    if (period == periods().end() || std::ranges::find(names, period->first) != names.end()) {
      rest += (rest.empty() ? "" : ",") + std::string(part);
    } else if (by.period) {
      shell.complain("--by: {} is a second period; one is enough", trimmed(part));
      return std::nullopt;
    } else {
      by.period = period->second;
    }
  }
  auto attributes = parse_by(shell, rest, playbook);
  if (!attributes) return std::nullopt;
  by.attributes = *std::move(attributes);
  return by;
}

std::optional<history::EventMatch> parse_event(const Shell& shell, const std::string& option,
                                               std::string_view text,
                                               const playbook::Playbook& playbook) {
  const std::size_t filter = find_if(text);
  const std::string name(trimmed(text.substr(0, filter)));
  const auto type = playbook::find_event(playbook, name);
  if (!type || *type == playbook::event_link) {
    std::vector<std::string> names;
    for (const cel::EventType& event : playbook.schema.events) names.push_back(event.name);
    const std::string hint = did_you_mean(name, names);
    shell.complain("{}: {} is not an event of playbook {}{}{}", option, quoted(name), playbook.name,
                   hint.empty() ? "" : "\n  ", hint);
    return std::nullopt;
  }
  history::EventMatch match{*type, {}};
  if (filter == text.size()) return match;
  const cel::Scope scope{.use = cel::Use::filter,
                         .schema = &playbook.schema,
                         .event = static_cast<std::int32_t>(*type),
                         .metrics = {}};
  auto rule =
      compile_in(shell, {option, std::string(text.substr(filter + 4))}, scope, cel::Kind::boolean);
  if (!rule) return std::nullopt;
  match.filter = *std::move(rule);
  return match;
}

std::optional<Instant> parse_from(const Shell& shell, std::string_view text, const Zone& zone) {
  if (text.empty()) return instant_min;
  const std::string moment = text.size() == 10 ? std::string(text) + " 00:00" : std::string(text);
  const Result<Instant> from = parse_moment(moment, zone);
  if (from) return *from;
  shell.complain("--from: {}", from.error().message);
  return std::nullopt;
}

}  // namespace pharos::cli
