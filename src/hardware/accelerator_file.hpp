// What a hardware file says, with components still by name, and the field tables that read it.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hardware/accelerator.hpp"

namespace saccade {

/// Buffers of an engine by name, as the file has them.
struct StorageNames {
  std::vector<std::string> weight, dynamic_weight, input;
  std::string partial_sum;
};

template <class Kind>
struct EngineFile : EngineCommon, Kind {
  StorageNames storage_names;
};

struct VectorUnitFile : VectorUnit {
  std::map<std::string, double> speeds;
  std::string output_name;
};

struct ControllerFile : SkipController {
  std::string name;
  int comparators = 1;
  int bits = 16;
  int latency_cycles = 0;
  std::string output_name;
};

/// An engine of any kind with its buffers still by name.
struct AnyEngine : EnginePool {
  StorageNames storage_names;
  template <class Kind>
  explicit AnyEngine(EngineFile<Kind> file) : storage_names(std::move(file.storage_names)) {
    static_cast<EngineCommon&>(*this) = file;
    kind = static_cast<Kind&>(file);
  }
};

struct AcceleratorFile : Assumed {
  double clock_mhz = 0;
  int queue_depth = 4;
  Barrier barrier = Barrier::none;
  TechnologyChoice technology;
  std::vector<Buffer> buffers;
  std::vector<AnyEngine> engines;
  std::vector<VectorUnitFile> vector_units;
  std::vector<ControllerFile> controllers;
  std::vector<DmaChannel> dma;
  Interconnect interconnect;
  DramSystem dram;
};

const Record<AcceleratorFile>& accelerator_record();

}  // namespace saccade
