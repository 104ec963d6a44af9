// playbook/words.cc: standard event names and reserved words.
#include "playbook/words.h"

#include <algorithm>

namespace pharos::playbook {

std::span<const std::string> standard_events() {
  static const std::string names[] = {
      "lead_created",
      "lead_contacted",
      "lead_qualified",
      "lead_lost",
      "opportunity_stage_changed",
      "contract_signed",
      "store_opened",
      "store_decorated",
      "product_listed",
      "order_paid",
      "order_refunded",
      "order_delivered",
      "order_cancelled",
      "review_received",
      "ad_topped_up",
      "ad_spent",
      "campaign_joined",
      "subscription_started",
      "subscription_renewed",
      "subscription_upgraded",
      "subscription_cancelled",
      "invoice_paid",
      "seat_assigned",
      "login",
      "feature_used",
      "training_completed",
      "implementation_completed",
      "ticket_opened",
      "ticket_resolved",
      "survey_answered",
      "content_viewed",
      "referral_made",
      "case_published",
      "demand_submitted",
  };
  return names;
}

std::span<const std::string_view> reserved_attributes() {
  static constexpr std::string_view names[] = {"account", "event",  "first_at", "id",  "member",
                                               "now",     "number", "seq",      "slot"};
  return names;
}

std::span<const std::string_view> reserved_properties() {
  static constexpr std::string_view names[] = {"label", "member", "time"};
  return names;
}

bool is_cel_word(std::string_view name) {
  static constexpr std::string_view words[] = {
      "true",     "false",   "null",      "in",       "as",  "break",  "const",
      "continue", "else",    "for",       "function", "if",  "import", "let",
      "loop",     "package", "namespace", "return",   "var", "void",   "while",
  };
  return std::ranges::find(words, name) != std::end(words);
}

}  // namespace pharos::playbook
