// server/own.cc: what an operator changes of their own: password, second factor, sessions.
#include "access/operators.h"
#include "access/second_factor.h"
#include "base/text.h"
#include "server/session.h"

namespace pharos::server {
namespace {

using access::Fields;
using access::OperatorId;
using store::Database;

Task<Answer<Response>> put_password(People& people, Request& request, Body& body) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const std::string before = members->text("before"), after = members->text("after");
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const access::PasswordCost cost = people.door.cost();
  const std::int64_t session = request.identity->session;
  const auto done_by = [before, after, cost, session, caller](Database&, access::SignIn& door) {
    return door.change_password(caller.actor, {before, after, session}, cost, caller);
  };
  const Result<> done = co_await people.door.run(done_by);
  people.sessions.forget();
  if (!done) co_return std::unexpected(people.refusal(done.error()));
  co_return empty_response();
}

Task<Answer<Response>> post_second_factor(People& people, Request& request, Body&) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  const access::Caller caller = people.caller(request);
  const std::string issuer = "Pharos " + people.live.playbook().name;
  const auto address_by = [issuer, caller](Database& database) {
    return access::enrol_second_factor(database, caller.actor, issuer, caller);
  };
  const Answer<std::string> address = co_await at_desk(people, address_by);
  if (!address) co_return std::unexpected(address.error());
  co_return json_response(Fields().text("otpauth", *address).take());
}

Task<Answer<Response>> put_second_factor(People& people, Request& request, Body& body) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const std::string code = members->text("code");
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const auto codes_by = [code, caller](Database& database) {
    return access::confirm_second_factor(database, caller.actor, code, caller);
  };
  const Answer<std::vector<std::string>> codes = co_await at_desk(people, codes_by);
  if (!codes) co_return std::unexpected(codes.error());
  people.sessions.forget();
  co_return json_response(Fields().texts("recovery_codes", *codes).take());
}

Task<Answer<Response>> delete_second_factor(People& people, Request& request, Body& body) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const std::string password = members->text("password");
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const auto done_by = [password, caller](Database& database, access::SignIn& door) -> Result<> {
    TRY(door.require_password(caller.actor, password, caller));
    return access::remove_second_factor(database, caller.actor, caller);
  };
  const Result<> done = co_await people.door.run(done_by);
  people.sessions.forget();
  if (!done) co_return std::unexpected(people.refusal(done.error()));
  co_return empty_response();
}

Task<Answer<Response>> list_sessions(People& people, Request& request, Body&) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  if (const auto checked = check_query(request, {}); !checked)
    co_return std::unexpected(checked.error());
  const OperatorId id = request.identity->principal.who.id;
  const auto sessions_by = [id](Database& database) { return access::list_sessions(database, id); };
  const auto sessions = co_await at_desk(people, sessions_by);
  if (!sessions) co_return std::unexpected(sessions.error());
  std::vector<std::string> items;
  const Instant now = people.clock();
  for (const access::Session& session : *sessions) {
    if (now >= session.created_at + people.settings.session_time ||
        now >= session.seen_at + people.settings.session_idle_time)
      continue;
    items.push_back(Fields()
                        .number("id", session.id)
                        .text("address", session.address)
                        .text("agent", session.agent)
                        .raw("created_at", json_time(session.created_at))
                        .raw("seen_at", json_time(session.seen_at))
                        .boolean("is_this", session.id == request.identity->session)
                        .take());
  }
  co_return json_response(Fields().raw("items", json_list(items)).raw("next", "null").take());
}

Task<Answer<Response>> delete_session(People& people, Request& request, Body&) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  const access::Caller caller = people.caller(request);
  const std::int64_t session = parse_int64(request.parameters[0]).value_or(0);
  const auto done_by = [session, caller](Database& database) {
    return access::end_session(database, caller.actor, session, caller);
  };
  const auto done = co_await at_desk(people, done_by);
  people.sessions.forget();
  if (!done) co_return std::unexpected(done.error());
  co_return empty_response();
}

}  // namespace

void add_own_routes(Router& router, People& people) {
  const auto add = [&](Method method, std::string pattern, std::string operation, Act act) {
    add_route(router, people,
              {.method = method,
               .pattern = std::move(pattern),
               .operation = std::move(operation),
               .guard = Guard::known},
              act);
  };
  add(Method::put, "/v1/session/password", "putPassword", put_password);
  add(Method::post, "/v1/session/second_factor", "postSecondFactor", post_second_factor);
  add(Method::put, "/v1/session/second_factor", "putSecondFactor", put_second_factor);
  add(Method::delete_, "/v1/session/second_factor", "deleteSecondFactor", delete_second_factor);
  add(Method::get, "/v1/session/list", "listSessions", list_sessions);
  add(Method::delete_, "/v1/session/list/{id}", "deleteSession", delete_session);
}

}  // namespace pharos::server
