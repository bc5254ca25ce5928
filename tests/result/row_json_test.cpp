#include "result/row_json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "result/store_example.hpp"

namespace saccade {
namespace {

PointRow odd_row() {
  PointRow row = store_row(std::numeric_limits<std::uint64_t>::max());
  row.axes = {Json::parse(R"({"b": 1, "a": [0.1, true, null]})"), "16"};
  row.status = Status::memory;
  row.message = "two\nlines";
  row.figures[0] = 0.1 + 0.2;
  row.figures[1] = std::numeric_limits<double>::denorm_min();
  return row;
}

void expect_equal(const PointRow& back, const PointRow& row) {
  EXPECT_EQ(back.point, row.point);
  EXPECT_EQ(back.hash, row.hash);
  EXPECT_EQ(back.hardware, row.hardware);
  EXPECT_EQ(back.workload, row.workload);
  EXPECT_EQ(back.technique, row.technique);
  EXPECT_EQ(back.axes, row.axes);
  EXPECT_EQ(back.status, row.status);
  EXPECT_EQ(back.message, row.message);
  EXPECT_EQ(back.figures, row.figures);
}

TEST(RowJson, ReadsBackTheSameFromTextAndCbor) {
  for (const PointRow& row : {odd_row(), store_row(3)}) {
    expect_equal(row_of(row_json(row)), row);
    expect_equal(row_of(Json::parse(row_json(row).dump())), row);
    expect_equal(row_of(Json::from_cbor(Json::to_cbor(row_json(row)))), row);
  }
}

TEST(RowJson, CborHasTextThatIsNoUnicodeAndInfiniteFigures) {
  PointRow row = odd_row();
  row.message = "half a letter: \xc3";
  row.figures[2] = std::numeric_limits<double>::infinity();
  expect_equal(row_of(Json::from_cbor(Json::to_cbor(row_json(row)))), row);
}

TEST(RowJson, RefusesOtherForms) {
  EXPECT_THROW(row_of(Json()), std::runtime_error);
  EXPECT_THROW(row_of(Json::array({1})), std::runtime_error);
  for (const char* key : {"point", "hash", "axes", "status", "message", "figures"}) {
    Json json = row_json(store_row(0));
    json.erase(key);
    EXPECT_THROW(row_of(json), std::runtime_error) << key;
    json[key] = Json::object({{"x", 1}});
    EXPECT_THROW(row_of(json), std::runtime_error) << key;
  }
  Json json = row_json(store_row(0));
  json["status"] = "fine";
  EXPECT_THROW(row_of(json), std::runtime_error);
  json = row_json(store_row(0));
  json["figures"].push_back(1.0);
  EXPECT_THROW(row_of(json), std::runtime_error);
}

}  // namespace
}  // namespace saccade
