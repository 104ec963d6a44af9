// server/socket_wire.cc: Asio sockets and OpenSSL streams under one face, and their watch.
#include "server/socket_wire.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <type_traits>

namespace pharos::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds finish_time_max{1'000};
constexpr std::size_t finish_bytes_max = 1U << 20;

}  // namespace

struct TlsContext {
  mutable asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

// The timer is set anew only for a deadline before its own; else it looks again when it fires.
struct Watch : std::enable_shared_from_this<Watch> {
  explicit Watch(tcp::socket& socket_in) : timer(socket_in.get_executor()), socket(&socket_in) {}

  void set(Clock::time_point wanted) {
    deadline = wanted;
    fired = false;
    if (!armed || deadline < timer.expiry()) arm();
  }
  void arm() {
    armed = true;
    timer.expires_at(deadline);
    timer.async_wait([self = shared_from_this()](const Code& code) {
      if (code || self->socket == nullptr) return;
      self->armed = false;
      if (Clock::now() < self->deadline) return self->arm();
      self->fired = true;
      Code ignored;
      self->socket->cancel(ignored);
    });
  }

  bool is_late() const { return Clock::now() >= deadline; }

  asio::steady_timer timer;
  tcp::socket* socket;
  Clock::time_point deadline = Clock::time_point::max();
  bool armed = false;
  bool fired = false;
};

template <class Stream>
constexpr bool is_tls = !std::is_same_v<Stream, tcp::socket>;

template <class Stream>
tcp::socket& socket_of(Stream& stream) {
  if constexpr (is_tls<Stream>)
    return stream.next_layer();
  else
    return stream;
}

template <class Stream>
class SocketWire final : public Wire {
 public:
  SocketWire(Stream stream, std::shared_ptr<const TlsContext> tls)
      : tls_(std::move(tls)),
        stream_(std::move(stream)),
        watch_(std::make_shared<Watch>(socket_of(stream_))) {
    Code code;
    const auto peer = socket_of(stream_).remote_endpoint(code);
    remote_address_ = code ? "unknown" : peer.address().to_string();
    socket_of(stream_).set_option(tcp::no_delay(true), code);
  }
  ~SocketWire() override {
    watch_->socket = nullptr;
    watch_->timer.cancel();
  }
  SocketWire(const SocketWire&) = delete;
  SocketWire& operator=(const SocketWire&) = delete;

  bool is_encrypted() const override { return is_tls<Stream>; }
  const std::string& remote_address() const override { return remote_address_; }
  void set_deadline(Clock::time_point deadline) override { watch_->set(deadline); }
  void cancel() override {
    Code ignored;
    socket_of(stream_).cancel(ignored);
  }
  void close() override {
    Code ignored;
    socket_of(stream_).close(ignored);
  }

  Task<bool> handshake() override {
    if constexpr (is_tls<Stream>) {
      const auto [code] =
          co_await stream_.async_handshake(asio::ssl::stream_base::server, as_values);
      co_return !code;
    }
    co_return true;
  }

  Task<Received> read_some(char* into, std::size_t size) override {
    if (watch_->is_late()) co_return Received{0, true, false};
    const auto [code, bytes] =
        co_await stream_.async_read_some(asio::buffer(into, size), as_values);
    if (!code) co_return Received{bytes, false, false};
    co_return Received{0, watch_->fired, !watch_->fired};
  }

  Task<bool> write(std::string_view head, std::string_view body) override {
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(body)};
    const auto [code, bytes] = co_await asio::async_write(stream_, pieces, as_values);
    co_return !code;
  }

  Task<> finish() override {
    set_deadline(Clock::now() + finish_time_max);
    if constexpr (is_tls<Stream>) co_await stream_.async_shutdown(as_values);
    Code ignored;
    tcp::socket& socket = socket_of(stream_);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 8'192> rest;
    std::size_t total = 0;
    while (total < finish_bytes_max && !watch_->is_late()) {
      const auto [code, bytes] = co_await socket.async_read_some(asio::buffer(rest), as_values);
      if (code) break;
      total += bytes;
    }
    socket.close(ignored);
  }

 private:
  std::shared_ptr<const TlsContext> tls_;  // Outlives the stream.
  Stream stream_;
  std::shared_ptr<Watch> watch_;
  std::string remote_address_;
};

Result<> use_files(asio::ssl::context& context, const std::string& certificate,
                   const std::string& key) {
  Code code;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1,
                      code);
  context.use_certificate_chain_file(certificate, code);
  if (code)
    return fail(ErrorCode::invalid, "{}: cannot be used as a certificate chain: {}", certificate,
                code.message());
  context.use_private_key_file(key, asio::ssl::context::pem, code);
  if (code)
    return fail(ErrorCode::invalid, "{}: cannot be used as a private key: {}", key, code.message());
  if (::SSL_CTX_check_private_key(context.native_handle()) != 1)
    return fail(ErrorCode::invalid, "{} is not the key of the certificate in {}", key, certificate);
  return {};
}

}  // namespace

Tls::Tls(std::string certificate_path, std::string key_path)
    : certificate_path_(std::move(certificate_path)), key_path_(std::move(key_path)) {}

Result<> Tls::reload() {
  auto fresh = std::make_shared<TlsContext>();
  TRY(use_files(fresh->context, certificate_path_, key_path_));
  const std::lock_guard lock(mutex_);
  context_ = std::move(fresh);
  return {};
}

std::shared_ptr<const TlsContext> Tls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

std::unique_ptr<Wire> make_wire(tcp::socket socket, std::shared_ptr<const TlsContext> tls) {
  if (!tls) return std::make_unique<SocketWire<tcp::socket>>(std::move(socket), nullptr);
  using Encrypted = asio::ssl::stream<tcp::socket>;
  asio::ssl::context& context = tls->context;
  return std::make_unique<SocketWire<Encrypted>>(Encrypted(std::move(socket), context),
                                                 std::move(tls));
}

}  // namespace pharos::server
