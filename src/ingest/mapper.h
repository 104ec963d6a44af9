// ingest/mapper.h: a piece of a file in, its events and its refused rows out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/csv.h"
#include "ingest/event_maker.h"
#include "ingest/group.h"
#include "ingest/json.h"
#include "ingest/json_guess.h"
#include "ingest/plan.h"

namespace pharos::ingest {

struct RowReject {
  std::uint64_t line = 0;  // From 0, within the piece.
  Fault fault;
  std::string row;
};

// A row that belongs to a group; its packed fields follow in Mapped::group_rows.
struct GroupRow {
  std::uint32_t rows = 0;  // Into FilePlan::rows.
  std::uint64_t line = 0;
};

struct Mapped {
  Made made;
  std::vector<GroupRow> group_index;
  std::string group_rows;
  std::vector<RowReject> rejects;
  std::uint64_t rows = 0;
  std::uint64_t lines = 0;
};

// One a thread and file. The plan must outlive it.
class Mapper {
 public:
  Mapper(const EventContext& context, const FilePlan& plan);

  // `bytes`: whole rows, row_padding readable bytes behind them; of CSV without the header.
  void map(std::string_view bytes, Mapped& mapped);
  // The events of one group. False: fault() says why, and nothing was added.
  bool map_group(const GroupTable& table, std::size_t group, const RowsPlan& rows, Made& made);
  const Fault& fault() const { return fault_; }

 private:
  struct Mark;
  void map_csv(std::string_view bytes, Mapped& mapped);
  void map_json(std::string_view bytes, Mapped& mapped);
  void map_row(std::uint64_t line, std::string_view raw, Mapped& mapped);
  bool map_rows(std::uint32_t index, std::uint64_t line, Mapped& mapped);
  bool join(std::uint32_t index, std::size_t depth, std::uint64_t line, Mapped& mapped);
  bool map_joined(std::uint32_t index, std::uint64_t line, Mapped& mapped);
  bool check_sums(const RowsPlan& rows);
  void refuse(std::uint64_t line, std::string_view raw, Fault fault, Mapped& mapped);
  bool take_fault();

  const FilePlan& plan_;
  EventMaker maker_;
  JsonReader json_;
  JsonGuess guess_;
  Row row_;
  std::string key_;
  TextPool texts_;
  Fault fault_{};
};

}  // namespace pharos::ingest
