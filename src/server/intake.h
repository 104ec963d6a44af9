// server/intake.h: events of requests, checked as an import checks them, into batches.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "engine/event.h"
#include "ingest/event_maker.h"
#include "ingest/json.h"
#include "ingest/plan.h"
#include "ingest/record.h"
#include "playbook/model.h"

namespace pharos::server {

// An event that another form of call was translated into. Borrows the values of its properties.
struct NativeEvent {
  std::string id, account, member, name;  // Empty: absent.
  std::string time;
  std::vector<std::pair<std::string, const Json*>> props;
};

// Gathers the events of one request. One thread at a time.
class Intake {
 public:
  explicit Intake(const playbook::Playbook& playbook);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // `received_at` is the time of events that name none; later times than `time_newest` are refused.
  void begin(Instant received_at, Instant time_newest);

  // Each adds the event, or says why not. An event without an id gets one that was never used.
  // One native event as JSON; ingest::row_padding bytes behind it must be readable.
  std::optional<ingest::Fault> add(std::string_view json);
  std::optional<ingest::Fault> add(const NativeEvent& event);

  // Whether the playbook declares it; what every workspace has (account_updated, link) not counted.
  bool declares(std::string_view event_name) const;

  std::size_t event_count() const { return batch_.events.size(); }
  std::size_t text_bytes() const { return batch_.text.size(); }
  // Beside each event of the batch: whether its time is the time of receipt.
  const std::vector<bool>& has_own_time() const { return has_own_time_; }
  engine::EventBatch take();

 private:
  std::optional<ingest::Fault> add_row();
  ingest::Field text_field(std::string_view text);
  ingest::Field field_of(const Json& json);

  const playbook::Playbook& playbook_;
  const ingest::FilePlan plan_;
  const ingest::RecordFormat format_;
  ingest::EventContext context_;
  ingest::EventMaker maker_;
  ingest::RecordReader records_;
  ingest::JsonReader json_;
  ingest::TypeNames names_;
  ingest::TextPool texts_;
  ingest::Row row_;
  ingest::Made made_;
  std::string received_text_;
  engine::EventBatch batch_;
  std::vector<bool> has_own_time_;
};

// Intakes to borrow: making one costs more than using it. Any thread.
class IntakePool {
 public:
  explicit IntakePool(const playbook::Playbook& playbook) : playbook_(playbook) {}

  struct Return {
    IntakePool* pool;
    void operator()(Intake* intake) const;
  };
  using Lease = std::unique_ptr<Intake, Return>;
  Lease borrow(Instant received_at, Instant time_newest);

 private:
  static constexpr std::size_t kept_max = 16;
  const playbook::Playbook& playbook_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Intake>> free_;
};

}  // namespace pharos::server
