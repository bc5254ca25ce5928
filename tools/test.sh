#!/usr/bin/env bash
# Builds and runs all tests, then those that meet user input and the simulation once more under the
# address and undefined-behaviour sanitizers. Tests whose helpers (Chromium, Slurm, pandas) are not there are
# skipped, and those of published masks, which are not copied into the project; the last lines say which.
# --with-helpers installs the helpers. Usage: tools/test.sh [--with-helpers]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in
  "") ;;
  --with-helpers) with_helpers=1 ;;
  *) echo "unknown option '$1', expected --with-helpers" >&2 && exit 1 ;;
esac
source tools/setup.sh

jobs=${SACCADE_JOBS:-2}

build() {
  cmake --preset "$1" --log-level=WARNING
  cmake --build --preset "$1" -j "$jobs"
}

# Runs tests of a build and keeps what ctest prints beside them.
run_tests() {
  ctest --preset "$1" -j "$jobs" "${@:2}" | tee "build/$1/tests.log"
}

say_what_was_skipped() {
  local logs skipped
  logs=$(compgen -G 'build/*/tests.log') || return 0  # no test ran
  skipped=$(sed -nE 's/.* Test +#[0-9]+: ([^ ]+) .*\*\*\*Skipped.*/  \1/p' $logs)
  if [[ $skipped ]]; then
    printf 'skipped:\n%s\n' "$skipped"
    echo "Chromium, Slurm and pandas, which some of these need, come with: tools/test.sh --with-helpers"
  else
    echo "no test was skipped"
  fi
}

rm -f build/{dev,asan}/tests.log
trap say_what_was_skipped EXIT

build dev
run_tests dev

# Test suites by the layer that they stand for: base, hardware, workload, sim, the command line's
# broken inputs, and stores.
build asan
suites=$(grep -hoE '^(TEST|TEST_F|TEST_P)\((\w+)' -r tests/base tests/hardware tests/workload tests/sim \
  tests/cli/broken_input_test.cpp \
  tests/result/store_damage_test.cpp tests/report/points_test.cpp | sed -E 's/.*\(//' | sort -u | paste -sd '|')
run_tests asan -R "(^|/)($suites)\\."
