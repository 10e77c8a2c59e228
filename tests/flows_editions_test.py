#!/usr/bin/env python3
"""Codes that were renumbered between editions of the Harmonized System, as `tamga flows` counts them: against a slow oracle, which renames
the codes of the rows and asks of them as reported, by a hand example, and on Eurostat's months.

Run by ctest, which names the program in $TAMGA.
"""
import csv
import glob
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import server  # noqa: E402

TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
MONTHS = os.path.join(ROOT, "..", "shared", "data", "trade", "eurostat_eu27_exports_sanctioned_hs6_by_partner_month_2020-2022.csv.gz")
AS_OF = ("--as-of", "2026-11-26")
REPORTED = ("--editions", "as-reported")


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def moves():
    """(edition, old, new) of the tables, but for those whose old code stays in use."""
    found = []
    for path in glob.glob(os.path.join(ROOT, "data", "goods", "renumbered*.csv")):
        edition = 2012 if path.endswith("_2012.csv") else 2017
        with open(path, encoding="utf-8") as file:
            for row in csv.reader(line for line in file if line[0].isdigit()):
                if row[2] != "stays":
                    found.append((edition, row[0], row[1]))
    return found


def joined(codes):
    """Of each six digits the code that they are counted under: by pairs, until nothing changes."""
    became = set()
    for edition, old, new in moves():
        became.add((old, new))
        became |= {(old, later) for next_edition, middle, later in moves() if middle == new and next_edition > edition}
    pairs = [(old, new) for old, new in sorted(became) if old in codes and new in codes]
    group = {code: {code} for code in codes}
    changed = True
    while changed:
        changed = False
        for old, new in pairs:
            together = group[old] | group[new]
            for code in together:
                changed = changed or group[code] != together
                group[code] = together
    last = codes - {old for old, _ in pairs}
    return {code: min(group[code] & last) for code in codes}


