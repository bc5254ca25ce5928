#include "hardware/parameter.hpp"

namespace saccade {
namespace {

template <class T>
Record<T> record_of_band(const std::string& title) {
  return Record<T>(title)
      .field("value", static_cast<double T::*>(&T::value), number(0, 1e9), "level")
      .field("low", static_cast<double T::*>(&T::low), number(0, 1e9), "lowest estimate")
      .field("high", static_cast<double T::*>(&T::high), number(0, 1e9), "highest estimate")
      .rule([](const T& band, const Cursor& cursor) {
        if (band.low > band.value || band.value > band.high) {
          cursor.fail("is out of order, expected low <= value <= high");
        }
      });
}

}  // namespace

const Record<Band>& band_record() {
  static const auto record = record_of_band<Band>("a value with its band");
  return record;
}

const Record<ParameterEntry>& parameter_record() {
  static const auto record =
      record_of_band<ParameterEntry>("a parameter with its band")
          .field("source", &ParameterEntry::source, text("a source"), "where the value comes from")
          .field("assumption", &ParameterEntry::assumption, boolean(),
                 "whether nobody measured it");
  return record;
}

}  // namespace saccade
