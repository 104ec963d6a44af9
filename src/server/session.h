// server/session.h: an operator about themselves: in and out, links, password, second factor.
#pragma once

#include "server/people.h"

namespace pharos::server {

// GET /v1/server and all of /v1/session.
void add_session_routes(Router& router, People& people);
void add_own_routes(Router& router, People& people);  // Password, second factor, sessions.

// Problems: forbidden: a key has no session.
Answer<> require_session(const Request& request);

}  // namespace pharos::server
