// cli/answer.h: for tests: one command line run in this process, and all that it printed.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/program.h"

namespace pharos::cli {

struct Answer {
  Exit exit = Exit::done;
  std::string text;  // Both streams, as they came.
};

// No terminal; the wall clock says 2026-01-15 12:00 in Shanghai.
inline Answer ask(const std::vector<std::string>& arguments) {
  char* text = nullptr;
  std::size_t size = 0;
  Shell shell;
  shell.out = shell.err = open_memstream(&text, &size);
  shell.now = *parse_instant("2026-01-15T04:00:00Z");
  const Exit exit = run(shell, arguments);
  std::fclose(shell.out);
  Answer answer{exit, std::string(text, size)};
  std::free(text);
  return answer;
}

}  // namespace pharos::cli
