// cli/main.cc: the program `pharos`.
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "cli/program.h"

int main(int count, char** arguments) {
  using namespace pharos;
  // Batches of megabytes come and go on several threads. What is given back to the system between
  // them it would have to clear for the next one.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  cli::Shell shell;
  shell.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  shell.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  shell.now = {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  const char* const language = std::getenv("LANG");
  if (language && std::string_view(language).starts_with("zh")) shell.language = cli::Language::zh;
  return static_cast<int>(cli::run(shell, {arguments + 1, arguments + count}));
}
