// server/taking.cc: batches to the engine, receipts to counts.
#include "server/taking.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <iterator>

#include "base/text.h"

namespace pharos::server {
namespace {

constexpr std::size_t batch_events = 8'192;
constexpr std::size_t batch_bytes = 4U << 20;
constexpr std::chrono::milliseconds patience_step{100};
constexpr int patience_steps = 300;

}  // namespace

std::string members_of(const Tally& tally) {
  std::string text =
      fmt::format(R"("accepted":{},"duplicates":{},"rejected":{},"ignored":{},"rejections":[)",
                  tally.accepted, tally.duplicates, tally.rejected, tally.ignored);
  for (std::size_t i = 0; i < tally.rejections.size(); ++i) {
    const Rejection& rejection = tally.rejections[i];
    fmt::format_to(std::back_inserter(text), R"({}{{"index":{},"code":"{}","reason":)",
                   i == 0 ? "" : ",", rejection.index, rejection.code);
    append_json(text, std::string_view(rejection.reason));
    text += '}';
  }
  return text + "]";
}

Taking::Taking(Service& service, Known known)
    : service_(service),
      intake_(service.intakes.borrow(service.live.now(),
                                     service.live.now() + service.settings.future_time_max)),
      known_(known) {}

void Taking::note(std::uint64_t index, std::optional<ingest::Fault> fault) {
  if (fault)
    reject(index, ingest::name_of(fault->code), fault->reason);
  else
    indexes_.push_back(index);
}

void Taking::reject(std::uint64_t index, std::string_view code, std::string_view reason) {
  ++tally_.rejected;
  if (tally_.rejections.size() < Tally::listed_max)
    tally_.rejections.push_back({index, std::string(code), ingest::readable(reason)});
}

bool Taking::is_full() const {
  return intake_->event_count() >= batch_events || intake_->text_bytes() >= batch_bytes;
}

Task<Answer<>> Taking::flush(bool patient) {
  if (intake_->event_count() == 0) co_return Answer<>{};
  const std::vector<bool> has_own_time = intake_->has_own_time();
  engine::EventBatch batch = intake_->take();
  for (int step = 0; patient && step < patience_steps; ++step) {
    if (service_.live.has_room(batch.events.size())) break;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, patience_step);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  const Answer<journal::Receipt> receipt = co_await service_.live.submit(std::move(batch));
  if (!receipt) co_return std::unexpected(receipt.error());
  land(*receipt, has_own_time);
  co_return Answer<>{};
}

void Taking::land(const journal::Receipt& receipt, const std::vector<bool>& has_own_time) {
  tally_.accepted += receipt.accepted;
  tally_.duplicates += receipt.duplicates;
  for (const journal::Conflict& conflict : receipt.conflicts) {
    if (known_ == Known::by_id || has_own_time[conflict.index])
      ++tally_.duplicates;
    else
      reject(indexes_[conflict.index], "id_conflict",
             fmt::format("the id {} is known with other contents; an event is never changed: send "
                         "the correction under a new id",
                         quoted(conflict.id)));
  }
  indexes_.clear();
}

void Taking::count() {
  service_.metrics.count_events(Outcome::accepted, tally_.accepted);
  service_.metrics.count_events(Outcome::duplicate, tally_.duplicates);
  service_.metrics.count_events(Outcome::rejected, tally_.rejected);
  service_.metrics.count_events(Outcome::ignored, tally_.ignored);
}

}  // namespace pharos::server
