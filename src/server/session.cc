// server/session.cc: signing in by password or link, who am I, and out.
#include "server/session.h"

#include "access/operators.h"
#include "access/transaction.h"
#include "base/version.h"

namespace pharos::server {
namespace {

using access::Fields;
using access::SignInAnswer;
using access::SignInOutcome;
using store::Database;

// What of a new session goes out.
struct Entered {
  access::OperatorId id;
  access::NewSession session;
};

// Both scopes hold: that of the role, and the operator's own.
std::string scope_json(const access::Principal& principal) {
  const std::string &role = principal.role.scope, &own = principal.who.scope;
  std::string text =
      role.empty() || own.empty() ? role + own : fmt::format("({}) && ({})", role, own);
  std::string json;
  append_json(json, text);
  return text.empty() ? "null" : json;
}

std::string me_json(const Identity& identity) {
  const access::Operator& who = identity.principal.who;
  const bool is_session = identity.kind == IdentityKind::session;
  const std::string operator_json = Fields()
                                        .number("id", who.id.value)
                                        .text("email", who.email)
                                        .text("name", who.name)
                                        .text("locale", who.locale.empty() ? "en" : who.locale)
                                        .text("role", identity.principal.role.name)
                                        .texts("teams", who.teams)
                                        .boolean("has_second_factor", who.has_second_factor)
                                        .take();
  return Fields()
      .raw("operator", operator_json)
      .raw("permissions", permissions_json(identity.principal.role.grants))
      .boolean("sees_personal", identity.principal.role.sees_personal)
      .raw("scope", scope_json(identity.principal))
      .text("csrf_token", is_session ? access::csrf_token_of(identity.session_token) : "")
      .raw("expires_at", is_session ? json_time(identity.session_ends_at) : "null")
      .take();
}

Task<Answer<Response>> welcome(People& people, const Request& request, Entered entered) {
  const Instant now = people.clock();
  auto found = co_await people.sessions.find(entered.session.token, now);
  if (!found) co_return std::unexpected(people.refusal(found.error()));
  if (!*found) co_return refuse(ProblemCode::unauthorized, "the session has ended; sign in again");
  Response response = json_response(me_json(**found));
  response.headers.push_back(
      {"Set-Cookie",
       session_cookie(entered.session.token, request.is_encrypted, people.settings.session_time)});
  response.caller = (*found)->name();
  co_return response;
}

Task<Answer<Response>> get_server(People& people, Request& request, Body&) {
  if (const auto checked = check_query(request, {}); !checked)
    co_return std::unexpected(checked.error());
  const auto has_owner_by = [](Database& database) { return access::has_owner(database); };
  const Answer<bool> has_owner = co_await at_desk(people, has_owner_by);
  if (!has_owner) co_return std::unexpected(has_owner.error());
  const std::string& name = people.live.playbook().name;
  co_return json_response(Fields()
                              .text("name", "Pharos")
                              .text("version", version)
                              .text("workspace", name)
                              .text("playbook", name)
                              .boolean("needs_owner", !*has_owner)
                              .raw("sign_in", R"({"password":true,"oidc":[]})")
                              .raw("time", json_time(people.clock()))
                              .take());
}

Problem refusal_of(const SignInAnswer& answer, Instant now) {
  if (answer.outcome == SignInOutcome::code_needed)
    return {ProblemCode::code_needed,
            "send the same again with the code of your second factor, or a recovery code"};
  if (answer.outcome != SignInOutcome::throttled)
    return {ProblemCode::unauthorized, "the e-mail, the password or the code is wrong"};
  const auto seconds = static_cast<int>((answer.retry_at - now).ms / 1'000 + 1);
  return {ProblemCode::rate_limited, fmt::format("too many tries; wait {} s", seconds), seconds};
}

Task<Answer<Response>> sign_in(People& people, Request& request, Body& body) {
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const std::string email = members->text("email"), password = members->text("password"),
                    code = members->text_or("code", "");
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const std::string before(cookie_of(request, session_cookie_name(request.is_encrypted)));
  const std::string agent(request.header("user-agent"));
  const auto answer_by = [email, password, code, agent, before, caller](Database&,
                                                                        access::SignIn& door) {
    return door.run({.email = email, .password = password, .code = code, .agent = agent}, before,
                    caller);
  };
  Result<SignInAnswer> answer = co_await people.door.run(answer_by);
  if (!answer) co_return std::unexpected(people.refusal(answer.error()));
  if (answer->outcome != SignInOutcome::done)
    co_return std::unexpected(refusal_of(*answer, caller.now));
  people.sessions.forget();  // The session that the browser came with has ended.
  const Entered entered{answer->id, *answer->session};
  co_return co_await welcome(people, request, entered);
}

Task<Answer<Response>> get_session(People&, Request& request, Body&) {
  if (const auto checked = check_query(request, {}); !checked)
    co_return std::unexpected(checked.error());
  co_return json_response(me_json(*request.identity));
}

Task<Answer<Response>> sign_out(People& people, Request& request, Body&) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  const access::Caller caller = people.caller(request);
  const std::int64_t session = request.identity->session;
  const auto done_by = [caller, session](Database& database) {
    return access::end_session(database, caller.actor, session, caller);
  };
  const auto done = co_await at_desk(people, done_by);
  people.sessions.forget();
  if (!done && done.error().code != ProblemCode::not_found) co_return std::unexpected(done.error());
  Response response = empty_response();
  response.headers.push_back({"Set-Cookie", session_cookie("", request.is_encrypted, {})});
  co_return response;
}

Task<Answer<Response>> patch_session(People& people, Request& request, Body& body) {
  if (const auto asked = require_session(request); !asked) co_return std::unexpected(asked.error());
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const access::SelfProfile self{members->text_or("name", ""), members->text_or("locale", ""), ""};
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const auto done_by = [self, caller](Database& database) {
    return access::update_self(database, caller.actor, self, caller);
  };
  const auto done = co_await at_desk(people, done_by);
  if (!done) co_return std::unexpected(done.error());
  people.sessions.forget();
  auto found = co_await people.sessions.find(request.identity->session_token, caller.now);
  if (!found) co_return std::unexpected(people.refusal(found.error()));
  if (!*found) co_return refuse(ProblemCode::unauthorized, "the session has ended; sign in again");
  co_return json_response(me_json(**found));
}

// A link says who somebody is, but it does not stand for their second factor.
Result<std::optional<Entered>> enter_by(Database& database, const std::string& token,
                                        const std::string& password,
                                        const access::PasswordCost& cost,
                                        const access::SelfProfile& self, const std::string& agent,
                                        access::Caller caller) {
  const access::OperatorId id =
      TRY(access::accept_link(database, token, password, cost, caller, self));
  if (TRY(access::find_operator(database, id)).has_second_factor) return std::nullopt;
  caller.actor = id;
  access::Transaction transaction = TRY(access::Transaction::begin(database));
  access::NewSession session = TRY(access::begin_session(database, id, agent, caller));
  TRY(transaction.commit());
  return Entered{id, std::move(session)};
}

Task<Answer<Response>> take_link(People& people, Request& request, Body& body) {
  Answer<Members> members = co_await read_members(body);
  if (!members) co_return std::unexpected(members.error());
  const std::string token = members->text("token"), password = members->text("password");
  const access::SelfProfile self{members->text_or("name", ""), members->text_or("locale", ""),
                                 members->text_or("email", "")};
  if (const auto fault = members->fault(); !fault) co_return std::unexpected(fault.error());
  const access::Caller caller = people.caller(request);
  const std::string agent(request.header("user-agent"));
  const access::PasswordCost cost = people.door.cost();
  const auto entered_by = [token, password, cost, self, agent, caller](Database& database,
                                                                       access::SignIn&) {
    return enter_by(database, token, password, cost, self, agent, caller);
  };
  Result<std::optional<Entered>> entered = co_await people.door.run(entered_by);
  people.sessions.forget();
  if (!entered) co_return std::unexpected(people.refusal(entered.error()));
  if (!*entered)
    co_return refuse(ProblemCode::code_needed,
                     "the password is set; sign in with it and the code of your second factor");
  const Entered guest = **entered;
  co_return co_await welcome(people, request, guest);
}

}  // namespace

Answer<> require_session(const Request& request) {
  if (request.identity->kind == IdentityKind::session) return {};
  return refuse(ProblemCode::forbidden, "this is for whoever signed in; {} has no session",
                request.identity->name());
}

void add_session_routes(Router& router, People& people) {
  const auto add = [&](Method method, std::string pattern, std::string operation, Guard guard,
                       Act act) {
    add_route(router, people,
              {.method = method,
               .pattern = std::move(pattern),
               .operation = std::move(operation),
               .guard = guard},
              act);
  };
  add(Method::get, "/v1/server", "getServer", Guard::open, get_server);
  add(Method::post, "/v1/session", "signIn", Guard::open, sign_in);
  add(Method::get, "/v1/session", "getSession", Guard::known, get_session);
  add(Method::delete_, "/v1/session", "signOut", Guard::known, sign_out);
  add(Method::patch, "/v1/session", "patchSession", Guard::known, patch_session);
  add(Method::post, "/v1/session/link", "takeLink", Guard::open, take_link);
}

}  // namespace pharos::server
