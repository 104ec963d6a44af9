// access/common_words.cc: the list, our own, and the search for a way to divide a password into it.
#include "access/common_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <tuple>
#include <vector>

namespace pharos::access {
namespace {

constexpr std::string_view words[] = {
    "abc",        "access",    "account",    "admin",     "administrator", "adobe",
    "alexander",  "amanda",    "america",    "andrea",    "andrew",        "angel",
    "angels",     "anthony",   "apple",      "april",     "arsenal",       "asdf",
    "ashley",     "august",    "austin",     "autumn",    "babygirl",      "backup",
    "bailey",     "banana",    "barcelona",  "baseball",  "basketball",    "batman",
    "beautiful",  "beijing",   "bitcoin",    "blessed",   "blue",          "brandon",
    "buster",     "butterfly", "change",     "changeme",  "charlie",       "cheese",
    "chelsea",    "chicken",   "china",      "chocolate", "christian",     "chris",
    "coffee",     "company",   "computer",   "cookie",    "correct",       "dallas",
    "daniel",     "database",  "december",   "default",   "demo",          "diamond",
    "dolphin",    "donald",    "dragon",     "eagle",     "elephant",      "elizabeth",
    "email",      "employee",  "england",    "facebook",  "family",        "february",
    "ferrari",    "flower",    "football",   "forever",   "freedom",       "friday",
    "friend",     "friends",   "fuckyou",    "gateway",   "george",        "ginger",
    "god",        "google",    "green",      "guest",     "guitar",        "hahaha",
    "handsome",   "hannah",    "happy",      "harley",    "heaven",        "hello",
    "helpme",     "hockey",    "honey",      "hongkong",  "hunter",        "iloveu",
    "iloveyou",   "india",     "inet",       "infinity",  "instagram",     "internet",
    "jackson",    "january",   "jasmine",    "jennifer",  "jessica",       "jesus",
    "jordan",     "joseph",    "joshua",     "july",      "june",          "justin",
    "keyboard",   "killer",    "king",       "kitty",     "laptop",        "letmein",
    "lfc",        "linkedin",  "liverpool",  "login",     "london",        "love",
    "lovely",     "loveme",    "loveyou",    "lucky",     "maggie",        "manager",
    "manchester", "march",     "marina",     "marketing", "martin",        "master",
    "matrix",     "matthew",   "maverick",   "maybe",     "mercedes",      "merchant",
    "michael",    "michelle",  "microsoft",  "monday",    "money",         "monkey",
    "morgan",     "mother",    "mustang",    "my",        "mypassword",    "naruto",
    "nicole",     "ninja",     "november",   "nothing",   "october",       "office",
    "onelove",    "online",    "operator",   "orange",    "owner",         "pa",
    "pass",       "passcode",  "passphrase", "password",  "passwort",      "patrick",
    "peanut",     "pepper",    "pharos",     "phoenix",   "platform",      "please",
    "pokemon",    "princess",  "private",    "purple",    "qazwsx",        "qwe",
    "qwer",       "rainbow",   "ranger",     "red",       "robert",        "root",
    "sales",      "samantha",  "samsung",    "saturday",  "school",        "secret",
    "security",   "september", "server",     "service",   "shadow",        "shanghai",
    "shop",       "silver",    "snoopy",     "soccer",    "spring",        "starwars",
    "steven",     "student",   "summer",     "sunday",    "sunshine",      "super",
    "superman",   "support",   "sweet",      "system",    "taiwan",        "taylor",
    "team",       "teacher",   "temp",       "temporary", "test",          "tester",
    "testing",    "the",       "thomas",     "thunder",   "thursday",      "tigger",
    "trustno",    "tuesday",   "twitter",    "unknown",   "user",          "victoria",
    "wednesday",  "welcome",   "wechat",     "weibo",     "whatever",      "william",
    "winner",     "winter",    "woaini",     "wodemima",  "woshishui",     "xiaoming",
    "yankees",    "yellow",    "you",        "zhang",     "zhongguo"};

constexpr std::string_view rows[] = {"1234567890",
                                     "qwertyuiop",
                                     "asdfghjkl",
                                     "zxcvbnm",
                                     "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
                                     "abcdefghijklmnopqrstuvwxyz"};
constexpr std::size_t row_run_min = 4;
constexpr std::size_t decoration_max = 8;
constexpr std::size_t words_max = 2;

// The letter that a digit or sign stands for.
char letter_of(char c) {
  switch (c) {
    case '0': return 'o';
    case '1':
    case '!': return 'i';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '7': return 't';
    default: return c;
  }
}

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Longest run from `at` along a row of keys, forwards or backwards, or of one character.
std::size_t run_at(std::string_view text, std::size_t at) {
  std::size_t longest = 1;
  while (at + longest < text.size() && text[at + longest] == text[at]) ++longest;
  if (longest < 3) longest = 0;
  for (const std::string_view row : rows) {
    const std::size_t place = row.find(text[at]);
    if (place == std::string_view::npos) continue;
    for (const int step : {1, -1}) {
      std::size_t length = 1;
      auto next = static_cast<std::ptrdiff_t>(place) + step;
      while (at + length < text.size() && next >= 0 &&
             next < static_cast<std::ptrdiff_t>(row.size()) &&
             row[static_cast<std::size_t>(next)] == text[at + length])
        ++length, next += step;
      if (length >= row_run_min) longest = std::max(longest, length);
    }
  }
  return longest;
}

// Whether the rest of a password from `at` divides into what is known, with what was used so far.
class Division {
 public:
  Division(std::string_view password, std::span<const std::string> own) : plain_(folded(password)) {
    for (const char c : plain_) read_ += letter_of(c);
    for (const std::string_view word : words) add(std::string(word));
    for (const std::string& word : own)
      if (word.size() >= 3) add(folded(word));
  }

  bool holds(std::size_t at, std::size_t decoration, std::vector<std::size_t>& used) {
    if (at == plain_.size()) return true;
    if (!seen_.emplace(at, decoration, used).second) return false;
    if (const std::size_t run = run_at(plain_, at); run > 0 && holds(at + run, decoration, used))
      return true;
    for (const std::size_t word : here(at)) {
      const bool is_new = std::ranges::find(used, word) == used.end();
      if (is_new && used.size() == words_max) continue;
      if (is_new) used.push_back(word);
      if (holds(at + known_[word].size(), decoration, used)) return true;
      if (is_new) used.pop_back();
    }
    const bool is_letter = std::isalpha(static_cast<unsigned char>(plain_[at])) != 0 ||
                           static_cast<unsigned char>(plain_[at]) >= 0x80;
    return !is_letter && decoration < decoration_max && holds(at + 1, decoration + 1, used);
  }

 private:
  void add(std::string word) { known_.push_back(std::move(word)); }
  // The words that begin there, as written or as it looks.
  std::vector<std::size_t> here(std::size_t at) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (std::string_view(plain_).substr(at).starts_with(known_[i]) ||
          std::string_view(read_).substr(at).starts_with(known_[i]))
        found.push_back(i);
    return found;
  }

  std::string plain_, read_;
  std::vector<std::string> known_;
  std::set<std::tuple<std::size_t, std::size_t, std::vector<std::size_t>>> seen_;
};

}  // namespace

std::span<const std::string_view> common_words() {
  return words;
}

bool is_common(std::string_view password, std::span<const std::string> own) {
  std::vector<std::size_t> used;
  return Division(password, own).holds(0, 0, used);
}

}  // namespace pharos::access
