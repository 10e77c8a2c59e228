#!/bin/bash
# Install the Debian packages that a part of the work needs and this machine lacks.
#
# usage: scripts/install.sh GROUP...     groups: build test ci install deb lint fuzz
#
# Prints nothing and changes nothing when all are there. docs/dependencies.md says what each one is for.
set -euo pipefail

declare -A packages=(
  [build]="g++ cmake ninja-build pkg-config libfmt-dev libsimdjson-dev libssl-dev libarchive-dev libexpat1-dev libsqlite3-dev
           libcli11-dev libtomlplusplus-dev libxxhash-dev libzstd-dev libcurl4-openssl-dev libsodium-dev libstemmer-dev
            libhpdf-dev fonts-dejavu-core libboost1.81-dev libnats-dev zlib1g-dev libpq-dev"
  [test]="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev python3 sqlite3 openssl minisign libxml2-utils poppler-utils
          nodejs libnode-dev node-typescript nats-server faketime dpkg-dev python3-yaml mandoc postgresql"
  [ci]="chromium lintian"
  [install]="libnode-dev"
  [deb]="dpkg-dev binutils"
  [lint]="clang-format-19 clang-tidy-19 clang-19 python3"
  [fuzz]="clang-19 libclang-rt-19-dev"
)

say() { echo "tamga: $*" >&2; }

wanted=""
for group in "$@"; do
  if [[ -z "${packages[$group]:-}" ]]; then
    say "install.sh: unknown group '$group', expected: build test ci install deb lint fuzz"
    exit 2
  fi
  wanted+=" ${packages[$group]}"
done
[[ -n "$wanted" ]] || { say "usage: scripts/install.sh GROUP... (build test ci install deb lint fuzz)"; exit 2; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "this is not Debian, so nothing is installed for you; needed are the equivalents of:" $wanted
  exit 0
fi

# One query for all: dpkg-query answers "installed" for those that are there, and an error for unknown names.
installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package} ' $wanted 2>/dev/null || true)"
missing=()
# What is here from elsewhere: a Node.js from its makers brings its own headers and cannot stand beside Debian's, and tsc may come from npm.
elsewhere() {
  case $1 in
    nodejs) command -v node >/dev/null ;;
    libnode-dev) [[ -e /usr/include/node/node_api.h ]] ;;
    node-typescript) command -v tsc >/dev/null ;;
    *) false ;;
  esac
}
for package in $wanted; do
  case "$installed" in
    *" installed=$package "*) ;;
    *) elsewhere "$package" || missing+=("$package") ;;
  esac
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

run=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    say "missing Debian packages, and neither root nor sudo to install them; ask an administrator for: apt-get install ${missing[*]}"
    exit 1
  fi
  run=(sudo)
fi
say "installing what '$*' needs and this machine lacks: ${missing[*]}"
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
