// server/connection.cc: heads, bodies and answers, each with its limit and its time.
#include "server/connection.h"

#include <array>
#include <ctime>
#include <iterator>

#include "server/http_parser.h"

namespace pharos::server {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t read_bytes = 16U << 10;

Clock::duration span_of(Duration duration) {
  return milliseconds(duration.ms);
}

// The time for `bytes` at the slowest pace that is allowed.
Clock::duration pace(const Settings& settings, std::uint64_t bytes) {
  return milliseconds(bytes * 1'000 / static_cast<std::uint64_t>(settings.body_bytes_per_second));
}

Task<Received> receive(Wire& wire, std::string& input) {
  std::array<char, read_bytes> piece;
  const Received received = co_await wire.read_some(piece.data(), piece.size());
  input.append(piece.data(), received.bytes);
  co_return received;
}

// False: the peer is gone, or idle for too long.
Task<Answer<bool>> read_head(Wire& wire, HttpParser& parser, std::string& input,
                             const Settings& settings, ConnectionState& state) {
  state.is_idle = input.empty();
  wire.set_deadline(Clock::now() +
                    span_of(state.is_idle ? settings.idle_time : settings.header_time));
  while (true) {
    if (!input.empty()) {
      const Answer<bool> whole = parser.read_head(input);
      if (!whole || *whole) co_return whole;
    }
    const Received received = co_await receive(wire, input);
    if (received.ended || (received.timed_out && state.is_idle)) co_return false;
    if (received.timed_out)
      co_return refuse(ProblemCode::timeout, "the head of the request took more than {}",
                       format_duration(settings.header_time));
    if (state.is_idle) wire.set_deadline(Clock::now() + span_of(settings.header_time));
    state.is_idle = false;
  }
}

class WireBody final : public Body {
 public:
  WireBody(Wire& wire, HttpParser& parser, std::string& input, const Settings& settings)
      : wire_(wire), parser_(parser), input_(input), settings_(settings) {}

  Task<Answer<bool>> next(std::string& into) override {
    const std::size_t first = into.size();
    while (true) {
      const Answer<bool> some = parser_.read_body(input_, into);
      if (!some) co_return std::unexpected(some.error());
      received_ += into.size() - first;
      if (into.size() > first) co_return true;
      if (parser_.is_done()) co_return false;
      if (auto more = co_await wait(); !more) co_return std::unexpected(more.error());
    }
  }
  std::uint64_t sent_bytes() const override {
    return std::max(received_, parser_.content_length().value_or(0));
  }

 private:
  // Only the time in which the client lets us wait counts against it.
  Task<Answer<>> wait() {
    if (parser_.expects_continue() && !is_asked_for_) {
      is_asked_for_ = true;
      co_await wire_.write("HTTP/1.1 100 Continue\r\n\r\n", "");
    }
    const Clock::time_point start = Clock::now();
    const auto allowed = span_of(settings_.body_time) + pace(settings_, received_);
    wire_.set_deadline(start + allowed - waited_);
    const Received received = co_await receive(wire_, input_);
    waited_ += Clock::now() - start;
    if (received.timed_out)
      co_return refuse(ProblemCode::timeout,
                       "the body comes too slowly: {} and a second for each {} bytes are allowed",
                       format_duration(settings_.body_time), settings_.body_bytes_per_second);
    if (received.ended)
      co_return refuse(ProblemCode::invalid_request, "the connection ended within the body");
    co_return Answer<>{};
  }

  Wire& wire_;
  HttpParser& parser_;
  std::string& input_;
  const Settings& settings_;
  std::uint64_t received_ = 0;
  Clock::duration waited_{};
  bool is_asked_for_ = false;
};

std::string date_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 40> text;
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::string head_text(const Response& response, bool close) {
  std::string head;
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, phrase_of(response.status),
                 date_text());
  if (!response.type.empty()) fmt::format_to(out, "Content-Type: {}\r\n", response.type);
  if (response.stream)
    head += "Transfer-Encoding: chunked\r\n";
  else if (response.status != 204)
    fmt::format_to(out, "Content-Length: {}\r\n", response.body.size());
  for (const Header& header : response.headers)
    fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  head += close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  return head;
}

// An answer, and what it answers.
struct Sending {
  const Response& response;
  const Request& request;
  bool close;
};

// In the chunked coding; each piece has its own time.
class ChunkedOutlet final : public Outlet {
 public:
  ChunkedOutlet(Wire& wire, const Settings& settings, const ConnectionState& state)
      : wire_(wire), settings_(settings), state_(state) {}

