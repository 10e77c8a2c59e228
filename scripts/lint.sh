#!/bin/bash
# Format, house rules, module order and clang-tidy; all findings are errors.
#
# usage: scripts/lint.sh [FILE...]        with files: only these, and only what looks at single files
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh build test lint
scripts/configure.sh tidy TAMGA_TESTS=ON TAMGA_BENCH=ON
cmake build/tidy >build/tidy/configure.log # sources that have come since; what is not in its list is looked at by nobody

files=("$@")
if [[ ${#files[@]} -eq 0 ]]; then
  mapfile -t files < <(find src fuzz bench tests -name '*.cpp' -o -name '*.h' | LC_ALL=C sort)
fi
sources=()
for file in "${files[@]}"; do
  [[ $file != *.cpp ]] || sources+=("$PWD/$file")
done

status=0
fail() { echo "make lint: $1" >&2; status=1; }

clang-format-19 --dry-run -Werror "${files[@]}" || fail "clang-format-19 would change files; run: clang-format-19 -i FILE"
# Without arguments check_style.py looks at every file of the repository, not only at C++.
python3 scripts/check_style.py "$@" || fail "a house rule is broken"
if [[ $# -eq 0 ]]; then
  python3 scripts/check_style.py --self-test || fail "check_style.py no longer finds what it should"
  python3 scripts/check_layers.py src src/layers.txt || fail "the order of modules (src/layers.txt) is broken"
fi
if [[ ${#sources[@]} -gt 0 ]]; then
  # The tidy preset has warnings as errors, so this also proves that clang 19 takes every file.
  run-clang-tidy-19 -p build/tidy -j "${JOBS:-$(nproc)}" -quiet "${sources[@]}" 2>build/tidy/clang-tidy.log |
    sed -E '/^[0-9]+ warnings? generated\.$/d; /^$/d' || fail "clang-tidy found something"
fi
[[ $status -ne 0 ]] || echo "make lint: ${#files[@]} files, nothing to say"
exit $status
