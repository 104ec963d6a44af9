// playbook/types.cc: attributes, member attributes, and events with their properties.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "playbook/draft.h"
#include "playbook/words.h"

namespace pharos::playbook {
namespace {

// What a property belongs to, and where its labels go.
struct Owner {
  std::string of;    // "an attribute"
  std::string path;  // "", "member." or "order_paid.": before the name, for value labels.
  std::span<const std::string_view> reserved;
  std::map<std::string, Label>& labels;
  std::string label_prefix;
};

std::optional<cel::PropertyType> find_type(std::string_view text) {
  using enum cel::PropertyType;
  for (const auto type : {bool_, int_, double_, string, enum_, money, time})
    if (cel::name_of(type) == text) return type;
  return std::nullopt;
}

class TypeReader {
 public:
  explicit TypeReader(Draft& draft) : draft_(draft), faults_(draft.faults) {}

  std::optional<cel::Property> read(const Outline& key, const Outline& value, const Owner& owner) {
    auto name = read_name(faults_, key, owner.of);
    if (!name) return std::nullopt;
    if (std::ranges::find(owner.reserved, *name) != owner.reserved.end() || is_cel_word(*name)) {
      faults_.error(key.place,
                    fmt::format("{} cannot be the name of {}: it has a meaning of its own",
                                quoted(*name), owner.of),
                    "Choose another name.");
      return std::nullopt;
    }
    cel::Property property;
    property.name = *std::move(name);
    if (value.kind == OutlineKind::map)
      read_map(property, value, owner);
    else
      read_type(property, value, owner);
    if (property.type == cel::PropertyType::money && !draft_.money) draft_.money = &key;
    return property;
  }

 private:
  void read_map(cel::Property& property, const Outline& map, const Owner& owner) {
    Fields fields(faults_, map, owner.of, {"type", "values", "label"});
    const Outline* values = fields.find("values");
    if (const Outline* type = fields.need("type", "one of " + type_list()))
      read_type(property, *type, owner, values);
    if (const Outline* label = fields.find("label"))
      owner.labels[owner.label_prefix + property.name] = read_label(faults_, *label);
    if (values && property.type == cel::PropertyType::enum_)
      read_values(property, *values, owner);
    else if (values && fields.find("type"))
      faults_.error(values->place, fmt::format("values belong to an enum, and {} is of type {}",
                                               quoted(property.name), cel::name_of(property.type)));
  }

  void read_type(cel::Property& property, const Outline& value, const Owner& owner,
                 const Outline* values = nullptr) {
    const std::string* text =
        read_text(faults_, value, fmt::format("the type of {}: one of {}", owner.of, type_list()));
    if (!text) return;
    if (const auto type = find_type(*text)) {
      property.type = *type;
      if (*type == cel::PropertyType::enum_ && !values)
        faults_.error(value.place, fmt::format("enum {} has no values", quoted(property.name)),
                      "Write {type: enum, values: [first, second]}.");
      return;
    }
    std::string hint = faults_.near(*text, type_names());
    if (hint.empty()) hint = fmt::format("Known types: {}.", type_list());
    faults_.error(value.place, fmt::format("{} is not a type", shortened(*text)), std::move(hint));
  }

  // A list of texts, or a map from each to its label.
  void read_values(cel::Property& property, const Outline& values, const Owner& owner) {
    Members members;
    for (const Outline& item : values.items) members.emplace_back(&item, nullptr);
    for (const auto& [key, label] : values.members) members.emplace_back(&key, &label);
    if (members.empty())
      return report_kind(faults_, values,
                         fmt::format("a list of the values of enum {}", quoted(property.name)));
    if (members.size() > enum_value_count_max)
      return faults_.error(
          values.place,
          fmt::format("enum {} has {} values; at most {} are allowed", quoted(property.name),
                      grouped(static_cast<std::int64_t>(members.size())),
                      grouped(enum_value_count_max)));
    std::set<std::string> seen;
    for (const auto& [key, label] : members) {
      const std::string* text = read_text(faults_, *key, "a value of the enum: a text");
      if (!text) continue;
      if (text->size() > value_bytes_max)
        faults_.error(key->place, fmt::format("an enum value of {} bytes; at most {} are allowed",
                                              text->size(), value_bytes_max));
      else if (!seen.insert(*text).second)
        faults_.error(key->place, fmt::format("value {} stands twice", shortened(*text)));
      else
        property.values.push_back(*text);
      if (label && label->kind != OutlineKind::null)
        draft_.book.value_labels[owner.path + property.name + "." + *text] =
            read_label(faults_, *label);
    }
  }

