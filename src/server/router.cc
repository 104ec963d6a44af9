// server/router.cc: patterns held against paths; there are few enough to look at each.
#include "server/router.h"

#include <algorithm>

#include "base/text.h"

namespace pharos::server {
void Router::add(Route route) {
  for (const Route& known : routes_) {
    ASSERT(known.operation != route.operation);
    ASSERT(known.pattern != route.pattern || known.method != route.method);
  }
  routes_.push_back(std::move(route));
}

bool Router::fits(const Route& route, std::string_view path, std::vector<std::string>& parameters) {
  parameters.clear();
  if (route.pattern == path) return true;
  if (route.pattern.find('{') == std::string::npos) return false;
  const auto wanted = split(route.pattern, '/'), given = split(path, '/');
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return false;
      parameters.push_back(percent_decoded(given[i]));
    } else if (wanted[i] != given[i]) {
      return false;
    }
  }
  return true;
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  std::vector<std::string> parameters;
  const Method wanted = method == Method::head ? Method::get : method;
  for (const Route& route : routes_) {
    if (!fits(route, path, parameters)) continue;
    match.allowed += fmt::format("{}{}", match.allowed.empty() ? "" : ", ", name_of(route.method));
    if (route.method == Method::get) match.allowed += ", HEAD";
    match.cross_origin = match.cross_origin || route.cross_origin;
    if (route.method != wanted || match.route) continue;
    match.route = &route;
    match.parameters = parameters;
  }
  if (!match.allowed.empty()) match.allowed += ", OPTIONS";
  return match;
}

}  // namespace pharos::server
