// crash/program.cc: fork, exec, and what comes back.
#include "crash/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace pharos::crash {
namespace {

constexpr int wait_max_ms = 60'000;

// In a child: never returns.
[[noreturn]] void become(const std::vector<std::string>& words,
                         const std::vector<std::string>& variables) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // No server outlives a test that was stopped.
  for (const std::string& variable : variables) {
    const std::size_t equal = variable.find('=');
    ::setenv(variable.substr(0, equal).c_str(), variable.substr(equal + 1).c_str(), 1);
  }
  std::vector<std::string> owned = words;
  owned.insert(owned.begin(), "pharos");
  std::vector<char*> arguments;
  for (std::string& word : owned) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(PHAROS_PROGRAM, arguments.data());
  ::_exit(127);
}

void redirect(const char* path, int to) {
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(file, to);
  ::close(file);
}

// "Pharos serves DIR at http://127.0.0.1:45678" has the port behind its last colon.
std::uint16_t port_in(const std::string& line) {
  const std::size_t colon = line.rfind(':');
  if (colon == std::string::npos) return 0;
  return static_cast<std::uint16_t>(
      parse_int64(trimmed(std::string_view(line).substr(colon + 1))).value_or(0));
}

}  // namespace

bool run_program(std::vector<std::string> words,
                 std::optional<std::chrono::microseconds> patience) {
  const pid_t child = ::fork();
  if (child == 0) {
    redirect("/dev/null", STDOUT_FILENO);
    redirect("/dev/null", STDERR_FILENO);
    become(words, {});
  }
  if (patience) {
    // Time itself is meant: it dies at any moment of its work.
    ::usleep(static_cast<useconds_t>(patience->count()));
    ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Served::Served(const std::string& dir, const std::vector<std::string>& words,
               const std::vector<std::string>& variables, std::uint16_t port) {
  std::string name = (std::filesystem::temp_directory_path() / "served-XXXXXX").string();
  ::close(::mkstemp(name.data()));
  complaints_path_ = name;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    redirect(complaints_path_.c_str(), STDERR_FILENO);
    std::vector<std::string> all = {"serve", dir, "--open", "--listen",
                                    fmt::format("127.0.0.1:{}", port)};
    all.insert(all.end(), words.begin(), words.end());
    become(all, variables);
  }
  ::close(ends[1]);
  std::string line;
  char letter = 0;
  while (::read(ends[0], &letter, 1) == 1 && letter != '\n') line += letter;
  output_ = ends[0];  // It says something at its end as well.
  port_ = letter == '\n' ? port_in(line) : 0;
}

Served::~Served() {
  kill();
  if (output_ >= 0) ::close(output_);
  std::error_code ignored;
  std::filesystem::remove(complaints_path_, ignored);
}

void Served::send(int signal) const {
  if (process_ > 0) ::kill(process_, signal);
}

void Served::kill() {
  send(SIGKILL);
  static_cast<void>(wait());
}

int Served::wait() {
  if (process_ <= 0) return 0;
  // One that does not end must not hold up the test that asks.
  pollfd ended{.fd = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)),
               .events = POLLIN,
               .revents = 0};
  if (::poll(&ended, 1, wait_max_ms) != 1) send(SIGKILL);
  ::close(ended.fd);
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string Served::complaints() const {
  std::ostringstream text;
  text << std::ifstream(complaints_path_).rdbuf();
  return text.str();
}

}  // namespace pharos::crash
