// cel/parser.cc: tokens to syntax, by precedence climbing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "cel/ast.h"
#include "cel/lexer.h"

namespace pharos::cel {
namespace {

constexpr std::array<std::string_view, 20> reserved_words{
    "as", "break", "const", "continue", "else",      "false", "for",    "function", "if",  "import",
    "in", "let",   "loop",  "package",  "namespace", "null",  "return", "true",     "var", "void"};

bool is_reserved(std::string_view name) {
  return name == "while" || std::ranges::find(reserved_words, name) != reserved_words.end();
}

struct Binary {
  std::string_view sign;
  Op op;
  int level;  // Higher binds closer.
};
constexpr std::array<Binary, 12> binaries{{{"==", Op::eq, 1},
                                           {"!=", Op::ne, 1},
                                           {"<", Op::lt, 1},
                                           {"<=", Op::le, 1},
                                           {">", Op::gt, 1},
                                           {">=", Op::ge, 1},
                                           {"in", Op::in, 1},
                                           {"+", Op::add, 2},
                                           {"-", Op::sub, 2},
                                           {"*", Op::mul, 3},
                                           {"/", Op::div, 3},
                                           {"%", Op::mod, 3}}};

class Parser {
 public:
  Parser(std::string_view text, Faults& faults)
      : faults_(faults), tokens_(tokenize(text, faults)), faults_of_tokens_(faults.count()) {}

  Syntax run() {
    if (peek().kind == TokenKind::end) {
      if (faults_of_tokens_ == 0)
        faults_.add(peek().begin, "an expression is expected, found nothing");
      return std::move(syntax_);
    }
    syntax_.root = expression();
    if (!failed_ && peek().kind != TokenKind::end) fail("the end of the expression or an operator");
    syntax_.complete = !failed_;
    return std::move(syntax_);
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const Token& token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    end_ = token.end;
    return token;
  }
  bool is_sign(std::string_view sign, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::sign && peek(ahead).text == sign;
  }
  bool accept(std::string_view sign) {
    if (failed_ || !is_sign(sign)) return false;
    take();
    return true;
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) fail(fmt::format("'{}'", sign));
  }

  // The first fault of syntax ends the parse: what follows would be guesses. So is a fault of
  // syntax where tokens are missing.
  void fail(std::string_view expected) {
    if (failed_) return;
    failed_ = true;
    if (faults_of_tokens_ > 0) return;
    const Token& token = peek();
    std::string found = "the end";
    if (token.kind == TokenKind::string)
      found = "text in quotes";
    else if (token.kind == TokenKind::bytes)
      found = "bytes in quotes";
    else if (token.kind != TokenKind::end)
      found = fmt::format("'{}'", token.text.substr(0, 40));
    faults_.add(token.begin, fmt::format("expected {}, found {}", expected, found));
  }

  AstId push(Ast node, std::uint32_t begin) {
    node.begin = begin;
    node.end = end_;
    int height = 0;
    for (const AstId child : node.children)
      height = std::max<int>(height, syntax_.nodes[child].height);
    node.height = static_cast<std::uint16_t>(height + 1);
    if (height + 1 > nesting_max) too_deep(begin);
    syntax_.nodes.push_back(std::move(node));
    return static_cast<AstId>(syntax_.nodes.size() - 1);
  }

  void too_deep(std::uint32_t begin) {
    if (failed_) return;
    failed_ = true;
    faults_.add(begin,
                fmt::format("the expression is nested more than {} levels deep", nesting_max));
  }

  AstId nothing(std::uint32_t begin) { return push({}, begin); }

  AstId expression() {
    const std::uint32_t begin = peek().begin;
    if (failed_) return nothing(begin);
    if (++depth_ > nesting_max) {
      too_deep(begin);
      --depth_;
      return nothing(begin);
    }
    const AstId condition = logical("||", AstKind::any_of);
    AstId result = condition;
    if (accept("?")) {
      const AstId yes = logical("||", AstKind::any_of);
      expect(":");
      const AstId no = expression();
      result = push({.kind = AstKind::conditional, .children = {condition, yes, no}}, begin);
    }
    --depth_;
    return result;
  }

