// server/settings.h: what an operator can set, from a YAML file and the environment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/instant.h"

namespace pharos::server {

// docs/server.md tells what each of these does; a test holds it to the names here.
struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::int64_t threads = 2;  // Of the network.

  std::string tls_certificate, tls_key;  // PEM files; both or none.
  std::vector<std::string> proxies;      // Networks that may say whom they forward (proxy.h).

  std::int64_t connections = 4'096;
  std::int64_t header_bytes = 16'384;
  std::int64_t body_bytes = 16'777'216;      // As sent, of all but streams.
  std::int64_t unpacked_bytes = 67'108'864;  // Of a body of which all is needed at once.
  Duration header_time{10'000};              // From the first byte to the end of the head.
  Duration body_time{30'000};                // Beyond what body_bytes_per_second allows.
  std::int64_t body_bytes_per_second = 4'096;
  Duration idle_time{75'000};                 // Between requests of a connection.
  Duration write_time{30'000};                // Beyond what body_bytes_per_second allows.
  Duration session_idle_time{2 * 3'600'000};  // An operator's session without a request;
  Duration session_time{12 * 3'600'000};      // and in all.
  Duration drain_time{20'000};  // For requests at hand when the server is told to stop.
  std::int64_t requests_per_second = 1'000;  // Of one key, or one address without a key.
  std::int64_t request_burst = 2'000;

  std::int64_t queue_events = 262'144;  // That wait for the engine.
  Duration commit_time_max{60'000};     // That a request waits for its commit.
  Duration future_time_max{3'600'000};  // Events may be ahead of the clock by so much.
  std::int64_t message_bytes = 32'768;  // Of one Segment message.
  std::int64_t batch_bytes = 512'000;   // Of one Segment batch, unpacked.
  bool segment_users_are_accounts = true;

  std::vector<std::string> cors_origins = {"*"};  // For the calls that take in events.
  std::string log_level = "info";                 // debug, info, warning, error
};

struct SettingsResult {
  Settings settings;
  Diagnostics diagnostics;
};
// Reads one variable of the environment; none: it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// The file's text (empty: no file) over the defaults, then PHAROS_LIMITS_BODY_BYTES and its like
// over both. Everything that is wrong, each with its place or variable.
SettingsResult read_settings(std::string_view text, const std::string& path,
                             const Environment& environment);

// "limits.body_bytes", in the order of the file.
std::vector<std::string> setting_names();
// "limits.body_bytes" -> "PHAROS_LIMITS_BODY_BYTES"
std::string variable_of(std::string_view setting);

// "127.0.0.1:8080", "[::1]:8080"; port 0: any that is free.
struct Address {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<Address> parse_address(std::string_view text);
bool is_loopback(const Address& address);

}  // namespace pharos::server
