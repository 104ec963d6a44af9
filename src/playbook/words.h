// playbook/words.h: the names that are known or taken before a playbook says anything.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pharos::playbook {

// The standard events: known without declaration, then without properties.
std::span<const std::string> standard_events();

// Fixed columns of accounts and members, and names that rules know anyway.
std::span<const std::string_view> reserved_attributes();
// What an event has beside its properties.
std::span<const std::string_view> reserved_properties();
// A word of CEL's grammar, which no rule could use as a name.
bool is_cel_word(std::string_view name);

}  // namespace pharos::playbook
