// server/cloud_event.h: CloudEvents 1.0 as native events: structured, batched and binary.
#pragma once

#include <string_view>

#include "server/taking.h"

namespace pharos::server {

// Adds every event of a document, or notes why not. An event that is well-formed but names no
// account, or a type that the playbook does not declare, is ignored: counted, and not kept.
// Problems: bad_json, invalid_request (no array where one belongs).
Answer<> add_cloud_events(std::string_view text, bool is_batch, Taking& taking);
// Attributes in ce- headers, the data as the body.
Answer<> add_binary_cloud_event(const Request& request, std::string_view data, Taking& taking);

}  // namespace pharos::server
