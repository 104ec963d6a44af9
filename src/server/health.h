// server/health.h: /healthz, /readyz and /metrics.
#pragma once

#include "server/taking.h"

namespace pharos::server {

void add_health_routes(Router& router, Service& service);

}  // namespace pharos::server
