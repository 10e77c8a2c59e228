#!/bin/bash
# Fuzz each target for a while, two at a time, with libFuzzer under AddressSanitizer and UndefinedBehaviorSanitizer.
#
# usage: scripts/fuzz.sh [NAME...]        FUZZ_SECONDS: seconds for each target, default 30
#
# Inputs that reach new code are kept in build/fuzz/corpus/NAME; an input that crashes is left as build/fuzz/crashes/NAME-*
# (make it a seed in fuzz/corpus/NAME with the fix: then `make test` replays it for ever).
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh build fuzz
scripts/configure.sh fuzz
cmake --build build/fuzz --target fuzz_targets -j "${JOBS:-$(nproc)}"
mkdir -p build/fuzz/crashes build/fuzz/corpus build/fuzz/logs

# A rig that cannot fail proves nothing: the canary crashes on a byte that any fuzzer finds at once.
if build/fuzz/fuzz/fuzz_canary -max_total_time=20 -artifact_prefix=build/fuzz/logs/ >build/fuzz/logs/canary.log 2>&1; then
  echo "make fuzz: the canary did not crash, so this build cannot find crashes; see build/fuzz/logs/canary.log" >&2
  exit 1
fi

fuzz_one() {
  local name=$1 log=build/fuzz/logs/$1.log options=()
  mkdir -p "build/fuzz/corpus/$name"
  [[ ! -e fuzz/dict/$name.dict ]] || options+=("-dict=fuzz/dict/$name.dict")
  if build/fuzz/fuzz/"fuzz_$name" -max_total_time="${FUZZ_SECONDS:-30}" -timeout=20 -rss_limit_mb=3072 -print_final_stats=1 \
      -artifact_prefix="build/fuzz/crashes/$name-" "${options[@]}" "build/fuzz/corpus/$name" "fuzz/corpus/$name" >"$log" 2>&1; then
    printf '%-28s %s runs, no crash\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf '%-28s FAILED, see %s\n' "$name" "$log"
    grep -E -m 3 'ERROR|runtime error|Assertion|Test unit written' "$log" || tail -n 3 "$log"
    return 1
  fi
}
export -f fuzz_one

names=("$@")
if [[ ${#names[@]} -eq 0 ]]; then
  for source in fuzz/*.cpp; do
    name=$(basename "$source" .cpp)
    [[ $name == replay_main || ! -e $source ]] || names+=("$name")
  done
fi
[[ ${#names[@]} -gt 0 ]] || { echo "make fuzz: there is no target in fuzz/ yet" >&2; exit 1; }
# xargs exits 123 when any of them failed, after all have run.
printf '%s\n' "${names[@]}" | xargs -P 2 -I NAME bash -c 'fuzz_one NAME'
