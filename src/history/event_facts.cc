// history/event_facts.cc: properties out of columns.
#include "history/event_facts.h"

#include "history/values.h"

namespace pharos::history {

cel::Value EventFacts::property(std::uint32_t index) {
  const cel::Property& property = frame_.schema().events[type_].properties[index];
  const std::uint32_t column = frame_.text_columns().of(type_, index);
  const Texts texts = column == code_absent ? Texts{} : frame_.directory().texts[column];
  return value_at(family_->properties[index], event_, property, texts);
}

cel::Value EventFacts::member() {
  const std::uint32_t code = family_->members.empty() ? code_absent : family_->members[event_];
  if (code == code_absent) return cel::Value::error(not_set);
  return cel::Value::string(frame_.directory().members.view(code));
}

cel::Value EventFacts::event_time() {
  return cel::Value::timestamp(Instant{family_->times[event_]});
}

}  // namespace pharos::history
