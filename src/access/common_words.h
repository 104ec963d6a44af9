// access/common_words.h: passwords that are guessed first: known words and rows of keys, repeated,
// numbered and decorated.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pharos::access {

std::span<const std::string_view> common_words();

// Whether it is made of at most two different words of the list or of `own`, each as often as you
// like, of rows of keys and of runs of one character, with up to eight digits and signs between
// them. Letters count in either case, and as the digits and signs that look like them. Two of a
// list of words with decoration are millions of passwords, among them what is common and long.
bool is_common(std::string_view password, std::span<const std::string> own);

}  // namespace pharos::access
