// What `saccade report` was asked for: its options, checked as far as they can be without a store.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/outputs.hpp"
#include "report/normalise.hpp"

namespace saccade {

struct ReportRequest {
  std::vector<std::string> stores;  ///< one, or two for `diff`
  bool diff = false;
  bool edp = false;
  bool area = false;
  bool sensitivity = false;
  std::optional<std::uint64_t> point;  ///< whose whole result is to be written
  std::optional<std::string> where;    ///< not yet held against the columns of a store
  Normalise normalise;
  std::string figure;
  std::size_t top = 0;  ///< 0: all
  Outputs outputs;

  bool tables() const { return edp || area || sensitivity; }
  bool normalises() const { return normalise.macs || normalise.clock_mhz; }
};

CommandOptions report_options();

/// Reports what is wrong with options and what they exclude.
ReportRequest report_request(const po::variables_map& values, Mistakes& mistakes);

}  // namespace saccade
