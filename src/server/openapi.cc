// server/openapi.cc: a YAML outline as JSON.
#include "server/openapi.h"

#include "base/json.h"
#include "base/text.h"
#include "playbook/outline.h"

namespace pharos::server {
namespace {

using playbook::Outline;
using playbook::OutlineKind;

void append(std::string& out, const Outline& outline) {
  switch (outline.kind) {
    case OutlineKind::null: out += "null"; return;
    case OutlineKind::scalar: {
      const std::string& text = outline.text;
      const bool is_bare =
          !outline.quoted && (text == "true" || text == "false" || text == "null" ||
                              parse_int64(text) || parse_double(text));
      if (is_bare)
        out += text;
      else
        append_json(out, text);
      return;
    }
    case OutlineKind::list: {
      out += '[';
      for (std::size_t i = 0; i < outline.items.size(); ++i) {
        if (i > 0) out += ',';
        append(out, outline.items[i]);
      }
      out += ']';
      return;
    }
    case OutlineKind::map: break;
  }
  out += '{';
  for (std::size_t i = 0; i < outline.members.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, outline.members[i].first.text);
    out += ':';
    append(out, outline.members[i].second);
  }
  out += '}';
}

Task<Response> get_openapi() {
  co_return json_response(openapi_json());
}

}  // namespace

const std::string& openapi_json() {
  static const std::string json = [] {
    const playbook::OutlineResult outline =
        playbook::parse_outline(openapi_yaml(), "api/openapi.yaml");
    ASSERT(outline.complete && outline.diagnostics.empty());
    std::string text;
    append(text, outline.root);
    return text;
  }();
  return json;
}

void add_openapi_route(Router& router) {
  router.add({.method = Method::get,
              .pattern = "/openapi.json",
              .operation = "getOpenapi",
              .guard = Guard::open,
              .handler = [](Request&, Body&) { return get_openapi(); }});
}

}  // namespace pharos::server
