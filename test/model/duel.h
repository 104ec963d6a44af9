// model/duel.h: one expression evaluated by src/cel and by the model; what they answer must agree.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cel/rule.h"
#include "model/choices.h"
#include "model/datum.h"

namespace pharos::model {

enum class Verdict : std::uint8_t {
  same,
  different,
  refused,    // It does not compile, so there is nothing to compare.
  undecided,  // A limit was met, or the model gave up.
};

struct Duel {
  Verdict verdict = Verdict::refused;
  bool is_value = false;  // Both have a value, not an error.
  std::string report;     // The expression and both answers; why it was refused.
};

using Bindings = std::map<std::string, Datum>;
// Values of plain_names(), some of them left out.
Bindings make_bindings(Choices& choices);
Duel duel_plain(std::string_view text, const Bindings& bindings);

// Facts of the shop follow from the seed: any fact is some value of its type, or missing.
Duel duel_rule(std::string_view text, cel::Use use, std::uint64_t seed);

// What the bytes say: raw text, a plain expression or one of a rule; and the facts for it.
Duel duel(Choices choices);

}  // namespace pharos::model
