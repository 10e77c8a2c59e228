#!/usr/bin/env python3
"""`tamga flows surge`, `gap`, `roundabout` and `series` as a user runs them, and the same answers from the server.

Run by ctest, which names the program in $TAMGA. TAMGA_UPDATE=1 rewrites tests/golden/flows_*.json: read the difference before you commit it.
"""
import csv
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import server

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
DATA = os.path.join(ROOT, "tests", "data")
GOLDEN = os.path.join(ROOT, "tests", "golden")
REAL = os.path.join(ROOT, "..", "shared", "data", "trade")
AS_OF = ("--as-of", "2026-11-23")


def run(data, *arguments, threads="2"):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
    return subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env={**environment, "TAMGA_THREADS": threads}, timeout=900)


class Analysis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="tamga-flows-analysis-")
        for name in ("flows_exports.csv", "flows_imports.csv"):
            shutil.copy(os.path.join(DATA, name), cls.data)
        done = subprocess.run([TAMGA, "--data", cls.data, "flows", "import", "flows_exports.csv", "flows_imports.csv"], capture_output=True,
                              cwd=cls.data, timeout=300)
        assert done.returncode == 0, done.stderr.decode()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def ask(self, *arguments, data=None, threads="2"):
        done = run(data or self.data, "--json", "flows", *arguments, threads=threads)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)

    def refused(self, *arguments, data=None):
        done = run(data or self.data, "flows", *arguments)
        self.assertEqual(done.returncode, 2, done.stdout.decode())
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr.decode(), r"^tamga: [^\n]+\n$")
        return done.stderr.decode()

    def golden(self, name, answer):
        # The policy's hash changes with every rule.
        answer = {key: value for key, value in answer.items() if key != "policy"}
        path = os.path.join(GOLDEN, f"flows_{name}.json")
        text = json.dumps(answer, indent=1, ensure_ascii=False) + "\n"
        if os.environ.get("TAMGA_UPDATE"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(text, file.read())

    def result(self, answer, **which):
        found = [one for one in answer["results"] if all(one[key] == value for key, value in which.items())]
        self.assertEqual(len(found), 1, which)
        return found[0]

    def test_goldens(self):
        self.golden("surge", self.ask("surge", "--limit", "4", *AS_OF))
        self.golden("gap", self.ask("gap", "--codes", "854231,100199", "--limit", "1", *AS_OF))
        self.golden("roundabout", self.ask("roundabout", "--controls", "UZ", "--treated", "KZ,KG", *AS_OF))

    def test_the_known_surges_are_found_and_no_others(self):
        answer = self.ask("surge", *AS_OF)
        surges = {(one["code"], one["partner"]) for one in answer["results"] if one["verdict"] == "surge"}
        falls = {(one["code"], one["partner"]) for one in answer["results"] if one["verdict"] == "fall"}
        self.assertEqual(surges, {("854231", "KZ"), ("854231", "KG")})
        self.assertEqual(falls, {("854231", "RU"), ("854232", "RU"), ("850440", "RU")})
        self.assertEqual(answer["codes_by_risk"][0]["code"], "854231")
        self.assertEqual(answer["placebo"]["surges"], 0)
        self.assertEqual(answer["placebo"]["tests"], 12)
        appeared = self.result(answer, code="854232", partner="KG")
        self.assertEqual((appeared["verdict"], appeared["reason"]), ("cannot say", "no trade before the break, so there is nothing to compare with"))
        kazakhstan = self.result(answer, code="854231", partner="KZ")
        self.assertTrue(kazakhstan["ratio_interval"]["low"] < 3.669 < kazakhstan["ratio_interval"]["high"])  # e^1.3
        self.assertAlmostEqual(kazakhstan["unit_value"]["ratio"], 1.5, delta=0.01)
        self.assertLess(kazakhstan["substitution"]["share_interval"]["low"], kazakhstan["substitution"]["share"])

    def test_the_rows_behind_are_those_of_the_file(self):
        answer = self.ask("surge", "--partner", "KZ", "--codes", "854231", "--rows", *AS_OF)
        with open(os.path.join(DATA, "flows_exports.csv"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        rows = answer["results"][0]["rows"]
        self.assertEqual(len(rows), 35)
        total = 0
        for row in rows:
            fields = lines[row["line"] - 1].split(",")
            self.assertEqual((fields[1], fields[2], fields[4]), ("KZ", row["code"], row["period"].replace("-", "")))
            self.assertEqual(float(fields[5]), row["value"])
            self.assertEqual(row["file"], "flows_exports.csv")
            total += row["value"] if row["period"] >= "2022-03" else 0
        self.assertAlmostEqual(answer["results"][0]["mean_after"], total / 9, delta=0.01)

    def test_threads_change_nothing(self):
        question = ("--json", "flows", "surge", "--codes", "all", "--limit", "100", *AS_OF)
        one, two = (run(self.data, *question, threads=threads).stdout for threads in ("1", "2"))
        self.assertEqual(one, two)
        self.assertEqual(json.loads(one)["more"], 0)

    def test_by_partner_and_code(self):
        partners = self.ask("surge", "--by", "partner", *AS_OF)
        self.assertEqual({one["code"] for one in partners["results"]}, {"all"})
        self.assertEqual({one["partner"] for one in partners["results"]}, {"KZ", "KG", "UZ", "RU"})
        codes = self.ask("surge", "--by", "code", "--codes", "854231", *AS_OF)
        self.assertEqual({(one["partner"], one["verdict"]) for one in codes["results"]}, {("all", "surge"), ("RU", "fall")})

    def test_lists_codes_and_files_choose(self):
        path = os.path.join(self.data, "codes.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("code,what\n8542 31,processors\n")
        for codes in ("854231", "8542", path, "chpl.1"):
            found = {one["code"] for one in self.ask("surge", "--codes", codes, *AS_OF)["results"]}
            self.assertEqual(found, {"854231"} if codes in ("854231", path) else {"854231", "854232"}, codes)
        with open(path, "w", encoding="utf-8") as file:
            file.write("854231\nchips\n")
        self.assertIn("codes.csv:2: \"chips\" is no goods code, expected 2 to 10 digits", self.refused("surge", "--codes", path))

    def test_the_gap(self):
        answer = self.ask("gap", "--codes", "854231,100199", "--rows", *AS_OF)
        missing = self.result(answer, code="854231", importer="KZ")
        even = self.result(answer, code="100199", importer="KZ")
        self.assertEqual(missing["verdict"], "missing")
        self.assertEqual(even["verdict"], "no gap shown")
        self.assertAlmostEqual(missing["change"]["log_ratio"], -0.7985, delta=0.1)  # log 0.45
        self.assertLess(missing["change"]["q"], 0.001)
        share = missing["after"]["missing_share"]
        # 0.45 of it arrives, dearer by 1.08: 1 - 0.486 / 1.06 to 1 - 0.486 / 1.10, and the scatter of nine months.
        self.assertAlmostEqual(share["low"], 0.5415, delta=0.06)
        self.assertAlmostEqual(share["high"], 0.5582, delta=0.06)
        self.assertEqual(missing["tested"], "after the break")
        self.assertEqual(len(missing["rows"]), 70)
        self.assertEqual({row["file"] for row in missing["rows"] if row["side"] == "importer"}, {"flows_imports.csv"})
        # Nobody else reports imports.
        self.assertEqual([(one["reason"], one["pairs"]) for one in answer["not_compared"]], [("the importer reports no imports in this store", 6)])
        pair, = self.ask("gap", "--codes", "854231,100199", "--by", "pair", *AS_OF)["results"]
        self.assertAlmostEqual(pair["exports"], missing["exports"] + even["exports"], delta=0.01)

    def test_series(self):
        answer = self.ask("series", "854231", "--partner", "KZ", "--rows", *AS_OF)
        self.assertEqual({one["flow"] for one in answer["series"]}, {"export"})
        self.assertEqual(len(answer["series"][0]["points"]), 35)
        self.assertEqual(answer["total"]["points"][0]["value"], answer["series"][0]["points"][0]["value"])
        self.assertIn("chpl.1", answer["series"][0]["lists"])
        self.assertIn("series of the code 999999", self.refused("series", "999999"))

    def test_bad_input_is_one_line_that_says_what_to_do(self):
        empty = tempfile.mkdtemp(prefix="tamga-flows-empty-")
        self.addCleanup(shutil.rmtree, empty)
        for command in (("surge",), ("gap",), ("roundabout",), ("series", "8542")):
            self.assertIn("tamga flows import FILE... does it", self.refused(*command, data=empty))
        for arguments, words in ((("surge", "--codes", "chpl.9"), "\"chpl.9\" is no list of the policy"),
                                 (("surge", "--break", "2031-01"), "the break 2031-01 is outside the data (2020-01 to 2022-11)"),
                                 (("surge", "--break", "2020-01"), "outside the data"),
                                 (("surge", "--break", "March"), "\"March\" is no month"),
                                 (("surge", "--partner", "ZZZ"), "\"ZZZ\" is no country"),
                                 (("surge", "--by", "month"), "expected code, partner, reporter"),
                                 (("surge", "--digits", "5"), "expected 4, 6, 8 or 10"),
                                 (("surge", "--codes", "010101"), "holds no export statistics of the codes"),
                                 (("gap", "--factor-low", "1.2"), "the low end first"),
                                 (("gap", "--codes", "010101"), "choose others, or import them")):
            self.assertIn(words, self.refused(*arguments), arguments)
        shutil.copy(os.path.join(DATA, "flows_exports.csv"), empty)
        self.assertEqual(run(empty, "flows", "import", os.path.join(empty, "flows_exports.csv")).returncode, 0)
        self.assertIn("holds no import statistics; tamga flows import brings the other side in", self.refused("gap", data=empty))
        self.assertIn("holds no import statistics, but export", self.refused("surge", "--flow", "import", data=empty))

    def test_as_text(self):
        text = run(self.data, "flows", "surge", *AS_OF).stdout.decode()
        self.assertIn("placebo: 0 of 12 tests are surges", text)
        self.assertRegex(text, r"1 +854231 +KZ +all +surge")
        self.assertRegex(run(self.data, "flows", "gap", "--codes", "854231", *AS_OF).stdout.decode(), r"854231 +DE +KZ +missing")
        told = run(self.data, "flows", "roundabout", "--controls", "UZ", "--treated", "KZ", *AS_OF).stdout.decode()
        self.assertIn("treated destinations × after", told)
        self.assertIn("DE export of 85423100 to KZ", run(self.data, "flows", "series", "854231", "--partner", "KZ").stdout.decode())

    def test_the_server_answers_the_same(self):
        running = server.Server(data=self.data, lists=False)
        self.addCleanup(running.close)
        client = server.Client(running, running.token)
        surges = client.get("/v1/flows/surges", as_of="2026-11-23", limit=4).json
        self.assertEqual(surges, self.ask("surge", "--limit", "4", *AS_OF))
        self.assertEqual(client.get("/v1/flows/surges", as_of="2026-11-23", limit=4).json, surges)  # kept
        self.assertEqual(client.get("/v1/flows/gaps", as_of="2026-11-23", codes="854231").json, self.ask("gap", "--codes", "854231", *AS_OF))
        self.assertEqual(client.get("/v1/flows/roundabout", as_of="2026-11-23", treated="KZ").json, self.ask("roundabout", "--treated", "KZ", *AS_OF))
        self.assertEqual(client.get("/v1/flows/series", as_of="2026-11-23", code="854231", partner="KZ").json,
                         self.ask("series", "854231", "--partner", "KZ", *AS_OF))
        client.get("/v1/flows/surges", status=400, codes="nothing")
        client.get("/v1/flows/surges", status=400, codes=os.path.join(DATA, "flows_exports.csv"))  # no files of the server's
        client.get("/v1/flows/surges", status=400, **{"break": "2040-01"})
        client.get("/v1/flows/series", status=400)

    def test_eurostats_months(self):
        path = os.path.join(REAL, "eurostat_eu27_exports_sanctioned_hs6_by_partner_month_2020-2022.csv.gz")
        if not os.path.exists(path):
            self.skipTest("the Eurostat months are not there: ../shared/data/trade")
        data = tempfile.mkdtemp(prefix="tamga-flows-real-")
        self.addCleanup(shutil.rmtree, data)
        self.assertEqual(run(data, "flows", "import", path).returncode, 0)
        answer = self.ask("surge", "--limit", "1000", *AS_OF, data=data)
        # Nineteen of the list's codes are in the file, and three that were or became a part of one; all of it is sanctioned, so there is no placebo.
        listed = set()
        for tier in ("1", "2", "3a", "3b", "4a", "4b"):
            with open(os.path.join(ROOT, "data", "goods", f"chpl_{tier}.csv"), encoding="utf-8") as file:
                listed |= {line.split(",")[0] for line in file if line[:6].isdigit()}
        found = {one["code"] for one in answer["codes_by_risk"]}
        self.assertEqual((len(found & listed), len(found - listed)), (19, 0))
        self.assertEqual({tuple(one["joined"]) for one in answer["results"] if "joined" in one}, {("880330", "880390", "880730", "880790")})
        reported = self.ask("surge", "--limit", "1000", "--editions", "as-reported", *AS_OF, data=data)
        found = {one["code"] for one in reported["codes_by_risk"]}
        self.assertEqual((len(found & listed), len(found - listed)), (19, 2))
        for one in reported["results"]:
            self.assertEqual(one["code"] in listed or bool(one["renumbered"]), True, one["code"])
        self.assertIsNone(answer["placebo"])
        self.assertEqual((answer["from"], answer["to"]), ("2020-01", "2022-11"))
        by_partner = {one["partner"]: one for one in self.ask("surge", "--by", "partner", *AS_OF, data=data)["results"]}
        self.assertEqual(by_partner["RU"]["verdict"], "fall")
        self.assertEqual(by_partner["KG"]["verdict"], "surge")
        self.assertEqual(by_partner["KZ"]["verdict"], "surge")
        self.assertIn("holds no import statistics", self.refused("gap", data=data))


if __name__ == "__main__":
    unittest.main()
