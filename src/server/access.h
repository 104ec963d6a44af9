// server/access.h: the door: who calls, whether they may, and how often.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/keys.h"
#include "server/limiter.h"
#include "server/log.h"
#include "server/message.h"
#include "server/problem.h"
#include "server/router.h"
#include "server/settings.h"

namespace pharos::server {

// Any thread. What it is given must outlive it.
class Access {
 public:
  Access(Keys& keys, Log& log, const Settings& settings);

  // Of `Authorization: Bearer SECRET` or `Basic base64(SECRET:)`; empty: there is none.
  static std::string secret_of(const Request& request);

  // Problems: unauthorized, forbidden, rate_limited. Each refusal is logged, without the secret.
  // The first of `secrets` that is known counts.
  Answer<Principal> enter(const Request& request, std::span<const std::string> secrets,
                          Scope scope);
  // For what needs no key. Problems: rate_limited.
  Answer<> pass(const Request& request);

 private:
  Answer<> count(const std::string& caller);

  Keys& keys_;
  Log& log_;
  Limiter limiter_;
};

}  // namespace pharos::server
