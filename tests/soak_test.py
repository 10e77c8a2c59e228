#!/usr/bin/env python3
"""`make soak` in small: some seconds of everything at once, and that it notices what it is there to notice.

Run by ctest, which names the program in $TAMGA.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import types
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import soak  # noqa: E402


class Soak(unittest.TestCase):
    def test_everything_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            table, plot = os.path.join(folder, "soak.csv"), os.path.join(folder, "soak.svg")
            done = subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "soak.py"), "--seconds", "10", "--csv", table, "--plot", plot],
                                  capture_output=True, timeout=300, check=False)
            said = done.stdout.decode() + done.stderr.decode()
            # Of seconds nothing can be said about memory that stays, so that alone is no failure here.
            wrong = [line for line in done.stderr.decode().splitlines() if not line.startswith(("soak: memory grows", "soak: latency grows"))]
            self.assertEqual(wrong, [], said)
            summary = json.loads(done.stdout.decode().splitlines()[-1])
            self.assertEqual(summary["failed"], 0)
            for kind in ("screen", "match", "batch_rows", "deals", "drawn", "watch", "editions"):
                self.assertGreater(summary[kind], 0, kind)
            with open(table, encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.assertGreater(len(rows), 10)
            self.assertGreater(int(rows[-1]["memory_kib"]), 1000)
            with open(plot, encoding="utf-8") as file:
                self.assertEqual(file.read().count("<polyline"), 4)

    def judged(self, rows, failed=(), done=1):
        kinds = {kind: done for kind in ("screen", "watch")}
        return soak.judge(types.SimpleNamespace(failed=list(failed), done=kinds, decisions=[]), rows, "")

    def test_growth_and_failures_are_noticed(self):
        self.addCleanup(setattr, soak, "run", soak.run)
        soak.run = lambda *arguments, **more: ""  # there is no record here
        flat = [{"memory_kib": 100_000, "p50_ms": 1.0} for _ in range(40)]
        self.assertEqual(self.judged(flat), [])
        self.assertIn("memory grows", self.judged([dict(row, memory_kib=100_000 + 2_000 * at) for at, row in enumerate(flat)])[0])
        self.assertIn("latency grows", self.judged([dict(row, p50_ms=0.5 + at / 5) for at, row in enumerate(flat)])[0])
        self.assertIn("1 requests failed", self.judged(flat, failed=["screen: 500"])[0])
        self.assertEqual(len(self.judged(flat, done=0)), 2)


if __name__ == "__main__":
    unittest.main()
