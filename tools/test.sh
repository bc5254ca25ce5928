#!/usr/bin/env bash
# Builds and runs all tests, then those that meet user input and the simulation once more under the
# address and undefined-behaviour sanitizers. Usage: tools/test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/setup.sh

jobs=${SACCADE_JOBS:-2}

build() {
  cmake --preset "$1" --log-level=WARNING
  cmake --build --preset "$1" -j "$jobs"
}

build dev
ctest --preset dev -j "$jobs"

# Test suites by the layer that they stand for: base, hardware, workload, sim and the command line's
# broken inputs.
build asan
suites=$(grep -hoE '^(TEST|TEST_F|TEST_P)\((\w+)' -r tests/base tests/hardware tests/workload tests/sim \
  tests/cli/broken_input_test.cpp | sed -E 's/.*\(//' | sort -u | paste -sd '|')
ctest --preset asan -j "$jobs" -R "(^|/)($suites)\\."
