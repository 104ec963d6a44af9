// model/rule_grammar.cc: rules, filters, queries and metrics of the shop, typed as the checker
// wants them.
#include <fmt/format.h>

#include <array>

#include "model/grammar.h"

namespace pharos::model {
namespace {

using cel::Kind;
using cel::Use;

constexpr std::array<std::string_view, 12> windows{
    "30d",       "720h",       "90s",          "4w",        "today", "yesterday",
    "this week", "last month", "this quarter", "last year", "all",   "15m"};
// Beside money: more digits than it has, ties, and past every amount.
constexpr std::array<std::string_view, 22> decimals{"0",
                                                    "1",
                                                    "0.1",
                                                    "0.30",
                                                    "10.005",
                                                    "10.01",
                                                    "100",
                                                    "-0.005",
                                                    "1e3",
                                                    "1.5e-1",
                                                    "123.45",
                                                    "92233720368547758.07",
                                                    "92233720368547758.08",
                                                    "-92233720368547758.08",
                                                    "1000000000000000",
                                                    "0.015",
                                                    "0.025",
                                                    "3",
                                                    "-2",
                                                    "1e30",
                                                    "0.001",
                                                    "12.3400"};
constexpr std::array<std::string_view, 8> lengths{"30d", "1h",   "12h30m", "1ms",
                                                  "-1s", "1.5s", "0",      "1w2d"};
constexpr std::array<std::string_view, 5> instants{
    "2025-01-31T09:30:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z",
    "2024-02-29T00:00:00+08:00", "1970-01-01T00:00:00Z"};
constexpr std::array<std::string_view, 6> comparisons{"==", "!=", "<", "<=", ">", ">="};

class RuleMaker {
 public:
  RuleMaker(Use use, Choices& choices) : use_(use), choices_(choices) {}

  std::string make(Kind kind, int depth) {
    const bool leaf = depth <= 0 || choices_.is_spent();
    switch (kind) {
      case Kind::boolean: return leaf ? boolean_leaf() : boolean(depth - 1);
      case Kind::integer: return leaf ? integer_leaf() : integer(depth - 1);
      case Kind::real: return leaf ? real_leaf() : real(depth - 1);
      case Kind::string: return leaf ? string_leaf() : string(depth - 1);
      case Kind::money: return leaf ? money_leaf() : money(depth - 1);
      case Kind::timestamp: return leaf ? time_leaf() : time(depth - 1);
      default: return leaf ? length_leaf() : length(depth - 1);
    }
  }

 private:
  template <class... Arguments>
  static std::string say(fmt::format_string<Arguments...> pattern, Arguments&&... arguments) {
    return fmt::format(pattern, std::forward<Arguments>(arguments)...);
  }
  bool in_filter() const { return use_ == Use::filter; }
  bool has_account() const { return use_ == Use::rule || use_ == Use::query; }
  std::string_view op() { return choices_.of(comparisons); }

  // ", '30d', items > 2": window and filter, either of which may be missing.
  std::string rest_of_window() {
    std::string rest;
    if (choices_.below(3)) rest += say(", '{}'", choices_.of(windows));
    if (choices_.below(3) == 0)
      rest += ", " + RuleMaker(Use::filter, choices_).make(Kind::boolean, 1);
    return rest;
  }
  std::string window(std::string_view function, std::string_view subject) {
    return say("{}({}{})", function, subject, rest_of_window());
  }
  template <std::size_t size>
  std::string window_of(const std::array<std::string_view, size>& functions,
                        std::string_view subject) {
    const std::string_view function = choices_.of(functions);
    return window(function, subject);
  }
  std::string node(std::string_view field) {
    constexpr std::array<std::string_view, 3> nodes{"main.signed", "main.activated", "ads.signed"};
    return say("{}.{}", choices_.of(nodes), field);
  }

