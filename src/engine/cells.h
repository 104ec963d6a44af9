// engine/cells.h: attribute values side by side, each as narrow as its type allows.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <vector>

#include "cel/schema.h"
#include "engine/event.h"

namespace pharos::engine {

// Where each of a list of properties lies in a row of bytes, the widest first. Texts are symbols.
class Cells {
 public:
  Cells() = default;
  explicit Cells(const std::vector<cel::Property>& properties) : places_(properties.size()) {
    for (const auto width : std::initializer_list<std::uint8_t>{8, 4, 2, 1})
      for (std::size_t i = 0; i < properties.size(); ++i) {
        if (width_of(properties[i].type) != width) continue;
        places_[i] = {bytes_, width};
        bytes_ += width;
      }
  }

  std::size_t count() const { return places_.size(); }
  std::uint32_t bytes() const { return bytes_; }

  Cell get(const std::byte* row, std::size_t index) const {
    const Place& place = places_[index];
    switch (place.width) {
      case 8: return read<Cell>(row + place.offset);
      case 4: return widened<std::uint32_t>(row + place.offset);
      case 2: return widened<std::uint16_t>(row + place.offset);
      default: return widened<std::uint8_t>(row + place.offset);
    }
  }
  void set(std::byte* row, std::size_t index, Cell cell) const {
    const Place& place = places_[index];
    if (place.width == 8) {
      std::memcpy(row + place.offset, &cell, sizeof cell);
    } else {
      const std::uint32_t narrow =
          cell == cell_absent ? 0xFFFF'FFFFU : static_cast<std::uint32_t>(cell);
      std::memcpy(row + place.offset, &narrow, place.width);  // Little-endian: the low bytes.
    }
  }
  void clear(std::byte* row) const {
    for (std::size_t i = 0; i < places_.size(); ++i) set(row, i, cell_absent);
  }

 private:
  struct Place {
    std::uint32_t offset = 0;
    std::uint8_t width = 8;
  };
  static std::uint8_t width_of(cel::PropertyType type) {
    switch (type) {
      case cel::PropertyType::bool_: return 1;
      case cel::PropertyType::enum_: return 2;
      case cel::PropertyType::string: return 4;
      default: return 8;
    }
  }
  template <class T>
  static T read(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  template <class T>
  static Cell widened(const std::byte* at) {
    const T value = read<T>(at);
    return value == std::numeric_limits<T>::max() ? cell_absent : static_cast<Cell>(value);
  }

  std::vector<Place> places_;
  std::uint32_t bytes_ = 0;
};

}  // namespace pharos::engine
