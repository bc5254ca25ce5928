#!/usr/bin/env bash
# Builds Saccade and simulates DeiT-S on a 64x64 systolic array. Usage: tools/demo.sh
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

cat <<END

The report lies in $PWD/build/demo:
  deit_small.json           every figure
  deit_small.csv            a line per op
  deit_small.timeline.json  every task on its unit; open it in https://ui.perfetto.dev
END
