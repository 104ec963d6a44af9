// server/gate.h: what every request passes on its way to a handler, and every answer on its way
// back.
#pragma once

#include <atomic>
#include <string>

#include "server/access.h"
#include "server/metrics.h"
#include "server/router.h"

namespace pharos::server {

// Any network thread. What it is given must outlive it.
struct GateParts {
  const Router& router;
  Access& access;
  Metrics& metrics;
  Log& log;
  const Settings& settings;
  const std::function<Instant()>& clock;
};

class Gate {
 public:
  explicit Gate(GateParts parts);

  // Routes, guards, unpacks, handles; then packs, adds headers, counts and logs. What a handler
  // throws becomes a problem `internal`.
  Task<Response> answer(Request& request, Body& body);
  // Of a request whose head could not be read.
  Response answer_unread(Request& request, const Problem& problem);

 private:
  struct Call {
    Clock::time_point start = Clock::now();
    std::string operation = "none";
    bool cross_origin = false;
  };
  Task<Response> handle(Request& request, Body& body, Call& call);
  Task<Answer<>> enter(const Route& route, Request& request);
  Task<Response> guarded(const Route& route, Request& request, Body& body);
  Response answer_options(const Request& request, const Router::Match& match) const;
  std::string origin_allowed(const Request& request) const;
  void finish(const Request& request, const Call& call, Response& response);
  void record(const Request& request, const Call& call, const Response& response);
  std::string make_id();

  GateParts parts_;
  const std::uint64_t nonce_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace pharos::server
