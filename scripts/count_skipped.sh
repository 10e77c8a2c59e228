#!/bin/bash
# Say how many tests were skipped inside the test programs, and why: ctest counts such a program as passed.
#
# usage: scripts/count_skipped.sh LastTest.log
#
# GoogleTest writes, for each skipped test,
#     FILE:LINE: Skipped
#     the reason
#     <empty line>
#     [  SKIPPED ] Suite.Test (0 ms)
# and Python's unittest, when verbose, a line "test_x (__main__.Suite) ... skipped 'the reason'", and in any case at its end
#     OK (skipped=1)
set -euo pipefail

awk '
  function add(why, times) {
    if (!(why in count)) order[++reasons] = why
    count[why] += times
    total += times
  }
  /: Skipped$/ { reason = ""; reading = 1; next }
  reading && reason == "" && NF > 0 && !/^\[/ { reason = $0; next }
  /^\[  SKIPPED \] .* \([0-9]+ ms\)$/ {
    add(reason == "" ? "no reason given" : reason, 1)
    reason = ""
    reading = 0
  }
  / \.\.\. skipped / {
    why = $0
    sub(/.* \.\.\. skipped ./, "", why)
    add(substr(why, 1, length(why) - 1), 1)
    named++
  }
  /^(OK|FAILED) \(.*skipped=[0-9]+/ {
    unnamed = $0
    sub(/.*skipped=/, "", unnamed)
    unnamed = int(unnamed) - named
    if (unnamed > 0) add("no reason given", unnamed)
    named = 0
  }
  END {
    printf "Tests skipped inside the test programs: %d\n", total
    for (i = 1; i <= reasons; i++) printf "  %d: %s\n", count[order[i]], order[i]
  }
' "$1"
