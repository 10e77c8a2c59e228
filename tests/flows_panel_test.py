#!/usr/bin/env python3
"""`tamga flows roundabout` against statsmodels (tests/reference/panel.py), to 1e-6 in coefficients and standard errors, on Eurostat's months and on
invented trade with a known effect. The panels are built here from the files, by code that shares nothing with the program.

Run by ctest, which names the program in $TAMGA. statsmodels: apt-get install python3-statsmodels, or unpacked under $TAMGA_STATSMODELS.
"""
import collections
import csv
import gzip
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
MONTHS = os.path.join(ROOT, "..", "shared", "data", "trade", "eurostat_eu27_exports_sanctioned_hs6_by_partner_month_2020-2022.csv.gz")
COUNTRIES = {"Armenia": "AM", "Belarus": "BY", "Georgia": "GE", "Kazakhstan": "KZ",
             "Kyrgyzstan": "KG", "Russian Federation": "RU", "Uzbekistan": "UZ"}
UNPACKED = os.environ.get("TAMGA_STATSMODELS", "/tmp/sm/root")
TREATED = ("AM", "KG", "KZ")
BREAK = "2022-03"
UNLISTED = ("100199", "040120", "070200", "100590", "110100", "080810")


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def reference(panel):
    """What statsmodels says, or None where it is not there."""
    for unpacked in (None, UNPACKED):
        env = environment()
        if unpacked:
            libraries = os.path.join(unpacked, "usr/lib/x86_64-linux-gnu")
            env["PYTHONPATH"] = os.path.join(unpacked, "usr/lib/python3/dist-packages")
            env["LD_LIBRARY_PATH"] = ":".join((libraries, libraries + "/blas", libraries + "/lapack"))
        run = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "reference", "panel.py")], input=json.dumps(panel).encode(),
                             capture_output=True, env=env, timeout=900)
        if run.returncode == 0:
            return json.loads(run.stdout)
        if run.returncode != 77:
            raise AssertionError(run.stderr.decode())
    return None


def chosen(list_name):
    codes = set()
    for name in os.listdir(os.path.join(ROOT, "data", "goods")):
        if name.startswith(list_name + "_") and name.endswith(".csv"):
            with open(os.path.join(ROOT, "data", "goods", name), encoding="utf-8") as file:
                codes |= {line.split(",")[0] for line in file if line[:6].isdigit()}
    return codes


def panel_of(cells, months, contrast, method, clusters, codes, controls, every_code=False):
    """cells: (code, destination) -> {month: value}. What the regression is of, one entry a cell and month."""
    panel = collections.defaultdict(list)
    effects = [[], [], []]
    for (code, destination), values in sorted(cells.items()):
        treated = destination in TREATED
        if not treated and (destination not in controls or contrast == "products"):
            continue
        if code not in codes and (contrast == "destinations" or not every_code):
            continue
        exposed = (contrast == "destinations" or code in codes) and (contrast == "products" or treated)
        for month in months:
            value = values.get(month, 0)
            if value <= 0 and method == "ols":
                continue
            panel["outcome"].append(math.log(value) if method == "ols" else value)
            panel["treatment"].append(1.0 if exposed and month >= BREAK else 0.0)
            effects[0].append(f"{code} {destination}")
            effects[1].append(f"{code} {month}")
            effects[2].append(f"{destination} {month}")
            panel["clusters"].append(code if clusters == "product" else f"{code} {destination}")
    used = {"products": (0, 2), "destinations": (0, 1), "triple": (0, 1, 2)}[contrast]
    return dict(panel, effects=[effects[i] for i in used], method=method)


