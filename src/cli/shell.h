// cli/shell.h: where a command speaks: its two streams, its language, its clock and how it ends.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/instant.h"
#include "playbook/model.h"

namespace pharos::cli {

enum class Exit : std::uint8_t { done = 0, failed = 1, usage = 2 };

enum class Language : std::uint8_t { en, zh };

// One heading or sentence in both languages.
struct Words {
  std::string_view en, zh;
};

struct Shell {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  Language language = Language::en;
  bool json = false;  // Documents for machines instead of tables.
  Instant now;        // The wall clock, read once at the start.

  template <class... Args>
  void print(fmt::format_string<Args...> text, Args&&... args) const {
    fmt::print(out, text, std::forward<Args>(args)...);
  }
  void write(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), out); }
  template <class... Args>
  void complain(fmt::format_string<Args...> text, Args&&... args) const {
    fmt::print(err, "pharos: {}\n", fmt::format(text, std::forward<Args>(args)...));
  }
  // Says what is wrong with the command line.
  template <class... Args>
  Exit misused(fmt::format_string<Args...> text, Args&&... args) const {
    complain(text, std::forward<Args>(args)...);
    return Exit::usage;
  }

  std::string_view say(const Words& words) const {
    return language == Language::zh ? words.zh : words.en;
  }
  // The same with values at its {}.
  template <class... Args>
  std::string told(const Words& words, const Args&... args) const {
    return fmt::vformat(say(words), fmt::make_format_args(args...));
  }
  template <class... Args>
  void tell(const Words& words, const Args&... args) const {
    write(told(words, args...));
  }
  std::string strong(std::string_view text) const;  // Bold on a terminal.
  std::string faint(std::string_view text) const;
};

// The label in the language, else in English, else `name`.
std::string label_of(const playbook::Label& label, std::string_view name, Language language);

}  // namespace pharos::cli
