#!/usr/bin/env python3
"""Trade statistics as a user brings them in: what is kept, what is kept apart, and that the store holds what the files say. The store is read here by
a few lines of Python that know nothing of the program but docs/flows.md.

Run by ctest, which names the program in $TAMGA.
"""
import collections
import csv
import decimal
import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
SAMPLES = os.path.join(ROOT, "samples", "flows")
REAL = os.path.join(ROOT, "..", "shared", "data", "trade")
COUNTRIES = {"Armenia": "AM", "Belarus": "BY", "Georgia": "GE", "Kazakhstan": "KZ",
             "Kyrgyzstan": "KG", "Russian Federation": "RU", "Uzbekistan": "UZ"}


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def numbers(blob):
    number = shift = 0
    for byte in blob:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def high_priority():
    codes = set()
    for tier in ("1", "2", "3a", "3b", "4a", "4b"):
        with open(os.path.join(ROOT, "data", "goods", f"chpl_{tier}.csv"), encoding="utf-8") as file:
            codes |= {line.split(",")[0] for line in file if line[:6].isdigit()}
    return codes


class Flows(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-flows-")
        self.data = os.path.join(self.folder, "data")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def tamga(self, *arguments, code=0):
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment(), timeout=900)
        self.assertEqual(run.returncode, code, run.stderr.decode())
        return run.stdout.decode(), run.stderr.decode()

    def bring_in(self, *files, options=()):
        return json.loads(self.tamga("--json", "flows", "import", *options, *files)[0])["files"]

    def sample(self, name):
        return os.path.join(SAMPLES, name)

    def store(self):
        """(source, currency, frequency, flow, code, partner, reporter) -> [(period, value, weight, quantity, [(file, line)])]"""
        found = {}
        database = sqlite3.connect(os.path.join(self.data, "flows.db"))
        for *key, columns, origins in database.execute("SELECT * FROM series"):
            count, *rest = numbers(columns)
            self.assertEqual(len(rest), 4 * count)
            lines, periods, period = numbers(origins), [], 0
            for step in rest[:count]:
                period += step
                periods.append(period)
            found[tuple(key)] = [(periods[i], rest[count + i], rest[2 * count + i] - 1, rest[3 * count + i] - 1,
                                  [(next(lines), next(lines)) for _ in range(next(lines))]) for i in range(count)]
        database.close()
        return found

    def test_broken_rows_are_counted_and_kept_apart(self):
        file, = self.bring_in(self.sample("comext.csv"))
        self.assertEqual((file["rows"], file["kept"], file["left_out"]), (20, 10, 1))
        self.assertEqual([(row["line"], row["fault"]) for row in file["rejected"]], [
            (5, "duplicate"), (6, "contradiction"), (7, "unknown partner"), (8, "bad period"), (9, "negative number"), (10, "bad goods code"),
            (12, "broken row"), (13, "bad number"), (14, "broken row")])
        self.assertEqual(sum(file["rejected_by_fault"].values()), 9)
        database = sqlite3.connect(os.path.join(self.data, "flows.db"))
        self.assertEqual(database.execute("SELECT count(*) FROM rejected").fetchone(), (9,))
        database.close()
        store = self.store()
        self.assertEqual(store[(1, "EUR", 0, 1, "85423190", "KZ", "DE")], [(2021 * 12 + 10, 100000, -1, -1, [(1, 2)]),
                                                                           (2021 * 12 + 11, 110050, -1, -1, [(1, 3)])])
        self.assertEqual(store[(1, "EUR", 0, 1, "85423190", "KZ", "FR")], [(2021 * 12 + 10, 30000, -1, -1, [(1, 4)])])

    def test_the_same_file_again_changes_nothing(self):
        self.bring_in(self.sample("comext.csv"))
        before = self.store()
        renamed = os.path.join(self.folder, "other name.csv.gz")
        with open(self.sample("comext.csv"), "rb") as file, gzip.open(renamed, "wb") as packed:
            packed.write(file.read())
        self.assertTrue(self.bring_in(renamed)[0]["known"])
        self.assertEqual(self.store(), before)

    def test_a_later_edition_revises(self):
        self.bring_in(self.sample("comext.csv"))
        later = os.path.join(self.folder, "later.csv")
        with open(later, "w", encoding="utf-8") as file:
            file.write("reporter,partner,cn8,month,value_eur\nDE,KZ,85423190,2021-11,1000\nDE,KZ,85423190,2021-12,5\nDE,KZ,85423190,2022-01,6\n")
        file, = self.bring_in(later)
        self.assertEqual((file["periods_added"], file["periods_revised"], file["periods_unchanged"]), (1, 1, 1))
        points = self.store()[(1, "EUR", 0, 1, "85423190", "KZ", "DE")]
        self.assertEqual([(value, origins) for _, value, _, _, origins in points], [(100000, [(1, 2)]), (500, [(2, 3)]), (600, [(2, 4)])])

    def test_comtrade_in_both_layouts(self):
        new, classic = self.bring_in(self.sample("comtrade_new.csv"), self.sample("comtrade_classic.csv"))
        self.assertEqual((new["layout"], new["kept"], new["left_out"], new["rejected"]), ("UN Comtrade, new layout", 3, 2, []))
        self.assertEqual((classic["layout"], classic["kept"], classic["rejected"]), ("UN Comtrade, classic layout", 2, []))
        year = 2022 * 12
        self.assertEqual(self.store(), {
            (0, "USD", 1, 0, "854231", "DE", "KZ"): [(year, 110000, 12500, 1000000, [(1, 2)])],
            (0, "USD", 1, 1, "854231", "KZ", "DE"): [(year, 500000, 60000, 5000000, [(1, 5)])],
            (0, "USD", 1, 1, "854231", "TW", "DE"): [(year, 700000, -1, -1, [(1, 6)])],
            (0, "USD", 1, 0, "854231", "US", "KZ"): [(year - 12, 5000000, 2000, 100000, [(2, 2)])],
            (0, "USD", 1, 3, "854231", "RU", "KZ"): [(year - 12, 70000, -1, -1, [(2, 3)])]})

    def test_declarations_add_up_and_none_counts_twice(self):
        file, = self.bring_in(self.sample("declarations.csv"))
        self.assertEqual([(row["line"], row["fault"]) for row in file["rejected"]], [
            (4, "duplicate"), (6, "no declaration number"), (7, "bad period"), (8, "bad currency"), (9, "unknown flow")])
        more = os.path.join(self.folder, "more.csv")
        with open(more, "w", encoding="utf-8") as text:
            text.write("declaration,item,date,flow,reporter,partner,hs,value,currency,weight_kg,quantity\n"
                       "KZ-1,1,2022-04-01,import,KZ,DE,8542319010,100.25,USD,1.5,10\nKZ-7,1,2022-04-20,import,KZ,DE,8542319010,50,USD,1,1\n")
        again, = self.bring_in(more)
        self.assertEqual([(row["line"], row["fault"]) for row in again["rejected"]], [(2, "declared before")])
        self.assertEqual(self.store()[(2, "USD", 0, 0, "8542319010", "DE", "KZ")],
                         [(2022 * 12 + 3, 65025, -1, 61000, [(1, 2), (1, 3), (1, 5), (2, 3)])])

    def test_a_wrong_file_is_one_line_and_nothing_of_the_others_stays(self):
        wrong = os.path.join(self.folder, "wrong.csv")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write("name,country\nA,B\n")
        out, error = self.tamga("flows", "import", self.sample("comext.csv"), wrong, code=2)
        self.assertEqual(out, "")
        self.assertRegex(error, r"^tamga: \S*wrong\.csv:1: \"name,country\" is no known header, expected [^\n]*\n$")
        self.assertFalse(self.bring_in(self.sample("comext.csv"))[0]["known"])

    def test_all_rejected_rows_as_a_file(self):
        path = os.path.join(self.folder, "rejected.csv")
        self.tamga("flows", "import", "--rejected", path, self.sample("comext.csv"))
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 9)
        self.assertEqual(rows[1]["row"], "Germany,Kazakhstan,85423190,2021-12,1200")

    def test_the_real_months_are_what_the_file_says(self):
        path = os.path.join(REAL, "eurostat_eu27_exports_sanctioned_hs6_by_partner_month_2020-2022.csv.gz")
        if not os.path.exists(path):
            self.skipTest("the Eurostat months are not there: ../shared/data/trade")
        expected = collections.Counter()
        with gzip.open(path, "rt", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                year, month = row["month"].split("-")
                expected[(row["hs6"], COUNTRIES[row["partner"]], int(year) * 12 + int(month) - 1)] += int(decimal.Decimal(row["value_eur"]) * 100)
        file, = self.bring_in(path)
        self.assertEqual((file["rows"], file["kept"], file["rejected"]), (196466, 196466, []))
        found = {}
        for (_, _, _, flow, code, partner, reporter), points in self.store().items():
            self.assertEqual((flow, reporter), (1, "EU"))
            for period, value, *_ in points:
                found[(code, partner, period)] = value
        self.assertEqual(found, dict(expected))
        # The known sums, in millions of euro (shared/data/README.md).
        codes = high_priority()
        for partner, before, after in (("KZ", 127.7, 231.1), ("KG", 3.1, 13.8)):
            for year, million in ((2021, before), (2022, after)):
                total = sum(value for (code, to, period), value in found.items() if code in codes and to == partner and period // 12 == year)
                self.assertAlmostEqual(total / 100 / 1e6, million, delta=0.06, msg=(partner, year))


if __name__ == "__main__":
    unittest.main()
