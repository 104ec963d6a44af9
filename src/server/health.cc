// server/health.cc: what operators and their machines ask.
#include "server/health.h"

namespace pharos::server {
namespace {

Task<Response> get_health() {
  co_return json_response(R"({"status":"ok"})");
}

Task<Response> get_ready(Service& service, Request& request) {
  if (!service.metrics.ready)
    co_return to_response({ProblemCode::unavailable, "not ready: starting or stopping", 1},
                          request.id);
  co_return json_response(R"({"status":"ready"})");
}

Task<Response> get_metrics(Service& service) {
  co_return Response{.status = 200,
                     .type = "text/plain; version=0.0.4; charset=utf-8",
                     .body = service.metrics.text()};
}

}  // namespace

void add_health_routes(Router& router, Service& service) {
  router.add({.method = Method::get,
              .pattern = "/healthz",
              .operation = "getHealth",
              .guard = Guard::open,
              .handler = [](Request&, Body&) { return get_health(); }});
  router.add(
      {.method = Method::get,
       .pattern = "/readyz",
       .operation = "getReadiness",
       .guard = Guard::open,
       .handler = [&service](Request& request, Body&) { return get_ready(service, request); }});
  router.add({.method = Method::get,
              .pattern = "/metrics",
              .operation = "getMetrics",
              .action = access::Action::read,
              .resource = access::Resource::server,
              .handler = [&service](Request&, Body&) { return get_metrics(service); }});
}

}  // namespace pharos::server
