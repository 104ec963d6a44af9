// access/audit.cc: the chain, made and walked.
#include "access/audit.h"

#include <cstring>

#include "base/text.h"

namespace pharos::access {
namespace {

using store::Database;

// What a row is to the chain. Borrowed.
struct Link {
  std::int64_t number, at;
  std::string_view actor, action, subject, before, after, address;
};

void add_number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

void add_text(std::string& out, std::string_view text) {
  add_number(out, text.size(), 4);
  out += text;
}

Sum chained(store::Blob before, const Link& link) {
  std::string bytes(reinterpret_cast<const char*>(before.data()), before.size());
  add_number(bytes, static_cast<std::uint64_t>(link.number), 8);
  add_number(bytes, static_cast<std::uint64_t>(link.at), 8);
  for (const std::string_view text :
       {link.actor, link.action, link.subject, link.before, link.after, link.address})
    add_text(bytes, text);
  return sha256(bytes);
}

constexpr std::string_view select_rows =
    "SELECT number, at, actor, action, subject, before, after, address, chain FROM audit ORDER BY "
    "number";

Link link_of(const store::Statement& row) {
  return {row.integer(0), row.integer(1), row.text(2), row.text(3),
          row.text(4),    row.text(5),    row.text(6), row.text(7)};
}

Sum sum_of(store::Blob blob) {
  Sum sum{};
  if (blob.size() == sum.size()) std::memcpy(sum.data(), blob.data(), sum.size());
  return sum;
}

Result<std::pair<std::int64_t, Sum>> read_head(Database& database) {
  auto query = TRY(database.prepare("SELECT number, chain FROM audit_head"));
  TRY(query->query({}));
  if (!TRY(query->step()))
    return fail(ErrorCode::corrupt, "audit_head: its row is missing; see pharos audit verify");
  const std::pair head(query->integer(0), sum_of(query->blob(1)));
  while (TRY(query->step())) {
  }
  return head;
}

}  // namespace

std::string name_of(OperatorId id) {
  return id.value == 0 ? "-" : fmt::format("operator {}", id.value);
}

std::string actor_of(const Caller& caller) {
  return caller.key.empty() ? name_of(caller.actor) : "key " + caller.key;
}

Result<> append_audit(Database& database, const Caller& caller, const AuditEntry& entry) {
  const auto [last, before] = TRY(read_head(database));
  const std::string actor = actor_of(caller);
  const Link link{last + 1,      caller.now.ms, actor,       entry.action,
                  entry.subject, entry.before,  entry.after, caller.address};
  const Sum chain = chained(blob_of(before), link);
  auto insert = TRY(database.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  TRY(insert->run_with(link.number, link.at, link.actor, link.action, link.subject, link.before,
                       link.after, link.address, blob_of(chain)));
  auto head = TRY(database.prepare("UPDATE audit_head SET number = ?, chain = ?"));
  return head->run_with(link.number, blob_of(chain));
}

Result<> each_audit_row(Database& database, const std::function<bool(const AuditRow&)>& take) {
  auto query = TRY(database.prepare(select_rows));
  TRY(query->query({}));
  while (TRY(query->step())) {
    const Link link = link_of(*query);
    const AuditRow row{link.number,
                       {link.at},
                       std::string(link.actor),
                       std::string(link.action),
                       std::string(link.subject),
                       std::string(link.before),
                       std::string(link.after),
                       std::string(link.address),
                       hex_of(query->blob(8))};
    if (!take(row)) return {};
  }
  return {};
}

Result<AuditHead> parse_audit_head(std::string_view text) {
  const auto parts = split(text, ':');
  const auto number = parts.size() == 2 ? parse_int64(parts[0]) : std::nullopt;
  const bool is_sum = parts.size() == 2 && parts[1].size() == 64 &&
                      parts[1].find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!number || *number < 1 || !is_sum)
    return fail(ErrorCode::invalid,
                "{} is no head of an audit; expected NUMBER:SUM as pharos audit verify prints it",
                quoted(text));
  return AuditHead{*number, std::string(parts[1])};
}

Result<AuditReport> verify_audit(Database& database, const std::optional<AuditHead>& noted) {
  AuditReport report;
  const auto is_wrong = [&](std::int64_t number, std::string what) {
    report.fault = AuditReport::Fault{number, std::move(what)};
    return report;
  };
  auto query = TRY(database.prepare(select_rows));
  TRY(query->query({}));
  Sum chain{};
  bool met_noted = !noted;
  while (TRY(query->step())) {
    const Link link = link_of(*query);
    if (link.number != report.rows + 1)
      return is_wrong(report.rows + 1, fmt::format("is missing; row {} comes next", link.number));
    const Sum next = chained(blob_of(chain), link);
    if (query->blob(8).size() != next.size() || sum_of(query->blob(8)) != next)
      return is_wrong(link.number, "does not follow from the rows before it, or was changed");
    chain = next;
    ++report.rows;
    report.head = {link.number, hex_of(chain)};
    if (!noted || noted->number != link.number) continue;
    if (noted->chain != report.head.chain)
      return is_wrong(link.number,
                      "is not the row that was noted: it, or rows before it, are others");
    met_noted = true;
  }
  const auto [last, head] = TRY(read_head(database));
  if (last > report.rows)
    return is_wrong(report.rows + 1, fmt::format("is missing; there were rows up to {}", last));
  if (last < report.rows) return is_wrong(last + 1, "was added past the last row");
  if (last > 0 && head != chain) return is_wrong(last, "is not the last row that was added");
  if (!met_noted)
    return is_wrong(report.rows + 1, fmt::format("is missing; row {} was noted", noted->number));
  return report;
}

}  // namespace pharos::access
