// server/events.cc: each form of body to the same intake.
#include "server/events.h"

#include "base/text.h"
#include "server/cloud_event.h"
#include "server/json_items.h"

namespace pharos::server {
namespace {

constexpr std::string_view cloud_type = "application/cloudevents+json";
constexpr std::string_view cloud_batch_type = "application/cloudevents-batch+json";

bool is_blank(std::string_view text) {
  return trimmed(text).empty();
}

// A line of a stream longer than this is refused, without being held.
constexpr std::size_t line_bytes_max = ingest::row_bytes_max;

// Whole lines out of pieces of a stream.
class Lines {
 public:
  std::string& buffer() { return buffer_; }
  // The next whole line, or at the end of the stream what is left.
  std::optional<std::string_view> next(bool is_end) {
    const std::size_t feed = buffer_.find('\n', at_);
    if (feed == std::string::npos && (!is_end || at_ == buffer_.size())) return std::nullopt;
    const std::size_t end = std::min(feed, buffer_.size());
    const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
    at_ = std::min(end + 1, buffer_.size());
    return line;
  }
  // Before more is read: what was used goes, and of a line that is too long what no reader needs
  // to say so.
  void make_room() {
    buffer_.erase(0, at_);
    at_ = 0;
    if (buffer_.size() > line_bytes_max) buffer_.resize(line_bytes_max + 1);
  }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
};

// Any length in bounded memory: each full batch is durable before more is read.
Task<Answer<>> take_stream(Body& body, Taking& taking) {
  Lines lines;
  std::uint64_t index = 0;
  bool is_end = false;
  bool any = false;
  while (!is_end) {
    lines.make_room();
    const Answer<bool> more = co_await body.next(lines.buffer());
    if (!more) {
      // What came whole is kept: the client sends again, and ids tell what is known.
      co_await taking.flush(any);
      co_return std::unexpected(more.error());
    }
    is_end = !*more;
    lines.buffer().reserve(lines.buffer().size() + ingest::row_padding);
    while (const auto line = lines.next(is_end)) {
      if (is_blank(*line)) continue;
      taking.note(index, taking.intake().add(*line));
      ++index;
      if (!taking.is_full()) continue;
      if (auto flushed = co_await taking.flush(any); !flushed) co_return flushed;
      any = true;
    }
  }
  co_return co_await taking.flush(any);
}

Answer<> add_array(std::string_view text, Taking& taking) {
  JsonItems items(text);
  for (std::uint64_t index = 0; const auto item = items.next(); ++index)
    taking.note(index, taking.intake().add(*item));
  if (!items.fault().empty()) return refuse(ProblemCode::bad_json, "{}", items.fault());
  return {};
}

Task<Answer<>> take_native(Service& service, Body& body, Taking& taking) {
  const Answer<std::string> text =
      co_await read_all(body, limits_of(service.settings), ingest::row_padding);
  if (!text) co_return std::unexpected(text.error());
  if (trimmed(*text).starts_with('[')) {
    if (auto added = add_array(*text, taking); !added) co_return added;
  } else {
    taking.note(0, taking.intake().add(*text));
  }
  co_return co_await taking.flush(false);
}

Task<Answer<>> take_cloud(Service& service, Request& request, Body& body, Taking& taking,
                          std::string_view type) {
  const Answer<std::string> text = co_await read_all(body, limits_of(service.settings));
  if (!text) co_return std::unexpected(text.error());
  if (request.header("ce-specversion").empty()) {
    if (auto added = add_cloud_events(*text, type == cloud_batch_type, taking); !added)
      co_return added;
  } else if (auto added = add_binary_cloud_event(request, *text, taking); !added) {
    co_return added;
  }
  co_return co_await taking.flush(false);
}

Response finished(const Request& request, Taking& taking, const Answer<>& taken) {
  taking.count();
  if (taken) return answer_of(taking.tally(), request.id);
  Problem problem = taken.error();
  if (const Tally& tally = taking.tally(); tally.accepted + tally.duplicates > 0)
    problem.more_members = "," + members_of(tally);
  return to_response(problem, request.id);
}

Task<Response> post_events(Service& service, Request& request, Body& body) {
  Taking taking(service);
  const std::string type = media_type(request.header("content-type"));
  Answer<> taken;
  if (type == cloud_type || type == cloud_batch_type || !request.header("ce-specversion").empty())
    taken = co_await take_cloud(service, request, body, taking, type);
  else if (type == "application/x-ndjson" || type == "application/jsonl" ||
           type == "application/ndjson")
    taken = co_await take_stream(body, taking);
  else
    taken = co_await take_native(service, body, taking);
  co_return finished(request, taking, taken);
}

// The members of a link, as the event that it is: {"from", "to", "id"?, "time"?}.
Answer<NativeEvent> link_event(const Json& json) {
  NativeEvent event{.id = {}, .account = {}, .member = {}, .name = "link", .time = {}, .props = {}};
  if (json.kind != JsonKind::object)
    return refuse(ProblemCode::invalid_request, "expected an object with from and to");
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    const std::string& name = json.names[i];
    const Json& value = json.items[i];
    if (name != "from" && name != "to" && name != "id" && name != "time")
      return refuse(ProblemCode::invalid_request, "unknown key {}; a link has from, to, id, time",
                    quoted(name));
    if (value.kind != JsonKind::string || value.text.empty())
      return refuse(ProblemCode::invalid_request, "{} is no text, or empty", name);
    if (name == "from") event.props.emplace_back("from", &value);
    if (name == "to") event.account = value.text;
    if (name == "id") event.id = value.text;
    if (name == "time") event.time = value.text;
  }
  if (event.account.empty() || event.props.empty())
    return refuse(ProblemCode::invalid_request,
                  "a link needs from (the id that is given up) and to (the account)");
  return event;
}

Task<Response> post_links(Service& service, Request& request, Body& body) {
  Taking taking(service);
  const Answer<Json> json = co_await read_json(body, limits_of(service.settings));
  if (!json) co_return to_response(json.error(), request.id);
  const Answer<NativeEvent> event = link_event(*json);
  if (!event) co_return to_response(event.error(), request.id);
  taking.note(0, taking.intake().add(*event));
  const Answer<> taken = co_await taking.flush(false);
  co_return finished(request, taking, taken);
}

}  // namespace

Response answer_of(const Tally& tally, std::string_view request_id) {
  if (tally.rejected > 0 && tally.accepted + tally.duplicates + tally.ignored == 0) {
    Problem problem{ProblemCode::nothing_taken, "", 0, "," + members_of(tally)};
    problem.detail =
        tally.rejected == 1
            ? fmt::format("{}: {}", tally.rejections[0].code, tally.rejections[0].reason)
            : fmt::format("all {} events were refused; rejections says why", tally.rejected);
    return to_response(problem, request_id);
  }
  return json_response("{" + members_of(tally) + "}");
}

void add_event_routes(Router& router, Service& service) {
  router.add({.method = Method::post,
              .pattern = "/v1/events",
              .operation = "postEvents",
              .action = access::Action::create,
              .resource = access::Resource::events,
              .cross_origin = true,
              .handler = [&service](Request& request, Body& body) {
                return post_events(service, request, body);
              }});
  router.add({.method = Method::post,
              .pattern = "/v1/links",
              .operation = "postLink",
              .action = access::Action::create,
              .resource = access::Resource::events,
              .cross_origin = false,
              .handler = [&service](Request& request, Body& body) {
                return post_links(service, request, body);
              }});
}

}  // namespace pharos::server
