// server/proxy_test.cc: who counts as the client behind proxies.
#include "server/proxy.h"

#include <gtest/gtest.h>

namespace pharos::server {
namespace {

TEST(Proxy, the_last_address_that_is_not_trusted_is_the_client) {
  const std::vector<std::string> proxies = {"127.0.0.1", "10.0.0.0/8", "fd00::/8"};
  struct Case {
    const char *peer, *forwarded, *client;
  };
  const Case cases[] = {
      {"127.0.0.1", "198.51.100.4", "198.51.100.4"},
      {"127.0.0.1", "203.0.113.9, 198.51.100.4", "198.51.100.4"},  // The first is anybody's claim.
      {"127.0.0.1", "198.51.100.4, 10.1.2.3", "198.51.100.4"},     // Two proxies.
      {"198.51.100.4", "203.0.113.9", "198.51.100.4"},             // A stranger's word.
      {"11.0.0.1", "203.0.113.9", "11.0.0.1"},                     // Just outside 10/8.
      {"10.255.0.1", "198.51.100.4", "198.51.100.4"},              // Just inside.
      {"::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7"},          // One socket for both.
      {"fd12::1", "[2001:db8::7]:443", "2001:db8::7"},             // With a port.
      {"127.0.0.1", "198.51.100.4:1234", "198.51.100.4"},          //
      {"127.0.0.1", "198.51.100.4, unknown, 10.1.2.3", "10.1.2.3"},  // Ends where it is unreadable.
      {"127.0.0.1", "", "127.0.0.1"},
      {"127.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"},
  };
  for (const Case& one : cases) {
    Request request;
    request.remote_address = one.peer;
    request.headers = {{"x-forwarded-for", one.forwarded}};
    resolve_peer(request, proxies);
    EXPECT_EQ(request.remote_address, one.client) << one.peer << " " << one.forwarded;
  }
}

TEST(Proxy, says_whether_the_client_is_encrypted) {
  const std::vector<std::string> proxies = {"127.0.0.1"};
  Request request;
  request.remote_address = "127.0.0.1";
  request.headers = {{"x-forwarded-proto", "http, https"}};
  resolve_peer(request, proxies);
  EXPECT_TRUE(request.is_encrypted);
  Request stranger;
  stranger.remote_address = "192.0.2.1";
  stranger.headers = {{"x-forwarded-proto", "https"}};
  resolve_peer(stranger, proxies);
  EXPECT_FALSE(stranger.is_encrypted);
}

TEST(Proxy, networks_are_addresses_with_bits) {
  for (const char* text : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::1", "fd00::/128"})
    EXPECT_TRUE(is_network(text)) << text;
  for (const char* text : {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "::/129"})
    EXPECT_FALSE(is_network(text)) << text;
}

}  // namespace
}  // namespace pharos::server
