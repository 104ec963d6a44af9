// insight/step_match.cc: augmenting paths, from either side.
#include "insight/step_match.h"

#include <bit>

#include "base/error.h"

namespace pharos::insight {
namespace {

// Calls `visit(step)` for each step of the mask until it says true; whether it did.
template <class Visit>
bool any_step(StepMask mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1)
    if (visit(std::countr_zero(mask))) return true;
  return false;
}

}  // namespace

void StepMatch::reset(std::span<const StepMask> masks) {
  classes_.clear();
  for (const StepMask mask : masks) classes_.push_back({.mask = mask});
  filler_.fill(-1);
  filled_ = 0;
}

void StepMatch::unsee() {
  for (Class& each : classes_) each.seen = false;
}

// The taker has an event to spare. It takes a free step, or one whose filler finds another.
bool StepMatch::give_step_to(Class& taker) {
  taker.seen = true;
  return any_step(taker.mask, [&](int step) {
    const std::int32_t holder = filler_[step];
    if (holder >= 0 && (classes_[holder].seen || !give_step_to(classes_[holder]))) return false;
    if (holder >= 0) --classes_[holder].used;
    filler_[step] = static_cast<std::int32_t>(&taker - classes_.data());
    ++taker.used;
    return true;
  });
}

// The step is free. A class with an event to spare fills it, or one that hands on another step.
bool StepMatch::find_filler(int step) {
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    Class& each = classes_[i];
    if (each.seen || each.count == 0 || (each.mask >> step & 1) == 0) continue;
    each.seen = true;
    const auto hands_on = [&](int other) {
      if (filler_[other] != static_cast<std::int32_t>(i)) return false;
      filler_[other] = -1;
      if (find_filler(other)) return true;
      filler_[other] = static_cast<std::int32_t>(i);
      return false;
    };
    if (each.used < each.count)
      ++each.used;
    else if (!any_step(each.mask, hands_on))
      continue;
    filler_[step] = static_cast<std::int32_t>(i);
    return true;
  }
  return false;
}

bool StepMatch::add(std::size_t index) {
  Class& taker = classes_[index];
  if (++taker.count - taker.used > 1) return false;  // One was to spare already.
  unsee();
  if (!give_step_to(taker)) return false;
  ++filled_;
  return true;
}

void StepMatch::remove(std::size_t index) {
  Class& loser = classes_[index];
  ASSERT(loser.count > 0);
  if (--loser.count >= loser.used) return;
  any_step(loser.mask, [&](int step) {
    if (filler_[step] != static_cast<std::int32_t>(index)) return false;
    filler_[step] = -1;
    --loser.used;
    --filled_;
    fill(step);
    return true;
  });
}

bool StepMatch::fill(int step) {
  unsee();
  if (!find_filler(step)) return false;
  ++filled_;
  return true;
}

}  // namespace pharos::insight
