// server/settings.cc: one table of settings drives the file, the environment and the documentation.
#include "server/settings.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <variant>

#include "base/text.h"
#include "playbook/outline.h"
#include "playbook/reading.h"
#include "server/proxy.h"

namespace pharos::server {
namespace {

using playbook::Faults;
using playbook::Outline;
using playbook::OutlineKind;

using Member = std::variant<std::string Settings::*, std::int64_t Settings::*, Duration Settings::*,
                            bool Settings::*, std::vector<std::string> Settings::*>;

struct Setting {
  std::string_view name;
  Member member;
  std::int64_t least = 0;  // Of a number, or of a duration in milliseconds.
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

constexpr std::int64_t mebibyte = 1'048'576;
constexpr std::int64_t hour_ms = 3'600'000;

const std::array<Setting, 28>& table() {
  static const std::array<Setting, 28> settings = {{
      {"listen", &Settings::listen},
      {"threads", &Settings::threads, 1, 64},
      {"tls.certificate", &Settings::tls_certificate},
      {"tls.key", &Settings::tls_key},
      {"proxies", &Settings::proxies},
      {"limits.connections", &Settings::connections, 1, 1'000'000},
      {"limits.header_bytes", &Settings::header_bytes, 1'024, mebibyte},
      {"limits.body_bytes", &Settings::body_bytes, 1'024, 1'024 * mebibyte},
      {"limits.unpacked_bytes", &Settings::unpacked_bytes, 1'024, 1'024 * mebibyte},
      {"limits.header_time", &Settings::header_time, 10, hour_ms},
      {"limits.body_time", &Settings::body_time, 10, hour_ms},
      {"limits.body_bytes_per_second", &Settings::body_bytes_per_second, 1, 1'024 * mebibyte},
      {"limits.idle_time", &Settings::idle_time, 10, hour_ms},
      {"limits.write_time", &Settings::write_time, 10, hour_ms},
      {"session.idle_time", &Settings::session_idle_time, 60'000, 30 * day.ms},
      {"session.time", &Settings::session_time, 60'000, 90 * day.ms},
      {"limits.drain_time", &Settings::drain_time, 10, hour_ms},
      {"limits.requests_per_second", &Settings::requests_per_second, 1, 10'000'000},
      {"limits.request_burst", &Settings::request_burst, 1, 10'000'000},
      {"events.queue_events", &Settings::queue_events, 1, 100'000'000},
      {"events.commit_time_max", &Settings::commit_time_max, 10, hour_ms},
      {"events.future_time_max", &Settings::future_time_max, 1, 365 * 24 * hour_ms},
      {"segment.message_bytes", &Settings::message_bytes, 1'024, 16 * mebibyte},
      {"segment.batch_bytes", &Settings::batch_bytes, 1'024, 64 * mebibyte},
      {"segment.users_are_accounts", &Settings::segment_users_are_accounts},
      {"cors.origins", &Settings::cors_origins},
      {"log.level", &Settings::log_level},
      {"", &Settings::listen},  // The end.
  }};
  return settings;
}

std::span<const Setting> settings_table() {
  return std::span(table()).first(table().size() - 1);
}

// What a value would have to be; or none if it is taken.
std::optional<std::string> set(const Setting& setting, const std::string& text, Settings& into) {
  if (const auto* member = std::get_if<std::string Settings::*>(&setting.member)) {
    into.*(*member) = text;
  } else if (const auto* flag = std::get_if<bool Settings::*>(&setting.member)) {
    if (text != "true" && text != "false") return "true or false";
    into.*(*flag) = text == "true";
  } else if (const auto* number = std::get_if<std::int64_t Settings::*>(&setting.member)) {
    const auto value = parse_int64(text);
    if (!value || *value < setting.least || *value > setting.most)
      return fmt::format("a whole number from {} to {}", setting.least, setting.most);
    into.*(*number) = *value;
  } else if (const auto* time = std::get_if<Duration Settings::*>(&setting.member)) {
    const auto value = parse_duration(text);
    if (!value || value->ms < setting.least || value->ms > setting.most)
      return fmt::format("a time from {} to {}, such as 30s", format_duration({setting.least}),
                         format_duration({setting.most}));
    into.*(*time) = *value;
  } else {
    auto& list = into.*std::get<std::vector<std::string> Settings::*>(setting.member);
    list.clear();
    for (const std::string_view item : split(text, ','))
      if (!trimmed(item).empty()) list.emplace_back(trimmed(item));
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(Settings& settings) : settings_(settings) {}
  void read(const Outline& root);
  void read(const Environment& environment);
  void check();
  Diagnostics take(const std::string& path) { return faults_.take(std::vector<std::string>{path}); }

 private:
  void read_member(const Outline& key, const Outline& value, const std::string& before);
  Place place_of(std::string_view setting) const;
  void fault(std::string_view setting, std::string message, std::string hint = "") {
    faults_.error(place_of(setting), std::move(message), std::move(hint));
  }

  Settings& settings_;
  Faults faults_;
  std::map<std::string, Place, std::less<>> places_;  // Where each was set last.
};

Place Reader::place_of(std::string_view setting) const {
  const auto found = places_.find(setting);
  return found == places_.end() ? Place{} : found->second;
}

void Reader::read(const Outline& root) {
  if (root.kind == OutlineKind::null) return;
  if (root.kind != OutlineKind::map)
    return report_kind(faults_, root, "a map of settings, such as `listen: 127.0.0.1:8080`");
  for (const auto& [key, value] : root.members) read_member(key, value, "");
}

void Reader::read_member(const Outline& key, const Outline& value, const std::string& before) {
  const std::string name = before + key.text;
  const auto known = settings_table();
  const auto found = std::ranges::find(known, name, &Setting::name);
  if (found == known.end()) {
    const std::string prefix = name + ".";
    const bool is_group = std::ranges::any_of(
        known, [&](const Setting& setting) { return setting.name.starts_with(prefix); });
    if (is_group && value.kind == OutlineKind::map && before.empty()) {
      for (const auto& [inner_key, inner] : value.members) read_member(inner_key, inner, prefix);
      return;
    }
    if (is_group) return report_kind(faults_, value, fmt::format("the settings of {}", name));
    return faults_.error(key.place, fmt::format("there is no setting {}", quoted(name)),
                         faults_.near(name, setting_names()));
  }
  places_[name] = value.place;
  std::string text = value.text;
  const bool takes_list =
      std::holds_alternative<std::vector<std::string> Settings::*>(found->member);
  if (takes_list && value.kind == OutlineKind::list) {
    for (const Outline& item : value.items) {
      if (item.kind != OutlineKind::scalar) return report_kind(faults_, item, "a text");
      text += (text.empty() ? "" : ",") + item.text;
    }
  } else if (value.kind != OutlineKind::scalar) {
    return report_kind(faults_, value, takes_list ? "a list of texts" : "a single value");
  }
  if (const auto wanted = set(*found, text, settings_))
    faults_.error(value.place,
                  fmt::format("{} is {}; expected {}", name, playbook::shortened(text), *wanted));
}

void Reader::read(const Environment& environment) {
  for (const Setting& setting : settings_table()) {
    const std::string variable = variable_of(setting.name);
    const auto text = environment(variable);
    if (!text) continue;
    places_[std::string(setting.name)] = {variable, 0, 0};
    if (const auto wanted = set(setting, *text, settings_))
      faults_.error({variable, 0, 0},
                    fmt::format("is {}; expected {}", playbook::shortened(*text), *wanted));
  }
}

void Reader::check() {
  const Settings& now = settings_;
  if (!parse_address(now.listen))
    fault("listen", fmt::format("listen is {}; expected an address and a port", quoted(now.listen)),
          "Such as 127.0.0.1:8080, 0.0.0.0:443 or [::1]:8080.");
  if (now.tls_certificate.empty() != now.tls_key.empty())
    fault(now.tls_key.empty() ? "tls.certificate" : "tls.key",
          "tls has one of certificate and key; expected both or none");
  const std::vector<std::string> levels = {"debug", "info", "warning", "error"};
  if (std::ranges::find(levels, now.log_level) == levels.end())
    fault("log.level",
          fmt::format("log.level is {}; expected debug, info, warning or error",
                      quoted(now.log_level)),
          faults_.near(now.log_level, levels));
  for (const std::string& proxy : now.proxies)
    if (!is_network(proxy))
      fault("proxies",
            fmt::format("proxies has {}; expected an address or a network", quoted(proxy)),
            "Such as 127.0.0.1, 10.0.0.0/8 or fd00::/8.");
  for (const std::string& origin : now.cors_origins) {
    const bool is_origin = (origin.starts_with("https://") || origin.starts_with("http://")) &&
                           origin.find('/', origin.find("://") + 3) == std::string::npos;
    if (origin != "*" && !is_origin)
      fault("cors.origins", fmt::format("cors.origins has {}; expected an origin", quoted(origin)),
            "Such as https://app.example.com, without a path; or * for all.");
  }
}

}  // namespace

SettingsResult read_settings(std::string_view text, const std::string& path,
                             const Environment& environment) {
  SettingsResult result;
  Reader reader(result.settings);
  playbook::OutlineResult outline = playbook::parse_outline(text, path);
  reader.read(outline.root);
  reader.read(environment);
  reader.check();
  result.diagnostics = std::move(outline.diagnostics);
  for (Diagnostic& diagnostic : reader.take(path))
    result.diagnostics.push_back(std::move(diagnostic));
  return result;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const Setting& setting : settings_table()) names.emplace_back(setting.name);
  return names;
}

std::string variable_of(std::string_view setting) {
  std::string variable = "PHAROS_";
  for (const char c : setting)
    variable += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return variable;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_int64(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65'535) return std::nullopt;
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return std::nullopt;
  if (host.empty()) return std::nullopt;
  return Address{std::string(host), static_cast<std::uint16_t>(*port)};
}

bool is_loopback(const Address& address) {
  return address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
}

}  // namespace pharos::server