  // A whole chain of && (or ||) is one node, so that long conditions stay flat.
  AstId logical(std::string_view sign, AstKind kind) {
    const std::uint32_t begin = peek().begin;
    const auto side = [&] {
      return kind == AstKind::any_of ? logical("&&", AstKind::all_of) : binary(1);
    };
    Ast node{.kind = kind};
    node.children.push_back(side());
    while (accept(sign)) node.children.push_back(side());
    if (node.children.size() == 1) return node.children[0];
    return push(std::move(node), begin);
  }

  const Binary* binary_at(int level) const {
    const Token& token = peek();
    if (token.kind != TokenKind::sign && !(token.kind == TokenKind::name && token.text == "in"))
      return nullptr;
    const auto at = std::ranges::find(binaries, token.text, &Binary::sign);
    return at != binaries.end() && at->level >= level ? &*at : nullptr;
  }

  AstId binary(int level) {
    const std::uint32_t begin = peek().begin;
    AstId left = unary();
    for (const Binary* found = nullptr; !failed_ && (found = binary_at(level));) {
      const std::uint32_t sign_begin = take().begin;
      const AstId right = binary(found->level + 1);
      left = push({.kind = AstKind::binary,
                   .op = found->op,
                   .name_begin = sign_begin,
                   .children = {left, right}},
                  begin);
    }
    return left;
  }

  // Signs in front of an operand. A minus right before a number belongs to the number; pairs of
  // others cancel out only in value, so they stay in the tree.
  AstId unary() {
    const std::uint32_t begin = peek().begin;
    if (failed_) return nothing(begin);
    if (is_sign("!") || (is_sign("-") && !is_number_at(1))) {
      if (++depth_ > nesting_max) {
        too_deep(begin);
        return nothing(begin);
      }
      const bool negate = take().text == "-";
      const AstId operand = unary();
      --depth_;
      return push({.kind = negate ? AstKind::negate : AstKind::not_,
                   .name_begin = begin,
                   .children = {operand}},
                  begin);
    }
    return member();
  }

  bool is_number_at(std::size_t ahead) const {
    return peek(ahead).kind == TokenKind::integer || peek(ahead).kind == TokenKind::real;
  }

  AstId member() {
    const std::uint32_t begin = peek().begin;
    AstId operand = primary();
    while (!failed_) {
      if (accept("."))
        operand = selection(operand, begin);
      else if (accept("["))
        operand = subscript(operand, begin);
      else
        break;
    }
    return operand;
  }

  AstId selection(AstId operand, std::uint32_t begin) {
    const bool optional = accept("?");
    const Token& token = peek();
    if (token.kind != TokenKind::name && token.kind != TokenKind::quoted_name) {
      fail("a field name after '.'");
      return operand;
    }
    if (token.kind == TokenKind::name && (token.text == "in" || token.text == "true" ||
                                          token.text == "false" || token.text == "null")) {
      fail("a field name after '.'");
      return operand;
    }
    const bool callable = token.kind == TokenKind::name && !optional;
    Ast node{.kind = AstKind::select,
             .optional = optional,
             .name_begin = token.begin,
             .text = token.text,
             .children = {operand}};
    take();
    if (callable && accept("(")) {
      node.kind = AstKind::call;
      node.member = true;
      arguments(node, ")");
    }
    return push(std::move(node), begin);
  }

  AstId subscript(AstId operand, std::uint32_t begin) {
    const bool optional = accept("?");
    const std::uint32_t key_begin = peek().begin;
    const AstId key = expression();
    expect("]");
    return push({.kind = AstKind::index,
                 .optional = optional,
                 .name_begin = key_begin,
                 .children = {operand, key}},
                begin);
  }

  // Up to and with the closing sign.
  void arguments(Ast& node, std::string_view close) {
    if (accept(close)) return;
    do {
      if (close == "]") node.optional_items.push_back(accept("?"));
      node.children.push_back(expression());
      if (close == "]" && is_sign(",") && is_sign("]", 1)) take();  // A trailing comma in a list.
    } while (accept(","));
    expect(close);
  }