  static std::span<const std::string> type_names() {
    static const std::vector<std::string> names = {"string", "enum", "int", "double",
                                                   "money",  "bool", "time"};
    return names;
  }
  static std::string type_list() { return fmt::format("{}", fmt::join(type_names(), ", ")); }

  static constexpr std::size_t value_bytes_max = 128;
  Draft& draft_;
  Faults& faults_;
};

class Types {
 public:
  Types(Draft& draft, const Sections& sections)
      : draft_(draft),
        book_(draft.book),
        faults_(draft.faults),
        sections_(sections),
        reader_(draft) {}

  void read() {
    book_.schema.events = {{"account_updated", {}},
                           {"member_updated", {}},
                           {"link", {{.name = "from", .values = {}}}}};
    read_attributes(sections_.attributes, book_.schema.attributes,
                    {"an attribute", "", reserved_attributes(), book_.attribute_labels, ""});
    read_attributes(sections_.members, book_.member_attributes,
                    {"a member attribute", "member.", reserved_attributes(),
                     book_.member_attribute_labels, ""});
    read_events();
    book_.schema.events[event_account_updated].properties = book_.schema.attributes;
    book_.schema.events[event_member_updated].properties = book_.member_attributes;
  }

 private:
  void read_attributes(const Members& members, std::vector<cel::Property>& into,
                       const Owner& owner) {
    for (const auto& [key, value] : members) {
      if (into.size() == attribute_count_max)
        return faults_.error(
            key->place, fmt::format("more than {} attributes are declared", attribute_count_max));
      if (auto property = reader_.read(*key, *value, owner)) into.push_back(*std::move(property));
    }
  }

  void read_events() {
    for (const auto& [key, value] : sections_.events) {
      if (book_.schema.events.size() == event_first_declared + event_count_max)
        return faults_.error(key->place,
                             fmt::format("more than {} events are declared", event_count_max));
      read_event(*key, *value);
    }
  }

  void read_event(const Outline& key, const Outline& value) {
    auto name = read_name(faults_, key, "an event");
    if (!name) return;
    const bool is_built_in =
        *name == "account_updated" || *name == "member_updated" || *name == "link";
    if (is_built_in || is_cel_word(*name))
      return faults_.error(key.place,
                           fmt::format("{} cannot be declared as an event", quoted(*name)),
                           is_built_in ? "It is built in; its properties are the attributes."
                                       : "It is a word of the rule language; choose another name.");
    cel::EventType event{.name = *std::move(name), .properties = {}};
    if (value.kind == OutlineKind::map)
      read_properties(event, value);
    else if (value.kind != OutlineKind::null)
      report_kind(faults_, value, "a map of the event's properties, such as {amount: money}");
    book_.schema.events.push_back(std::move(event));
  }

  void read_properties(cel::EventType& event, const Outline& map) {
    const Owner owner{"a property", event.name + ".", reserved_properties(), book_.property_labels,
                      event.name + "."};
    for (const auto& [key, value] : map.members) {
      if (key.text == "label") {
        if (value.kind == OutlineKind::scalar && find_type(value.text))
          faults_.error(key.place,
                        "\"label\" cannot be the name of a property: it labels the event",
                        "Choose another name.");
        else
          book_.event_labels[event.name] = read_label(faults_, value);
        continue;
      }
      if (event.properties.size() == property_count_max)
        return faults_.error(key.place, fmt::format("event {} has more than {} properties",
                                                    quoted(event.name), property_count_max));
      if (auto property = reader_.read(key, value, owner))
        event.properties.push_back(*std::move(property));
    }
  }

  Draft& draft_;
  Playbook& book_;
  Faults& faults_;
  const Sections& sections_;
  TypeReader reader_;
};

}  // namespace

void read_types(Draft& draft, const Sections& sections) {
  Types(draft, sections).read();
  if (draft.money && !sections.currency)
    draft.faults.error(draft.money->place,
                       fmt::format("{} is money, but the playbook names no currency",
                                   shortened(draft.money->text)),
                       "Add a line such as currency: CNY.");
}

}  // namespace pharos::playbook
