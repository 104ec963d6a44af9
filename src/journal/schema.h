// journal/schema.h: the tables of a workspace: made, checked and widened in this one place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "playbook/model.h"
#include "store/database.h"

namespace pharos::journal {

inline constexpr int schema_newest = 1;

// Tables that follow from the journal, with the columns of their primary keys; verify compares
// them.
struct DerivedTable {
  std::string_view name;
  std::vector<std::string_view> key;
};
std::span<const DerivedTable> derived_tables();

// All tables and views, with a column for each attribute. Errors: invalid (an attribute has the
// name of a column that is there for all).
Result<> create_schema(store::Database& database, const playbook::Playbook& playbook);
// The derived tables alone, without views.
Result<> create_derived(store::Database& database, const playbook::Playbook& playbook);
// Errors: invalid (not a workspace of Pharos, or one of a newer Pharos).
Result<> check_schema(store::Database& database, const std::string& path);
// Adds the columns of attributes that a later version of the playbook declares.
Result<> widen_schema(store::Database& database, const playbook::Playbook& playbook);

}  // namespace pharos::journal
