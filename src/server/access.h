// server/access.h: the door: who calls, whether they may, and how often.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/identity.h"
#include "server/keys.h"
#include "server/limiter.h"
#include "server/log.h"
#include "server/message.h"
#include "server/problem.h"
#include "server/sessions.h"
#include "server/settings.h"

namespace pharos::server {

using IdentityPointer = std::shared_ptr<const Identity>;

// What a route asks of its caller.
struct Permission {
  access::Action action;
  access::Resource resource;
};

struct AccessParts {
  Keys* keys;          // Null: whoever comes may do everything (--open).
  Sessions* sessions;  // Null with it.
  Log& log;
  const Settings& settings;
};

// Any thread. What it is given must outlive it.
class Access {
 public:
  explicit Access(AccessParts parts);

  // Of `Authorization: Bearer SECRET` or `Basic base64(SECRET:)`; empty: there is none.
  static std::string secret_of(const Request& request);

  // Who asks: by the key in the header, else by the cookie of a session. A change under a cookie
  // needs its X-CSRF-Token, and what a browser sends must come from our own pages unless the route
  // is `cross_origin`. Problems: unauthorized, csrf, forbidden, rate_limited. Each refusal is
  // logged, without the secret.
  Task<Answer<IdentityPointer>> identify(Request& request, Instant now, bool cross_origin);
  // The first of `secrets` that is known counts. Problems: unauthorized, rate_limited.
  Answer<IdentityPointer> identify(const Request& request, std::span<const std::string> secrets);
  // Problems: forbidden.
  Answer<> check(const Request& request, const Identity& identity, Permission permission);
  // For what is open to anybody. Problems: rate_limited; forbidden (a change from another's page).
  Answer<> pass(const Request& request);

 private:
  Answer<> count(const std::string& caller);
  Answer<IdentityPointer> refuse_unknown(const Request& request, std::string_view detail);

  AccessParts parts_;
  Limiter limiter_;
};

}  // namespace pharos::server
