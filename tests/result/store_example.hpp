// A store with rows of every kind of value, for the tests of stores and what reads them.
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "base/error.hpp"
#include "cli/run_binary.hpp"
#include "result/row_json.hpp"
#include "result/store.hpp"

namespace saccade {

inline StoreHeader store_header(Shard shard = {}) {
  StoreHeader header;
  header.version = "0.1.0";
  header.name = "example";
  header.digest = "0123456789abcdef";
  header.sweep = R"({"name": "example"})";
  header.files = {{"configs/a.json", "{\"a\": 1}\n"}, {"odd 'name'.json", ""}};
  header.axes = {{"vector_width", "hardware", {"/engines/0/vector_width", "/engines/1/x"}},
                 {"odd\"name", "workload", {"/x"}}};
  header.points = 12;
  header.shard = shard;
  return header;
}

/// A row of store_header() with figures of many digits; `point` gives all of it.
inline PointRow store_row(std::uint64_t point) {
  PointRow row;
  row.point = point;
  row.hash = "hash" + std::to_string(point);
  row.hardware = "machine";
  row.workload = point % 2 == 0 ? "deit_s" : "swin_t";
  row.technique = "none";
  row.axes = {16 << (point % 4), nullptr};
  row.figures.resize(figures().size());
  for (std::size_t i = 0; i < row.figures.size(); ++i) {
    if (i % 7 != 3) row.figures[i] = 1.0 / (3.0 + static_cast<double>(point + i));
  }
  return row;
}

inline RunEntry run_entry() {
  return {1.5, 20.25, "node1", "saccade sweep x.json", "2025-01-02T03:04:05Z"};
}

/// What two rows have in common as text: all of it, with every digit.
inline std::string row_text(const PointRow& row) { return row_json(row).dump(); }

inline std::vector<std::string> row_texts(const Store& store) {
  std::vector<std::string> texts;
  store.for_each([&](const PointRow& row) { texts.push_back(row_text(row)); });
  return texts;
}

/// The message of the UserError that `call` throws; "" if it throws none.
inline std::string mistake_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// Runs `call` in a forked child, which leaves without ends of its own, and returns its exit code
/// or 128 and its signal; 99 after an exception.
inline int in_child(const std::function<int()>& call) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ::_exit(call());
    } catch (const std::exception& error) {
      ::fprintf(stderr, "child: %s\n", error.what());
      ::_exit(99);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace saccade
