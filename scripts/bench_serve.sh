#!/bin/bash
# Measure `tamga serve` on loopback with wrk: requests a second as fast as they come, then latency at a rate.
#
# usage: scripts/bench_serve.sh DATA NAMES [SECONDS]      DATA: a folder with lists; NAMES: a file, a name a line
#
# Server and load share this machine's processors. wrk keeps its connections busy, so few connections mean a lower rate.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1
names=$2
seconds=${3:-15}
command -v wrk >/dev/null || { echo "tamga: wrk is missing: apt-get install wrk" >&2; exit 1; }
log=$(mktemp)
build/release/tamga --data "$data" --max-list-age 0 serve --listen 127.0.0.1:0 --no-auth >"$log" 2>&1 &
server=$!
trap 'kill "$server"; rm -f "$log"' EXIT
until grep -q "serves at" "$log"; do sleep 0.1; done
url=$(sed -n 's/^tamga serves at //p' "$log")
export TAMGA_NAMES=$names
for connections in 1 2 16; do
  echo "== $connections connections"
  wrk -t 1 -c "$connections" -d "${seconds}s" --latency -s bench/serve_load.lua "$url"
  grep VmRSS "/proc/$server/status"
done
