#!/usr/bin/env python3
"""`tamga assure` as a user calls it: the numbers, the report, sets and books of one's own, what would change, and what is refused. Sample lists only.

Run by ctest, which names the program in $TAMGA. TAMGA_UPDATE=1 rewrites tests/golden/assure.json: read the difference before you commit it.
"""
import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from cli_test import GOLDEN, ROOT, import_register, import_samples, store_digest, tamga


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


class Assure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="tamga-test-")
        cls.folder = tempfile.mkdtemp(prefix="tamga-test-")
        import_samples(cls.data)
        import_register(cls.data)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)
        shutil.rmtree(cls.folder)

    def json(self, *arguments, status=0, env=None):
        code, out, err = tamga(self.data, "assure", *arguments, "--json", env=env)
        self.assertEqual(code, status, err)
        return json.loads(out)

    def refused(self, *arguments, status=2):
        code, out, err = tamga(self.data, "assure", *arguments)
        self.assertEqual((code, out), (status, ""), err)
        self.assertEqual(err.count("\n"), 1)
        return err

    def test_numbers_are_those_of_the_golden_file(self):
        report = self.json("--sample", "5", "--compare-threshold", "0.85")
        # What every change of a rule moves is not this test's.
        for side in (report["basis"]["policy"], report["comparison"]["with"]):
            for key in ("policy", "matching", "rules", "rule_cases"):
                side.pop(key)
        report["basis"].pop("engine")
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        path = os.path.join(GOLDEN, "assure.json")
        if os.environ.get("TAMGA_UPDATE"):
            write(GOLDEN, "assure.json", text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(text, file.read(), "TAMGA_UPDATE=1 rewrites it")

    def test_an_unchanged_name_is_found_and_rules_and_deals_are_as_expected(self):
        report = self.json("--sample", "0", "--require", "control=1", "--require", "policy=1", "--require", "alarms=0")
        self.assertEqual([item["met"] for item in report["requirements"]], [True, True, True])
        self.assertEqual(len(report["deals"]), 20)
        self.assertTrue(all(deal["as_expected"] for deal in report["deals"]))
        self.assertEqual(report["basis"]["policy"]["rule_failures"], [])
        self.assertEqual(report["as_of"], "2026-11-20")

    def test_the_same_bytes_whatever_the_threads_and_the_day(self):
        pages = []
        for threads in ("1", "3"):
            page = os.path.join(self.folder, f"report-{threads}.html")
            before = store_digest(self.data)
            code, out, err = tamga(self.data, "assure", "--out", page, "--json", "--compare-threshold", "0.9", env={"TAMGA_THREADS": threads})
            self.assertEqual(code, 0, err)
            self.assertEqual(store_digest(self.data), before)
            with open(page, "rb") as file:
                pages.append((file.read(), out))
        self.assertEqual(pages[0], pages[1])
        html = pages[0][0].decode()
        self.assertNotRegex(html, r"https?://|<script|<link|<img|url\(")
        # Every missed name of the JSON stands in the page.
        report = json.loads(pages[0][1])
        self.assertGreater(len(report["missed"]), 0)
        for missed in report["missed"]:
            self.assertIn(missed["expected"], html)

    def test_another_seed_draws_other_entities(self):
        drawn = [sorted(item["expected"] for item in self.json("--sample", "3", "--seed", seed)["missed"]) for seed in ("1", "2", "3")]
        self.assertEqual(drawn[0], sorted(item["expected"] for item in self.json("--sample", "3", "--seed", "1")["missed"]))
        self.assertGreater(len({tuple(ids) for ids in drawn}), 1)

    def test_found_means_what_screen_finds(self):
        """The oracle: each missed name is screened by `screen --batch` at the same threshold, and its entity must not be a hit; where the entity of a
        missed name has a score, it is a hit with that score at the floor."""
        for threshold in ("0.7", "0.9"):
            report = self.json("--sample", "0", "--threshold", threshold)
            rows = io.StringIO()
            writer = csv.writer(rows)
            writer.writerow(["name", "schema"])
            schema = {"person": "Person", "organisation": "Company", "vessel": "Vessel"}
            for item in report["missed"]:
                writer.writerow([item["name"], schema[item["group"]]])
            batch = write(self.folder, "missed.csv", rows.getvalue())
            self.assertGreater(len(report["missed"]), 20)
            for at in (threshold, "0.5"):
                code, out, err = tamga(self.data, "screen", "--batch", batch, "--threshold", at, "--as-of", "2026-11-20")
                for item, line in zip(report["missed"], out.splitlines()):
                    scores = [hit["score"] for hit in json.loads(line)["hits"] if hit["id"] == item["expected"]]
                    if at == threshold:
                        self.assertEqual(scores, [], item)
                    else:
                        self.assertEqual(scores, [item["score"]] if "score" in item else [], item)

    def test_a_set_of_ones_own(self):
        code, out, err = tamga(self.data, "screen", "Банк ВТБ", "--json")
        bank = json.loads(out)["hits"][0]["id"]
        names = write(self.folder, "own.csv", "name,schema,expected,kind,note\n"
                      f"Банк ВТБ,Company,{bank},script,as a client writes it\n"
                      "VTB Bank,Company,us_ofac_sdn,short,\n"
                      "VTB Bank PJSC,Company,any,short,\n"
                      f"Wholly Otherwise Named,Company,{bank},hidden,cannot be found\n"
                      "Oakfield Foods,Company,none,clean,\n"
                      "Bank VTB,Company,none,clean,is listed and said to be clean\n")
        with open(os.path.join(ROOT, "examples", "deals", "07-listed-vessel.json"), encoding="utf-8") as file:
            deal = json.load(file)
        deals = write(self.folder, "own.jsonl",
                      json.dumps({"deal": deal, "expected": "prohibited", "rules": ["eu.833.3s_vessel"]}) + "\n\n" +
                      json.dumps({"deal": deal, "expected": "prohibited", "rules": ["no.such.rule"]}) + "\n" +
                      json.dumps({"deal": deal, "expected": "pass"}) + "\n")
        report = self.json(names, deals, "--only-set")
        self.assertEqual([item["name"] for item in report["missed"]], ["Wholly Otherwise Named"])
        self.assertEqual(report["missed"][0]["line"], 5)
        self.assertEqual([item["name"] for item in report["false_alarms"]["list"]], ["Bank VTB"])
        self.assertEqual(report["detection"]["all"]["all"]["found"], 3)
        self.assertEqual([(deal["line"], deal["as_expected"]) for deal in report["deals"]], [(1, True), (3, False), (4, False)])
        kinds = {(item["set"], item["kind"]): item for item in report["sets"]}
        self.assertEqual(kinds["own.csv", "short"]["found"]["found"], 2)
        self.assertEqual(kinds["own.csv", "clean"]["false_alarms"]["alarmed"], 1)

    def test_require_decides_the_exit_status(self):
        for requirement, status in (("0.5", 0), ("0.999", 1), ("typo_swap=0.5", 0), ("script_arabic=0.99", 1), ("alarms=0", 0), ("policy=1", 0)):
            report = self.json("--require", requirement, status=status)
            self.assertEqual(report["requirements"][0]["met"], status == 0, requirement)
        self.assertIn("expected a rate of 0 to 1", self.refused("--require", "95"))
        self.assertIn("neither all, alarms, policy nor a kind", self.refused("--require", "typos=0.9"))

    def test_what_would_change(self):
        book = write(self.folder, "book.csv", "id,name,schema\n1,VTB Bank Kazakhstan,Company\n2,Oakfield Foods,Company\n3,V. Vekselberg,Person\n")
        deal = os.path.join(ROOT, "examples", "deals", "07-listed-vessel.json")
        same = self.json("--book", book, "--book", deal, "--compare-threshold", "0.7")
        self.assertEqual(same["comparison"]["newly_missed"] + same["comparison"]["newly_found"] + same["books"][0]["changes"], [])
        self.assertEqual(same["books"][1]["deals"][0]["outcome"], "prohibited")
        loose = self.json("--book", book, "--compare-threshold", "0.5")
        strict = self.json("--book", book, "--compare-threshold", "0.95")
        self.assertGreater(len(loose["comparison"]["newly_found"]), 0)
        self.assertEqual(loose["comparison"]["newly_missed"], [])
        self.assertGreater(len(strict["comparison"]["newly_missed"]), 0)
        self.assertEqual(strict["comparison"]["newly_found"], [])
        self.assertGreater(strict["books"][0]["names_with_hits"], strict["books"][0]["then_names_with_hits"])
        self.assertEqual([change["line"] for change in strict["books"][0]["changes"]], [2, 4])
        self.assertEqual([hit["id"] for hit in strict["books"][0]["changes"][1]["removed"]], ["ofac-24306"])
        # What is missed then is what a run with that threshold misses.
        alone = self.json("--threshold", "0.95")
        was = {(item["kind"], item["name"]) for item in self.json()["missed"]}
        now = {(item["kind"], item["name"]) for item in alone["missed"]}
        self.assertEqual(now - was, {(item["kind"], item["name"]) for item in strict["comparison"]["newly_missed"]})

    def test_another_policy(self):
        policy = os.path.join(self.folder, "policy")
        shutil.copytree(os.path.join(ROOT, "policy"), policy, dirs_exist_ok=True)
        shutil.copytree(os.path.join(ROOT, "data", "goods"), os.path.join(policy, "goods"), dirs_exist_ok=True)
        shutil.copytree(os.path.join(ROOT, "data", "places"), os.path.join(policy, "places"), dirs_exist_ok=True)
        same = self.json("--compare-policy", policy)
        self.assertEqual(same["comparison"]["with"]["policy"], same["basis"]["policy"]["policy"])
        for what in ("newly_missed", "newly_found", "newly_alarmed", "no_more_alarmed", "changed_deals"):
            self.assertEqual(same["comparison"][what], [])
        # Without the rules of the EU, and with ships found only when they agree nearly letter by letter.
        os.remove(os.path.join(policy, "eu.toml"))
        with open(os.path.join(policy, "matching.toml"), "a", encoding="utf-8") as file:
            file.write('\n[[thresholds]]\nschema = "Vessel"\nvalue = "0.99"\n')
        page = os.path.join(self.folder, "policy.html")
        other = self.json("--compare-policy", policy, "--out", page)
        self.assertEqual(other["comparison"]["with"]["own_thresholds"], ["any list Vessel 0.99"])
        missed = other["comparison"]["newly_missed"]
        self.assertGreater(len(missed), 0)
        self.assertEqual({item["group"] for item in missed}, {"vessel"})
        changed = {deal["deal"]: deal for deal in other["comparison"]["changed_deals"]}
        vessel = next(deal for deal in changed.values() if "eu.833.3s_vessel" in deal["rules"])
        self.assertNotIn("eu.833.3s_vessel", vessel["then_rules"])
        with open(page, encoding="utf-8") as file:
            self.assertIn("any list Vessel 0.99", file.read())
        # And as the policy of the run itself.
        code, out, err = tamga(self.data, "--policy", policy, "assure", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["basis"]["policy"]["policy"], other["comparison"]["with"]["policy"])

    def test_bad_sets_are_refused_by_line(self):
        def set_error(name, text):
            return self.refused(write(self.folder, name, text))
        self.assertRegex(set_error("bad.csv", "name,schema,expected\nA B,Person,none\nC D,Persn,none\n"), r"^tamga: .*bad\.csv:3: schema: \"Persn\"")
        self.assertRegex(set_error("bad.csv", "name,schema,expected\nA B,Person,ofac-99999999\n"),
                         r"bad\.csv:2: expected: \"ofac-99999999\" is neither none nor any")
        self.assertRegex(set_error("bad.csv", "name,schema,expected\nA B,Person,none\n—,Person,none\n"), r"bad\.csv:3: name: ")
        self.assertRegex(set_error("bad.jsonl", '{"deal":{"id":"x"},"expected":"pass"}\n'), r"bad\.jsonl:1: deal: ")
        self.assertRegex(set_error("empty.csv", ""), r"empty\.csv: is empty")
        self.assertRegex(self.refused(os.path.join(self.folder, "nowhere.csv")), r"nowhere\.csv: ")
        self.assertRegex(self.refused("--book", write(self.folder, "book.csv", "firm\nA\n")), r"book\.csv:1: ")
        self.assertRegex(self.refused("--only-set"), "goes with a SET")
        self.assertRegex(self.refused("--as-of", "yesterday"), "is not a date")
        self.assertRegex(self.refused("--lists", "no_such_list"), "no_such_list")
        self.assertRegex(self.refused("--compare-policy", os.path.join(self.folder, "nowhere")), "nowhere")

    def test_no_lists_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as empty:
            code, out, err = tamga(empty, "assure")
        self.assertEqual(code, 1)
        self.assertIn("lists import", err)

    def test_a_report_that_cannot_be_written_is_a_failure(self):
        code, out, err = tamga(self.data, "assure", "--sample", "1", "--out", os.path.join(self.folder, "no", "such", "report.html"))
        self.assertEqual(code, 1)
        self.assertEqual(err.count("\n"), 1)


class Tables(unittest.TestCase):
    def test_shipped_sets_are_what_their_scripts_write(self):
        for script in ("gen_clean_names.py", "gen_assure_deals.py"):
            run = subprocess.run(["python3", os.path.join(ROOT, "scripts", script), "--check"], capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    unittest.main()
