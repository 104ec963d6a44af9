// server/segment_message.cc: identify is a member, group an account, track an event.
#include "server/segment_message.h"

#include <algorithm>

#include "base/text.h"
#include "server/names.h"

namespace pharos::server {
namespace {

constexpr std::size_t message_id_bytes_max = 100;

// A member of an object; null and what is missing are one.
const Json* member_of(const Json* object, std::string_view name) {
  if (!object || object->kind != JsonKind::object) return nullptr;
  const Json* const found = object->find(name);
  return found && found->kind != JsonKind::null ? found : nullptr;
}

// Ids are texts; the Ruby client sends numbers as they were given.
std::string id_in(const Json* object, std::string_view name) {
  const Json* const found = member_of(object, name);
  if (!found) return {};
  const bool is_id = found->kind == JsonKind::string || found->kind == JsonKind::number;
  return is_id ? found->text : std::string();
}

// The message's own context, and behind it the batch's.
const Json* in_context(const Json& message, const SegmentCall& call, std::string_view name) {
  if (const Json* own = member_of(member_of(&message, "context"), name)) return own;
  return member_of(member_of(call.batch, "context"), name);
}

SegmentResult refused(std::string_view code, std::string reason) {
  return {.event = std::nullopt, .ignored = false, .code = code, .reason = std::move(reason)};
}
SegmentResult passed_over() {
  return {.event = std::nullopt, .ignored = true};
}

// receivedAt - (sentAt - originalTimestamp); never after the receipt. Without sentAt nothing can be
// corrected; what cannot be read counts as absent.
Instant time_of(const Json& message, const SegmentCall& call) {
  const auto read = [](const Json* object, std::string_view name) -> std::optional<Instant> {
    const Json* const found = member_of(object, name);
    if (!found || found->kind != JsonKind::string) return std::nullopt;
    const auto instant = parse_instant(found->text);
    if (!instant) return std::nullopt;
    return *instant;
  };
  auto original = read(&message, "originalTimestamp");
  if (!original) original = read(&message, "timestamp");
  if (!original) return call.received_at;
  auto sent = read(&message, "sentAt");
  if (!sent) sent = read(call.batch, "sentAt");
  const Instant time = sent ? call.received_at - (*sent - *original) : *original;
  return std::clamp(time, instant_min, call.received_at);
}

class Reading {
 public:
  Reading(const Json& message, const SegmentCall& call, const Intake& intake)
      : message_(message), call_(call), intake_(intake) {}

  SegmentResult read() {
    if (message_.kind != JsonKind::object) return refused("bad_json", "a message is no object");
    const std::string type =
        call_.type.empty() ? id_in(&message_, "type") : std::string(call_.type);
    user_ = id_in(&message_, "userId");
    anonymous_ = id_in(&message_, "anonymousId");
    event_.id = id_in(&message_, "messageId");
    if (event_.id.size() > message_id_bytes_max)
      return refused("too_long",
                     fmt::format("messageId has more than {} bytes", message_id_bytes_max));
    event_.time = format_instant(time_of(message_, call_));
    if (type == "group") return group();
    if (type == "alias") return alias();
    if (user_.empty() && anonymous_.empty())
      return refused("missing_field", "userId or anonymousId is needed");
    if (type == "identify") return identify();
    if (type == "track") return track(id_in(&message_, "event"), "event");
    if (type == "page") return page("page_viewed");
    if (type == "screen") return page("screen_viewed");
    return refused("invalid_type", type.empty() ? std::string("type is missing")
                                                : fmt::format("there is no type {}", quoted(type)));
  }

 private:
  // context.groupId, the company of the traits, or the user alone. Empty: none.
  std::string account() const {
    if (std::string id = id_in(&message_, "groupId"); !id.empty()) return id;
    for (const Json* context : {member_of(&message_, "context"), member_of(call_.batch, "context")})
      if (std::string id = id_in(context, "groupId"); !id.empty()) return id;
    for (const Json* traits :
         {member_of(&message_, "traits"), in_context(message_, call_, "traits")})
      if (std::string id = id_in(member_of(traits, "company"), "id"); !id.empty()) return id;
    if (!call_.users_are_accounts) return {};
    return user_.empty() ? anonymous_ : user_;
  }

  void add_props(const Json* object) {
    if (!object || object->kind != JsonKind::object) return;
    for (std::size_t i = 0; i < object->items.size(); ++i) {
      std::string name = snake_case(object->names[i]);
      if (name.empty()) name = object->names[i];
      const bool is_there =
          std::ranges::any_of(event_.props, [&](const auto& prop) { return prop.first == name; });
      if (!is_there) event_.props.emplace_back(std::move(name), &object->items[i]);
    }
  }

  SegmentResult done() {
    if (event_.account.empty()) return passed_over();
    return {.event = std::move(event_), .ignored = false};
  }

  SegmentResult group() {
    event_.name = "account_updated";
    event_.account = id_in(&message_, "groupId");
    event_.member = user_;
    if (event_.account.empty()) return refused("missing_field", "groupId is missing");
    add_props(member_of(&message_, "traits"));
    return done();
  }

  SegmentResult identify() {
    event_.name = "member_updated";
    event_.account = account();
    event_.member = user_.empty() ? anonymous_ : user_;
    add_props(member_of(&message_, "traits"));
    return done();
  }

  // A user that has two ids; it matters here only where users stand for accounts.
  SegmentResult alias() {
    const Json* const previous = member_of(&message_, "previousId");
    if (user_.empty() || id_in(&message_, "previousId").empty())
      return refused("missing_field", "alias needs previousId and userId");
    if (!call_.users_are_accounts) return passed_over();
    event_.name = "link";
    event_.account = user_;
    event_.props.emplace_back("from", previous);
    return done();
  }

  SegmentResult track(const std::string& name, std::string_view what) {
    if (name.empty()) return refused("missing_field", fmt::format("{} is missing", what));
    event_.name = declared_name(name, intake_);
    if (event_.name.empty()) return passed_over();
    event_.account = account();
    event_.member = user_;
    add_props(member_of(&message_, "properties"));
    return done();
  }

  SegmentResult page(std::string_view name) {
    const Json* const shown = member_of(&message_, "name");
    if (shown) event_.props.emplace_back("name", shown);
    return track(std::string(name), "name");
  }

  const Json& message_;
  const SegmentCall& call_;
  const Intake& intake_;
  std::string user_, anonymous_;
  NativeEvent event_;
};

}  // namespace

std::string declared_name(std::string_view name, const Intake& intake) {
  if (intake.declares(name)) return std::string(name);
  std::string snake = snake_case(name);
  return intake.declares(snake) ? snake : std::string();
}

SegmentResult read_segment_message(const Json& message, const SegmentCall& call,
                                   const Intake& intake) {
  std::string text;
  append_json(text, message);
  if (text.size() > call.message_bytes_max)
    return refused("too_long", fmt::format("the message has {} bytes; at most {} are taken",
                                           text.size(), call.message_bytes_max));
  return Reading(message, call, intake).read();
}

}  // namespace pharos::server
