// access/mask.h: pure: personal fields as those see them who need not know them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/permission.h"
#include "base/diagnostic.h"
#include "cel/rule.h"
#include "cel/schema.h"

namespace pharos::access {

enum class MaskKind : std::uint8_t { phone, email, name, hidden };

// An attribute of accounts or members that is about a person.
struct PersonalField {
  std::string attribute;
  MaskKind kind = MaskKind::hidden;
};

// "***5678", "w***@example.com", "张***", "***". Its length says nothing of the value's.
std::string masked(MaskKind kind, std::string_view value);

// The value for this principal: masked if the field is personal and they do not see such.
std::string shown(const Principal& principal, std::span<const PersonalField> fields,
                  std::string_view attribute, std::string_view value);

// A question that reads a masked field would tell it, bit by bit: every such field it reads.
Diagnostics check_question(const Principal& principal, std::span<const PersonalField> fields,
                           const cel::Rule& rule, const cel::Schema& schema);

}  // namespace pharos::access
