#!/usr/bin/env python3
"""`tamga bench` as a user calls it: what it measures, that its numbers agree with each other, that it records nothing, and what is refused. How fast
the machine is, is no matter here.

Run by ctest, which names the program in $TAMGA.
"""
import json
import shutil
import tempfile
import unittest

from cli_test import WithSamples, store_digest, tamga


class Bench(WithSamples):
    def refused(self, *arguments, data=None, status=2):
        code, out, err = tamga(data or self.data, "bench", *arguments)
        self.assertEqual((code, out), (status, ""), err)
        self.assertEqual(err.count("\n"), 1)
        return err

    def test_everything_is_measured_and_nothing_recorded(self):
        before = store_digest(self.data)
        code, out, err = tamga(self.data, "bench", "--seconds", "0.1", "--json", env={"TAMGA_THREADS": "2"})
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(store_digest(self.data), before)
        report = json.loads(out)
        self.assertEqual([one["name"] for one in report["results"]], ["open", "screen", "batch", "compare", "clear"])
        self.assertEqual([one["threads"] for one in report["results"]], [1, 1, 2, 1, 1])
        self.assertTrue(report["basis"]["lists"])
        self.assertGreater(report["entities"], 50)
        self.assertGreater(report["names"], 1_500)
        self.assertGreater(report["deals"], 10)
        for one in report["results"]:
            with self.subTest(one["name"]):
                self.assertGreaterEqual(one["microseconds"], 100_000)
                # Both are rounded.
                self.assertAlmostEqual(one["per_second"], one["runs"] * 1e6 / one["microseconds"], delta=1 + one["per_second"] * 1e-5)
                if one["name"] != "batch":
                    self.assertLessEqual(one["p50_microseconds"], one["p99_microseconds"])
        # A second of single runs holds no more of them than half of its runs allow.
        by_name = {one["name"]: one for one in report["results"]}
        self.assertLessEqual(by_name["clear"]["p50_microseconds"] * by_name["clear"]["runs"], 2.1 * by_name["clear"]["microseconds"])
        self.assertEqual(by_name["screen"]["against"], "comparing with every listed name")
        self.assertEqual(by_name["batch"]["against"], "one thread")
        self.assertEqual(by_name["batch"]["runs"] % report["names"], 0)

    def test_only_what_is_asked_for(self):
        code, out, _ = tamga(self.data, "bench", "compare", "open", "--seconds", "0.01", "--json")
        self.assertEqual((code, [one["name"] for one in json.loads(out)["results"]]), (0, ["open", "compare"]))
        code, out, err = tamga(self.data, "bench", "batch", "--seconds", "0.01", "--lists", "us_ofac_sdn")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out.splitlines()[1], r"^batch +\d+ +[\d,]+ .*times one thread$")
        self.assertIn("Nothing was recorded", out)

    def test_what_is_refused(self):
        self.assertIn("sceen", self.refused("sceen"))
        self.assertIn("--seconds", self.refused("--seconds", "0"))
        self.assertIn("us_nobody", self.refused("--lists", "us_nobody"))
        empty = tempfile.mkdtemp(prefix="tamga-test-")
        self.addCleanup(shutil.rmtree, empty)
        self.assertIn("lists import", self.refused(data=empty, status=1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
