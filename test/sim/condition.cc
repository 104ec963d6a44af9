// sim/condition.cc: conditions of every shape that rules know, with small constants that are met.
#include "sim/condition.h"

#include <fmt/format.h>

namespace pharos::sim {

const std::string_view schema_yaml = R"(attributes:
  plan: {type: enum, values: [free, pro, max]}
  size: int
  vip: bool
  region: string
  renewal: time
  score: double
  budget: money
members:
  role: {type: enum, values: [owner, user]}
events:
  order_paid: {amount: money, category: {type: enum, values: [shoes, hats]}, weight: double, items: int, gift: bool, promised: time}
  login: {device: string}
  ticket_opened: {level: int}
  visit: {}
)";

const std::vector<std::string_view> event_names{"order_paid", "login", "ticket_opened", "visit"};

std::string ConditionMaker::pick(const std::vector<std::string>& items) {
  return items[seeded_.below(items.size())];
}

std::string ConditionMaker::one_of(std::initializer_list<std::string_view> items) {
  return std::string(items.begin()[seeded_.below(items.size())]);
}

std::string ConditionMaker::event_name() {
  if (seeded_.chance(0.06)) return one_of({"account_updated", "member_updated"});
  return std::string(event_names[seeded_.below(event_names.size())]);
}

std::string ConditionMaker::rolling() {
  return "'" + pick(vocabulary_.windows) + "'";
}

std::string ConditionMaker::window() {
  if (seeded_.chance(0.65)) return rolling();
  return one_of({"'all'", "'today'", "'yesterday'", "'this week'", "'last week'", "'this month'",
                 "'last month'", "'this quarter'", "'last year'"});
}

std::string ConditionMaker::duration() {
  return pick(vocabulary_.durations);
}

std::string ConditionMaker::compare(const std::string& left, const std::string& right) {
  return left + one_of({" >= ", " > ", " < ", " <= ", " == ", " != ", " >= ", " > "}) + right;
}

std::string ConditionMaker::filter(std::string_view event) {
  if (event == "order_paid")
    return one_of({"category == 'shoes'", "amount >= 10", "items > 1 && gift", "weight < 2.5",
                   "6 / items > 2", "category in ['hats'] || gift", "!gift"});
  if (event == "login") return one_of({"device == 'web'", "device != 'app'", "member == 'm1'"});
  if (event == "ticket_opened") return one_of({"level >= 2", "level % 2 == 0", "10 / level > 3"});
  return "";
}

std::string ConditionMaker::tail(std::string_view event) {
  const std::string test = seeded_.chance(0.35) ? filter(event) : "";
  if (!test.empty()) return ", " + window() + ", " + test + ")";
  return seeded_.chance(0.1) ? ")" : ", " + window() + ")";
}

std::string ConditionMaker::integer(bool with_nodes) {
  const std::string event = event_name();
  switch (seeded_.below(9)) {
    case 0: return "sum(order_paid.items" + tail("order_paid");
    case 1: return "distinct(login.member" + tail("login");
    case 2:
      return "distinct(order_paid." + one_of({"category", "items", "weight"}) + tail("order_paid");
    case 3:
      return one_of({"max", "min", "first", "last", "sum"}) + "(ticket_opened.level" +
             tail("ticket_opened");
    case 4: return "size";
    case 5: return with_nodes ? pick(vocabulary_.nodes) + ".entry" : "size";
    default: return "count(" + event + tail(event);
  }
}

std::string ConditionMaker::real() {
  switch (seeded_.below(5)) {
    case 0: return "avg(order_paid." + one_of({"weight", "items"}) + tail("order_paid");
    case 1:
      return "growth(" +
             one_of({"order_paid", "login", "order_paid.amount", "order_paid.items",
                     "order_paid.weight"}) +
             ", " + rolling() + ")";
    case 2: return "score";
    default:
      return one_of({"sum", "max", "min", "first", "last"}) + "(order_paid.weight" +
             tail("order_paid");
  }
}

std::string ConditionMaker::money() {
  if (seeded_.chance(0.15)) return "budget";
  return one_of({"sum", "sum", "avg", "min", "max", "first", "last"}) + "(order_paid.amount" +
         tail("order_paid");
}

std::string ConditionMaker::number() {
  switch (seeded_.below(3)) {
    case 0: return integer(true);
    case 1: return real();
    default: return money();
  }
}