  std::string boolean_leaf() {
    if (in_filter()) return choices_.below(2) ? "items > 2" : "has(event.note)";
    if (use_ == Use::metric) return "count(login) > 0";
    constexpr std::array<std::string_view, 8> leaves{
        "vip",   "has(account.credit)", "held('main.signed')",       "entered('topped_up')",
        "false", "has(account.vip)",    "overdue('main.activated')", "account.vip"};
    if (choices_.below(3) == 0) return node(choices_.below(2) ? "held" : "at");
    return std::string(choices_.of(leaves));
  }
  std::string integer_leaf() {
    if (in_filter()) return choices_.below(2) ? "items" : "3";
    constexpr std::array<std::string_view, 4> whole{"0", "2", "7", "9007199254740993"};
    constexpr std::array<std::string_view, 5> of_items{"sum", "min", "max", "first", "last"};
    switch (choices_.below(6)) {
      case 0: return std::string(choices_.of(whole));
      case 1: return window("count", choices_.below(2) ? "login" : "order_paid");
      case 2: return window("distinct", "login.member");
      case 3: return window_of(of_items, "order_paid.items");
      case 4: return has_account() ? node("entry") : window("accounts", "order_paid");
      default: return has_account() ? "seats" : "count(order_paid)";
    }
  }
  std::string real_leaf() {
    if (in_filter()) return choices_.below(2) ? "weight" : "0.5";
    constexpr std::array<std::string_view, 5> literals{"0.5", "0.1", "2.0", "-1.5", "1e10"};
    switch (choices_.below(5)) {
      case 0: return std::string(choices_.of(literals));
      case 1: return window("sum", "order_paid.weight");
      case 2: return window("avg", "order_paid.items");
      case 3: return choices_.below(2) ? "growth(order_paid.amount, '30d')" : "growth(login, '7d')";
      default: return has_account() ? "score" : "avg(order_paid.weight)";
    }
  }
  std::string string_leaf() {
    if (in_filter()) return choices_.below(2) ? "note" : "member";
    switch (choices_.below(4)) {
      case 0: return "'beauty'";
      case 1: return window("last", "order_paid.note");
      case 2: return window("first", "login.member");
      default: return has_account() ? "industry" : "last(order_paid.note)";
    }
  }
  std::string money_leaf() {
    if (in_filter()) return "amount";
    constexpr std::array<std::string_view, 6> functions{"sum", "avg",   "min",
                                                        "max", "first", "last"};
    if (choices_.below(2) && has_account()) return "credit";
    return window_of(functions, "order_paid.amount");
  }
  std::string time_leaf() {
    if (in_filter()) return "shipped_at";
    switch (choices_.below(5)) {
      case 0: return say("timestamp('{}')", choices_.of(instants));
      case 1: return window("max", "order_paid.shipped_at");
      case 2: return has_account() ? node("entered_at") : "min(order_paid.shipped_at)";
      case 3: return use_ == Use::query ? "now" : "max(order_paid.shipped_at)";
      default: return has_account() ? "signed_at" : "min(order_paid.shipped_at)";
    }
  }
  std::string length_leaf() {
    if (use_ == Use::query && choices_.below(2)) return "since(login)";
    return say("duration('{}')", choices_.of(lengths));
  }

  // A side of a comparison with time in a rule: sums and differences in which `now` may stand.
  std::string time_side() {
    switch (choices_.below(4)) {
      case 0: return "now";
      case 1: return say("now - {}", length_leaf());
      case 2: return say("signed_at + {}", length_leaf());
      default: return time_leaf();
    }
  }
  std::string length_side() {
    switch (choices_.below(5)) {
      case 0: return "now - signed_at";
      case 1: return "since(login)";
      case 2: return say("since(order_paid) + {}", length_leaf());
      case 3: return say("since(login) - (now - {})", time_leaf());
      default: return length_leaf();
    }
  }

