#!/usr/bin/env python3
"""Proves by the code of older versions that they open what `tamga store schema --to N` makes (docs/store.md). By hand: it builds src/store of nine
old commits, which takes minutes, and needs the history of the repository.

usage: old_stores.py FOLDER     programs and stores are made there; $TAMGA names the program of now, $CXX the compiler

For each version N that tests/data/stores names a commit of: the store that its code makes is brought up to date, taken back to N, and opened by
that code, which verifies it and adds to it; then the program of now verifies it. The same for a store that the program of now made and worked with.
"""
import glob
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
CXX = os.environ.get("CXX", "g++").split()
LIBRARIES = ["-lfmt", "-lzstd", "-lsqlite3", "-lcrypto", "-lsodium", "-lsimdjson", "-larchive"]

# In words that every version of src/store/store.h understands.
PROGRAM = r"""
#include <cstdio>
#include <string>
#include "store/store.h"
using namespace tamga;
using namespace tamga::store;
static int fail(const Error& error) { std::printf("%s\n", error.text().c_str()); return 1; }
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const bool make = argv[1] == std::string("make");
  auto store = make ? Store::open(argv[2]) : Store::open_existing(argv[2]);
  if (!store) return fail(store.error());
  for (int i = 1; make && i <= 2; ++i) {
    const std::string n = std::to_string(i);
    StoredEdition e;
    e.list = "us_ofac_sdn"; e.part = "sdn"; e.format = "ofac-sdn"; e.id = "sha256:a" + n; e.published = "2026-11-2" + n; e.dated_by = "option";
    e.imported_at = "2026-11-2" + n + "T10:00:00Z"; e.entities = 2; e.names = 3;
    auto added = store->add_edition(e, {{"sdn.csv", "36,\"AEROCARIBBEAN AIRLINES\"\n173,\"ANGLO-CARIBBEAN\"\n" + n}});
    if (!added) return fail(added.error());
  }
  if (make) {
    if (auto kept = store->keep("policy", "{\"files\":[]}", "2026-11-23T10:00:00Z"); !kept) return fail(kept.error());
  }
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    const auto entry = make ? store->append("decision", "dec-" + n, "2026-11-23T10:00:0" + n + "Z", "{\"decision\":\"{}\",\"as_of\":\"2026-11-23\"}")
                            : store->append("decision", "dec-by-the-old-" + n, "2026-11-29T10:00:00Z", "{}");
    if (!entry) return fail(entry.error());
  }
  auto verified = store->verify();
  if (!verified) return fail(verified.error());
  for (const auto& damage : verified->damage) std::printf("%s\n", damage.what.c_str());
  return verified->damage.empty() ? 0 : 1;
}
"""


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"old_stores.py: {' '.join(command)}: {done.stdout}{done.stderr}".rstrip())
    return done.stdout


def build(folder, commit):
    os.makedirs(folder, exist_ok=True)
    parts = run("git", "-C", ROOT, "ls-tree", "--name-only", commit, "src/base", "src/store", "src/cases").split()
    with subprocess.Popen(["git", "-C", ROOT, "archive", commit, *parts], stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
    with open(os.path.join(folder, "main.cpp"), "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    objects = []
    for source in ["main.cpp", *sorted(glob.glob("src/*/*.cpp", root_dir=folder))]:
        if source.endswith("_test.cpp"):
            continue
        objects.append(source.replace("/", "_") + ".o")
        run(*CXX, "-std=c++23", "-O0", '-DTAMGA_VERSION="0.1.0"', "-Isrc", "-c", source, "-o", objects[-1], cwd=folder)
    # Forms of packets are compiled into the program, and no store needs them.
    tried = subprocess.run([*CXX, *objects, "-o", "store", *LIBRARIES], capture_output=True, text=True, cwd=folder)
    if tried.returncode != 0:
        forms = sorted(set(re.findall(r"undefined reference to `(tamga_packet_\w+)'", tried.stderr)))
        with open(os.path.join(folder, "forms.cpp"), "w", encoding="utf-8") as file:
            file.write("".join(f'extern "C" {{ extern const char {form}[1]; const char {form}[1] = {{0}}; }}\n' for form in forms))
        run(*CXX, *objects, "forms.cpp", "-o", "store", *LIBRARIES, cwd=folder)
    return os.path.join(folder, "store")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder, exist_ok=True)
    now = os.path.join(folder, "now")
    shutil.rmtree(now, ignore_errors=True)
    run(TAMGA, "--data", now, "lists", "import", os.path.join(ROOT, "samples", "lists", "ofac"), "--published", "2026-11-20")
    run(TAMGA, "--data", now, "lists", "import", os.path.join(ROOT, "samples", "lists", "un"))
    run(TAMGA, "--data", now, "clear", os.path.join(ROOT, "examples", "deals", "01-clean-grain-to-uzbekistan.json"), "--as-of", "2026-11-23")
    run(TAMGA, "--data", now, "audit", "key", "new")
    run(TAMGA, "--data", now, "audit", "checkpoint")
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "data", "stores", "schema_*.sql"))):
        version = re.search(r"schema_(\d+)\.sql", path).group(1)
        with open(path, encoding="utf-8") as file:
            commit = re.search(r"of commit (\w+)", file.readline()).group(1)
        program = build(os.path.join(folder, version), commit)
        data = os.path.join(folder, version, "data")
        for made_by in ("old", "now"):
            shutil.rmtree(data, ignore_errors=True)
            if made_by == "old":
                run(program, "make", data)
                run(TAMGA, "--data", data, "audit", "verify")
            else:
                shutil.copytree(now, data)
            run(TAMGA, "--data", data, "store", "schema", "--to", version, "--yes")
            run(program, "check", data)
            run(TAMGA, "--data", data, "audit", "verify")
        print(f"version {version} ({commit}): opens, verifies and adds to what was taken back to it", flush=True)


if __name__ == "__main__":
    main()
