#!/bin/bash
# Build every test with a preset and run them all.
#
# usage: scripts/test.sh release|debug     (debug: AddressSanitizer and UndefinedBehaviorSanitizer)
#
# The checks that are no C++ (module order, house rules, policy, samples) are ctest tests too: tests/CMakeLists.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
jobs=${JOBS:-$(nproc)}

scripts/install.sh build test
# The desk is tried in a browser, and the package looked over, where that is no surprise on somebody's own machine.
[[ ${CI:-} != true ]] || scripts/install.sh ci
settings=(TAMGA_TESTS=ON TAMGA_FUZZ=OFF)
# The benchmarks are built with the release tests so that they cannot rot; under sanitizers they would measure nothing.
[[ $preset == release ]] && settings+=(TAMGA_BENCH=ON) || settings+=('TAMGA_BENCH?=OFF')
# A user's newer compiler may warn of something new: that must not stop the build. Our own runs stop.
[[ ${CI:-} == true ]] && settings+=(TAMGA_WERROR=ON) || settings+=('TAMGA_WERROR?=OFF')
scripts/configure.sh "$preset" "${settings[@]}"
cmake --build "build/$preset" -j "$jobs"

# Properties draw new inputs at every run; in CI they draw the same, so that a change answers only for what it did.
[[ ${CI:-} != true ]] || export RC_PARAMS="${RC_PARAMS:-seed=20241123}"

status=0
ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --timeout 900 -j "$jobs" || status=$?
scripts/count_skipped.sh "build/$preset/Testing/Temporary/LastTest.log"
exit $status
