// server/router.h: which operation a method and a path stand for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/permission.h"
#include "server/body.h"
#include "server/message.h"
#include "server/problem.h"
#include "server/task.h"

namespace pharos::server {

// Calls a coroutine that is a named function; itself it is none.
using Handler = std::function<Task<Response>(Request& request, Body& body)>;

// Who may call: anybody; whoever is known (it is about themselves); those with the permission; or
// the handler asks, because the key may stand in the body.
enum class Guard : std::uint8_t { open, known, permission, handler };

struct Route {
  Method method = Method::get;
  std::string pattern;    // "/v1/accounts/{id}": a name in braces is any one segment.
  std::string operation;  // As in api/openapi.yaml; unique.
  Guard guard = Guard::permission;
  access::Action action = access::Action::read;
  access::Resource resource = access::Resource::settings;
  bool cross_origin = false;  // Browsers of the configured origins may call it.
  Handler handler = {};
};

class Router {
 public:
  // A bug: the operation or the pattern with the method is there already.
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;  // Null: see `allowed`.
    std::vector<std::string> parameters = {};
    // Methods of this path, comma separated, HEAD and OPTIONS included; empty: no such path.
    std::string allowed = {};
    bool cross_origin = false;  // Any of them.
  };
  // HEAD finds what GET does.
  Match find(Method method, std::string_view path) const;

 private:
  static bool fits(const Route& route, std::string_view path, std::vector<std::string>& parameters);

  std::vector<Route> routes_;
};

}  // namespace pharos::server
