// ingest/csv_test.cc: which records a text has, and where it may be cut.
#include "ingest/csv.h"

#include <gtest/gtest.h>

#include "base/seeded.h"

namespace pharos::ingest {
namespace {

// "a|b" a record; its line in front; a fault's code in place of the fields.
std::vector<std::string> records(std::string_view text, char delimiter = ',') {
  std::vector<std::string> found;
  CsvReader reader(text, delimiter);
  while (reader.next()) {
    std::string record = std::to_string(reader.line() + 1) + ":";
    if (reader.fault())
      record += std::string(name_of(reader.fault()->code));
    else
      for (std::size_t i = 0; i < reader.fields().size(); ++i)
        record += (i == 0 ? "" : "|") + std::string(reader.fields()[i]);
    found.push_back(record);
  }
  return found;
}

TEST(Csv, records_are_those_of_rfc_4180) {
  struct Case {
    std::string_view text;
    std::vector<std::string> wanted;
  };
  const Case cases[] = {
      {"", {}},
      {"a,b\n", {"1:a|b"}},
      {"a,b", {"1:a|b"}},
      {"a,b\r\nc,d\r\n", {"1:a|b", "2:c|d"}},
      {",\n", {"1:|"}},
      {"a,,c\n", {"1:a||c"}},
      {"\n\na\n\nb\n", {"3:a", "5:b"}},  // Empty lines are no rows.
      {"\"a\",\"b\"\n", {"1:a|b"}},
      {"\"a\"\r\n\"b\"\r\n", {"1:a", "2:b"}},
      {"\"\",x\n", {"1:|x"}},
      {"\"say \"\"hi\"\"\",x\n", {"1:say \"hi\"|x"}},
      {"\"\"\"\"\n", {"1:\""}},
      {"\"a,b\",c\n", {"1:a,b|c"}},
      {"\"two\nlines\",x\ny,z\n", {"1:two\nlines|x", "3:y|z"}},
      {"\"crlf\r\ninside\",x\r\n", {"1:crlf\r\ninside|x"}},
      {"5\" pipe,x\n", {"1:5\" pipe|x"}},       // A quote inside an unquoted field is itself.
      {" \"a\",x\n", {"1: \"a\"|x"}},           // So it is behind a blank.
      {"\"a\"b,x\ny\n", {"1:bad_csv", "2:y"}},  // Text behind a closing quote.
      // A quote that is never closed costs its own line and no more.
      {"\"open,1\nx,y\nz,w\n", {"1:bad_csv", "2:x|y", "3:z|w"}},
  };
  for (const Case& one : cases) EXPECT_EQ(records(one.text), one.wanted) << one.text;
  EXPECT_EQ(records("a;b\tc\n", ';'), (std::vector<std::string>{"1:a|b\tc"}));
  EXPECT_EQ(records("a;b\tc\n", '\t'), (std::vector<std::string>{"1:a;b|c"}));
}

TEST(Csv, many_built_texts_of_one_record_stand_together) {
  std::string line;
  for (int i = 0; i < 100; ++i)
    line += (i == 0 ? "" : ",") + std::string("\"\"\"") + std::to_string(i) + "\"";
  line += '\n';
  CsvReader reader(line, ',');
  ASSERT_TRUE(reader.next());
  ASSERT_EQ(reader.fields().size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(reader.fields()[i], "\"" + std::to_string(i));
}

TEST(Csv, a_row_past_the_limit_is_refused_and_the_next_one_read) {
  const std::string huge(row_bytes_max + 1, 'x');
  EXPECT_EQ(records("a\n" + huge + "\nb\n"),
            (std::vector<std::string>{"1:a", "2:too_long", "3:b"}));
  // A quote that is closed only behind the limit.
  EXPECT_EQ(records("\"" + huge + "\"\nb\n"), (std::vector<std::string>{"1:bad_csv", "2:b"}));
}

TEST(Csv, a_cut_falls_behind_the_last_whole_record) {
  const std::pair<std::string_view, std::size_t> rows[] = {
      {"", 0},
      {"a,b", 0},
      {"a,b\n", 4},
      {"a\nb", 2},
      {"\"a\nb", 0},
      {"x\n\"a\nb", 2},
      {"\"a\nb\"\nc", 6},
      {"5\" x\ny", 5},
      {"a,\"b\n\"\n", 7},
      {"\"a\"\"\n\"\nb", 7},
  };
  for (const auto& [text, cut] : rows) EXPECT_EQ(csv_cut(text, ',', false), cut) << text;
  EXPECT_EQ(csv_cut("x\n\"a\nb\n", ',', true), 7U);  // At the end an open quote holds nothing back.
}

// Whatever the text, reading it in one piece or in the pieces that csv_cut() makes is the same.
TEST(Csv, pieces_have_the_records_of_the_whole) {
  constexpr std::string_view alphabet = "ab,\"\"\n\n\r";
  Seeded random(7);
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::uint64_t i = random.below(60); i > 0; --i)
      text += alphabet[random.below(alphabet.size())];
    text += '\n';
    const std::size_t half = random.below(text.size());
    const std::size_t cut = csv_cut(std::string_view(text).substr(0, half), ',', false);
    const std::string_view front = std::string_view(text).substr(0, cut);
    std::vector<std::string> pieces = records(front);
    CsvReader reader(front, ',');
    while (reader.next()) continue;
    for (const std::string& record : records(std::string_view(text).substr(cut))) {
      const std::size_t colon = record.find(':');
      pieces.push_back(std::to_string(std::stoull(record.substr(0, colon)) + reader.lines_read()) +
                       record.substr(colon));
    }
    ASSERT_EQ(pieces, records(text)) << "cut " << cut << " of " << text;
  }
}

}  // namespace
}  // namespace pharos::ingest
