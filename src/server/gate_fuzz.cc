// server/gate_fuzz.cc: any bytes on a connection go through all of the entry (heads, keys, routes,
// codings, bodies, events of every form) and are answered; never with 500, never by an end.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "playbook/load.h"
#include "server/connection.h"
#include "server/events.h"
#include "server/health.h"
#include "server/openapi.h"
#include "server/segment.h"

namespace {

using namespace pharos;
using namespace pharos::server;

constexpr std::string_view playbook_text = R"yaml(
playbook: fuzz
model: service
timezone: UTC
currency: EUR
attributes:
  name: {type: string}
  plan: {type: enum, values: [trial, team]}
members:
  email: {type: string}
events:
  login: {}
  order_paid: {amount: money, category: string, count: int, rate: double, first: bool, day: time}
tracks:
  main:
    - stage: all
      nodes:
        - {node: active, when: "count(order_paid, '30d') >= 2"}
)yaml";

playbook::Playbook load_playbook() {
  const playbook::Loaded loaded = playbook::load(
      "fuzz.yaml", [](const std::string&) { return Result<std::string>(playbook_text); });
  ASSERT(loaded.playbook);
  return *loaded.playbook;
}

// Takes everything and keeps nothing, so that no input meets what another left.
class Nowhere final : public journal::Workspace {
 public:
  const playbook::Playbook& playbook() const override { return playbook_; }
  int playbook_version() const override { return 1; }
  Result<journal::Stats> stats() override { return journal::Stats{}; }
  Result<journal::Receipt> append(engine::EventBatch batch) override {
    return journal::Receipt{.accepted = batch.events.size(), .duplicates = 0, .conflicts = {}};
  }
  Result<> tick(Instant) override { return {}; }
  Result<> flush() override { return {}; }
  Result<> save_snapshot(std::uint64_t) override { return {}; }
  const engine::Fold& fold() const override { return fold_; }
  engine::Fold make_fold(engine::FoldOptions options) override {
    return engine::Fold(playbook_, std::move(options));
  }
  Result<> replay(engine::Fold&, const journal::ReplayOptions&) override { return none(); }
  Result<AccountHistory> history(std::string_view) override { return none(); }
  Result<> each_block(const std::function<Result<>(const engine::EventBatch&)>&) override {
    return none();
  }
  Result<> each_numbered_block(const cel::Schema&, std::uint64_t,
                               const std::function<Result<>(journal::Block&)>&,
                               journal::Progress) override {
    return none();
  }
  Result<> each_transition(const std::function<Result<>(const journal::TransitionRow&)>&) override {
    return none();
  }
  Result<journal::VerifyReport> verify(journal::Progress) override { return none(); }

 private:
  static std::unexpected<Error> none() { return fail(ErrorCode::invalid, "nothing is kept"); }
  const playbook::Playbook playbook_ = load_playbook();
  engine::Fold fold_{playbook_};
};

class OneKey final : public Keys {
 public:
  std::shared_ptr<const Identity> find(std::string_view secret) override {
    return secret == "k" ? local_identity() : nullptr;
  }
};

// What comes in lies there already, in pieces; what goes out is looked at.
class FuzzWire final : public Wire {
 public:
  FuzzWire(std::string_view bytes, std::size_t step) : bytes_(bytes), step_(step) {}

  Task<bool> handshake() override { co_return true; }
  Task<Received> read_some(char* into, std::size_t size) override {
    const std::size_t bytes = std::min({size, step_, bytes_.size()});
    std::copy_n(bytes_.data(), bytes, into);
    bytes_.remove_prefix(bytes);
    co_return Received{.bytes = bytes, .timed_out = false, .ended = bytes == 0};
  }
  Task<bool> write(std::string_view head, std::string_view) override {
    if (head.starts_with("HTTP/")) check(head);
    co_return true;
  }
  Task<> finish() override { co_return; }
  void set_deadline(Clock::time_point) override {}
  void cancel() override {}
  void close() override {}
  const std::string& remote_address() const override { return address_; }
  bool is_encrypted() const override { return false; }

 private:
  // Nothing of a request gets into the head of its answer as a line of its own.
  static void check(std::string_view head) {
    ASSERT(head.starts_with("HTTP/1.1 ") && head.ends_with("\r\n\r\n"));
    ASSERT(head.substr(9, 3) >= "100" && head.substr(9, 3) < "600");
    ASSERT(head.substr(9, 3) != "500");
    for (std::size_t i = 0; i < head.size(); ++i) {
      const auto letter = static_cast<unsigned char>(head[i]);
      if (letter == '\n') ASSERT(head[i - 1] == '\r');
      if (letter == '\r') ASSERT(head[i + 1] == '\n');
      ASSERT(letter >= ' ' || letter == '\r' || letter == '\n' || letter == '\t');
    }
  }

  std::string_view bytes_;
  std::size_t step_;
  const std::string address_ = "127.0.0.1";
};

Settings small_settings() {
  Settings settings;
  settings.header_bytes = 2'048;
  settings.body_bytes = 16'384;
  settings.unpacked_bytes = 65'536;
  settings.requests_per_second = settings.request_burst = 1'000'000'000;
  settings.log_level = "error";
  return settings;
}

class Entry {
 public:
  explicit Entry(Keys* keys) : access_({keys, nullptr, log_, settings_}) {
    add_event_routes(router_, service_);
    add_segment_routes(router_, service_);
    add_health_routes(router_, service_);
    add_openapi_route(router_);
  }
  void take(std::string_view bytes, std::size_t step) {
    FuzzWire wire(bytes, step);
    ConnectionState state;
    bool has_ended = false;
    boost::asio::co_spawn(context_, serve_connection(wire, gate_, settings_, state),
                          [&](const std::exception_ptr& thrown) { has_ended = !thrown; });
    context_.restart();
    context_.run();
    ASSERT(has_ended);
  }

 private:
  boost::asio::io_context context_{1};  // Outlives the engine, whose answers go to it.
  const Settings settings_ = small_settings();
  Log log_{LogLevel::error};
  Metrics metrics_;
  Access access_;
  const std::function<Instant()> clock_ = [] { return Instant{1'700'000'000'000}; };
  Live live_{std::make_unique<Nowhere>(),
             {.queue_events_max = 262'144,
              .commit_time_max = settings_.commit_time_max,
              .clock = clock_,
              .on_failure = [](const Error&) {}},
             metrics_};
  IntakePool intakes_{live_.playbook()};
  Service service_{access_, live_, intakes_, metrics_, log_, settings_};
  Router router_;
  Gate gate_{{router_, access_, metrics_, log_, settings_, clock_}};
};

}  // namespace

// The first byte: who asks, and the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static Entry open(nullptr);
  static OneKey keys;
  static Entry keyed(&keys);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = (data[0] & 0x7E) == 0 ? 16'384 : data[0] & 0x7E;
  ((data[0] & 1) != 0 ? keyed : open).take(bytes, step);
  return 0;
}
