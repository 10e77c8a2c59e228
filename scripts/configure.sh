#!/bin/bash
# Configure a CMake preset when something it depends on changed, and otherwise do nothing.
#
# usage: scripts/configure.sh PRESET [NAME=VALUE | NAME?=VALUE]...
#
# NAME=VALUE   this value is needed.
# NAME?=VALUE  the value for a new build folder; one that exists keeps its own. So `make demo` needs no test packages on
#              a fresh machine, and yet does not switch the tests off again after `make test`.
# Switching the tests or benchmarks on changes no compile command of the program, so nothing is built twice.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
folder=build/$preset
cache=$folder/CMakeCache.txt

definitions=()
stale=no
# CMakeLists.txt and the folders of sources need no watch here: ninja runs CMake again by itself when they change.
[[ -e $folder/build.ninja && ! CMakePresets.json -nt $folder/build.ninja ]] || stale=yes
for setting in "$@"; do
  name=${setting%%[?=]*}
  value=${setting#*=}
  current=""
  [[ ! -e $cache ]] || current=$(sed -n "s/^$name:[A-Z]*=//p" "$cache")
  if [[ -n $current && $setting == "$name?="* ]]; then
    value=$current
  fi
  [[ $current == "$value" ]] || stale=yes
  definitions+=("-D$name=$value")
done
[[ $stale == yes ]] || exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" "${definitions[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
