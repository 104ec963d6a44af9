// base/zone_names.h: the names that zones have, for hints. zone.cc knows them.
#pragma once

#include <string>
#include <vector>

namespace pharos {

// Every IANA name in the system's tzdata, links to others included; sorted.
std::vector<std::string> zone_names();

}  // namespace pharos
