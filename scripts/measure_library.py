#!/usr/bin/env python3
"""What questions to libtamga cost: the numbers of docs/bindings.md.

usage: scripts/measure_library.py DATA     a folder with lists; the library is build/release/libtamga.so.0, or $TAMGA_LIBRARY
"""
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("TAMGA_LIBRARY", os.path.join(ROOT, "build", "release", "libtamga.so.0"))
sys.path.insert(0, os.path.join(ROOT, "bindings", "python"))
sys.dont_write_bytecode = True

import tamga  # noqa: E402  the path above is where it is


def milliseconds(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measure(what, work, times):
    first = milliseconds(work)
    rest = sorted(milliseconds(work) for _ in range(times))
    print(f"{what:34} first {first:8.3f} ms, then median {rest[times // 2]:.3f} ms, 95 % below {rest[times * 95 // 100]:.3f} ms")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tamga.Tamga(sys.argv[1]) as desk, open(os.path.join(ROOT, "examples", "deals", "07-listed-vessel.json"), encoding="utf-8") as file:
        deal = file.read()
        measure("screen, a listed person", lambda: desk.screen("Мордашов Алексей Александрович"), 1000)
        measure("screen, nobody", lambda: desk.screen("Aigerim Sadykova"), 1000)
        measure("score", lambda: tamga.score("Vladimir Petrov", "Владимир Петров", "Person"), 1000)
        measure("clear, not recorded", lambda: desk.clear(deal, record=False), 100)
        measure("goods, a code", lambda: desk.goods("854231"), 1000)
        measure("goods, a text", lambda: desk.goods(text="подшипник шариковый радиальный"), 100)


if __name__ == "__main__":
    main()
