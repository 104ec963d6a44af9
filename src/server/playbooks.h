// server/playbooks.h: versions of the playbook over HTTP: listed, checked, tested, compared,
// published.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/operator.h"
#include "playbook/load.h"
#include "server/desk.h"
#include "server/live.h"
#include "server/router.h"
#include "server/settings.h"

namespace pharos::server {

// What is to be published once the server has let go of the workspace.
struct Publication {
  std::vector<playbook::Source> sources;
  int version_before = 0;
  access::Caller caller;
  std::string note;
};

struct PlaybookParts {
  Desk& desk;
  Pool& pool;  // For checks and tests, which may take long.
  Live& live;
  const Settings& settings;
  // Takes the publication and begins to stop, once the answer is out.
  std::function<void(Publication)> publish;
};

// The parts must outlive the router.
void add_playbook_routes(Router& router, PlaybookParts parts);

}  // namespace pharos::server
