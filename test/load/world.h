// load/world.h: a workspace to load, how its server is started, and how it is checked afterwards.
#pragma once

#include <string>
#include <vector>

#include "load/memory.h"

namespace pharos::load {

// A new workspace with the pack `platform`. Says what is wrong; empty: nothing.
std::string make_workspace(const std::string& dir);
// For the environment of a server: no line a request, no limit by key, and as many connections as
// one likes.
std::vector<std::string> quiet_and_unlimited();
Instant an_hour_ago();
// As many open files as the system lets us have, for us and for those we start.
void open_many_files();
// `pharos verify`, and `pharos export events` against what was acknowledged.
std::string check(const std::string& dir, const std::vector<Memory>& memories, Instant start);

}  // namespace pharos::load
