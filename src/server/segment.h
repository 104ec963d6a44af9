// server/segment.h: Segment's tracking calls, as its clients send them.
#pragma once

#include "server/taking.h"

namespace pharos::server {

void add_segment_routes(Router& router, Service& service);

}  // namespace pharos::server
