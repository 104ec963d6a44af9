// cli/calc_events.cc: what of a case file's events matches what.
#include "cli/calc_events.h"

#include <algorithm>
#include <unordered_map>

namespace pharos::cli {
namespace {

const std::vector<std::string> predicate_keys = {"event", "where", "first_ever"};
const std::vector<std::string> clause_keys = {"prop", "op", "value"};
const std::vector<std::string> operators = {"eq",     "ne", "contains", "is_null",
                                            "is_set", "le", "ge"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool equal(const Json& a, const Json& b) {
  if (a.number() && b.number()) return *a.number() == *b.number();
  return a == b;
}

// Numbers with numbers, text with text; anything else has no order.
bool at_most(const Json& a, const Json& b) {
  if (a.number() && b.number()) return *a.number() <= *b.number();
  const auto* left = a.as<std::string>();
  const auto* right = b.as<std::string>();
  return left && right && *left <= *right;
}

bool contains(const Json& text, const Json& part) {
  const auto* whole = text.as<std::string>();
  const auto* piece = part.as<std::string>();
  return whole && piece && lower(*whole).find(lower(*piece)) != std::string::npos;
}

}  // namespace

Predicate::Predicate(const Field& field) {
  field.check_keys(predicate_keys);
  if (const auto event = field.find("event"))
    event_ = std::string(event->text());
  else if (field.ok() && !field.json().find("event"))
    field.at("event").expected("the name of an event, or null for any");
  const auto where = field.find("where");
  if (!where) return;
  for (const Field& item : where->items()) {
    item.check_keys(clause_keys);
    Clause clause{std::string(item.at("prop").text()),
                  static_cast<Operator>(item.at("op").choice(operators)), nullptr};
    if (clause.op != Operator::is_null && clause.op != Operator::is_set) {
      const Field value = item.at("value");
      if (!item.json().find("value")) value.expected("a value");
      clause.value = &value.json();
    }
    clauses_.push_back(std::move(clause));
  }
}

bool Predicate::holds(const Clause& clause, const Json* value) {
  if (!value) return clause.op == Operator::is_null || clause.op == Operator::ne;
  switch (clause.op) {
    case Operator::eq: return equal(*value, *clause.value);
    case Operator::ne: return !equal(*value, *clause.value);
    case Operator::contains: return contains(*value, *clause.value);
    case Operator::is_null: return false;
    case Operator::is_set: return true;
    case Operator::le: return at_most(*value, *clause.value);
    case Operator::ge: return at_most(*clause.value, *value);
  }
  return false;
}

bool Predicate::matches(std::string_view name, const Json* props) const {
  if (event_ && *event_ != name) return false;
  return std::ranges::all_of(clauses_, [&](const Clause& clause) {
    const Json* value = props ? props->find(clause.property) : nullptr;
    return holds(clause, value && value->is_null() ? nullptr : value);
  });
}

std::vector<CaseAccount> case_accounts(const Field& document) {
  std::vector<CaseAccount> accounts;
  std::unordered_map<std::string_view, std::size_t> numbers;
  const auto events = document.find("events");
  if (!events) return accounts;
  for (const Field& item : events->items()) {
    const std::string_view id = item.at("account").text();
    const auto [found, is_new] = numbers.try_emplace(id, accounts.size());
    if (is_new) accounts.push_back({.id = id, .events = {}});
    const auto props = item.find("props");
    if (props && !props->json().as<JsonMembers>()) props->expected("an object");
    accounts[found->second].events.push_back({.at = item.at("time").instant(),
                                              .name = item.at("name").text(),
                                              .props = props ? &props->json() : nullptr});
    if (!document.ok()) break;
  }
  for (CaseAccount& account : accounts)
    std::ranges::stable_sort(account.events, {}, &CaseEvent::at);
  return accounts;
}

const Json* property_of(const CaseEvent& event, std::string_view name) {
  const Json* value = event.props ? event.props->find(name) : nullptr;
  return value && !value->is_null() ? value : nullptr;
}

std::string key_text(const Json* value) {
  if (!value) return "";
  if (const auto* text = value->as<std::string>()) return *text;
  return json_text(*value);
}

}  // namespace pharos::cli
