// base/document_test.cc: documents are JSON.
#include "base/document.h"

#include <gtest/gtest.h>

#include <limits>

namespace pharos {
namespace {

TEST(Document, indents_by_two) {
  Document document;
  document.open_object();
  document.key("name").text("m1");
  document.key("none").open_list().close_list();
  document.key("counts").open_list().count(1).integer(-2).close_list();
  document.key("empty").open_object().close_object();
  document.close_object();
  EXPECT_EQ(document.take(),
            "{\n"
            "  \"name\": \"m1\",\n"
            "  \"none\": [],\n"
            "  \"counts\": [\n"
            "    1,\n"
            "    -2\n"
            "  ],\n"
            "  \"empty\": {}\n"
            "}\n");
}

TEST(Document, fits_on_one_line) {
  Document document(Layout::one_line);
  document.open_object().key("a").boolean(true).key("b").null().key("c").raw("12.30");
  document.key("d").real(0.5).key("e").real(std::numeric_limits<double>::infinity());
  document.close_object();
  EXPECT_EQ(document.take(), R"({"a":true,"b":null,"c":12.30,"d":0.5,"e":null})");
}

}  // namespace
}  // namespace pharos
