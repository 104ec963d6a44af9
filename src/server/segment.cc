// server/segment.cc: the paths, the key in header or body, and answers that every client
// understands.
#include "server/segment.h"

#include "base/text.h"
#include "server/segment_message.h"

namespace pharos::server {
namespace {

constexpr std::size_t batch_messages_max = 2'500;

struct Path {
  std::string_view path;
  std::string_view type;  // Empty: a batch.
  std::string_view operation;
};
constexpr Path paths[] = {
    {"/v1/identify", "identify", "segmentIdentify"},
    {"/v1/track", "track", "segmentTrack"},
    {"/v1/group", "group", "segmentGroup"},
    {"/v1/page", "page", "segmentPage"},
    {"/v1/screen", "screen", "segmentScreen"},
    {"/v1/alias", "alias", "segmentAlias"},
    {"/v1/i", "identify", "segmentIdentifyShort"},
    {"/v1/t", "track", "segmentTrackShort"},
    {"/v1/g", "group", "segmentGroupShort"},
    {"/v1/p", "page", "segmentPageShort"},
    {"/v1/s", "screen", "segmentScreenShort"},
    {"/v1/a", "alias", "segmentAliasShort"},
    {"/v1/batch", "", "segmentBatch"},
    {"/v1/b", "", "segmentBatchShort"},
    {"/v1/import", "", "segmentImport"},
    {"/v1/import/", "", "segmentImportSlash"},
};

Response success() {
  return json_response(R"({"success":true})");
}

// The key of a header, or else of the body: some clients send a token of their own beside it.
Answer<IdentityPointer> enter(Service& service, const Request& request, const Json& json) {
  std::vector<std::string> secrets = {Access::secret_of(request)};
  const Json* const key = json.kind == JsonKind::object ? json.find("writeKey") : nullptr;
  if (key && key->kind == JsonKind::string) secrets.push_back(key->text);
  Answer<IdentityPointer> identity = service.access.identify(request, secrets);
  if (!identity) return identity;
  if (auto allowed = service.access.check(request, **identity,
                                          {access::Action::create, access::Resource::events});
      !allowed)
    return std::unexpected(allowed.error());
  return identity;
}

void add_message(std::uint64_t index, const Json& message, const SegmentCall& call,
                 Taking& taking) {
  const SegmentResult result = read_segment_message(message, call, taking.intake());
  if (result.event)
    taking.note(index, taking.intake().add(*result.event));
  else if (result.ignored)
    taking.ignore();
  else
    taking.reject(index, result.code, result.reason);
}

Answer<> add_messages(const Json& json, SegmentCall call, Taking& taking) {
  if (!call.type.empty()) {
    add_message(0, json, call, taking);
    return {};
  }
  const Json* const batch = json.kind == JsonKind::object ? json.find("batch") : nullptr;
  if (!batch || batch->kind != JsonKind::list)
    return refuse(ProblemCode::invalid_request, "expected an object with an array batch");
  if (batch->items.size() > batch_messages_max)
    return refuse(ProblemCode::too_large, "a batch has at most {} messages", batch_messages_max);
  call.batch = &json;
  for (std::size_t i = 0; i < batch->items.size(); ++i)
    add_message(i, batch->items[i], call, taking);
  return {};
}

// What was dropped is said in the log, without what it held: the client is told of success, for a
// refusal would make it drop the good messages of the batch as well.
void log_dropped(Service& service, const Request& request, const std::string& caller,
                 const Tally& tally) {
  for (const Rejection& rejection : tally.rejections)
    service.log.write(LogLevel::warning, "message dropped",
                      {{"request_id", request.id},
                       {"caller", caller},
                       {"index", static_cast<std::int64_t>(rejection.index)},
                       {"code", rejection.code}});
}

Task<Response> post_segment(Service& service, const Path& path, Request& request, Body& body) {
  const auto bytes_max = static_cast<std::uint64_t>(service.settings.batch_bytes);
  const Answer<std::string> text = co_await read_all(body, {bytes_max, bytes_max});
  if (!text) co_return to_response(text.error(), request.id);
  const Result<Json> json = parse_json(*text);
  if (!json) co_return to_response({ProblemCode::bad_json, json.error().message}, request.id);
  const Answer<IdentityPointer> identity = enter(service, request, *json);
  if (!identity) co_return to_response(identity.error(), request.id);
  request.identity = *identity;

  const SegmentCall call{
      .received_at = service.live.now(),
      .batch = nullptr,
      .type = path.type,
      .message_bytes_max = static_cast<std::size_t>(service.settings.message_bytes),
      .users_are_accounts = service.settings.segment_users_are_accounts};
  // A message alone that is too long is told so; in a batch it is dropped.
  if (!path.type.empty() && text->size() > call.message_bytes_max)
    co_return to_response({ProblemCode::too_large,
                           fmt::format("a message has at most {} bytes", call.message_bytes_max)},
                          request.id);
  Taking taking(service, Known::by_id);
  Answer<> taken = add_messages(*json, call, taking);
  if (taken) taken = co_await taking.flush(false);
  taking.count();
  if (!taken) co_return to_response(taken.error(), request.id);
  log_dropped(service, request, (*identity)->name(), taking.tally());
  co_return success();
}

}  // namespace

void add_segment_routes(Router& router, Service& service) {
  for (const Path& path : paths)
    router.add({.method = Method::post,
                .pattern = std::string(path.path),
                .operation = std::string(path.operation),
                .guard = Guard::handler,
                .action = access::Action::create,
                .resource = access::Resource::events,
                .cross_origin = true,
                .handler = [&service, &path](Request& request, Body& body) {
                  return post_segment(service, path, request, body);
                }});
}

}  // namespace pharos::server
