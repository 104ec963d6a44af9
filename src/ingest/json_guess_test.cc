// ingest/json_guess_test.cc: what the short way reads, the exact reader reads too, and the same.
#include "ingest/json_guess.h"

#include <gtest/gtest.h>

#include "base/seeded.h"

namespace pharos::ingest {
namespace {

JsonShape shape_of(OtherKeys others) {
  JsonShape shape;
  for (const std::string_view path :
       {"id", "name", "amount", "props.size", "a_rather_long_key_name"})
    shape.add(path);
  shape.objects[0].others = others;
  return shape;
}

std::string text_of(const Row& row) {
  std::string text;
  for (const Field& field : row.fields)
    text += fmt::format("{}:{} ", static_cast<int>(field.kind()), field.text());
  for (const OtherField& other : row.others)
    text += fmt::format("{}={}:{} ", other.key, static_cast<int>(other.field.kind()),
                        other.field.text());
  return text;
}

// Holds a line against the exact reader. Answers whether it was read the short way.
bool try_line(JsonGuess& guess, const JsonShape& shape, const std::string& line) {
  const std::string padded = line + "\n" + std::string(row_padding, '\0');
  Row row;
  row.fields.resize(shape.slot_count);
  const char* const end = guess.read(padded.data(), row);
  if (end == nullptr) return false;
  EXPECT_EQ(end, padded.data() + line.size()) << line;
  const std::string guessed = text_of(row);
  for (const Field& field : row.fields)
    EXPECT_TRUE(!field.is_whole() || field.text().find_first_of(".eE") == std::string_view::npos);
  std::string_view exact(padded.data(), line.size());
  if (exact.ends_with('\r')) exact.remove_suffix(1);
  const auto fault = JsonReader().read(exact, shape, row);
  EXPECT_FALSE(fault) << line << " " << (fault ? fault->reason : "");
  EXPECT_EQ(guessed, text_of(row)) << line;
  return true;
}

TEST(JsonGuess, plain_lines_are_read_the_short_way) {
  const JsonShape shape = shape_of(OtherKeys::collect);
  JsonGuess guess(shape);
  const std::string_view lines[] = {
      R"({"id":1,"name":"x"})",
      R"({"name":"x","id":-17.25})",
      R"({ "id" : "q" , "amount": 0.5 })",
      R"({"id":null,"name":true,"amount":false})",
      R"({"id":1,"props":{"size":"l","colour":"red"},"more":"x"})",
      R"({"a_rather_long_key_name":"a value of more than sixteen bytes","id":0})",
      R"({"name":"甲 é","id":"ü"})",
      "{\"id\":1}\r",
  };
  for (const std::string_view line : lines)
    EXPECT_TRUE(try_line(guess, shape, std::string(line))) << line;
}

TEST(JsonGuess, what_is_not_plain_is_left_to_the_exact_reader) {
  const JsonShape shape = shape_of(OtherKeys::refuse);
  JsonGuess guess(shape);
  const std::string_view lines[] = {
      "",
      "x",
      "[]",
      R"( {"id":1})",
      R"({"id":1}x)",
      R"({"id":1,})",
      R"({"id":1 "name":2})",
      R"({"id":01})",
      R"({"id":1.})",
      R"({"id":1e5})",
      R"({"id":-})",
      R"({"id":tru})",
      R"({"id":1,"id":2})",
      R"({"id":"a\nb"})",
      R"({"id":"open})",
      R"({"id":[1]})",
      R"({"id":{"deep":1}})",
      R"({"unknown":1})",
      R"({"\u0069d":1})",
      "{\"id\":\"\xFF\"}",
      "{\"id\":\"tab\there\"}",
  };
  for (const std::string_view line : lines)
    EXPECT_FALSE(try_line(guess, shape, std::string(line))) << line;
}

// Lines that were plain, with a few bytes changed: never read otherwise than exactly.
TEST(JsonGuess, agrees_with_the_exact_reader_on_damaged_lines) {
  for (const OtherKeys others : {OtherKeys::ignore, OtherKeys::collect, OtherKeys::refuse}) {
    const JsonShape shape = shape_of(others);
    Seeded random(7);
    int guessed = 0;
    for (int round = 0; round < 300; ++round) {
      JsonGuess guess(shape);
      for (int i = 0; i < 50; ++i) {
        std::string line = "{";
        const std::string_view members[] = {R"("id":12345678)",  R"("name":"order_paid")",
                                            R"("amount":12.50)", R"("props":{"size":"xxl"})",
                                            R"("other":"x")",    R"("a_rather_long_key_name":"甲")",
                                            R"("w":null)",       R"("ok":true)"};
        for (std::uint64_t member = random.below(6); member > 0; --member) {
          line += members[random.below(std::size(members))];
          if (member > 1) line += ',';
        }
        line += '}';
        for (std::uint64_t change = random.below(3); change > 0; --change) {
          constexpr std::string_view bytes = "{}[]\",:\\ 01e.-tnx\xC3\x01";
          line[random.below(line.size())] = bytes[random.below(bytes.size())];
        }
        guessed += try_line(guess, shape, line) ? 1 : 0;
      }
    }
    EXPECT_GT(guessed, 500);
  }
}

TEST(JsonGuess, goes_on_where_nothing_fits_for_long) {
  const JsonShape shape = shape_of(OtherKeys::ignore);
  JsonGuess guess(shape);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(try_line(guess, shape, R"({"id":[]})"));
  int guessed = 0;
  for (int i = 0; i < 200; ++i) guessed += try_line(guess, shape, R"({"id":1})") ? 1 : 0;
  EXPECT_GT(guessed, 100);
}

}  // namespace
}  // namespace pharos::ingest
