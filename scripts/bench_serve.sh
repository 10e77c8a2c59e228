#!/bin/bash
# Measure `tamga serve` on loopback with wrk: requests a second as fast as they come, then latency at a rate.
#
# usage: scripts/bench_serve.sh DATA NAMES [SECONDS]      DATA: a folder with lists; NAMES: a file, a name a line
#
# Server and load share this machine's processors.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1
names=$2
seconds=${3:-15}
command -v wrk >/dev/null || { echo "tamga: wrk is missing: apt-get install wrk" >&2; exit 1; }
log=$(mktemp)
build/release/tamga --data "$data" --max-list-age 0 serve --listen 127.0.0.1:0 --no-auth >"$log" 2>&1 &
server=$!
trap 'kill "$server"; rm -f "$log" "$log.count"' EXIT
until grep -q "serves at" "$log"; do sleep 0.1; done
url=$(sed -n 's/^tamga serves at //p' "$log")
export TAMGA_NAMES=$names
run() {
  echo "== $1"
  shift
  before=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
  wrk -t 1 -d "${seconds}s" --latency -s bench/serve_load.lua "$@" "$url" | tee /dev/stderr | awk '/requests in/ { print $1 }' >"$log.count"
  after=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
  echo "processor time of the server: $(((after - before) * 10000 / $(cat "$log.count"))) microseconds a request"
  grep VmRSS "/proc/$server/status"
}
run "as fast as they come, 8 connections" -c 8
run "as fast as they come, 64 connections" -c 64
TAMGA_DELAY=8 run "64 connections that wait 8 ms on average" -c 64