class Editions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-editions-")
        self.addCleanup(shutil.rmtree, self.folder)

    def run_tamga(self, data, *arguments, threads="2"):
        return subprocess.run([TAMGA, "--data", os.path.join(self.folder, data), *arguments], capture_output=True,
                              env={**environment(), "TAMGA_THREADS": threads}, timeout=900)

    def bring_in(self, data, text, name="trade.csv"):
        path = os.path.join(self.folder, data + "-" + name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = self.run_tamga(data, "flows", "import", path)
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def ask(self, data, *arguments, threads="2"):
        done = self.run_tamga(data, "--json", "flows", *arguments, *AS_OF, threads=threads)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)

    # Against the oracle

    PARTNERS = ("KZ", "KG", "RU")

    @staticmethod
    def flow(reporter):
        return 1 if reporter == "KZ" else 2

    @staticmethod
    def period(month):
        return f"{2020 + month // 12}{month % 12 + 1:02}"

    def random_trade(self, rand):
        """Rows (reporter, partner, code, flow, month, value) of codes that were renumbered and of some that were not, each in the editions that have
        it or in odd ones, from reporters that publish six digits, eight or both."""
        table = moves()
        some = rand.sample(table, 9)
        codes = {code for _, old, new in some for code in (old, new)}
        for _, old, new in table:
            if old in codes and rand.random() < 0.7:
                codes.add(new)
        codes |= {"854231", "010121", "853952", "847989", "847983"}
        old_codes = {old for edition, old, _ in table}
        rows = []
        for code in sorted(codes):
            for reporter in ("DE", "FR", "EU", "KZ"):
                for partner in ("DE",) if reporter == "KZ" else self.PARTNERS:
                    if rand.random() < (0.75 if reporter == "EU" else 0.2):
                        continue
                    endings = rand.choice((("",), ("",), ("00",), ("10", "90"), ("", "10")))
                    odd = rand.random() < 0.1
                    size = rand.uniform(1e4, 1e5)
                    for month in range(36):
                        before = month < 24
                        if not odd and (code in old_codes) != before and rand.random() < 0.95:
                            continue
                        for ending in endings:
                            value = int(size * rand.uniform(0.5, 1.5) * (4 if month >= 26 and partner == "KZ" else 1))
                            rows.append((reporter, partner, code + ending, self.flow(reporter), self.period(month), value))
        for reporter in ("DE", "FR", "EU", "KZ"):  # so that all months are reported
            for month in range(36):
                rows.append((reporter, "AM", "100199", self.flow(reporter), self.period(month), rand.randrange(1000, 9000)))
        return rows

    def rename(self, rows):
        """What the rows say with joined codes, six digits each, a month of a reporter and partner once: a reporter's own sum of a code stands for its
        longer codes."""
        digits = {row[2][:6] for row in rows}
        label = joined(digits)
        shortest = {}
        for reporter, partner, code, flow, _, _ in rows:
            place = (reporter, partner, code[:6], flow)
            shortest[place] = min(shortest.get(place, 10), len(code))
        sums = {}
        for reporter, partner, code, flow, month, value in rows:
            if len(code) == shortest[(reporter, partner, code[:6], flow)]:
                place = (reporter, partner, label[code[:6]], flow, month)
                sums[place] = sums.get(place, 0) + value
        return label, [(*place, value) for place, value in sums.items()]

    @staticmethod
    def csv_of(rows):
        lines = [f"{r},{p},{c},{f},{m},{v},{max(1, v // 7)}" for r, p, c, f, m, v in rows]
        return "DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG\n" + "\n".join(lines) + "\n"

    #: What is told of a code beyond its numbers, or counts what the oracle left out beforehand.
    APART = {"lists", "words", "renumbered", "joined", "editions", "files", "left_out", "codes", "policy", "weight_kg", "unit_value"}

    def told(self, answer):
        if isinstance(answer, dict):
            return {key: self.told(value) for key, value in answer.items() if key not in self.APART}
        return [self.told(one) for one in answer] if isinstance(answer, list) else answer

    def test_the_same_as_rows_with_renamed_codes(self):
        for seed in range(6):
            rand = random.Random(seed)
            rows = self.random_trade(rand)
            label, renamed = self.rename(rows)
            rand.shuffle(rows)
            ours, theirs = f"store{seed}", f"oracle{seed}"
            self.bring_in(ours, self.csv_of(rows))
            self.bring_in(theirs, self.csv_of(renamed))
            some = sorted(rand.sample(sorted(label), 6))
            named = ",".join(some), ",".join(sorted({label[code] for code in some}))
            together = {}
            for code, under in label.items():
                together.setdefault(under, []).append(code)
            self.assertTrue(any(len(codes) > 2 for codes in together.values()))
            for codes, theirs_codes in (("all", "all"), named):
                for question in (("surge", "--no-placebo", "--by", "code,partner"), ("surge", "--no-placebo", "--by", "partner"),
                                 ("surge", "--no-placebo", "--by", "code,partner,reporter"), ("gap",), ("gap", "--by", "pair", "--union")):
                    with self.subTest(seed=seed, question=question, codes=codes):
                        limit = ("--limit", "1000")
                        own = self.ask(ours, *question, "--codes", codes, *limit)
                        self.assertEqual(self.told(own), self.told(self.ask(theirs, *question, "--codes", theirs_codes, *REPORTED, *limit)))
                        for one in own["results"]:
                            if one["code"] == "all":
                                continue
                            codes_of = sorted(together[one["code"]])
                            self.assertEqual(one.get("joined"), codes_of if len(codes_of) > 1 else None)
                        for one in own["editions"]["joined"]:
                            self.assertEqual(one["codes"], sorted(together[one["code"]]))
                            self.assertTrue(one["moves"])
            own, other = (self.ask(data, "roundabout", "--treated", "KZ", "--controls", "KG", "--codes", "all", "--method", "ols", *more)
                          for data, more in ((ours, ()), (theirs, REPORTED)))
            self.assertEqual((own["observations"], own["products"], own["rank"]), (other["observations"], other["products"], other["rank"]))
            self.assertAlmostEqual(own["effect"]["coefficient"], other["effect"]["coefficient"], delta=1e-8)
            self.assertAlmostEqual(own["effect"]["standard_error"], other["effect"]["standard_error"], delta=1e-8)
            self.assertEqual(self.ask(ours, "surge", "--codes", "all", threads="1"), self.ask(ours, "surge", "--codes", "all", threads="3"))
            for one in self.ask(ours, "surge", "--codes", "all", "--rows", "--no-placebo", "--limit", "1000")["results"]:
                after = sum(row["value"] for row in one["rows"] if row["period"] >= "2022-03")
                self.assertAlmostEqual(after, (one["mean_after"] or 0) * one["months_after"], delta=0.1)

    # By hand

    @staticmethod
    def renumbered(extra=""):
        """A German exporter's telephones: 851712 until 2021, then 851713 and 851714, as many as before; and wheat."""
        rand = random.Random(3)
        lines = []
        for month in range(36):
            period = f"{2020 + month // 12}{month % 12 + 1:02}"
            value = int(90_000 * rand.uniform(0.8, 1.2))
            for code, part in (("851712", 1.0),) if month < 24 else (("851713", 0.7), ("851714", 0.3)):
                lines.append(f"DE,KZ,{code},2,{period},{int(value * part)},{int(value * part / 90)}\n")
            lines.append(f"DE,KZ,100199,2,{period},{int(5000 * rand.uniform(0.8, 1.2))},900\n")
        return "DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG\n" + "".join(lines) + extra

    def test_a_false_surge_goes_and_the_answer_says_why(self):
        # The month of a false step is that of the edition, so that is what is asked about.
        self.bring_in("store", self.renumbered())
        question = ("surge", "--break", "2022-01", "--codes", "all", "--no-placebo")
        reported = {one["code"]: one for one in self.ask("store", *question, *REPORTED)["results"]}
        self.assertEqual(sorted(reported), ["100199", "851712", "851713", "851714"])
        self.assertEqual(reported["851713"]["reason"], "no trade before the break, so there is nothing to compare with")
        self.assertNotEqual(reported["851712"]["verdict"], "no change shown")
        answer = self.ask("store", *question)
        found = {one["code"]: one for one in answer["results"]}
        self.assertEqual(sorted(found), ["100199", "851713"])
        telephones = found["851713"]
        self.assertEqual((telephones["verdict"], telephones["joined"]), ("no change shown", ["851712", "851713", "851714"]))
        self.assertTrue(0.8 < telephones["ratio"] < 1.25, telephones["ratio"])
        self.assertNotIn("renumbered", telephones)
        self.assertEqual({k: v for k, v in found["100199"].items() if k not in ("rank", "q")},
                         {k: v for k, v in reported["100199"].items() if k not in ("rank", "q")})
        self.assertEqual(answer["editions"], {
            "counted": "joined",
            "in_data": [{"edition": 2017, "told_by": "year", "from": "2020-01", "to": "2021-12"},
                        {"edition": 2022, "told_by": "year", "from": "2022-01", "to": "2022-12"}],
            "assumed": ["where the file does not say the edition of its codes, it is that of the year"],
            "joined": [{"code": "851713", "codes": ["851712", "851713", "851714"], "chosen": ["851712", "851713", "851714"],
                        "moves": ["HS 2017 851712 is HS 2022 851713 in part", "HS 2017 851712 is HS 2022 851714 in part"]}]})
        self.assertEqual(self.ask("store", *question, *REPORTED)["editions"]["reason"], "asked for as reported")
        text = self.run_tamga("store", "flows", *question, *AS_OF).stdout.decode()
        self.assertIn("editions, joined: HS 2017 2020-01 to 2021-12 (by the year), HS 2022 2022-01 to 2022-12 (by the year)\n"
                      "  851713 counts 851712, 851713, 851714 together, of which chosen: 851712, 851713, 851714\n", text)

    def test_a_code_of_the_group_chooses_all_of_it(self):
        self.bring_in("store", self.renumbered())
        for code in ("851712", "851714", "85171200"):
            answer = self.ask("store", "surge", "--codes", code, "--no-placebo")
            self.assertEqual([one["code"] for one in answer["results"]], ["851713"], code)
            self.assertIn(code[:6], answer["editions"]["joined"][0]["chosen"])

    def test_series_names_what_is_counted_together_and_leaves_each_as_it_is(self):
        self.bring_in("store", self.renumbered())
        answer = self.ask("store", "series", "851714")
        self.assertEqual(answer["joined"], ["851712", "851713", "851714"])
        self.assertEqual([one["code"] for one in answer["series"]], answer["joined"])
        self.assertEqual(len(answer["total"]["points"]), 36)
        self.assertEqual([one["code"] for one in self.ask("store", "series", "851714", *REPORTED)["series"]], ["851714"])
        self.assertEqual([one["code"] for one in self.ask("store", "series", "8517")["series"]], ["851712", "851713", "851714"])
        # Nothing is in the store under this number, but what it became is.
        self.assertEqual(self.ask("store", "series", "100199").get("joined"), None)

    def test_lengths_that_the_harmonized_system_does_not_have_are_as_reported(self):
        self.bring_in("store", self.renumbered())
        answer = self.ask("store", "surge", "--codes", "all", "--digits", "4", "--no-placebo")
        self.assertEqual((answer["editions"]["counted"], answer["editions"]["reason"]), ("as reported", "codes are joined at six digits alone"))
        self.assertEqual(answer["editions"]["joined"], [])

    def test_a_list_takes_the_group_that_holds_a_code_of_it(self):
        # 880730 of the Common High Priority List holds what was 880330 and a part of 880390 before 2022.
        lines = []
        for month in range(36):
            for code in ("880330", "880390") if month < 24 else ("880730", "880790"):
                lines.append(f"DE,KZ,{code},2,{2020 + month // 12}{month % 12 + 1:02},{1000 + month % 7},1\n")
        self.bring_in("store", self.renumbered("".join(lines)))
        answer = self.ask("store", "surge", "--break", "2022-01")
        self.assertEqual([(one["code"], one["verdict"]) for one in answer["results"]], [("880730", "no change shown")])
        group, = answer["editions"]["joined"]
        self.assertEqual((group["codes"], "880730" in group["chosen"], "880790" in group["chosen"]),
                         (["880330", "880390", "880730", "880790"], True, False))
        self.assertTrue(any(name.startswith("chpl") for name in answer["results"][0]["lists"]))
        # What belongs to a list is no placebo: wheat alone, as telephones are on a list.
        self.assertEqual(answer["placebo"]["tests"] + answer["placebo"]["cannot_say"], 1)

    def test_the_report_names_them(self):
        self.bring_in("store", self.renumbered())
        page = os.path.join(self.folder, "page.html")
        for options, words in ((("--lang", "en"), "Codes that were renumbered"), (("--lang", "ru"), "Коды, сменившие номер")):
            for editions in ("joined", "as-reported"):
                done = self.run_tamga("store", *options, "flows", "report", page, "--codes", "8517", "--editions", editions, *AS_OF)
                self.assertEqual(done.returncode, 0, done.stderr.decode())
                with open(page, encoding="utf-8") as file:
                    text = file.read()
                self.assertEqual((words in text, "851712, 851713, 851714" in text), (editions == "joined",) * 2)

    def test_comtrade_says_its_edition(self):
        header = "reporterCode,partnerCode,flowCode,cmdCode,period,primaryValue,netWgt,classificationCode\n"
        lines = "".join(f"417,156,M,{'851712' if year < 2022 else '851713'},{year},{1000 + year},1,{edition}\n"
                        for year, edition in ((2010, "H3"), (2019, "H5"), (2020, "H5"), (2021, "HS"), (2022, "H6"), (2023, "H6"), (2024, "H6")))
        self.bring_in("store", header + lines)
        answer = self.ask("store", "surge", "--flow", "import", "--break", "2022-01", "--codes", "all", "--no-placebo")
        self.assertEqual([(one["edition"], one["told_by"], one["from"], one["to"]) for one in answer["editions"]["in_data"]],
                         [(2007, "file", "2010", "2010"), (2017, "year", "2021", "2021"), (2017, "file", "2019", "2020"),
                          (2022, "file", "2022", "2024")])
        self.assertEqual(len(answer["editions"]["assumed"]), 2)
        self.assertEqual([one["joined"] for one in answer["results"]], [["851712", "851713"]])

    def test_bad_input(self):
        self.bring_in("store", self.renumbered())
        for question in (("surge",), ("gap",), ("roundabout",), ("series", "851713"), ("report", os.path.join(self.folder, "page.html"))):
            done = self.run_tamga("store", "flows", *question, "--editions", "mixed")
            self.assertEqual((done.returncode, done.stdout), (2, b""), question)
            self.assertIn("joined", done.stderr.decode())

    def test_the_server_answers_the_same(self):
        self.bring_in("store", self.renumbered())
        running = server.Server(data=os.path.join(self.folder, "store"), lists=False)
        self.addCleanup(running.close)
        client = server.Client(running, running.token)
        for editions in ("joined", "as-reported"):
            self.assertEqual(client.get("/v1/flows/surges", as_of=AS_OF[1], codes="all", editions=editions).json,
                             self.ask("store", "surge", "--codes", "all", "--editions", editions))
            self.assertEqual(client.get("/v1/flows/series", as_of=AS_OF[1], code="851714", editions=editions).json,
                             self.ask("store", "series", "851714", "--editions", editions))
        client.get("/v1/flows/surges", status=400, editions="mixed")

    # Real data

    def test_eurostats_months(self):
        if not os.path.exists(MONTHS):
            self.skipTest("the Eurostat months are not there: ../shared/data/trade")
        self.assertEqual(self.run_tamga("store", "flows", "import", MONTHS).returncode, 0)
        question = ("surge", "--break", "2022-01", "--limit", "100000", "--codes", "88,9006")
        names = {"Armenia": "AM", "Kazakhstan": "KZ", "Uzbekistan": "UZ"}
        codes = codes_of_file()
        label = joined(codes)
        parts = sorted(code for code in codes if label[code] == "880730")
        self.assertEqual(parts, ["880330", "880390", "880730", "880790"])
        sums = {}
        with gzip.open(MONTHS, "rt", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                if row["hs6"] in parts and row["partner"] in names and row["month"] < "2022-01":
                    sums[names[row["partner"]]] = sums.get(names[row["partner"]], 0) + float(row["value_eur"])
        found = {(one["code"], one["partner"]): one for one in self.ask("store", *question)["results"]}
        reported = {(one["code"], one["partner"]): one for one in self.ask("store", *question, *REPORTED)["results"]}
        for partner, before in sums.items():
            one = found[("880730", partner)]
            self.assertAlmostEqual(one["mean_before"] * one["months_before"], before, delta=0.5)
            # As reported it appears from nothing, and what it was called before goes to nothing.
            self.assertEqual(reported[("880730", partner)]["mean_before"], 0)
            self.assertEqual(reported[("880330", partner)]["mean_after"], 0)
        untouched = {key for key in reported if label.get(key[0]) == key[0] and sum(under == key[0] for under in label.values()) == 1}
        self.assertGreater(len(untouched), 20)
        for key in untouched:
            self.assertEqual({k: v for k, v in found[key].items() if k not in ("rank", "q", "verdict", "unit_value")},
                             {k: v for k, v in reported[key].items() if k not in ("rank", "q", "verdict", "unit_value")}, key)


def codes_of_file():
    with gzip.open(MONTHS, "rt", encoding="utf-8-sig") as file:
        return {row["hs6"] for row in csv.DictReader(file) if len(row["hs6"]) == 6}


if __name__ == "__main__":
    unittest.main()