  AstId primary() {
    const Token& token = peek();
    const std::uint32_t begin = token.begin;
    switch (token.kind) {
      case TokenKind::integer:
      case TokenKind::uinteger:
      case TokenKind::real: return number(false);
      case TokenKind::string:
      case TokenKind::bytes: {
        const bool bytes = token.kind == TokenKind::bytes;
        Ast node{.literal = bytes ? Value::bytes("") : Value::string(""), .text = token.text};
        take();
        return push(std::move(node), begin);
      }
      case TokenKind::name: return name(false);
      case TokenKind::sign: break;
      default: fail("an expression"); return nothing(begin);
    }
    if (is_sign("-") && is_number_at(1)) {
      take();
      return number(true, begin);
    }
    if (accept("(")) {
      const AstId inner = expression();
      expect(")");
      return inner;
    }
    if (accept("[")) {
      Ast node{.kind = AstKind::list};
      arguments(node, "]");
      return push(std::move(node), begin);
    }
    if (accept("{")) return map(begin);
    if (is_sign(".") && peek(1).kind == TokenKind::name) {
      take();
      return name(true, begin);
    }
    fail("an expression");
    return nothing(begin);
  }

  AstId map(std::uint32_t begin) {
    Ast node{.kind = AstKind::map};
    while (!failed_ && !is_sign("}")) {
      node.optional_items.push_back(accept("?"));
      node.children.push_back(expression());
      expect(":");
      node.children.push_back(expression());
      if (!accept(",")) break;
    }
    expect("}");
    return push(std::move(node), begin);
  }

  AstId name(bool rooted) { return name(rooted, peek().begin); }
  AstId name(bool rooted, std::uint32_t begin) {
    const Token& token = peek();
    Ast node{
        .kind = AstKind::name, .rooted = rooted, .name_begin = token.begin, .text = token.text};
    if (!rooted && (token.text == "true" || token.text == "false" || token.text == "null")) {
      node.kind = AstKind::literal;
      node.literal = token.text == "null" ? Value::null() : Value::boolean(token.text == "true");
      take();
      return push(std::move(node), begin);
    }
    if (is_reserved(token.text)) {
      if (token.text != "in")
        fail("a name that is not a reserved word");
      else
        fail("an expression");
      return nothing(begin);
    }
    take();
    if (accept("(")) {
      node.kind = AstKind::call;
      arguments(node, ")");
    }
    return push(std::move(node), begin);
  }

  AstId number(bool negative) { return number(negative, peek().begin); }
  AstId number(bool negative, std::uint32_t begin) {
    const Token& token = take();
    Ast node{.text = (negative ? "-" : "") + token.text};
    if (token.kind == TokenKind::real) {
      const auto value = parse_double(node.text);
      if (!value) {
        faults_.add(begin,
                    fmt::format("{} is outside the range of double", node.text.substr(0, 40)));
      }
      node.literal = Value::real(value.value_or(0));
      return push(std::move(node), begin);
    }
    const bool hex = token.text.starts_with("0x") || token.text.starts_with("0X");
    const char* const first = token.text.data() + (hex ? 2 : 0);
    const char* const last = token.text.data() + token.text.size();
    std::uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(first, last, magnitude, hex ? 16 : 10);
    const bool is_uint = token.kind == TokenKind::uinteger;
    constexpr std::uint64_t int_max = 9'223'372'036'854'775'807u;
    if (error != std::errc{} || (!is_uint && magnitude > int_max + (negative ? 1 : 0))) {
      faults_.add(begin, fmt::format("{} is outside the range of {}", node.text.substr(0, 40),
                                     is_uint ? "uint" : "int"));
      magnitude = 0;
    }
    const std::uint64_t signed_bits = negative ? 0 - magnitude : magnitude;
    node.literal = is_uint ? Value::uinteger(magnitude)
                           : Value::integer(static_cast<std::int64_t>(signed_bits));
    if (hex) node.text = std::to_string(node.literal.as_integer());
    return push(std::move(node), begin);
  }

  Faults& faults_;
  std::vector<Token> tokens_;
  std::size_t faults_of_tokens_;
  std::size_t at_ = 0;
  std::uint32_t end_ = 0;
  int depth_ = 0;
  bool failed_ = false;
  Syntax syntax_;
};

}  // namespace

Syntax parse(std::string_view text, Faults& faults) {
  if (text.size() > program_bytes_max) {
    faults.add(0, fmt::format("the expression has {} bytes; the limit is {}",
                              grouped(static_cast<std::int64_t>(text.size())),
                              grouped(static_cast<std::int64_t>(program_bytes_max))));
    return {};
  }
  if (!is_utf8(text)) {
    faults.add(0, "the expression is not valid UTF-8");
    return {};
  }
  return Parser(text, faults).run();
}

}  // namespace pharos::cel
