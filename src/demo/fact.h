// demo/fact.h: one thing that happened in the demo's market, small enough to sort millions of.
#pragma once

#include <cstdint>

#include "base/instant.h"

namespace pharos::demo {

// In the order of DOMAIN.md 7; the name of an enumerator is the name of its event.
enum class Kind : std::uint8_t {
  account_updated,
  member_updated,
  lead_created,
  lead_contacted,
  lead_qualified,
  lead_lost,
  contract_signed,
  store_opened,
  store_decorated,
  product_listed,
  order_paid,
  order_refunded,
  order_delivered,
  order_cancelled,
  review_received,
  ad_topped_up,
  ad_spent,
  campaign_joined,
  login,
  training_completed,
  ticket_opened,
  ticket_resolved,
  survey_answered,
  content_viewed,
  referral_made,
  case_published,
  demand_submitted,
};
inline constexpr std::size_t kind_count = 27;

struct Fact {
  Instant at;
  std::int64_t amount = 0;  // Hundredths of the currency's unit.
  std::uint32_t merchant = 0;
  std::uint32_t number = 0;  // Of the order, ticket or contract within the merchant.
  std::uint32_t choice = 0;  // What `kind` makes of it: a category, a score, a reason.
  std::uint16_t member = 0;  // Who of the merchant, from 1; 0: nobody.
  Kind kind = Kind::lead_created;
};

}  // namespace pharos::demo
