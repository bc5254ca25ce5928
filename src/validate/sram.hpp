// SRAM figures of the model beside those of CACTI.
#pragma once
#include <string>
#include <vector>

#include "hardware/sram_table.hpp"
#include "validate/comparison.hpp"

namespace saccade {

/// Holds every figure of a CSV file in the form of configs/technology/sram_cacti.csv (its columns
/// cell_type, node_nm, size_bytes, width_bits and banks, with one at least of read_pJ, write_pJ,
/// leak_mW, area_mm2, access_ns and cycle_ns) against a technology table at nominal voltage:
/// exactly where its SRAM table has the point, within the table's band where it interpolates.
/// What is scaled to nodes beyond the table, composed of several macros or below its sizes and
/// widths is reported only. Throws UserError with all mistakes of the file.
std::vector<Comparison> validate_sram(const std::string& csv_path,
                                      const std::string& technology = "cmos");

/// The table's own rows, those of one value of the axis at a time left out and read off the rest.
/// The two ends of the axis stay in: nothing lies on both sides of them. Reported only: single
/// rows may be far off, the summary of all of them says how good the table is. `note` is
/// "estimated" where the row is not CACTI's own.
std::vector<Comparison> validate_sram_left_out(const SramTable& table,
                                               SramAxis axis = SramAxis::size);

}  // namespace saccade
