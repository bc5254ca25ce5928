#!/usr/bin/env bash
# Builds Saccade, simulates DeiT-S on a 64x64 systolic array, and sweeps over 36 designs for DeiT-T.
# Usage: tools/demo.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/setup.sh

cmake --preset release --log-level=WARNING -DSACCADE_BENCHMARKS=OFF
cmake --build --preset release --target saccade

mkdir -p build/demo
build/release/saccade run \
  --hardware configs/hardware/systolic_64x64.json \
  --workload workloads/models/deit_small.json \
  --json build/demo/deit_small.json \
  --csv build/demo/deit_small.csv \
  --timeline build/demo/deit_small.timeline.json

rm -f build/demo/array_size_x_memory.db*  # of an earlier demo, which this one would go on with
build/release/saccade sweep configs/sweeps/array_size_x_memory.json \
  --out build/demo/array_size_x_memory.db
build/release/saccade report build/demo/array_size_x_memory.db \
  --html build/demo/array_size_x_memory.html

cat <<END

The reports lie in $PWD/build/demo:
  deit_small.json           every figure
  deit_small.csv            a line per op
  deit_small.timeline.json  every task on its unit; open it in https://ui.perfetto.dev
  array_size_x_memory.db    the sweep: SQLite, a row per design
  array_size_x_memory.html  the sweep as charts; open it in a browser:
    file://$PWD/build/demo/array_size_x_memory.html
END
