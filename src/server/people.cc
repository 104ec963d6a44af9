// server/people.cc: small parts of the answers about people.
#include "server/people.h"

#include <algorithm>

#include "base/text.h"

namespace pharos::server {
namespace {

Task<Response> answer_of(Act act, People& people, Request& request, Body& body) {
  Answer<Response> answer = co_await act(people, request, body);
  if (!answer) co_return to_response(answer.error(), request.id);
  co_return *std::move(answer);
}

}  // namespace

access::Caller People::caller(const Request& request) const {
  if (request.identity) return request.identity->caller(request, clock());
  return {.actor = {}, .address = request.remote_address, .now = clock()};
}

Problem People::refusal(const Error& error) const {
  const Problem problem = to_problem(error);
  if (problem.code == ProblemCode::internal || problem.code == ProblemCode::unavailable)
    log.write(LogLevel::error, "people", {{"what", error.message}});
  return problem;
}

void add_route(Router& router, People& people, Route route, Act act) {
  route.handler = [&people, act](Request& request, Body& body) {
    return answer_of(act, people, request, body);
  };
  router.add(std::move(route));
}

std::string json_time(Instant time) {
  return fmt::format("\"{}\"", format_instant(time));
}

std::string json_list(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) list += (list.size() > 1 ? "," : "") + item;
  return list + "]";
}

std::string permissions_json(const access::Grants& grants) {
  return access::Fields::list_of(access::grant_names(grants));
}

Answer<> check_query(const Request& request, std::initializer_list<std::string_view> names) {
  if (request.query.empty()) return {};
  for (const std::string_view pair : split(request.query, '&')) {
    const std::string name = percent_decoded(pair.substr(0, pair.find('=')), true);
    if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
    const std::string hint =
        did_you_mean(name, std::vector<std::string>(names.begin(), names.end()));
    return refuse(ProblemCode::invalid_request, "there is no parameter {} here{}{}",
                  quoted(name.substr(0, 64)), hint.empty() ? "" : ". ", hint);
  }
  return {};
}

}  // namespace pharos::server
