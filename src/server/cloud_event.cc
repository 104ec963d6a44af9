// server/cloud_event.cc: attributes checked by the specification, then mapped.
#include "server/cloud_event.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "server/base64.h"
#include "server/names.h"

namespace pharos::server {
namespace {

// Attributes by name, as texts; data aside.
struct CloudEvent {
  std::map<std::string, std::string, std::less<>> attributes;
  const Json* data = nullptr;
  Json packed_data;  // Of data_base64, or of a binary event's body.

  std::string_view get(std::string_view name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string_view() : std::string_view(found->second);
  }
};

bool is_attribute_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_small_integer(std::string_view number) {
  const auto value = parse_int64(number);
  return value && *value >= -2'147'483'648LL && *value <= 2'147'483'647LL;
}

// Empty: sound. Else what is wrong.
std::string check(const CloudEvent& event) {
  for (const std::string_view name : {"id", "source", "specversion", "type"})
    if (event.get(name).empty()) return fmt::format("{} is missing or empty", name);
  if (event.get("specversion") != "1.0")
    return fmt::format("specversion is {}; expected 1.0", quoted(event.get("specversion")));
  for (const auto& [name, text] : event.attributes) {
    if (!is_attribute_name(name) || name == "data")
      return fmt::format("{} is no attribute name: a-z and 0-9 only", quoted(name));
    if (has_control(text)) return fmt::format("{} holds a control character", name);
  }
  if (event.attributes.contains("subject") && event.get("subject").empty())
    return "subject is empty; leave it out";
  if (event.attributes.contains("time") && !parse_instant(event.get("time")))
    return "time is not RFC 3339, such as 2026-01-31T09:30:00Z";
  return {};
}

// The declared event that a type names: "com.example.order.paid" is order_paid, or paid, whatever
// is declared; the longest wins.
std::string name_of_type(std::string_view type, const Intake& intake) {
  for (std::string_view rest = type; !rest.empty();) {
    const std::string name = snake_case(rest);
    if (intake.declares(rest)) return std::string(rest);
    if (intake.declares(name)) return name;
    const std::size_t point = rest.find('.');
    if (point == std::string_view::npos) break;
    rest.remove_prefix(point + 1);
  }
  return {};
}

std::string event_id(const CloudEvent& event) {
  std::string id = fmt::format("{}#{}", event.get("source"), event.get("id"));
  if (id.size() <= engine::id_bytes_max) return id;
  const Hash128 sum = hash128(id);
  return fmt::format("ce-{:016x}{:016x}", sum.high, sum.low);
}

std::string first_of(const CloudEvent& event, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (!event.get(name).empty()) return std::string(event.get(name));
  return {};
}

void add(std::uint64_t index, const CloudEvent& cloud, Taking& taking) {
  if (const std::string wrong = check(cloud); !wrong.empty())
    return taking.reject(index, "invalid_cloud_event", wrong);
  NativeEvent event{.id = event_id(cloud),
                    .account = first_of(cloud, {"account", "accountid", "subject"}),
                    .member = first_of(cloud, {"member", "memberid", "userid"}),
                    .name = name_of_type(cloud.get("type"), taking.intake()),
                    .time = std::string(cloud.get("time")),
                    .props = {}};
  if (event.account.empty() || event.name.empty()) return taking.ignore();
  if (cloud.data && cloud.data->kind == JsonKind::object) {
    for (std::size_t i = 0; i < cloud.data->items.size(); ++i)
      event.props.emplace_back(cloud.data->names[i], &cloud.data->items[i]);
  } else if (cloud.data) {
    event.props.emplace_back("data", cloud.data);
  }
  taking.note(index, taking.intake().add(event));
}

// Empty: done. Else what is wrong.
std::string read_member(const std::string& name, const Json& value, CloudEvent& event) {
  if (name == "data") {
    event.data = &value;
    return {};
  }
  if (value.kind == JsonKind::null) return {};  // As if it were absent.
  if (name == "data_base64") {
    if (value.kind != JsonKind::string || !base64_decoded(value.text))
      return "data_base64 is no base64";
    event.packed_data = value;
    return {};
  }
  const bool fits = value.kind == JsonKind::string || value.kind == JsonKind::boolean ||
                    (value.kind == JsonKind::number && is_small_integer(value.text));
  if (!fits)
    return fmt::format("{} is neither text, true or false, nor an integer of 32 bits",
                       quoted(name));
  event.attributes[name] =
      value.kind == JsonKind::boolean ? (value.boolean ? "true" : "false") : value.text;
  return {};
}

void add_structured(std::uint64_t index, const Json& json, Taking& taking) {
  CloudEvent event;
  if (json.kind != JsonKind::object)
    return taking.reject(index, "invalid_cloud_event", "expected an object");
  for (std::size_t i = 0; i < json.items.size(); ++i)
    if (const std::string wrong = read_member(json.names[i], json.items[i], event); !wrong.empty())
      return taking.reject(index, "invalid_cloud_event", wrong);
  if (json.find("data") && event.packed_data.kind == JsonKind::string)
    return taking.reject(index, "invalid_cloud_event", "data and data_base64 exclude each other");
  if (!event.data && event.packed_data.kind == JsonKind::string) event.data = &event.packed_data;
  add(index, event, taking);
}

bool is_json_type(std::string_view type) {
  return type.empty() || type.ends_with("/json") || type.ends_with("+json");
}

}  // namespace

Answer<> add_cloud_events(std::string_view text, bool is_batch, Taking& taking) {
  const Result<Json> json = parse_json(text);
  if (!json) return refuse(ProblemCode::bad_json, "{}", json.error().message);
  if (!is_batch) {
    add_structured(0, *json, taking);
    return {};
  }
  if (json->kind != JsonKind::list)
    return refuse(ProblemCode::invalid_request,
                  "a batch is an array; a single event goes as application/cloudevents+json");
  for (std::size_t i = 0; i < json->items.size(); ++i) add_structured(i, json->items[i], taking);
  return {};
}

Answer<> add_binary_cloud_event(const Request& request, std::string_view data, Taking& taking) {
  constexpr std::string_view prefix = "ce-";
  CloudEvent event;
  for (const Header& header : request.headers)
    if (header.name.starts_with(prefix))
      event.attributes[header.name.substr(prefix.size())] = percent_decoded(header.value);
  if (is_json_type(media_type(request.header("content-type"))) && !trimmed(data).empty()) {
    Result<Json> json = parse_json(data);
    if (!json) return refuse(ProblemCode::bad_json, "{}", json.error().message);
    event.packed_data = *std::move(json);
    event.data = &event.packed_data;
  } else if (!data.empty() && is_utf8(data)) {
    event.packed_data.kind = JsonKind::string;
    event.packed_data.text = data;
    event.data = &event.packed_data;
  }
  add(0, event, taking);
  return {};
}

}  // namespace pharos::server
