// crash/program.h: the program as processes of their own, that may be killed at any moment.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pharos::crash {

// Runs `pharos` with these words, killed after so long if it still runs then; whether it came to a
// good end.
bool run_program(std::vector<std::string> words, std::optional<std::chrono::microseconds> patience);

// `pharos serve DIR` on a free loopback port, without keys. Killed with its object.
class Served {
 public:
  // More words for the command line, and variables for its environment, each NAME=VALUE. Waits
  // until it takes events, or has ended. `port` 0: any.
  explicit Served(const std::string& dir, const std::vector<std::string>& words = {},
                  const std::vector<std::string>& variables = {}, std::uint16_t port = 0);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::uint16_t port() const { return port_; }  // 0: it did not get that far.
  pid_t process() const { return process_; }
  void send(int signal) const;
  void kill();
  // Waits for its end, up to a minute, then kills it: the exit code, or minus the signal that ended
  // it.
  int wait();
  std::string complaints() const;  // Its standard error so far.

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::uint16_t port_ = 0;
  std::string complaints_path_;
};

}  // namespace pharos::crash