class Panel(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-panel-")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def roundabout(self, *options):
        run = subprocess.run([TAMGA, "--data", self.folder, "--json", "flows", "roundabout", *options], capture_output=True,
                             env=environment(), timeout=900)
        self.assertEqual(run.returncode, 0, run.stderr.decode())
        return json.loads(run.stdout)

    def bring_in(self, path):
        run = subprocess.run([TAMGA, "--data", self.folder, "flows", "import", path], capture_output=True, env=environment(), timeout=900)
        self.assertEqual(run.returncode, 0, run.stderr.decode())

    def same(self, panel, answer, same_rank=True):
        expected = reference(panel)
        if expected is None:
            self.skipTest("statsmodels is not there: apt-get install python3-statsmodels")
        self.assertEqual(answer["observations"], expected["observations"])
        if same_rank:
            self.assertEqual(answer["rank"], expected["rank"])
        self.assertAlmostEqual(answer["effect"]["coefficient"], expected["coefficient"], delta=1e-6)
        self.assertAlmostEqual(answer["effect"]["standard_error"], expected["standard_error"], delta=1e-6)

    def test_eurostats_months(self):
        if not os.path.exists(MONTHS):
            self.skipTest("the Eurostat months are not there: ../shared/data/trade")
        self.bring_in(MONTHS)
        cells = collections.defaultdict(dict)
        with gzip.open(MONTHS, "rt", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                cells[(row["hs6"], COUNTRIES[row["partner"]])][row["month"]] = float(row["value_eur"])
        months = sorted({month for values in cells.values() for month in values})
        every = chosen("chpl")
        traded = sorted(every & {code for code, _ in cells})
        # statsmodels takes minutes for Poisson on many dummies, so that has five codes.
        for method, clusters, codes in (("ols", "product", every), ("ols", "product-destination", every), ("ppml", "product", set(traded[:5]))):
            with self.subTest(method=method, clusters=clusters):
                # By their numbers, since a list follows codes of older editions too.
                answer = self.roundabout("--codes", ",".join(sorted(codes)), "--method", method, "--clusters", clusters, "--editions", "as-reported")
                self.assertEqual((answer["treated"], answer["controls"]), (["AM", "KG", "KZ"], ["GE", "UZ"]))
                self.same(panel_of(cells, months, "destinations", method, clusters, codes, ("GE", "UZ")), answer)
        # Parts of aeroplanes had other numbers until 2021: the only codes of the list in this file that were renumbered.
        joined = collections.defaultdict(lambda: collections.defaultdict(float))
        for (code, to), values in cells.items():
            for month, value in values.items():
                joined[("880730" if code in ("880330", "880390", "880790") else code, to)][month] += value
        with self.subTest("editions joined"):
            self.same(panel_of(joined, months, "destinations", "ols", "product", every, ("GE", "UZ")), self.roundabout("--codes", "chpl"))

    def invent(self, effect):
        """Trade of Germany in six high-priority codes and six of no list, with holes; the effect is on the former in TREATED."""
        numbers = random.Random(5)
        codes = sorted(chosen("chpl"))[:6]
        months = [f"{year}-{month:02}" for year in (2021, 2022) for month in range(1, 13)]
        cells = collections.defaultdict(dict)
        pairs = {(code, to): numbers.gauss(10, 1) for code in (*codes, *UNLISTED) for to in (*TREATED, "GE", "UZ")}
        products = {(code, month): numbers.gauss(0, 0.5) for code in (*codes, *UNLISTED) for month in months}
        destinations = {(to, month): numbers.gauss(0, 0.5) for to in (*TREATED, "GE", "UZ") for month in months}
        path = os.path.join(self.folder, "invented.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("reporter,partner,cn8,month,value_eur\n")
            for (code, to), level in pairs.items():
                for month in months:
                    if numbers.random() < 0.15:
                        continue
                    log = level + products[(code, month)] + destinations[(to, month)] + numbers.gauss(0, 0.4)
                    log += effect if code in codes and to in TREATED and month >= BREAK else 0
                    value = round(math.exp(log))
                    cells[(code, to)][month] = value
                    file.write(f"DE,{to},{code}00,{month},{value}\n")
        self.bring_in(path)
        return cells, months, set(codes)

    def test_a_known_effect_in_all_contrasts(self):
        cells, months, codes = self.invent(0.8)
        for contrast in ("triple", "products", "destinations"):
            for method in ("ols", "ppml"):
                with self.subTest(contrast=contrast, method=method):
                    answer = self.roundabout("--contrast", contrast, "--method", method)
                    self.same(panel_of(cells, months, contrast, method, "product", codes, ("GE", "UZ"), every_code=True), answer)
                    if contrast == "triple" and method == "ols":
                        # The others have shocks of destinations in them, which five destinations do not average out.
                        self.assertLess(answer["effect"]["interval"]["low"], 0.8)
                        self.assertGreater(answer["effect"]["interval"]["high"], 0.8)
                        self.assertLess(answer["effect"]["p"], 0.001)
                        self.assertGreater(answer["pre_trend"]["p"], 0.01)
                        self.assertEqual([one for one in answer["dynamic"] if one.get("base")],
                                         [{"from": "2021-12", "to": "2022-02", "base": True}])

    def test_no_effect_where_there_is_none(self):
        self.invent(0)
        self.assertGreater(self.roundabout("--contrast", "triple")["effect"]["p"], 0.01)

    def test_what_cannot_be_told_is_one_line(self):
        self.invent(0)
        for options, words in ((("--break", "2030-01"), "the break 2030-01 is outside the data (2021-01 to 2022-12)"),
                               (("--treated", "TR"), "no trade with the treated destinations"),
                               (("--contrast", "sideways"), "expected destinations, products or triple"),
                               (("--codes", "100199", "--contrast", "products", "--against", "unlisted", "--treated", "XX"), "is no country"),
                               (("--contrast", "triple", "--controls", "TR"), "--contrast products needs none")):
            run = subprocess.run([TAMGA, "--data", self.folder, "flows", "roundabout", *options], capture_output=True, env=environment(), timeout=900)
            self.assertEqual(run.returncode, 2, run.stdout.decode())
            self.assertEqual(run.stderr.decode().count("\n"), 1)
            self.assertIn(words, run.stderr.decode())


if __name__ == "__main__":
    unittest.main()
