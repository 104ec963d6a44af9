// server/proxy.cc: X-Forwarded-For, read from the right.
#include "server/proxy.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <vector>

#include "base/text.h"

namespace pharos::server {
namespace {

namespace ip = boost::asio::ip;

// With IPv4 in the clothes of IPv6 undressed. A port behind it is left out.
std::optional<ip::address> address_of(std::string_view text) {
  boost::system::error_code code;
  std::string plain(trimmed(text));
  if (plain.starts_with('[')) plain = plain.substr(1, plain.find(']') - 1);
  if (std::ranges::count(plain, ':') == 1) plain.resize(plain.find(':'));
  ip::address address = ip::make_address(plain, code);
  if (code) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

struct Network {
  ip::address address;
  int bits;
};

std::optional<Network> network_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code code;
  const ip::address address = ip::make_address(std::string(text.substr(0, slash)), code);
  if (code) return std::nullopt;
  const int bits_max = address.is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return Network{address, bits_max};
  const auto bits = parse_int64(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > bits_max) return std::nullopt;
  return Network{address, static_cast<int>(*bits)};
}

template <class Bytes>
bool is_prefix(const Bytes& a, const Bytes& b, int bits) {
  for (std::size_t i = 0; i < a.size() && bits > 0; ++i, bits -= 8) {
    const int mask = bits >= 8 ? 0xFF : 0xFF << (8 - bits) & 0xFF;
    if (((a[i] ^ b[i]) & mask) != 0) return false;
  }
  return true;
}

bool is_in(const ip::address& address, std::string_view text) {
  const auto network = network_of(text);
  if (!network || network->address.is_v4() != address.is_v4()) return false;
  if (address.is_v4())
    return is_prefix(address.to_v4().to_bytes(), network->address.to_v4().to_bytes(),
                     network->bits);
  return is_prefix(address.to_v6().to_bytes(), network->address.to_v6().to_bytes(), network->bits);
}

bool is_trusted(const ip::address& address, std::span<const std::string> proxies) {
  return std::ranges::any_of(proxies, [&](const std::string& one) { return is_in(address, one); });
}

// Of all headers of that name, as one list.
std::vector<std::string_view> values_of(const Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Header& header : request.headers)
    if (header.name == name)
      for (const std::string_view value : split(header.value, ',')) values.push_back(value);
  return values;
}

}  // namespace

bool is_network(std::string_view text) {
  return network_of(text).has_value();
}

void resolve_peer(Request& request, std::span<const std::string> proxies) {
  if (proxies.empty()) return;
  const auto peer = address_of(request.remote_address);
  if (!peer || !is_trusted(*peer, proxies)) return;
  const auto schemes = values_of(request, "x-forwarded-proto");
  if (!schemes.empty())
    request.is_encrypted = equal_ignoring_case(trimmed(schemes.back()), "https");
  const auto addresses = values_of(request, "x-forwarded-for");
  for (const std::string_view text : std::views::reverse(addresses)) {
    const auto address = address_of(text);
    if (!address) return;
    request.remote_address = address->to_string();
    if (!is_trusted(*address, proxies)) return;
  }
}

}  // namespace pharos::server
