// How fast Saccade is: parts by Google Benchmark, and whole runs in processes of their own.
//
//   bench                 whole runs, then the parts
//   bench --benchmark_filter=...   as Google Benchmark takes it
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "flow/evaluate.hpp"
#include "heap_loop.hpp"
#include "mapping/mapping.hpp"
#include "mapping/program.hpp"
#include "sim/simulate.hpp"
#include "workload/model.hpp"

extern "C" int sc_main(int, char**) { return 0; }

namespace saccade {
namespace {

const std::string kRoot = SACCADE_SOURCE_DIR;

std::string hardware_file(const std::string& name) {
  return kRoot + "/configs/hardware/" + name + ".json";
}

Accelerator hardware(const std::string& name, const std::string& fidelity) {
  const std::string file = hardware_file(name);
  Json document = read_json(file);
  patch_json(document, "/dram/fidelity", fidelity, file);
  return read_accelerator_json(document, file);
}

Mapping mapped(const std::string& model, const Accelerator& accelerator) {
  MoveEnergy energy;
  energy.dram_pj_per_byte = 100;
  energy.buffer_pj_per_byte.assign(accelerator.buffers.size(), 1.0);
  return map_workload(read_workload(kRoot + "/workloads/models/" + model + ".json"), accelerator,
                      Objective::latency, energy);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Both loops in turn over one recorded program; medians, and the ratio pair by pair.
void compare_loops(const std::string& model, const std::string& fidelity) {
  const Accelerator accelerator = hardware("systolic_32x32", fidelity);
  const Mapping mapping = mapped(model, accelerator);
  Program program(accelerator, {&mapping});
  RecordedProgram recorded(program);
  std::vector<double> machine, heap, ratio;
  std::uint64_t waits = 0;
  for (int i = 0; i < 9; ++i) {
    recorded.rewind();
    machine.push_back(seconds_of([&] { waits = simulate(accelerator, recorded).kernel_waits; }));
    heap.push_back(seconds_of([&] { run_heap_loop(accelerator, recorded); }));
    ratio.push_back(machine.back() / heap.back());
  }
  const auto tasks = static_cast<double>(recorded.tasks().size());
  fmt::print(
      "{:12} {:10} {:8.0f} tasks  {:6.0f} ns/task SystemC  {:6.0f} ns/task heap loop  "
      "ratio {:.1f}  {:.2f} waits/task\n",
      model, fidelity, tasks, median(machine) / tasks * 1e9, median(heap) / tasks * 1e9,
      median(ratio), static_cast<double>(waits) / tasks);
}

struct WholeRun {
  double seconds = 0;
  double mebibytes = 0;
};

/// Reading, mapping, simulating and accounting in a process of its own.
WholeRun whole_run(const std::string& model, const std::string& design,
                   const std::string& fidelity) {
  int pipes[2];
  if (pipe(pipes) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    const double seconds = seconds_of([&] {
      evaluate({hardware_file(design),
                kRoot + "/workloads/models/" + model + ".json",
                {},
                {{"/dram/fidelity", fidelity}},
                {}},
               {});
    });
    _exit(write(pipes[1], &seconds, sizeof seconds) == sizeof seconds ? 0 : 1);
  }
  WholeRun run;
  close(pipes[1]);
  if (read(pipes[0], &run.seconds, sizeof run.seconds) != sizeof run.seconds) run.seconds = -1;
  close(pipes[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  run.mebibytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return run;
}

void whole_runs() {
  for (const char* design : {"systolic_64x64", "systolic_32x32", "vector_mac_16pe"}) {
    for (const char* model : {"deit_tiny", "deit_small", "deit_base"}) {
      std::vector<double> banked, bandwidth, ratio;
      double mebibytes = 0;
      for (int i = 0; i < 5; ++i) {
        const WholeRun a = whole_run(model, design, "bandwidth");
        const WholeRun b = whole_run(model, design, "banked");
        bandwidth.push_back(a.seconds);
        banked.push_back(b.seconds);
        ratio.push_back(b.seconds / a.seconds);
        mebibytes = std::max({mebibytes, a.mebibytes, b.mebibytes});
      }
      fmt::print("{:15} {:12} bandwidth {:6.1f} ms  banked {:6.1f} ms  ratio {:.2f}  {:.0f} MiB\n",
                 design, model, median(bandwidth) * 1e3, median(banked) * 1e3, median(ratio),
                 mebibytes);
    }
  }
}

/// Inputs of DeiT-S that keep tokens in so many different ways, in turn.
Trace trace_of(std::int64_t inputs, std::int64_t paths) {
  Trace trace{"kept in turn", {}};
  for (std::int64_t i = 0; i < inputs; ++i) {
    TraceEntry entry;
    entry.decisions.kept_tokens = {64 + 16 * (i % paths), 48, 32};
    trace.entries.push_back(entry);
  }
  return trace;
}

/// Time of a trace by its inputs and its distinct paths, over that of the first.
void traces() {
  PointFiles files;
  files.hardware = hardware_file("systolic_64x64");
  files.workload = kRoot + "/workloads/models/deit_small.json";
  files.technique = kRoot + "/configs/techniques/heatvit_deit_small_by_input.json";
  PointInputs inputs = read_inputs(files);
  double first = 0;
  for (const std::int64_t paths : {1, 2, 4, 8}) {
    for (const std::int64_t count : {1'000, 10'000, 100'000}) {
      inputs.trace = std::make_shared<const Trace>(trace_of(count, paths));
      std::vector<double> seconds;
      for (int i = 0; i < 3; ++i) {
        seconds.push_back(seconds_of([&] { evaluate_inputs(inputs, {}); }));
      }
      if (first == 0) first = median(seconds);
      fmt::print("{} paths, {:6} inputs: {:7.1f} ms, {:.2f} times the first\n", paths, count,
                 median(seconds) * 1e3, median(seconds) / first);
    }
  }
}

void map_model(benchmark::State& state, const std::string& model, const std::string& design) {
  const Accelerator accelerator = hardware(design, "bandwidth");
  for (auto _ : state) benchmark::DoNotOptimize(mapped(model, accelerator));
}

void expand_model(benchmark::State& state, const std::string& model) {
  const Accelerator accelerator = hardware("systolic_64x64", "bandwidth");
  const Mapping mapping = mapped(model, accelerator);
  std::int64_t tasks = 0;
  TileTask task;
  for (auto _ : state) {
    Program program(accelerator, {&mapping});
    while (program.next(task)) ++tasks;
  }
  state.SetItemsProcessed(tasks);
}

BENCHMARK_CAPTURE(map_model, deit_base_two_levels, "deit_base", "systolic_64x64")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(map_model, deit_base_three_levels, "deit_base", "vector_mac_16pe")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(expand_model, deit_base, "deit_base")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace saccade

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc == 1) {
    fmt::print("The machine against a plain event loop over the same tasks (medians of 9)\n");
    for (const char* fidelity : {"bandwidth", "banked"}) {
      for (const char* model : {"deit_small", "deit_base"}) {
        saccade::compare_loops(model, fidelity);
      }
    }
    fmt::print("\nWhole runs, files to figures (medians of 5)\n");
    saccade::whole_runs();
    fmt::print("\nTraces of DeiT-S (medians of 3)\n");
    saccade::traces();
    fmt::print("\n");
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
