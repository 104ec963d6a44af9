// server/intake.cc: rows of requests through the checks of ingest.
#include "server/intake.h"

#include <atomic>
#include <random>

namespace pharos::server {
namespace {

using ingest::Fault;
using ingest::Field;
using ingest::FieldKind;
using ingest::RejectCode;

// Unique for good: random bits of the process, and a count.
std::string new_id() {
  static const std::uint64_t nonce = [] {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
  }();
  static std::atomic<std::uint64_t> count{0};
  return fmt::format("~{:016x}-{}", nonce, ++count);
}

}  // namespace

Intake::Intake(const playbook::Playbook& playbook)
    : playbook_(playbook),
      plan_(ingest::native_plan()),
      format_(playbook),
      context_{playbook, format_, instant_max},
      maker_(context_, plan_),
      records_(format_),
      names_(playbook.schema.events) {
  row_.fields.resize(plan_.slot_count);
}

void Intake::begin(Instant received_at, Instant time_newest) {
  context_.time_newest = time_newest;
  received_text_ = format_instant(received_at);
  take();
}

bool Intake::declares(std::string_view event_name) const {
  const std::uint32_t type = names_.find(event_name);
  return type != ingest::TypeNames::none && type >= playbook::event_first_declared;
}

Field Intake::text_field(std::string_view text) {
  return Field::of(text);
}

Field Intake::field_of(const Json& json) {
  switch (json.kind) {
    case JsonKind::null: return {FieldKind::null, "null"};
    case JsonKind::boolean: return {FieldKind::boolean, json.boolean ? "true" : "false"};
    case JsonKind::number: return {FieldKind::number, json.text};
    case JsonKind::string: return {FieldKind::text, json.text};
    default: break;
  }
  std::string& text = texts_.add();
  append_json(text, json);
  return {FieldKind::json, text};
}

std::optional<Fault> Intake::add(std::string_view json) {
  texts_.clear();
  if (auto fault = json_.read(json, plan_.shape, row_)) return fault;
  return add_row();
}

std::optional<Fault> Intake::add(const NativeEvent& event) {
  texts_.clear();
  std::fill(row_.fields.begin(), row_.fields.end(), Field());
  row_.others.clear();
  row_.fields[ingest::native_id] = text_field(event.id);
  row_.fields[ingest::native_account] = text_field(event.account);
  row_.fields[ingest::native_member] = text_field(event.member);
  row_.fields[ingest::native_name] = text_field(event.name);
  row_.fields[ingest::native_time] = text_field(event.time);
  for (const auto& [name, json] : event.props) row_.others.push_back({name, field_of(*json)});
  for (const std::string* text : {&event.id, &event.account, &event.member})
    if (text->find('\0') != std::string::npos)
      return Fault{RejectCode::bad_json, "an id holds the character \\u0000"};
  for (const ingest::OtherField& other : row_.others)
    if (other.field.text().find('\0') != std::string_view::npos)
      return Fault{RejectCode::bad_json, "a string holds the character \\u0000"};
  return add_row();
}

std::optional<Fault> Intake::add_row() {
  if (row_.fields[ingest::native_id].is_empty()) {
    std::string& id = texts_.add();
    id = new_id();
    row_.fields[ingest::native_id] = text_field(id);
  }
  const bool has_time = !row_.fields[ingest::native_time].is_empty();
  if (!has_time) row_.fields[ingest::native_time] = text_field(received_text_);
  made_.records.clear();
  maker_.begin_row();
  if (!maker_.make_native(row_, made_)) return maker_.fault();
  records_.read(made_.records.data(), batch_);
  has_own_time_.push_back(!has_time);
  return std::nullopt;
}

engine::EventBatch Intake::take() {
  engine::EventBatch batch = std::move(batch_);
  batch_ = {};
  has_own_time_.clear();
  records_.begin_batch();
  return batch;
}

void IntakePool::Return::operator()(Intake* intake) const {
  std::unique_ptr<Intake> owned(intake);
  const std::lock_guard lock(pool->mutex_);
  if (pool->free_.size() < kept_max) pool->free_.push_back(std::move(owned));
}

IntakePool::Lease IntakePool::borrow(Instant received_at, Instant time_newest) {
  std::unique_ptr<Intake> intake;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      intake = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!intake) intake = std::make_unique<Intake>(playbook_);
  intake->begin(received_at, time_newest);
  return Lease(intake.release(), Return{this});
}

}  // namespace pharos::server
