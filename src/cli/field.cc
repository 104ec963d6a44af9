// cli/field.cc: questions to a document, and how their faults are told.
#include "cli/field.h"

#include <algorithm>

#include "base/text.h"

namespace pharos::cli {
namespace {

const Json nothing;

}  // namespace

Field::Field(const Json& document, std::string path)
    : json_(&document),
      path_(std::move(path)),
      fault_(std::make_shared<std::optional<std::string>>()) {}

void Field::refuse(std::string_view sentence) const {
  if (*fault_) return;
  *fault_ = path_.empty() ? std::string(sentence) : fmt::format("{}: {}", path_, sentence);
}

void Field::expected(std::string_view what) const {
  refuse(fmt::format("expected {}, found {}", what,
                     json_ == &nothing ? std::string("nothing")
                     : json_->as<JsonList>() || json_->as<JsonMembers>()
                         ? std::string(kind_of(*json_))
                         : json_text(*json_)));
}

template <class T>
const T* Field::as(std::string_view what) const {
  const T* value = json_->as<T>();
  if (!value) expected(what);
  return value;
}

Field Field::at(std::string_view key) const {
  std::string path = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  const Json* member = nullptr;
  if (as<JsonMembers>("an object")) member = json_->find(key);
  return {member ? *member : nothing, std::move(path), fault_};
}

std::optional<Field> Field::find(std::string_view key) const {
  Field field = at(key);
  if (field.json_->is_null()) return std::nullopt;
  return field;
}

std::vector<Field> Field::items() const {
  std::vector<Field> fields;
  if (const auto* list = as<JsonList>("a list"))
    for (std::size_t i = 0; i < list->size(); ++i)
      fields.push_back(Field((*list)[i], fmt::format("{}[{}]", path_, i), fault_));
  return fields;
}

std::vector<std::pair<std::string_view, Field>> Field::members() const {
  std::vector<std::pair<std::string_view, Field>> fields;
  if (const auto* members = as<JsonMembers>("an object"))
    for (const auto& [key, member] : *members)
      fields.emplace_back(key, Field(member, fmt::format("{}.{}", path_, key), fault_));
  return fields;
}

void Field::check_keys(std::span<const std::string> known) const {
  const auto* members = as<JsonMembers>("an object");
  if (!members) return;
  for (const auto& [key, member] : *members) {
    if (std::ranges::find(known, key) != known.end()) continue;
    const std::optional<std::string> near = nearest_name(key, known);
    if (near && !json_->find(*near))
      refuse(fmt::format("there is no key {}; did you mean {}?", pharos::quoted(key),
                         pharos::quoted(*near)));
  }
}

std::string_view Field::text() const {
  const auto* text = as<std::string>("text");
  return text ? std::string_view(*text) : std::string_view();
}

bool Field::flag() const {
  const auto* flag = as<bool>("true or false");
  return flag && *flag;
}

std::int64_t Field::integer(std::int64_t least, std::int64_t most) const {
  const auto* number = json_->as<std::int64_t>();
  if (number && *number >= least && *number <= most) return *number;
  expected(fmt::format("a whole number from {} to {}", least, most));
  return least;
}

double Field::number() const {
  const std::optional<double> number = json_->number();
  if (!number) expected("a number");
  return number.value_or(0);
}

Instant Field::instant() const {
  const auto* text = as<std::string>("a time such as \"2026-01-31T09:00:00Z\"");
  if (!text) return {};
  const Result<Instant> instant = parse_instant(*text);
  if (!instant) refuse(instant.error().message);
  return instant.value_or(Instant{});
}

Zone Field::zone() const {
  const auto* text = as<std::string>("a time zone such as \"Asia/Shanghai\"");
  if (!text) return Zone::utc();
  const Result<Zone> zone = Zone::find(*text);
  if (!zone) refuse(zone.error().message);
  return zone.value_or(Zone::utc());
}

std::size_t Field::choice(std::span<const std::string> names) const {
  const std::string_view given = json_->as<std::string>() ? text() : "";
  const auto found = std::ranges::find(names, given);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  const std::string hint = did_you_mean(given, names);
  expected("one of " + all);
  if (!hint.empty() && fault_->value().find(path_) == 0) **fault_ += ". " + hint;
  return 0;
}

}  // namespace pharos::cli
