// server/names.h: names of other systems as those of a playbook.
#pragma once

#include <string>
#include <string_view>

namespace pharos::server {

// "Order Paid", "orderPaid" and "order-paid" are "order_paid"; "HTTPRequest" is "http_request".
// What is neither letter nor digit separates; empty if nothing is left.
std::string snake_case(std::string_view name);

}  // namespace pharos::server
