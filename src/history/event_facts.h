// history/event_facts.h: an event of a frame, as filters see it.
#pragma once

#include "cel/rule.h"
#include "history/frame.h"

namespace pharos::history {

class EventFacts final : public cel::Activation {
 public:
  EventFacts(const Frame& frame, std::uint32_t type) : frame_(frame), type_(type) {}
  void set(const Family& family, std::uint32_t event) {
    family_ = &family;
    event_ = event;
  }
  cel::Value property(std::uint32_t index) override;
  cel::Value member() override;
  cel::Value event_time() override;

 private:
  const Frame& frame_;
  std::uint32_t type_;
  const Family* family_ = nullptr;
  std::uint32_t event_ = 0;
};

}  // namespace pharos::history
