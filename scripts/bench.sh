#!/bin/bash
# Build and run every benchmark: bench/*_bench.cpp, with Google Benchmark.
#
# usage: scripts/bench.sh [NAME...]       BENCH_SECONDS: least time of one measurement, default 0.1
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh build test
scripts/configure.sh release 'TAMGA_TESTS?=OFF' TAMGA_BENCH=ON
cmake --build build/release --target bench_programs -j "${JOBS:-$(nproc)}"

names=("$@")
if [[ ${#names[@]} -eq 0 ]]; then
  for source in bench/*_bench.cpp; do
    [[ -e $source ]] || { echo "make bench: there is no benchmark in bench/ yet" >&2; exit 1; }
    names+=("$(basename "$source" .cpp)")
  done
fi
for name in "${names[@]}"; do
  echo "== $name"
  build/release/bench/"$name" --benchmark_min_time="${BENCH_SECONDS:-0.1}"
done
