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
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
import zipfile

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
    shared = None

    @classmethod
    def tearDownClass(cls):
        if cls.shared:
            shutil.rmtree(cls.shared)

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
        # The first import of a store: there is none now, nor the folder that was made for it; a folder that was there stays, with what is in it.
        self.assertFalse(os.path.exists(self.data))
        os.mkdir(self.data)
        self.tamga("flows", "import", wrong, code=2)
        self.assertEqual(os.listdir(self.data), [])
        self.assertFalse(self.bring_in(self.sample("comext.csv"))[0]["known"])
        before = self.everything()
        self.tamga("flows", "import", wrong, code=2)
        self.assertEqual(self.everything(), before)

    def everything(self):
        """The store's tables, but for the names of files; their number of pages may differ."""
        database = sqlite3.connect(os.path.join(self.data, "flows.db"))
        found = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in ("series", "rejected", "declarations", "nomenclatures")}
        found["files"] = database.execute("SELECT number, hash, source, layout, rows, kept, totals, rejected FROM files").fetchall()
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        database.close()
        return found

    MANY = 4_300_000  # a chunk in memory has 4,194,304 rows

    def many(self):
        """A file that is larger than a chunk in memory, so that it is sorted on the disk: its months come in no order."""
        if not Flows.shared:
            Flows.shared = tempfile.mkdtemp(prefix="tamga-flows-")
            with open(os.path.join(Flows.shared, "many.csv"), "w", encoding="utf-8") as file:
                file.write("reporter,partner,cn8,month,value_eur,weight_kg\n")
                for i in range(self.MANY):
                    at = i * 7919 % 50_000_017
                    month = f"{2021 + at // 12 % 2}-{at % 12 + 1:02}"
                    file.write(f"DE,{'KZ' if at % 2 else 'KG'},{84000000 + at // 24 % 900_000},{month},{i % 9973},{i % 97}\n")
        return os.path.join(Flows.shared, "many.csv")

    def left_behind(self):
        return sorted(name for name in os.listdir(self.data) if name != "flows.db")

    def test_a_killed_import_leaves_the_store_as_it_was_and_nothing_beside_it(self):
        self.bring_in(self.sample("comext.csv"), self.sample("declarations.csv"))
        before = self.everything()
        path = self.many()
        killed = 0
        for delay in (0.3, 1.2, 2.5):
            run = subprocess.Popen([TAMGA, "--data", self.data, "flows", "import", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=environment())
            try:
                run.wait(delay)
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
                killed += 1
            if run.returncode == 0:
                break
            self.assertFalse([name for name in self.left_behind() if "spill" in name])
            self.assertEqual(self.everything(), before)
        self.assertGreater(killed, 1)
        self.bring_in(path)
        self.assertEqual(self.left_behind(), [])

    def test_a_first_import_that_is_killed_leaves_nothing(self):
        path = self.many()
        run = subprocess.Popen([TAMGA, "--data", self.data, "flows", "import", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=environment())
        try:
            run.wait(1.5)
        except subprocess.TimeoutExpired:
            pass
        run.kill()
        run.wait()
        # A name that was left in the moment before it is taken away goes at the next import.
        with open(os.path.join(self.data, "flows.db.spill-abcdef"), "wb"):
            pass
        file, = self.bring_in(self.sample("comext.csv"))
        self.assertEqual((file["known"], file["kept"]), (False, 10))
        self.assertEqual(self.left_behind(), [])

    def test_a_full_disk_is_one_line_and_the_store_as_it_was(self):
        self.bring_in(self.sample("comext.csv"))
        before = self.everything()
        path = self.many()
        # Files of this process may not grow beyond so much, which says what a full disk says, at another place each time: the runs, then the store.
        for most in (1 << 20, 80 << 20, 90 << 20):
            with self.subTest(most=most):
                run = subprocess.run([TAMGA, "--data", self.data, "flows", "import", path], capture_output=True, env=environment(), timeout=300,
                                     restore_signals=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
                if run.returncode == 0:
                    self.assertGreater(most, 50 << 20)
                    break
                self.assertEqual(run.returncode, 1, run.stderr)
                self.assertRegex(run.stderr.decode(), r"^tamga: [^\n]*\n$")
                self.assertFalse([name for name in self.left_behind() if "spill" in name])
                self.assertEqual(self.everything(), before)

    def test_runs_on_the_disk_give_what_one_in_memory_gives(self):
        rows = self.MANY
        path = self.many()
        whole, = self.bring_in(path)
        self.assertEqual((whole["rows"], whole["rejected_rows"]), (rows, rows - whole["kept"]))
        expected = {}
        with open(path, encoding="utf-8") as file:
            next(file)
            for line, row in enumerate(file, 2):
                reporter, partner, code, month, value, weight = row.rstrip().split(",")
                expected.setdefault((partner, code, int(month[:4]) * 12 + int(month[5:]) - 1), (int(value) * 100, int(weight) * 1000, line))
        found = {}
        for (_, _, _, _, code, partner, _), points in self.store().items():
            for period, value, weight, _, [(_, line)] in points:
                found[(partner, code, period)] = (value, weight, line)
        self.assertEqual(found == expected, True)

    def test_two_percent_of_broken_rows_are_counted_listed_and_kept_apart(self):
        path = os.path.join(self.folder, "broken.csv")
        faults = {"unknown partner": "DE,QQ,85423190,2022-01,1", "bad period": "DE,KZ,85423190,2022-13,1",
                  "negative number": "DE,KZ,85423190,2022-01,-1",
                  "bad number": "DE,KZ,85423190,2022-01,x", "broken row": "DE,KZ,85423190"}
        words = list(faults)
        with open(path, "w", encoding="utf-8") as file:
            file.write("reporter,partner,cn8,month,value_eur\n")
            for i in range(100_000):
                file.write(faults[words[i // 50 % 5]] + "\n" if i % 50 == 7 else f"DE,KZ,{84000000 + i // 12},{2022}-{i % 12 + 1:02},{i}\n")
        file, = self.bring_in(path)
        self.assertEqual((file["rows"], file["kept"], file["rejected_rows"]), (100_000, 98_000, 2000))
        self.assertEqual(file["rejected_by_fault"], {word: 400 for word in words})
        self.assertEqual(len(file["rejected"]), 1000)
        self.assertEqual([row["line"] for row in file["rejected"]][:2], [9, 59])
        database = sqlite3.connect(os.path.join(self.data, "flows.db"))
        self.assertEqual(database.execute("SELECT count(*), min(line), max(line) FROM rejected").fetchone(), (2000, 9, 99_959))
        database.close()

    def test_packed_files_give_what_plain_ones_give(self):
        with open(self.sample("comext.csv"), "rb") as file:
            text = file.read()
        expected = None
        middle = text.index(b"\n", len(text) // 2) + 1
        two = gzip.compress(text[:middle]) + gzip.compress(text[middle:])
        for name, data in {"plain.csv": text, "a.csv.gz": gzip.compress(text), "two.csv.gz": two}.items():
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                file.write(data)
            shutil.rmtree(self.data, ignore_errors=True)
            self.assertEqual(self.bring_in(path)[0]["kept"], 10)
            expected = expected or self.everything()
            self.assertEqual(self.everything(), expected)
        packed = gzip.compress(text)
        for wrong in (packed[:-9], packed[:-5] + bytes([packed[-5] ^ 1]) + packed[-4:], gzip.compress(packed), packed + b"garbage"):
            path = os.path.join(self.folder, "wrong.csv.gz")
            with open(path, "wb") as file:
                file.write(wrong)
            shutil.rmtree(self.data, ignore_errors=True)
            _, error = self.tamga("flows", "import", path, code=2)
            self.assertRegex(error, r"^tamga: [^\n]*wrong\.csv\.gz: [^\n]*\n$")

    def test_members_of_an_archive_are_files_and_rows_that_stand_twice_are_found_in_their_own(self):
        path = os.path.join(self.folder, "both.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(self.sample("declarations.csv"), "folder/declarations.csv")
            archive.write(self.sample("comext.csv"), "comext.csv")
        first, second = self.bring_in(path)
        self.assertTrue(first["file"].endswith("both.zip/folder/declarations.csv"))
        self.assertEqual([row for row in second["rejected"] if row["fault"] == "duplicate"],
                         [{"line": 5, "fault": "duplicate", "why": "the same as line 2", "row": "Germany,Kazakhstan,85423190,2021-11,1000"}])

    def test_former_countries_and_second_nomenclatures_are_kept_apart(self):
        file, = self.bring_in(self.sample("comtrade_odd.csv"))
        self.assertEqual(file["rejected_by_fault"], {"former country": 10, "not the Harmonized System": 1, "mixed nomenclatures": 2})
        self.assertEqual(file["kept"], 12)
        again, = self.bring_in(self.sample("comtrade_odd_later.csv"))
        self.assertEqual([row["why"] for row in again["rejected"]], ["HS 2022, but the store has HS 2017 for this reporter and period"])

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
