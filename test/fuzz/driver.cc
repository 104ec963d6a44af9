// fuzz/driver.cc: main of a fuzz target without libFuzzer: replays a corpus, then mutates it. The
// same inputs in every run: a fault is found again by running again, and the input that met it is
// written to a file.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/seeded.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

// Bounds of one run. Both count work, not time, so that a slow machine tries the same inputs.
constexpr int mutations_default = 20'000;
constexpr std::size_t bytes_max = 16U << 20;
constexpr std::size_t input_bytes_max = 1U << 16;

// Pieces of the languages that our parsers read, and of what hurts parsers.
constexpr std::string_view dictionary[] = {"\n",
                                           "\r\n",
                                           "\t",
                                           "\"",
                                           "'",
                                           "\\",
                                           ",",
                                           ";",
                                           ":",
                                           ": ",
                                           "- ",
                                           "#",
                                           "{",
                                           "}",
                                           "[",
                                           "]",
                                           "(",
                                           ")",
                                           "{}",
                                           "[]",
                                           "null",
                                           "true",
                                           "false",
                                           "NaN",
                                           "-0",
                                           "1e308",
                                           "1e-400",
                                           "0x7fffffffffffffff",
                                           "9223372036854775807",
                                           "-9223372036854775808",
                                           "18446744073709551615u",
                                           "0.1",
                                           "''",
                                           "\"\"",
                                           "&a",
                                           "*a",
                                           "|\n",
                                           ">-\n",
                                           "---\n",
                                           "%YAML",
                                           "<<: ",
                                           "!!str ",
                                           "\xEF\xBB\xBF",
                                           "\xC0\x80",
                                           "\xED\xA0\x80",
                                           "\xF4\x90\x80\x80",
                                           "\\u0000",
                                           "\\ud800",
                                           "\\x",
                                           "入驻",
                                           "😀",
                                           " && ",
                                           " || ",
                                           " ? ",
                                           " in ",
                                           " == ",
                                           ">=",
                                           "!",
                                           "-",
                                           "%",
                                           ".",
                                           "..",
                                           "[?",
                                           ".?",
                                           "r'",
                                           "b'",
                                           "\"\"\"",
                                           "count(order_paid, '30d')",
                                           "sum(order_paid.amount, '30d', category == 'x')",
                                           "since(login)",
                                           "growth(",
                                           "has(a.b)",
                                           ".all(x, ",
                                           ".map(x, ",
                                           "timestamp('2025-01-01T00:00:00Z')",
                                           "duration('1h')",
                                           "now",
                                           "main.lead.held",
                                           "playbook",
                                           "tracks",
                                           "nodes",
                                           "when",
                                           "lapse",
                                           "2025-01-31T09:30:00Z",
                                           "2025-02-29",
                                           "+08:00",
                                           "id",
                                           "account",
                                           "name",
                                           "time",
                                           "props",
                                           std::string_view("\0", 1),
                                           std::string_view("\0\0\0\0", 4),
                                           "\xFF\xFF\xFF\xFF",
                                           "\x28\xB5\x2F\xFD"};

std::string current;  // The input at hand, for whoever meets the fault.
char crash_path[64];

// Only calls that are safe in a signal handler.
void save_current() {
  const int file = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  const char* from = current.data();
  for (std::size_t left = current.size(); left > 0;) {
    const ssize_t written = write(file, from, left);
    if (written <= 0) break;
    from += written;
    left -= static_cast<std::size_t>(written);
  }
  close(file);
  constexpr std::string_view said = "\nfuzz: the input is in ";
  [[maybe_unused]] ssize_t told = write(STDERR_FILENO, said.data(), said.size());
  told = write(STDERR_FILENO, crash_path, std::string_view(crash_path).size());
  told = write(STDERR_FILENO, "\n", 1);
}

void on_signal(int signal) {
  save_current();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void try_input(std::string input) {
  current = std::move(input);
  std::snprintf(crash_path, sizeof crash_path, "crash-%016llx",
                static_cast<unsigned long long>(pharos::hash64(current)));
  // A copy of exactly its size, so that a sanitizer sees a read past the end.
  const std::vector<std::uint8_t> bytes(current.begin(), current.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

// The files of the folder in order of their names; none if there is no folder.
std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> corpus;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

std::size_t place_in(const std::string& text, pharos::Seeded& seeded) {
  return static_cast<std::size_t>(seeded.below(text.size() + 1));
}

void mutate(std::string& text, const std::vector<std::string>& corpus, pharos::Seeded& seeded) {
  const std::size_t at = place_in(text, seeded);
  const std::size_t size = static_cast<std::size_t>(seeded.below(1 + seeded.below(64)));
  switch (seeded.below(8)) {
    case 0:  // Flip a bit.
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << seeded.below(8)));
      break;
    case 1:  // Put any byte.
      if (at < text.size()) text[at] = static_cast<char>(seeded.below(256));
      break;
    case 2:  // Leave out a piece.
      text.erase(at, size);
      break;
    case 3:  // Repeat a piece, now and then many times over.
      for (std::uint64_t times = seeded.chance(0.05) ? 200 : 1; times > 0; --times)
        if (text.size() < input_bytes_max) text.insert(at, text.substr(at, size));
      break;
    case 4:  // Cut short.
      text.resize(at);
      break;
    case 5: {  // Go on with the tail of another.
      const std::string& other = corpus[seeded.below(corpus.size())];
      text.resize(at);
      text += other.substr(place_in(other, seeded));
      break;
    }
    case 6:  // Bring in a piece of another.
      if (const std::string& other = corpus[seeded.below(corpus.size())]; !other.empty())
        text.insert(at, other.substr(place_in(other, seeded), size));
      break;
    default:  // Bring in a word.
      text.insert(at, dictionary[seeded.below(std::size(dictionary))]);
      break;
  }
  if (text.size() > input_bytes_max) text.resize(input_bytes_max);
}

}  // namespace

// fuzz_target [CORPUS_FOLDER or FILE] [MUTATIONS]
int main(int argc, char** argv) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, on_signal);
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(save_current);

  const std::filesystem::path path = argc > 1 ? argv[1] : "";
  if (std::filesystem::is_regular_file(path)) {  // Replay one input, such as a saved crash.
    std::ifstream file(path, std::ios::binary);
    try_input({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    std::puts("fuzz: 1 input, no fault");
    return 0;
  }
  const int mutations = argc > 2 ? std::atoi(argv[2]) : mutations_default;
  std::vector<std::string> corpus = read_corpus(path);
  const std::size_t files = corpus.size();
  if (corpus.empty()) corpus.emplace_back();
  for (const std::string& input : corpus) try_input(input);

  pharos::Seeded seeded(1);
  int tried = 0;
  for (std::size_t bytes = 0; tried < mutations && bytes < bytes_max; ++tried) {
    std::string input = corpus[seeded.below(corpus.size())];
    for (std::uint64_t times = 1 + seeded.below(6); times > 0; --times)
      mutate(input, corpus, seeded);
    bytes += input.size() + 1;
    try_input(std::move(input));
  }
  std::printf("fuzz: %zu file(s) and %d mutations, no fault\n", files, tried);
}
