// demo/writer.cc: one table of properties by event and name; values take the type declared for
// them.
#include "demo/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "base/hash.h"

namespace pharos::demo {
namespace {

constexpr std::string_view kind_names[] = {
    "account_updated", "member_updated",     "lead_created",
    "lead_contacted",  "lead_qualified",     "lead_lost",
    "contract_signed", "store_opened",       "store_decorated",
    "product_listed",  "order_paid",         "order_refunded",
    "order_delivered", "order_cancelled",    "review_received",
    "ad_topped_up",    "ad_spent",           "campaign_joined",
    "login",           "training_completed", "ticket_opened",
    "ticket_resolved", "survey_answered",    "content_viewed",
    "referral_made",   "case_published",     "demand_submitted",
};
static_assert(std::size(kind_names) == kind_count);

constexpr std::string_view topics[] = {"payment", "logistics", "listing", "account", "advertising"};
constexpr std::string_view lost_reasons[] = {"price", "competitor", "no_need", "timing",
                                             "unreachable"};
constexpr std::string_view refund_reasons[] = {"quality", "size", "late", "changed_mind"};
constexpr std::string_view ad_products[] = {"search", "feed", "display"};
constexpr std::string_view campaigns[] = {"618", "double_11", "double_12"};
constexpr std::string_view courses[] = {"store_setup", "listing", "advertising"};
constexpr std::string_view contents[] = {"merchant_guide", "pricing", "case", "webinar"};

template <std::size_t n>
constexpr std::string_view choose(const std::string_view (&list)[n], std::uint32_t choice) {
  return list[choice % n];
}

}  // namespace

// Where a property's value goes, as the type that the playbook declares.
class Cell {
 public:
  Cell(const cel::Property& property, int digits, engine::EventBatch& batch, engine::Cell& cell)
      : property_(property), digits_(digits), batch_(batch), cell_(cell) {}

  void text(std::string_view value) {
    if (property_.type == cel::PropertyType::string)
      cell_ = engine::text_cell(batch_.add_text(value));
    else if (property_.type == cel::PropertyType::enum_)
      cell_ = index_of(value);
  }
  // In hundredths of the currency's unit.
  void money(std::int64_t hundredths) {
    switch (property_.type) {
      case cel::PropertyType::money: cell_ = scaled(hundredths); break;
      case cel::PropertyType::int_: cell_ = hundredths / 100; break;
      case cel::PropertyType::double_: real(static_cast<double>(hundredths) / 100); break;
      default: break;
    }
  }
  void number(std::int64_t value) {
    switch (property_.type) {
      case cel::PropertyType::int_: cell_ = value; break;
      case cel::PropertyType::double_: real(static_cast<double>(value)); break;
      case cel::PropertyType::money: money(value * 100); break;
      case cel::PropertyType::string:
      case cel::PropertyType::enum_: text(fmt::format("{}", value)); break;
      default: break;
    }
  }

 private:
  void real(double value) { cell_ = std::bit_cast<engine::Cell>(value); }
  engine::Cell scaled(std::int64_t hundredths) const {
    std::int64_t minor = hundredths;
    for (int i = 2; i < digits_; ++i) minor *= 10;
    for (int i = digits_; i < 2; ++i) minor /= 10;
    return minor;
  }
  // A value that this playbook's enum does not have stands for one of those that it has.
  engine::Cell index_of(std::string_view value) const {
    const auto found = std::ranges::find(property_.values, value);
    if (found != property_.values.end()) return found - property_.values.begin();
    return static_cast<engine::Cell>(hash64(value) % property_.values.size());
  }