  std::string boolean(int d) {
    switch (choices_.below(16)) {
      case 0: return say("({} && {})", make(Kind::boolean, d), make(Kind::boolean, d));
      case 1: return say("({} || {})", make(Kind::boolean, d), make(Kind::boolean, d));
      case 2: return say("!({})", make(Kind::boolean, d));
      case 3:
        return say("({} ? {} : {})", make(Kind::boolean, d), make(Kind::boolean, d),
                   make(Kind::boolean, d));
      case 4: return say("{} {} {}", make(Kind::money, d), op(), choices_.of(decimals));
      case 5: return say("{} {} {}", choices_.of(decimals), op(), make(Kind::money, d));
      case 6: return say("{} {} {}", make(Kind::money, d), op(), make(Kind::money, d));
      case 7: return say("{} {} {}", make(Kind::money, d), op(), make(Kind::integer, d));
      case 8: return say("{} {} {}", make(Kind::integer, d), op(), make(Kind::integer, d));
      case 9: return say("{} {} {}", make(Kind::integer, d), op(), make(Kind::real, d));
      case 10: return say("{} {} {}", make(Kind::string, d), op(), make(Kind::string, d));
      case 11:
        return say("{} in ['beauty', 'food', {}]", make(Kind::string, d), make(Kind::string, 0));
      case 12:
        if (use_ == Use::rule) return say("{} {} {}", time_side(), op(), time_side());
        return choices_.below(2)
                   ? say("{} {} {}", make(Kind::timestamp, d), op(), make(Kind::timestamp, d))
                   : say("{} {} '{}'", make(Kind::timestamp, d), op(), choices_.of(instants));
      case 13:
        if (use_ == Use::rule)
          return choices_.below(2) ? say("{} {} {}", length_side(), op(), length_side())
                                   : say("{} {} '{}'", length_side(), op(), choices_.of(lengths));
        return say("{} {} '{}'", make(Kind::duration, d), op(), choices_.of(lengths));
      case 14:
        return say("cel.bind(c, {}, c {} {})", make(Kind::money, d), op(), choices_.of(decimals));
      default: return say("[1, 2, 3].exists(i, i * 2 {} {})", op(), make(Kind::integer, d));
    }
  }
  std::string integer(int d) {
    constexpr std::array<std::string_view, 5> operators{"+", "-", "*", "/", "%"};
    if (choices_.below(3) == 0) return say("size({})", make(Kind::string, d));
    return say("({} {} {})", make(Kind::integer, d), choices_.of(operators),
               make(Kind::integer, d));
  }
  std::string real(int d) {
    constexpr std::array<std::string_view, 4> operators{"+", "-", "*", "/"};
    switch (choices_.below(4)) {
      case 0: return say("double({})", make(Kind::money, d));
      case 1: return say("({} / {})", make(Kind::money, d), make(Kind::money, d));
      case 2:  // Only queries and metrics mix money with computed doubles; the rest refuse it.
        return say("({} {} {})", make(Kind::money, d), choices_.of(operators), make(Kind::real, d));
      default:
        return say("({} {} {})", make(Kind::real, d), choices_.of(operators), make(Kind::real, d));
    }
  }
  std::string string(int d) {
    switch (choices_.below(4)) {
      case 0: return say("string({})", make(Kind::money, d));
      case 1: return say("({} + {})", make(Kind::string, d), make(Kind::string, d));
      case 2: return say("'%s %s'.format([{}, {}])", make(Kind::money, d), make(Kind::real, d));
      default: return say("string({})", make(Kind::integer, d));
    }
  }
  std::string money(int d) {
    switch (choices_.below(9)) {
      case 0: return say("({} + {})", make(Kind::money, d), make(Kind::money, d));
      case 1: return say("({} - {})", make(Kind::money, d), make(Kind::money, d));
      case 2: return say("({} * {})", make(Kind::money, d), make(Kind::integer, d));
      case 3: return say("({} / {})", make(Kind::money, d), make(Kind::integer, d));
      case 4: return say("({} * {})", make(Kind::money, d), choices_.of(decimals));
      case 5: return say("({} / {})", make(Kind::money, d), choices_.of(decimals));
      case 6: return say("({} * {})", choices_.of(decimals), make(Kind::money, d));
      case 7: return say("({} - {})", choices_.of(decimals), make(Kind::money, d));
      default: return say("-math.abs({})", make(Kind::money, d));
    }
  }
  std::string time(int d) {
    const bool plus = choices_.below(2);
    if (choices_.below(2))
      return say("({} {} '{}')", make(Kind::timestamp, d), plus ? "+" : "-", choices_.of(lengths));
    return say("({} {} {})", make(Kind::timestamp, d), plus ? "+" : "-", make(Kind::duration, d));
  }
  std::string length(int d) {
    return say("({} - {})", make(Kind::timestamp, d), make(Kind::timestamp, d));
  }

  Use use_;
  Choices& choices_;
};

// A metric is of one of these.
constexpr std::array number_kinds{Kind::money, Kind::integer, Kind::real};

// Metrics by name meet numbers of every kind.
std::string metric(Choices& choices, int depth) {
  constexpr std::array<std::string_view, 4> names{"gmv", "orders", "rate", "sellers"};
  constexpr std::array<std::string_view, 5> operators{"+", "-", "*", "/", "/"};
  if (depth == 0 || choices.below(3) == 0) {
    if (choices.below(2)) return std::string(choices.of(names));
    return RuleMaker(Use::metric, choices).make(choices.of(number_kinds), 1);
  }
  const std::string left = metric(choices, depth - 1);
  const std::string_view op = choices.of(operators);
  return fmt::format("({} {} {})", left, op, metric(choices, depth - 1));
}

}  // namespace

std::string rule_expression(Use use, Choices& choices) {
  if (use == Use::metric && choices.below(2)) return metric(choices, 3);
  if (use == Use::metric) return RuleMaker(use, choices).make(choices.of(number_kinds), 3);
  constexpr std::array kinds{Kind::boolean, Kind::boolean, Kind::money,     Kind::integer,
                             Kind::real,    Kind::string,  Kind::timestamp, Kind::duration};
  const Kind kind = use == Use::rule || use == Use::filter ? Kind::boolean : choices.of(kinds);
  return RuleMaker(use, choices).make(kind, 3);
}

}  // namespace pharos::model
