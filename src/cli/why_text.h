// cli/why_text.h: an account's reasons for people.
#pragma once

#include <string>

#include "cli/shell.h"
#include "engine/explain.h"
#include "playbook/model.h"

namespace pharos::cli {

struct Explained {
  const std::string& account;
  const engine::Life& life;
  Instant clock;
  std::size_t reasons_max = 0;  // Only the last so many transitions; 0: all.
};
void print_why(const Shell& shell, const playbook::Playbook& playbook, const Explained& explained);

}  // namespace pharos::cli