std::string ConditionMaker::text_comparison() {
  switch (seeded_.below(6)) {
    case 0: return "plan == 'pro'";
    case 1: return "plan in ['free', 'max']";
    case 2: return "region == 'north'";
    case 3: return one_of({"last", "first"}) + "(login.device" + tail("login") + " == 'web'";
    case 4:
      return one_of({"last", "first"}) + "(order_paid.category" + tail("order_paid") + " == 'hats'";
    default:
      return seeded_.chance(0.5)
                 ? "vip"
                 : one_of({"last", "first"}) + "(order_paid.gift" + tail("order_paid");
  }
}

std::string ConditionMaker::time_comparison(bool with_nodes) {
  const std::string length = "duration('" + duration() + "')";
  const std::string node = pick(vocabulary_.nodes);
  const std::string since = "since(" + event_name() + ")";
  const std::string order = one_of({" >= ", " > ", " < ", " <= ", " >= ", " > ", " == ", " != "});
  const std::uint64_t shape = with_nodes ? seeded_.below(13) : seeded_.below(11);
  switch (shape >= 3 && !with_nodes ? shape + 2 : shape) {
    case 0: return "renewal" + order + "now";
    case 1: return "now - renewal" + order + length;
    case 2: return "now + " + length + order + "renewal";
    case 3: return "now - " + node + ".entered_at" + order + length;
    case 4: return node + ".entered_at + " + length + order + "now";
    case 5: return "last(order_paid.promised" + tail("order_paid") + order + "now";
    case 6: return "since(order_paid)" + order + "since(login)";
    case 7: return "since(login) + " + length + order + "since(order_paid)";
    case 8: return "now" + order + "timestamp('2025-03-10T04:00:00Z')";
    case 9: return "since(login) + since(visit)" + order + length;
    default: return since + order + length;
  }
}

std::string ConditionMaker::node_condition() {
  const std::string node = pick(vocabulary_.nodes);
  switch (seeded_.below(4)) {
    case 0: return one_of({"entered", "held", "at", "overdue"}) + "('" + node + "')";
    case 1: return node + ".entry >= " + one_of({"1", "2", "3"});
    default: return node + one_of({".held", ".at", ".overdue", ".entered"});
  }
}

std::string ConditionMaker::event_condition(std::string_view event) {
  if (event == "order_paid")
    return one_of({"event.amount >= 10", "event.category == 'hats'", "event.items / 2 == 1",
                   "event.gift", "event.weight > 1.5", "event.promised > event.time"});
  if (event == "login") return one_of({"event.device == 'web'", "event.member == 'm2'"});
  if (event == "ticket_opened") return one_of({"event.level > 1", "4 % event.level == 0"});
  return "event.time <= timestamp('2025-03-10T04:00:00Z')";
}

std::string ConditionMaker::comparison(bool with_nodes) {
  const auto small = [&] { return fmt::format("{}", seeded_.below(5)); };
  switch (seeded_.below(12)) {
    case 0: return text_comparison();
    case 1:
    case 2: return time_comparison(with_nodes);
    case 3:
    case 4: return node_condition();
    case 5:
      return compare(real(), fmt::format("{}.{}", seeded_.below(6), one_of({"0", "25", "5"})));
    case 6: return compare(money(), one_of({"10", "25", "12.5", "50", "100.25"}));
    case 7:
      if (seeded_.chance(0.5)) return compare(integer(with_nodes), integer(with_nodes));
      return integer(with_nodes) + one_of({" / ", " % "}) + integer(with_nodes) +
             one_of({" >= ", " == "}) + small();
    default: return compare(integer(with_nodes), small());
  }
}

std::string ConditionMaker::condition(std::string_view event, int depth, bool with_nodes) {
  const std::uint64_t shape = depth == 0 ? 99 : seeded_.below(10);
  const auto part = [&] { return condition(event, depth - 1, with_nodes); };
  if (shape < 2) return "(" + part() + " && " + part() + ")";
  if (shape < 4) return "(" + part() + " || " + part() + ")";
  if (shape == 4) return "!(" + part() + ")";
  if (shape == 5 && depth == 2)
    return "(" + comparison(with_nodes) + " ? " + part() + " : " + part() + ")";
  if (!event.empty() && seeded_.chance(0.5)) return event_condition(event);
  return comparison(with_nodes);
}

}  // namespace pharos::sim
