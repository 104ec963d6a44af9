// server/people.h: what the routes about people share: sign-in, operators, roles, keys, the audit.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "access/fields.h"
#include "server/desk.h"
#include "server/door.h"
#include "server/identity.h"
#include "server/live.h"
#include "server/log.h"
#include "server/members.h"
#include "server/router.h"
#include "server/sessions.h"
#include "server/settings.h"

namespace pharos::server {

// Outlives every request.
struct People {
  Desk& desk;
  Door& door;
  Sessions& sessions;
  Live& live;
  Log& log;
  const Settings& settings;
  const std::function<Instant()>& clock;

  access::Caller caller(const Request& request) const;
  // Writes down what only the log may know, and says the rest.
  Problem refusal(const Error& error) const;
};

using Act = Task<Answer<Response>> (*)(People& people, Request& request, Body& body);
// Adds the route with `act` as its handler; a problem becomes its document.
void add_route(Router& router, People& people, Route route, Act act);

// At the desk: `act(database)` gives a Result. `act` has a name where it is passed: GCC 12 destroys
// a closure twice that is made within the co_await itself.
template <class F>
Task<Answer<typename std::invoke_result_t<F&, store::Database&>::value_type>> at_desk(
    People& people, F act) {
  auto done = co_await people.desk.run(std::move(act));
  if (!done) co_return std::unexpected(people.refusal(done.error()));
  if constexpr (std::is_void_v<typename std::invoke_result_t<F&, store::Database&>::value_type>)
    co_return Answer<>{};
  else
    co_return *std::move(done);
}

inline Response empty_response() {
  return {.status = 204, .type = {}, .body = {}};
}
std::string json_time(Instant time);  // Quoted.
// "[a,b]" of JSON texts.
std::string json_list(const std::vector<std::string>& items);
std::string permissions_json(const access::Grants& grants);
// Problems: invalid_request: a parameter of the query that is none of `names`.
Answer<> check_query(const Request& request, std::initializer_list<std::string_view> names);

}  // namespace pharos::server
