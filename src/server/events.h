// server/events.h: POST /v1/events and /v1/links: native events, one, many or a stream, and
// CloudEvents.
#pragma once

#include "server/taking.h"

namespace pharos::server {

void add_event_routes(Router& router, Service& service);

// What an answer says of a request's events: 200 with counts, or the problem nothing_taken if all
// were refused.
Response answer_of(const Tally& tally, std::string_view request_id);

}  // namespace pharos::server
