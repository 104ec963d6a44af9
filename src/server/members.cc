// server/members.cc: a JSON tree asked by name.
#include "server/members.h"

#include <algorithm>

#include "base/text.h"

namespace pharos::server {

Members::Members(Json json) : json_(std::move(json)) {
  if (json_.kind != JsonKind::object)
    fail(fmt::format("expected an object, found {}", name_of(json_.kind)));
}

void Members::fail(std::string what) {
  if (!fault_) fault_ = std::move(what);
}

bool Members::has(std::string_view name) const {
  return json_.kind == JsonKind::object && json_.find(name) != nullptr;
}

// Null: it is not there, or null, or a fault.
const Json* Members::find(std::string_view name, JsonKind kind) {
  read_.emplace_back(name);
  const Json* const found = json_.kind == JsonKind::object ? json_.find(name) : nullptr;
  if (!found || found->kind == JsonKind::null) return nullptr;
  if (found->kind == kind) return found;
  fail(fmt::format("{} is {}; expected {}", name, name_of(found->kind), name_of(kind)));
  return nullptr;
}

std::string Members::text(std::string_view name) {
  const Json* const found = find(name, JsonKind::string);
  if (!found) fail(fmt::format("{} is missing; expected a text", name));
  return found ? found->text : std::string();
}

std::string Members::text_or(std::string_view name, std::string_view fallback) {
  const Json* const found = find(name, JsonKind::string);
  return found ? found->text : std::string(fallback);
}

bool Members::flag_or(std::string_view name, bool fallback) {
  const Json* const found = find(name, JsonKind::boolean);
  return found ? found->boolean : fallback;
}

std::vector<std::string> Members::texts_or(std::string_view name,
                                           std::vector<std::string> fallback) {
  const Json* const found = find(name, JsonKind::list);
  if (!found) return fallback;
  std::vector<std::string> texts;
  for (const Json& item : found->items) {
    if (item.kind != JsonKind::string)
      fail(fmt::format("{} has {}; expected texts", name, name_of(item.kind)));
    texts.push_back(item.text);
  }
  return texts;
}

Answer<> Members::fault() {
  for (const std::string& name : json_.names)
    if (json_.kind == JsonKind::object && std::ranges::find(read_, name) == read_.end()) {
      const std::string hint = did_you_mean(name, read_);
      fail(fmt::format("there is no member {} here{}{}", quoted(name), hint.empty() ? "" : ". ",
                       hint));
    }
  if (fault_) return refuse(ProblemCode::invalid_request, "{}", *fault_);
  return {};
}

Task<Answer<Members>> read_members(Body& body) {
  constexpr BodyLimits limits{.sent_bytes_max = members_bytes_max, .bytes_max = members_bytes_max};
  Answer<std::string> text = co_await read_all(body, limits);
  if (!text) co_return std::unexpected(text.error());
  if (trimmed(*text).empty())
    co_return Members(Json{.kind = JsonKind::object, .text = {}, .names = {}, .items = {}});
  Result<Json> json = parse_json(*text);
  if (!json) co_return refuse(ProblemCode::bad_json, "{}", json.error().message);
  co_return Members(*std::move(json));
}

}  // namespace pharos::server