  const cel::Property& property_;
  const int digits_;
  engine::EventBatch& batch_;
  engine::Cell& cell_;
};

struct Writer::Source {
  Kind kind;
  std::string_view property;
  Fill fill;
};

#define FILL [](const Writer& writer, const Fact& fact, Cell& cell)
#define UNUSED static_cast<void>(writer), static_cast<void>(fact)

std::span<const Writer::Source> Writer::sources() {
  static constexpr Fill amount = FILL {
    UNUSED, cell.money(fact.amount);
  };
  static constexpr Fill score = FILL {
    UNUSED, cell.number(fact.choice);
  };
  static constexpr Fill order_id = FILL {
    cell.text(fmt::format("{}-o{}", writer.profile(fact).id, fact.number));
  };
  static constexpr Fill ticket_id = FILL {
    cell.text(fmt::format("{}-t{}", writer.profile(fact).id, fact.number));
  };
  static constexpr Fill category = FILL {
    cell.text(industries()[writer.profile(fact).industry].categories[fact.choice % 4]);
  };
  static constexpr Fill channel = FILL {
    cell.text(writer.profile(fact).channel);
  };
  static constexpr Fill partner = FILL {
    if (!writer.profile(fact).partner.empty()) cell.text(writer.profile(fact).partner);
  };
  static constexpr Fill topic = FILL {
    UNUSED, cell.text(choose(topics, fact.choice));
  };
  static constexpr Fill refund_reason = FILL {
    UNUSED, cell.text(choose(refund_reasons, fact.choice));
  };
  static constexpr Source table[] = {
      {Kind::account_updated, "name", FILL{const Profile& profile = writer.profile(fact);
  cell.text(fmt::format("{} {}", profile.name_zh, profile.name_en));
}
}  // namespace pharos::demo
, {Kind::account_updated, "industry",
   FILL{cell.text(industries()[writer.profile(fact).industry].name);
}
}
, {Kind::account_updated, "size", FILL{cell.text(name_of(writer.profile(fact).size));
}
}
, {Kind::account_updated, "region", FILL{cell.text(writer.profile(fact).region);
}
}
, {Kind::account_updated, "city", FILL{cell.text(writer.profile(fact).city);
}
}
, {Kind::account_updated, "channel", channel}, {Kind::account_updated, "partner", partner},
    {Kind::member_updated, "name",
     FILL{cell.text(member_name(writer.seed_, fact.merchant, fact.member));
}
}
, {Kind::member_updated, "role", FILL{UNUSED, cell.text(member_role(fact.member));
}
}
, {Kind::lead_created, "channel", channel},
    {Kind::lead_qualified, "score", FILL{cell.number(writer.profile(fact).quality);
}
}
, {Kind::lead_lost, "reason", FILL{UNUSED, cell.text(choose(lost_reasons, fact.choice));
}
}
, {Kind::contract_signed, "deposit", amount}, {Kind::contract_signed, "partner", partner},
    {Kind::product_listed, "product_id",
     FILL{cell.text(fmt::format("{}-p{}", writer.profile(fact).id, fact.number));
}
}
, {Kind::product_listed, "category", category}, {Kind::product_listed, "price", amount},
    {Kind::order_paid, "order_id", order_id}, {Kind::order_paid, "amount", amount},
    {Kind::order_paid, "commission", FILL{UNUSED, cell.money(fact.amount / 20);
}
}
, {Kind::order_paid, "category", category},
    {Kind::order_paid, "items", FILL{UNUSED, cell.number(1 + fact.number % 3);
}
}
, {Kind::order_refunded, "order_id", order_id}, {Kind::order_refunded, "amount", amount},
    {Kind::order_refunded, "reason", refund_reason}, {Kind::order_delivered, "order_id", order_id},
    {Kind::order_cancelled, "order_id", order_id}, {Kind::order_cancelled, "reason", refund_reason},
    {Kind::review_received, "order_id", order_id}, {Kind::review_received, "score", score},
    {Kind::ad_topped_up, "amount", amount}, {Kind::ad_spent, "amount", amount},
    {Kind::ad_spent, "product", FILL{UNUSED, cell.text(choose(ad_products, fact.choice));
}
}
, {Kind::campaign_joined, "campaign", FILL{UNUSED, cell.text(choose(campaigns, fact.choice));
}
}
, {Kind::training_completed, "course", FILL{UNUSED, cell.text(choose(courses, fact.choice));
}
}
, {Kind::ticket_opened, "ticket_id", ticket_id}, {Kind::ticket_opened, "topic", topic},
    {Kind::ticket_resolved, "ticket_id", ticket_id}, {Kind::ticket_resolved, "score", score},
    {Kind::survey_answered, "score", score},
    {Kind::content_viewed, "content", FILL{UNUSED, cell.text(choose(contents, fact.choice));
}
}
, {Kind::demand_submitted, "topic", topic},
}
;
return table;
}

#undef UNUSED
#undef FILL

Writer::Writer(const playbook::Playbook& playbook, std::uint64_t seed,
               std::span<const Profile> profiles)
    : playbook_(playbook), seed_(seed), profiles_(profiles) {
  const auto& events = playbook.schema.events;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    const auto event = std::ranges::find(events, kind_names[kind], &cel::EventType::name);
    if (event == events.end()) continue;
    Plan& plan = plans_[kind];
    plan.type = static_cast<std::uint32_t>(event - events.begin());
    plan.cell_count = event->properties.size();
    for (const Source& source : sources()) {
      if (static_cast<std::size_t>(source.kind) != kind) continue;
      const auto property =
          std::ranges::find(event->properties, source.property, &cel::Property::name);
      if (property == event->properties.end()) continue;
      plan.steps.push_back({static_cast<std::size_t>(property - event->properties.begin()),
                            &*property, source.fill});
    }
  }
}

void Writer::write(const Fact& fact, std::uint64_t number, engine::EventBatch& batch) const {
  const Plan& plan = plans_[static_cast<std::size_t>(fact.kind)];
  ASSERT(plan.type);
  engine::Event event;
  event.time = fact.at;
  event.type = *plan.type;
  event.cells = static_cast<std::uint32_t>(batch.cells.size());
  event.id = batch.add_text(fmt::format("demo-{:07}", number));
  event.account = batch.add_text(profile(fact).id);
  if (fact.member != 0)
    event.member = batch.add_text(fmt::format("{}-u{}", profile(fact).id, fact.member));
  batch.cells.resize(batch.cells.size() + plan.cell_count, engine::cell_absent);
  for (const Step& step : plan.steps) {
    engine::Cell value = engine::cell_absent;
    Cell cell(*step.property, playbook_.schema.currency.digits, batch, value);
    step.fill(*this, fact, cell);
    batch.cells[event.cells + step.cell] = value;
  }
  batch.events.push_back(event);
}

}  // namespace pharos::demo
