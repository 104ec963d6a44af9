// access/mask.cc: what is left of a value.
#include "access/mask.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace pharos::access {
namespace {

constexpr std::string_view stars = "***";

// Its first character: bytes up to the next one that begins a code point.
std::string_view first_of(std::string_view text) {
  std::size_t size = text.empty() ? 0 : 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return text.substr(0, size);
}

// The last four digits, if at least as many again stay hidden.
std::string masked_phone(std::string_view value) {
  std::string digits;
  for (const char c : value)
    if (c >= '0' && c <= '9') digits += c;
  if (digits.size() < 8) return std::string(stars);
  return std::string(stars) + digits.substr(digits.size() - 4);
}

std::string masked_email(std::string_view value) {
  const std::size_t at = value.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::string(stars);
  return fmt::format("{}{}{}", first_of(value), stars, value.substr(at));
}

const PersonalField* find_field(std::span<const PersonalField> fields, std::string_view attribute) {
  const auto at = std::ranges::find(fields, attribute, &PersonalField::attribute);
  return at == fields.end() ? nullptr : &*at;
}

}  // namespace

std::string masked(MaskKind kind, std::string_view value) {
  if (value.empty()) return "";  // Not set.
  if (!is_utf8(value)) return std::string(stars);
  switch (kind) {
    case MaskKind::phone: return masked_phone(value);
    case MaskKind::email: return masked_email(value);
    case MaskKind::name: return std::string(first_of(value)) + std::string(stars);
    case MaskKind::hidden: break;
  }
  return std::string(stars);
}

std::string shown(const Principal& principal, std::span<const PersonalField> fields,
                  std::string_view attribute, std::string_view value) {
  const PersonalField* const field = find_field(fields, attribute);
  if (field == nullptr || principal.role.sees_personal) return std::string(value);
  return masked(field->kind, value);
}

Diagnostics check_question(const Principal& principal, std::span<const PersonalField> fields,
                           const cel::Rule& rule, const cel::Schema& schema) {
  Diagnostics diagnostics;
  if (principal.role.sees_personal) return diagnostics;
  for (const std::uint32_t index : rule.attributes) {
    const std::string& name = schema.attributes[index].name;
    if (find_field(fields, name) == nullptr) continue;
    diagnostics.push_back({.severity = Severity::error,
                           .place = rule.place,
                           .message = fmt::format("{} is personal, and masked for the role {}",
                                                  quoted(name), principal.role.name),
                           .hint = "Leave it out of the question."});
  }
  return diagnostics;
}

}  // namespace pharos::access
