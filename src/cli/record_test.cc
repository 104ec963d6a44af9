// cli/record_test.cc: exported rows, as CSV and as NDJSON.
#include "cli/record.h"

#include <gtest/gtest.h>

#include <bit>

namespace pharos::cli {
namespace {

TEST(Record, quotes_csv_where_it_would_be_read_otherwise) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"plain", "plain"},   {"", ""},
      {"a,b", "\"a,b\""},   {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""},
      {" a", "\" a\""},     {"杭州", "杭州"},
  };
  for (const auto& [value, wanted] : rows) {
    Record record(Format::csv);
    record.text("x", value);
    record.number("n", 7);
    record.end_row();
    EXPECT_EQ(record.text(), std::string(wanted) + ",7\n");
  }
}

TEST(Record, has_a_header_in_csv_only) {
  for (const auto& [format, wanted] :
       {std::pair(Format::csv, "a,b\n1,1970-01-01T00:00:00.001Z\n"),
        std::pair(Format::ndjson, "{\"a\":1,\"b\":\"1970-01-01T00:00:00.001Z\"}\n")}) {
    Record record(format);
    record.header({"a", "b"});
    record.number("a", 1);
    record.instant("b", {1});
    record.end_row();
    EXPECT_EQ(record.text(), wanted);
  }
}

class Properties : public testing::Test {
 protected:
  Properties() {
    using enum cel::PropertyType;
    properties_ = {{"amount", money, {}}, {"category", string, {}}, {"size", enum_, {"s", "l"}},
                   {"new", bool_, {}},    {"ratio", double_, {}},   {"at", time, {}},
                   {"items", int_, {}}};
  }
  // An event with all properties absent.
  engine::Event& event() {
    engine::Event& event = batch_.events.emplace_back();
    event.cells = static_cast<std::uint32_t>(batch_.cells.size());
    batch_.cells.resize(batch_.cells.size() + properties_.size(), engine::cell_absent);
    return event;
  }
  std::string written(Format format) {
    Record record(format);
    record.properties("props", properties_, {batch_, batch_.events.back()}, schema_);
    record.end_row();
    return record.text();
  }

  cel::Schema schema_;
  std::vector<cel::Property> properties_;
  engine::EventBatch batch_;
};

TEST_F(Properties, come_as_native_events_have_them) {
  event();
  const engine::Cell cells[] = {1'230, engine::text_cell(batch_.add_text("a\"b")), 1,
                                1,     std::bit_cast<engine::Cell>(0.25),          1,
                                -3};
  std::ranges::copy(cells, batch_.cells.begin());
  EXPECT_EQ(written(Format::ndjson),
            R"({"props":{"amount":12.30,"category":"a\"b","size":"l","new":true,"ratio":0.25,)"
            "\"at\":\"1970-01-01T00:00:00.001Z\",\"items\":-3}}\n");
}

TEST_F(Properties, that_are_absent_are_left_out_and_null_stays) {
  event();
  EXPECT_EQ(written(Format::ndjson), "{}\n");
  EXPECT_EQ(written(Format::csv), "{}\n");
  batch_.cells[1] = engine::cell_null;
  EXPECT_EQ(written(Format::ndjson), "{\"props\":{\"category\":null}}\n");
}

TEST_F(Properties, that_no_playbook_declares_follow) {
  engine::Event& bought = event();
  bought.extra = batch_.add_text(R"({"coupon":"x"})");
  EXPECT_EQ(written(Format::ndjson), "{\"props\":{\"coupon\":\"x\"}}\n");
  batch_.cells[6] = 2;
  EXPECT_EQ(written(Format::ndjson), "{\"props\":{\"items\":2,\"coupon\":\"x\"}}\n");
  EXPECT_EQ(written(Format::csv), "\"{\"\"items\"\":2,\"\"coupon\"\":\"\"x\"\"}\"\n");
}

}  // namespace
}  // namespace pharos::cli
