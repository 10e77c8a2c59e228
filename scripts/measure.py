#!/usr/bin/env python3
"""Measures what docs/benchmarks.md reports of the program as a user runs it: import, start-up, batch, recorded decisions.

usage: scripts/measure.py [PATH_TO_TAMGA]      needs ../shared/data; prints one line a measurement
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REAL = os.path.join(ROOT, "..", "shared", "data")
TAMGA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "release", "tamga")
SDN = [os.path.join(REAL, "ofac", "sdn_csv", f"{role}_2023-12-28.csv.gz") for role in ("sdn", "add", "alt")]
UN = [os.path.join(REAL, "un", "UN_consolidated_2026-02-27.xml.gz")]
EU = [os.path.join(REAL, "eu", name) for name in ("eu_269_2014_annex_I_2026-08.csv.gz", "eu_833_2014_annex_entities_2026-08.csv.gz")]


def run(data, *arguments, threads=None):
    """Seconds and the most memory (MiB) of one run."""
    environment = dict(os.environ, TAMGA_THREADS=str(threads)) if threads else None
    begin = time.perf_counter()
    child = subprocess.Popen([TAMGA, "--data", data, "--quiet", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) in (1, 2):
        sys.exit(f"failed: {arguments}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def best(count, *arguments, **options):
    return min(run(*arguments, **options) for _ in range(count))


def main():
    if not os.path.isdir(REAL):
        sys.exit("../shared/data is not here")
    folder = tempfile.mkdtemp(prefix="tamga-measure-")
    try:
        for name, files in (("OFAC SDN, 13,821 entries with addresses and aliases", SDN), ("UN, 1,003 entries", UN)):
            runs = []
            for number in range(3):
                runs.append(run(os.path.join(folder, f"{len(files)}-{number}"), "lists", "import", *files))
            seconds, memory = min(runs)
            print(f"import {name}: {seconds:.2f} s, {memory:.0f} MiB")
        data = os.path.join(folder, "all")
        run(data, "lists", "import", *SDN, *UN, *EU)
        seconds, memory = best(20, data, "screen", "Vladimir Putin")
        print(f"start-up: one screen with all lists loaded, best of 20: {seconds * 1000:.1f} ms, {memory:.0f} MiB")
        batch = os.path.join(REAL, "bench", "negatives_us.csv")
        names = os.path.join(folder, "names.csv")
        with open(batch, encoding="utf-8") as source, open(names, "w", encoding="utf-8") as target:
            lines = source.read().splitlines()
            target.write("name\n" + "\n".join(line.split(",", 1)[0] for line in lines[1:]) + "\n")
        for threads in (1, 2):
            seconds, memory = best(3, data, "screen", "--batch", names, "--out", os.path.join(folder, "out"), threads=threads)
            print(f"batch of {len(lines) - 1} names, {threads} thread(s): {(len(lines) - 1) / seconds:.0f} rows/s, {memory:.0f} MiB")
        deals = sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json"))) * 20
        for option, what in (([], "recorded, one transaction each"), (["--no-record"], "not recorded")):
            seconds, _ = best(3, data, "clear", "--as-of", "2026-11-23", *option, *deals)
            print(f"decisions on the sample deals, real lists, {what}: {len(deals) / seconds:.0f}/s")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
