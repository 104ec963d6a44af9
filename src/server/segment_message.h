// server/segment_message.h: one message of Segment's calls as a native event. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/intake.h"

namespace pharos::server {

// What the parts of a batch have in common.
struct SegmentCall {
  Instant received_at;
  const Json* batch = nullptr;  // The object around the messages: sentAt, context; or null.
  std::string_view type = {};   // Of the path: "track"; empty: each message says it.
  std::size_t message_bytes_max = 32'768;
  bool users_are_accounts = true;  // A user without a group stands for an account.
};

// One of these.
struct SegmentResult {
  std::optional<NativeEvent> event;  // Borrows the message.
  bool ignored = false;              // Sound, but nothing that this workspace keeps.
  std::string_view code = {};        // Else refused.
  std::string reason = {};
};

SegmentResult read_segment_message(const Json& message, const SegmentCall& call,
                                   const Intake& intake);

// "Order Paid" where order_paid is declared; empty: there is none.
std::string declared_name(std::string_view name, const Intake& intake);

}  // namespace pharos::server
