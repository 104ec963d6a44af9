// server/server.cc: the parts in the order in which they need each other.
#include "server/server.h"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

#include "server/events.h"
#include "server/health.h"
#include "server/listener.h"
#include "server/openapi.h"
#include "server/playbooks.h"
#include "server/segment.h"
#include "server/session.h"

namespace pharos::server {
namespace {

namespace asio = boost::asio;

constexpr std::size_t pool_threads = 2;

LogLevel level_of(std::string_view name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warning") return LogLevel::warning;
  return name == "error" ? LogLevel::error : LogLevel::info;
}

std::vector<std::unique_ptr<Worker>> make_workers(std::int64_t count) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::int64_t i = 0; i < count; ++i) workers.push_back(std::make_unique<Worker>());
  return workers;
}

}  // namespace

struct Server::Parts {
  Parts(ServerOptions options, std::unique_ptr<Door> opened)
      : settings(std::move(options.settings)),
        keys(std::move(options.keys)),
        log(level_of(settings.log_level)),
        desk(std::move(options.room)),
        door(std::move(opened)),
        sessions(desk, {settings.session_idle_time, settings.session_time}),
        access({keys.get(), keys ? &sessions : nullptr, log, settings}),
        workers(make_workers(settings.threads)),
        signals(workers[0]->context),
        live(std::move(options.workspace),
             {.queue_events_max = static_cast<std::uint64_t>(settings.queue_events),
              .commit_time_max = settings.commit_time_max,
              .clock = options.clock,
              .on_failure = [this](const Error& error) { fail_with(error); }},
             metrics),
        intakes(live.playbook()),
        service{access, live, intakes, metrics, log, settings},
        clock(options.clock),
        people{desk, *door, sessions, live, log, settings, clock},
        gate({router, access, metrics, log, settings, clock}) {
    add_event_routes(router, service);
    add_segment_routes(router, service);
    add_health_routes(router, service);
    add_openapi_route(router);
    add_playbook_routes(router, {desk, pool, live, settings,
                                 [this](Publication wanted) { take(std::move(wanted)); }});
    add_session_routes(router, people);
    add_own_routes(router, people);
    if (!settings.tls_certificate.empty())
      tls = std::make_unique<Tls>(settings.tls_certificate, settings.tls_key);
    listener.emplace(ListenerParts{gate, metrics, log, settings, tls.get()}, workers);
  }

  void fail_with(const Error& error) {
    log.write(LogLevel::error, "write failed", {{"what", error.message}});
    {
      const std::lock_guard lock(mutex);
      failure = error;
    }
    stop();
  }

  // The first one counts; the server stops for it.
  void take(Publication wanted) {
    {
      const std::lock_guard lock(mutex);
      if (publication) return;
      publication = std::move(wanted);
    }
    log.write(LogLevel::info, "stopping to publish", {});
    stop();
  }

  void stop() {
    metrics.ready = false;
    asio::post(workers[0]->context, [this] {
      signals.cancel();
      listener->drain();
    });
  }

  void reload() {
    if (!tls) return;
    if (const Result<> done = tls->reload(); !done)
      log.write(LogLevel::error, "certificate kept", {{"what", done.error().message}});
    else
      log.write(LogLevel::info, "certificate renewed", {});
  }

  void wait_for_signal() {
    signals.async_wait([this](const boost::system::error_code& code, int signal) {
      if (code) return;
      if (signal == SIGHUP) {
        reload();
        return wait_for_signal();
      }
      log.write(LogLevel::info, "stopping", {{"signal", std::int64_t{signal}}});
      stop();
    });
  }

  const Settings settings;
  std::unique_ptr<Keys> keys;
  Log log;
  Metrics metrics;
  Pool pool{pool_threads};  // For what an operator asks and waits for.
  Desk desk;
  std::unique_ptr<Door> door;
  Sessions sessions;
  Access access;
  std::vector<std::unique_ptr<Worker>> workers;
  asio::signal_set signals;
  std::mutex mutex;
  std::optional<Error> failure;
  std::optional<Publication> publication;
  Live live;  // Behind the workers: its answers go to them.
  IntakePool intakes;
  Service service;
  Router router;
  const std::function<Instant()> clock;
  People people;
  Gate gate;
  std::unique_ptr<Tls> tls;
  std::optional<Listener> listener;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(ServerOptions options) {
  const auto address = parse_address(options.settings.listen);
  ASSERT(address);  // The settings were checked.
  const bool takes_signals = options.takes_signals;
  auto door = TRY(Door::open(std::move(options.door), options.password_cost));
  auto parts = std::make_unique<Parts>(std::move(options), std::move(door));
  if (parts->tls) TRY(parts->tls->reload());
  TRY(parts->listener->bind(*address));
  if (takes_signals) {
    std::signal(SIGPIPE, SIG_IGN);  // A log that nobody reads any more ends no service.
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) parts->signals.add(signal);
    parts->wait_for_signal();
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::port() const {
  return parts_->listener->port();
}

std::string Server::address() const {
  const std::string host = parse_address(parts_->settings.listen)->host;
  return fmt::format("{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]",
                     port());
}

std::string Server::url() const {
  return fmt::format("{}://{}", parts_->tls ? "https" : "http", address());
}

Result<> Server::run() {
  parts_->listener->start();
  parts_->metrics.ready = true;
  {
    const std::lock_guard lock(parts_->mutex);
    if (parts_->failure) parts_->metrics.ready = false;
  }
  std::vector<std::thread> threads;
  // A worker without connections has nothing to do yet, and must not end for it.
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
  for (std::size_t i = 1; i < parts_->workers.size(); ++i) {
    asio::io_context& context = parts_->workers[i]->context;
    guards.push_back(asio::make_work_guard(context));
    threads.emplace_back([&context] { context.run(); });
  }
  parts_->workers[0]->context.run();  // Ends once its own connections are gone.
  guards.clear();
  for (std::thread& thread : threads) thread.join();
  parts_->pool.join();
  parts_->door->stop();
  parts_->desk.stop();
  parts_->live.stop();
  const std::lock_guard lock(parts_->mutex);
  if (parts_->failure) return std::unexpected(*parts_->failure);
  return {};
}

std::optional<Publication> Server::take_publication() {
  const std::lock_guard lock(parts_->mutex);
  return std::exchange(parts_->publication, std::nullopt);
}

const std::vector<Route>& Server::routes() const {
  return parts_->router.routes();
}

void Server::stop() {
  parts_->stop();
}

void Server::reload_certificate() {
  parts_->reload();
}

}  // namespace pharos::server