  Task<bool> write(std::string_view piece) override {
    if (piece.empty()) co_return is_open();
    if (is_open()) co_await write_raw(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
    co_return is_open();
  }
  bool is_open() const override { return !is_broken_ && !state_.is_draining; }
  Task<bool> finish() {
    if (!is_broken_) co_await write_raw("0\r\n\r\n");
    co_return !is_broken_;
  }

 private:
  Task<> write_raw(std::string bytes) {
    wire_.set_deadline(Clock::now() + span_of(settings_.write_time) +
                       pace(settings_, bytes.size()));
    if (!co_await wire_.write(bytes, "")) is_broken_ = true;
  }
  Wire& wire_;
  const Settings& settings_;
  const ConnectionState& state_;
  bool is_broken_ = false;
};

// Whether the connection can go on.
Task<bool> send_stream(Wire& wire, Sending sending, const Settings& settings,
                       const ConnectionState& state) {
  wire.set_deadline(Clock::now() + span_of(settings.write_time));
  if (!co_await wire.write(head_text(sending.response, sending.close), "")) co_return false;
  if (sending.request.method == Method::head) co_return true;
  ChunkedOutlet outlet(wire, settings, state);
  if (!co_await sending.response.stream(outlet)) co_return false;
  co_return co_await outlet.finish();
}

Task<bool> send(Wire& wire, Sending sending, const Settings& settings,
                const ConnectionState& state) {
  const auto& [response, request, close] = sending;
  if (response.stream) co_return co_await send_stream(wire, sending, settings, state);
  const std::string head = head_text(response, close);
  const bool is_bodiless = request.method == Method::head || response.status == 204;
  const std::string_view body = is_bodiless ? std::string_view() : response.body;
  wire.set_deadline(Clock::now() + span_of(settings.write_time) +
                    pace(settings, head.size() + body.size()));
  co_return co_await wire.write(head, body);
}

// Passes over the rest of a body that the answer did not need, if all of it is here already. A
// client is not waited for before it has its answer.
bool skip_rest(HttpParser& parser, std::string& input) {
  std::string rest;
  while (!parser.is_done()) {
    rest.clear();
    const Answer<bool> some = parser.read_body(input, rest);
    if (!some || !*some) return false;
  }
  return true;
}

}  // namespace

Task<> serve_connection(Wire& wire, Gate& gate, const Settings& settings, ConnectionState& state) {
  wire.set_deadline(Clock::now() + span_of(settings.header_time));
  if (!co_await wire.handshake()) co_return;
  std::string input;
  while (!state.is_draining) {
    HttpParser parser(static_cast<std::size_t>(settings.header_bytes));
    const Answer<bool> head = co_await read_head(wire, parser, input, settings, state);
    if (head && !*head) break;
    Request& request = parser.request();
    request.remote_address = wire.remote_address();
    request.is_encrypted = wire.is_encrypted();
    WireBody body(wire, parser, input, settings);
    Response response;  // Not by ?: around co_await, which GCC 12 gets wrong.
    if (head)
      response = co_await gate.answer(request, body);
    else
      response = gate.answer_unread(request, head.error());
    bool close = !head || response.close || !parser.keep_alive();
    if (!close) close = !skip_rest(parser, input);
    close = close || state.is_draining;
    const Sending sending{response, request, close};
    if (!co_await send(wire, sending, settings, state)) co_return;
    if (close) break;
  }
  co_await wire.finish();
}

}  // namespace pharos::server
