#!/bin/bash
# Build the web desk, desk/dist, with npm: what desk/package-lock.json names is installed where it is not there, and nothing is done while dist is
# newer than its sources. Without npm it says so and ends well: the program is then built without the desk. A build that fails is an error.
set -euo pipefail
cd "$(dirname "$0")/../desk"

if ! command -v npm >/dev/null || [[ $(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0) -lt 18 ]]; then
  echo "tamga: npm with Node.js 18 or later is not here, so the web desk is not built (docs/desk.md)" >&2
  exit 0
fi
if [[ dist/index.html -nt package-lock.json ]]; then
  newer=$(find src public scripts index.html vite.config.ts ../data/language ../data/places/places.csv ../src/flows/countries.cpp \
               -type f -newer dist/index.html -print -quit)
  [[ -n $newer ]] || exit 0
fi
if [[ ! -e node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
npm run --silent build
