// server/message.h: requests and responses as plain values; what handlers see of HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/task.h"

namespace pharos::server {

struct Identity;  // identity.h

using Clock = std::chrono::steady_clock;

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };
std::string_view name_of(Method method);  // "GET"
Method method_of(std::string_view name);  // Names are upper case; others are `other`.

// Names are in lower case.
struct Header {
  std::string name;
  std::string value;
};

struct Request {
  Method method = Method::other;
  std::string method_name;
  std::string path;   // As sent, without the query: "/v1/events".
  std::string query;  // Behind the "?".
  std::vector<Header> headers;
  std::string id;                       // Of our making; stands in the log and in X-Request-Id.
  std::string remote_address;           // Of the peer, or whom a trusted proxy forwards (proxy.h).
  bool is_encrypted = false;            // Between the client and us, or that proxy.
  std::vector<std::string> parameters;  // Of the route's pattern, decoded, in order.
  std::shared_ptr<const Identity> identity;  // Who asks; none where the route is open.

  // The value of the first such header, or empty.
  std::string_view header(std::string_view name) const;
};

// Where an answer goes piece by piece, as long as it is being made.
class Outlet {
 public:
  virtual ~Outlet() = default;
  // False: the peer is gone or too slow, or the server stops; nothing more is to be written.
  virtual Task<bool> write(std::string_view piece) = 0;
  virtual bool is_open() const = 0;
};

struct Response {
  int status = 200;
  std::string type;  // Content-Type; empty with an empty body.
  std::string body;
  std::vector<Header> headers = {};
  // Instead of a body: called once the head is out. It says by its end that it was whole, or by
  // false that it broke off: then the connection does, too.
  std::function<Task<bool>(Outlet&)> stream = {};
  bool close = false;       // No further request on this connection.
  std::string code = {};    // Of a problem; for the log.
  std::string caller = {};  // "key shop", "operator 7"; for the log.
};

inline constexpr std::string_view json_type = "application/json";
Response json_response(std::string body, int status = 200);

std::string_view phrase_of(int status);  // "Not Found"

// Whether a list such as "gzip, deflate;q=0" of a header holds `token`, without regard to case.
// A weight of zero counts as absence.
bool lists(std::string_view header, std::string_view token);
bool equal_ignoring_case(std::string_view a, std::string_view b);
// The media type alone, in lower case: "text/plain; charset=UTF-8" is "text/plain".
std::string media_type(std::string_view content_type);
// The value of a cookie of the request; or empty.
std::string_view cookie_of(const Request& request, std::string_view name);
// The value of a parameter of a query, decoded; or empty.
std::string query_value(std::string_view query, std::string_view name);
// Percent escapes resolved; `plus`: a plus stands for a blank.
std::string percent_decoded(std::string_view text, bool plus = false);

}  // namespace pharos::server
