// cel/activation.cc: an activation that binds nothing.
#include "cel/rule.h"

namespace pharos::cel {

Value Activation::attribute(std::uint32_t) {
  return Value::error("no attribute is bound here");
}
Value Activation::aggregate(std::uint32_t) {
  return Value::error("no events are bound here");
}
Value Activation::node(std::uint32_t, NodeField) {
  return Value::error("no node is bound here");
}
Value Activation::property(std::uint32_t) {
  return Value::error("no event is at hand");
}
Value Activation::member() {
  return Value::error("no event is at hand");
}
Value Activation::event_time() {
  return Value::error("no event is at hand");
}
Instant Activation::now() {
  return {};
}
Value Activation::variable(std::string_view) {
  return Value::error("no such variable");
}
void Activation::changes_at(Instant) {}

}  // namespace pharos::cel
