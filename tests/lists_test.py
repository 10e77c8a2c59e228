#!/usr/bin/env python3
"""`tamga lists` as a user calls it: editions of many days, differences, what is held and accepted, house lists and their signatures.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga tests/lists_test.py
Real lists are read from ../shared/data; what needs them is skipped where they are not.
"""
import gzip
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REAL = os.path.join(ROOT, "..", "shared", "data")
SAMPLES = os.path.join(ROOT, "samples")
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))


class WithStore(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-lists-")

    def tearDown(self):
        shutil.rmtree(self.data)

    def tamga(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment, timeout=300)
        return run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")

    def json(self, *arguments, status=0):
        code, out, err = self.tamga(*arguments, "--json")
        self.assertEqual(code, status, err)
        return json.loads(out)

    def write(self, name, text):
        path = os.path.join(self.data, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


@unittest.skipUnless(os.path.isdir(REAL), "../shared/data is not here")
class RealEditions(WithStore):
    """Nine daily editions of the SDN list, and what README.md of ../shared/data says changed between them."""

    DELTAS = [("2022-02-23", "2022-02-25", 93, 0, None), ("2023-12-28", "2024-02-20", 116, 6, 11), ("2024-02-20", "2024-02-23", 553, 0, 8),
              ("2024-02-23", "2024-04-26", 282, 98, 31), ("2024-04-26", "2024-05-01", 298, 0, 0), ("2024-05-01", "2024-05-03", 7, 8, 0)]

    def test_day_to_day_differences(self):
        folder = os.path.join(REAL, "ofac", "sdn_csv")
        days = sorted({day for old, new, *_ in self.DELTAS for day in (old, new)} | {"2021-08-18"})
        imported = self.json("lists", "import", *[os.path.join(folder, f"sdn_{day}.csv.gz") for day in days])["editions"]
        self.assertEqual([entry["published"] for entry in imported], days)
        self.assertTrue(all(entry["in_effect"] for entry in imported), "each day's change is confirmed by the next day's edition")
        for old, new, added, removed, changed in self.DELTAS:
            diff = self.json("lists", "diff", "us_ofac_sdn", old, new)
            self.assertEqual((len(diff["added"]), len(diff["removed"])), (added, removed), (old, new))
            if changed is not None:
                self.assertEqual(len(diff["changed"]), changed, (old, new))
            for entity in diff["changed"]:
                self.assertTrue(all(field.get("added") or field.get("removed") for field in entity["fields"]), entity)
        # Nine editions of the same list are kept as one and what differs from it.
        packed = os.path.getsize(os.path.join(self.data, "tamga.db"))
        self.assertLess(packed, 4_000_000, "one edition alone takes 0.6 MB")
        # The editions are those of their days.
        for day, present in (("2022-02-24", False), ("2022-02-26", True)):
            hits = self.json("screen", "VTB BANK PUBLIC JOINT STOCK COMPANY", "--as-of", day, status=3 if present else 0)["hits"]
            blocked = any("RUSSIA-EO14024" in hit["programs"] for hit in hits if hit["id"] == "ofac-17013")
            self.assertEqual(blocked, present, day)
        current = [entry["published"] for entry in self.json("lists", "status", "--as-of", "2022-03-01")["lists"] if entry["current"]]
        self.assertEqual(current, ["2022-02-25"])

    def test_a_list_that_lost_half_of_itself_waits(self):
        with gzip.open(os.path.join(REAL, "ofac", "sdn_csv", "sdn_2024-05-03.csv.gz"), "rt", newline="") as file:
            whole = file.read()
        rows = whole.split("\r\n")
        half = "\r\n".join(rows[: len(rows) // 2]) + "\r\n"
        self.json("lists", "import", self.write("sdn.csv", whole), "--published", "2024-05-03")
        edition = self.json("lists", "import", self.write("sdn.csv", half), "--published", "2024-05-06")["editions"][0]
        self.assertFalse(edition["in_effect"])
        self.assertRegex(edition["held"][0], r"it holds 7483 entities, 7482 \(49 %\) fewer than the edition of 2024-05-03; at most 10 % is allowed")
        deal = self.write("deal.json", json.dumps({"id": "D-1", "parties": [{"role": "buyer", "name": "Almaty Nan LLP", "country": "KZ"}],
                                                   "goods": [{"description": "wheat", "hs": "100199"}]}))
        code, out, err = self.tamga("clear", deal, "--as-of", "2024-05-06", "--json")
        decision = json.loads(out)
        self.assertEqual([entry["published"] for entry in decision["basis"]["lists"]], ["2024-05-03"])
        said = [finding["because"] for finding in decision["findings"] if finding["rule"] == "basis.us_ofac_sdn.edition_held"]
        self.assertEqual(len(said), 1)
        self.assertIn("is held until somebody accepts it", said[0])
        code, out, err = self.tamga("lists", "accept", "us_ofac_sdn", "2024-05-06", "--reason", "asked OFAC")
        self.assertEqual(code, 0, err)
        current = [entry["published"] for entry in self.json("lists", "status")["lists"] if entry["current"]]
        self.assertEqual(current, ["2024-05-06"])
        code, out, err = self.tamga("replay", decision["id"])
        self.assertEqual(code, 0, err)
        code, out, err = self.tamga("audit", "verify")
        self.assertEqual(code, 0, err)


class Editions(WithStore):
    def test_wrong_names_say_what_there_is(self):
        self.json("lists", "import", os.path.join(SAMPLES, "lists", "un"))
        for arguments, expected in ((("diff", "un_sc_sanctions", "2020-01-01", "2026-11-20"),
                                     "un_sc_sanctions has no edition 2020-01-01, expected a date or"),
                                    (("accept", "no_list", "2026-11-20"), 'no edition of the list "no_list" is loaded'),
                                    (("accept", "un_sc_sanctions", "2026-11-20"), "is not held: it took effect when it was imported")):
            code, out, err = self.tamga("lists", *arguments)
            self.assertEqual(code, 2, err)
            self.assertIn(expected, err)
            self.assertEqual(err.count("\n"), 1)

    def test_a_wrong_configuration_is_refused_with_its_line(self):
        self.write("tamga.toml", "[lists]\nshrink = 3\n")
        code, out, err = self.tamga("lists", "status")
        self.assertEqual(code, 2)
        self.assertIn('tamga.toml:2: "shrink" is not known in [lists]', err)


class HouseLists(WithStore):
    HOUSE = os.path.join(SAMPLES, "house")

    def setUp(self):
        super().setUp()
        for name in ("blocklist.csv", "blocklist.toml"):
            shutil.copy(os.path.join(self.HOUSE, name), self.data)
        self.records = os.path.join(self.data, "blocklist.csv")
        self.mapping = os.path.join(self.data, "blocklist.toml")

    def house(self, status=0, published="2026-11-01"):
        code, out, err = self.tamga("lists", "import", self.records, "--mapping", self.mapping, "--published", published, "--json")
        self.assertEqual(code, status, err)
        return json.loads(out)["editions"][0] if status == 0 else err

    def decide(self, as_of):
        party = {"role": "buyer", "name": "Example Transit Trading FZE", "country": "AE"}
        deal = self.write("deal.json", json.dumps({"id": "D-1", "parties": [party], "goods": [{"description": "wheat", "hs": "100199"}]}))
        code, out, err = self.tamga("clear", deal, "--as-of", as_of, "--no-record", "--json")
        return {finding["rule"]: finding for finding in json.loads(out)["findings"]}

    def test_a_hit_asks_the_owner_until_the_list_ends(self):
        edition = self.house()
        self.assertEqual((edition["list"], edition["owner"], edition["expires"]), ("house_blocklist", "Compliance, Example Bank", "2027-12-31"))
        self.assertIn("it is not signed", edition["warnings"][0])
        finding = self.decide("2026-11-23")["house.house_blocklist.listed"]
        self.assertEqual((finding["outcome"], finding["authority"], finding["about"]), ("review", "Compliance, Example Bank", "/parties/0"))
        after = self.decide("2028-01-01")
        self.assertNotIn("house.house_blocklist.listed", after)
        self.assertEqual(after["basis.house_blocklist.expired"]["outcome"], "pass")
        self.assertIn("ended on 2027-12-31 and was not searched", after["basis.house_blocklist.expired"]["because"])

    def test_never_instead_of_an_authority(self):
        with open(self.mapping, encoding="utf-8") as file:
            text = file.read().replace('name = "house_blocklist"', 'name = "us_ofac_sdn"')
        self.write("blocklist.toml", text)
        self.assertIn('"us_ofac_sdn" is an authority\'s list; a house list stands beside those, never instead of them', self.house(status=2))

    @unittest.skipUnless(shutil.which("minisign"), "minisign is not installed")
    def test_signatures(self):
        key = os.path.join(self.data, "key")
        subprocess.run(["minisign", "-G", "-W", "-p", key + ".pub", "-s", key + ".sec"], check=True, capture_output=True)
        with open(key + ".pub", encoding="utf-8") as file:
            public = file.read().splitlines()[1]
        self.write("tamga.toml", f'[[house.keys]]\nowner = "Compliance"\nkey = "{public}"\n')
        self.assertIn("is not signed, and tamga.toml names keys of house lists", self.house(status=2))
        subprocess.run(["minisign", "-S", "-s", key + ".sec", "-m", self.records, self.mapping], check=True, capture_output=True, input=b"")
        self.assertEqual(self.house()["signed_by"], "Compliance")
        with open(self.records, "a", encoding="utf-8") as file:
            file.write("9,Third Example,KZ,,2026-04-01,added by somebody else\n")
        self.assertIn("blocklist.csv.minisig: does not fit the file: it was changed after Compliance signed it",
                      self.house(status=2, published="2026-11-02"))
        with open(self.mapping, "a", encoding="utf-8") as file:
            file.write("# longer\n")
        self.assertIn("blocklist.toml.minisig: does not fit the file", self.house(status=2))


if __name__ == "__main__":
    unittest.main(verbosity=2)
