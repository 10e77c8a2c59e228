#!/usr/bin/env python3
"""Licences as a user meets them: four eyes, decisions that use them, the last unit under 64 processes at once, returns, amendments, revocation.

Run by ctest, which names the program in $TAMGA; TAMGA_UPDATE=1 rewrites tests/golden/licence/deal.json.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
SAMPLES = os.path.join(ROOT, "samples", "lists")
EXAMPLES = os.path.join(ROOT, "examples", "licences")
GOLDEN = os.path.join(ROOT, "tests", "golden", "licence", "deal.json")
AS_OF = "2026-11-23"
PROCESSES = 64
NUMBER = "GBSIE2026-00417"
RULE = "uk.trade.high_priority_to_russia"


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


class Licences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.with_lists = tempfile.mkdtemp(prefix="tamga-licences-lists-")
        for files in (["ofac"], ["eu"], ["uk"], ["un"]):
            extra = ["--published", "2026-11-20"] if files[0] in ("ofac", "eu") else []
            paths = [os.path.join(SAMPLES, name) for name in files]
            subprocess.run([TAMGA, "--data", cls.with_lists, "lists", "import", *paths, *extra], check=True, capture_output=True, env=environment())
        for name, *roles in (("Dana", "administrator"), ("Aslan", "liaison"), ("Gulnara", "approver"), ("Olga", "auditor")):
            options = [option for role in roles for option in ("--role", role)]
            command = [TAMGA, "--data", cls.with_lists, "people", "add", name, *options, "--by", "Dana"]
            subprocess.run(command, check=True, capture_output=True, env=environment())

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.with_lists)

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-licences-")
        self.data = os.path.join(self.folder, "data")
        shutil.copytree(self.with_lists, self.data)
        with open(os.path.join(EXAMPLES, "licence.json"), encoding="utf-8") as file:
            self.licence = json.load(file)
        with open(os.path.join(EXAMPLES, "deal.json"), encoding="utf-8") as file:
            self.deal = json.load(file)

    def tearDown(self):
        self.assertEqual(self.tamga("audit", "verify")[0], 0)
        shutil.rmtree(self.folder)

    def tamga(self, *arguments, by=""):
        extra = ["--by", by] if by else []
        run = subprocess.run([TAMGA, "--data", self.data, *arguments, *extra], capture_output=True, env=environment(), timeout=300)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def json(self, *arguments, code=0, by=""):
        status, out, err = self.tamga(*arguments, "--json", by=by)
        self.assertEqual(status, code, err)
        return json.loads(out)

    def file(self, value, name="file.json"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1)
        return path

    def approved(self, *arguments):
        """Proposed by one, approved by another."""
        proposal = self.json(*arguments, by="Aslan")["id"]
        status, out, err = self.tamga("approve", proposal, by="Gulnara")
        self.assertEqual(status, 0, err)
        return proposal

    def add(self, **changes):
        return self.approved("licence", "add", self.file(dict(self.licence, **changes)))

    def clear(self, code, *options, **changes):
        return self.json("clear", self.file(dict(self.deal, **changes), "deal.json"), "--as-of", AS_OF, *options, code=code)

    def goods(self, quantity, value=100):
        return [dict(self.deal["goods"][0], quantity=quantity, value=value)]

    def left(self, number=NUMBER):
        return {cap["cap"]: cap["left"] for cap in self.json("licence", "show", number)["caps"]}

    @staticmethod
    def finding(decision, rule):
        return next((f for f in decision["findings"] if f["rule"] == rule), None)

    def rules(self, decision):
        return {f["rule"]: f["outcome"] for f in decision["findings"] if f["rule"].startswith("licence.") or f["rule"] == RULE}

    def test_a_licence_turns_licence_required_into_pass(self):
        self.assertEqual(self.rules(self.clear(4)), {RULE: "licence_required", "licence.not_recorded": "review"})
        proposal = self.json("licence", "add", os.path.join(EXAMPLES, "licence.json"), by="Aslan")["id"]
        self.assertEqual(self.rules(self.clear(4)), {RULE: "licence_required", "licence.not_recorded": "review"})
        self.assertEqual(self.tamga("approve", proposal, by="Aslan")[0], 2)
        self.assertEqual(self.tamga("approve", proposal, by="Gulnara")[0], 0)
        without = self.clear(4, licences=[])
        self.assertEqual(self.rules(without), {RULE: "licence_required", "licence.another_covers": "pass"})
        decision = self.clear(0)
        text = json.dumps(dict(decision, id="dec-", decided_at="", basis={}), ensure_ascii=False, indent=1) + "\n"
        if os.environ.get("TAMGA_UPDATE") == "1":
            os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
            with open(GOLDEN, "w", encoding="utf-8") as file:
                file.write(text)
        with open(GOLDEN, encoding="utf-8") as file:
            self.assertEqual(text, file.read())
        self.assertEqual(self.left(), {"quantity pcs": "200", "value GBP": "19000"})
        shown = self.json("licence", "show", NUMBER)
        self.assertEqual([(e["what"], e["by"], e["approved_by"]) for e in shown["events"]], [("added", "Aslan", "Gulnara")])
        self.assertEqual([(u["deal"], u["state"], u["decision"]) for u in shown["uses"]], [(self.deal["id"], "open", decision["id"])])
        self.assertEqual(shown["licence"]["document"], self.licence["document"])
        self.assertEqual(len(shown["uses"][0]["due"]), 1)
        for view in (("licence", "show", NUMBER), ("licence", "list")):
            code, out, err = self.tamga(*view)
            self.assertEqual(code, 0, err)
            self.assertIn("200 of 500 pcs", out)
        self.assertEqual(self.tamga("replay", decision["id"])[0], 0)
        self.assertEqual(self.tamga("replay", without["id"])[0], 0)

    def test_the_same_deal_again_replaces_its_own_draw(self):
        self.add()
        first = self.clear(0)
        self.clear(0)
        self.assertEqual(self.left()["quantity pcs"], "200")
        larger = self.clear(0, goods=self.goods(500))
        self.assertEqual(self.left()["quantity pcs"], "0")
        dry = self.clear(4, "--no-record", id="OTHER", goods=self.goods(1))
        self.assertEqual(self.rules(dry), {RULE: "licence_required", "licence.exhausted": "review"})
        self.assertEqual(self.rules(self.clear(4, goods=self.goods(501))), {RULE: "licence_required", "licence.exhausted": "review"})
        self.assertEqual(self.left()["quantity pcs"], "500", "what the deal can no longer use it gives back")
        # Refused, it comes back with less: that must be explained, whatever the licence says.
        self.assertEqual(self.rules(self.clear(3, "--no-record")), {"licence.covers": "pass"})
        self.assertEqual(self.left()["quantity pcs"], "500", "a decision that is not recorded draws nothing")
        # Each stands on the balance of its own moment.
        for decision in (first, larger):
            self.assertEqual(self.tamga("replay", decision["id"])[0], 0)

    def test_64_processes_and_one_unit_left(self):
        self.add()
        self.clear(0, id="BEFORE", goods=self.goods(499))
        files = [self.file(dict(self.deal, id=f"RACE-{i}", goods=self.goods(1)), f"race-{i}.json") for i in range(PROCESSES)]
        command = [TAMGA, "--data", self.data, "clear", "--as-of", AS_OF, "--json"]
        running = [subprocess.Popen([*command, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) for file in files]
        ended = [(process.communicate(timeout=300), process.returncode) for process in running]
        codes = sorted(code for _, code in ended)
        self.assertEqual(codes, [0] + [4] * (PROCESSES - 1), [err for (_, err), code in ended if code not in (0, 4)][:3])
        decisions = [json.loads(out) for (out, _), _ in ended]
        self.assertEqual(sum("licence.covers" in self.rules(d) for d in decisions), 1)
        self.assertEqual(sum("licence.exhausted" in self.rules(d) for d in decisions), PROCESSES - 1)
        shown = self.json("licence", "show", NUMBER)
        self.assertEqual([cap["used"] for cap in shown["caps"] if cap["cap"] == "quantity pcs"], ["500"])
        self.assertEqual(len([u for u in shown["uses"] if u["deal"].startswith("RACE-")]), 1)
        for decision in decisions[:3] + [d for d in decisions if "licence.covers" in self.rules(d)]:
            self.assertEqual(self.tamga("replay", decision["id"])[0], 0)

    def test_what_is_outside_is_told_with_the_reason(self):
        self.add()
        cases = [
            ({"end_use": dict(self.deal["end_use"], statement="Repair of drones")}, "not for Repair of drones"),
            ({"parties": [self.deal["parties"][0], dict(self.deal["parties"][1], name="ООО Соседняя Клиника")]}, "is not named in it"),
            ({"goods": [dict(self.deal["goods"][0], unit="kg")]}, "counted in pcs, the deal in kg"),
            ({"goods": [dict(self.deal["goods"][0], origin="CN")]}, "goods of IN, not of CN"),
        ]
        for changes, reason in cases:
            with self.subTest(reason):
                decision = self.clear(4, **changes)
                self.assertIn(reason, self.finding(decision, "licence.does_not_cover")["because"])
        goods = [{k: v for k, v in self.deal["goods"][0].items() if k != "quantity"}]
        self.assertIn("/goods/0/quantity", self.clear(4, goods=goods)["missing"])
        self.assertEqual(self.left()["quantity pcs"], "500")

    def test_where_other_findings_stop_the_deal_nothing_is_drawn(self):
        self.add()
        bank = {"name": "VTB", "bic": "VTBRRUMM", "country": "RU"}
        decision = self.clear(5, payment=dict(self.deal["payment"], banks=[bank], currency="USD"))
        self.assertEqual(self.rules(decision), {"licence.covers": "pass"})
        self.assertFalse(self.finding(decision, "licence.covers")["evidence"]["drawn"])
        self.assertEqual(self.left()["quantity pcs"], "500")

    def test_days_of_validity(self):
        self.add()
        for day, rule in (("2026-09-14", "licence.not_yet_valid"), ("2027-03-15", "licence.expired")):
            decision = self.json("clear", os.path.join(EXAMPLES, "deal.json"), "--as-of", day, "--no-record", "--max-list-age", "0", code=4)
            self.assertEqual(self.rules(decision), {RULE: "licence_required", rule: "review"})
        listed = self.json("licence", "list", "--as-of", "2027-03-14")["licences"][0]
        self.assertEqual((listed["state"], listed["days_left"]), ("in force", 1))
        listed = self.json("licence", "list", "--as-of", "2027-03-15")["licences"][0]
        self.assertEqual((listed["state"], listed["days_left"]), ("expired", 0))

    def test_a_deal_that_is_not_shipped_when_its_licence_ends_must_be_decided_again(self):
        self.add()
        self.clear(0, id="A", goods=self.goods(10))
        self.clear(0, id="B", goods=self.goods(20))
        self.assertEqual(self.tamga("licence", "shipped", "B", by="Aslan")[0], 0)
        self.assertEqual(self.json("licence", "list", "--reopened", "--as-of", "2027-03-14")["reopened"], [])
        reopened = self.json("licence", "list", "--reopened", "--as-of", "2027-03-15", code=3)["reopened"]
        self.assertEqual(reopened, [{"deal": "A", "licence": NUMBER, "why": "expired", "since": "2027-03-15"}])
        deal = self.file(dict(self.deal, id="A", goods=self.goods(10)))
        self.json("clear", deal, "--as-of", "2027-03-15", "--max-list-age", "0", code=4)
        self.assertEqual(self.json("licence", "list", "--reopened", "--as-of", "2027-03-15")["reopened"], [])

    def test_revoking_reopens_the_deals_that_are_not_shipped(self):
        self.add()
        first = self.clear(0, id="A", goods=self.goods(10))
        self.clear(0, id="B", goods=self.goods(20))
        self.assertEqual(self.tamga("licence", "shipped", "B", by="Olga")[0], 2)
        self.assertEqual(self.tamga("licence", "shipped", "B", by="Aslan")[0], 0)
        self.assertEqual(self.tamga("licence", "return", NUMBER, "--deal", "B", "--reason", "x", by="Aslan")[0], 2)
        self.approved("licence", "revoke", NUMBER, "--reason", "the Department withdrew it")
        reopened = self.json("licence", "list", "--reopened", code=3)["reopened"]
        self.assertEqual([(r["deal"], r["licence"], r["why"]) for r in reopened], [("A", NUMBER, "revoked")])
        self.assertEqual({u["deal"]: u["state"] for u in self.json("licence", "show", NUMBER)["uses"]}, {"A": "reopened", "B": "shipped"})
        again = self.clear(4, id="A", goods=self.goods(10))
        self.assertEqual(self.rules(again), {RULE: "licence_required", "licence.revoked": "review"})
        reopened = self.json("licence", "list", "--reopened")["reopened"]
        self.assertEqual(reopened[0]["decided_since"], again["id"])
        self.assertEqual(self.tamga("replay", first["id"])[0], 0)
        self.assertEqual(self.tamga("replay", again["id"])[0], 0)
        self.assertEqual(self.tamga("licence", "revoke", NUMBER, "--reason", "again", by="Aslan")[0], 2)

    def test_using_returning_and_amending_by_hand(self):
        self.add()
        use = ("licence", "use", NUMBER, "--code", "854239", "--unit", "pcs", "--currency", "GBP")
        self.approved(*use, "--deal", "PAPER-1", "--quantity", "450", "--value", "900")
        self.assertEqual(self.left(), {"quantity pcs": "50", "value GBP": "39100"})
        self.assertEqual(self.rules(self.clear(4)), {RULE: "licence_required", "licence.exhausted": "review"})
        # A second use that no longer fits when it is approved is refused, and the approval with it.
        late = self.json(*use, "--deal", "PAPER-2", "--quantity", "51", "--value", "1", by="Aslan")["id"]
        code, out, err = self.tamga("approve", late, by="Gulnara")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("not enough is left", err)
        self.assertIn(late, self.tamga("proposals")[1])
        self.assertEqual(self.tamga("refuse", late, by="Gulnara")[0], 0)
        quantity, value = self.licence["caps"]
        self.approved("licence", "amend", self.file(dict(self.licence, caps=[dict(quantity, quantity=1000), value])))
        self.assertEqual(self.left()["quantity pcs"], "550")
        self.clear(0)
        self.approved("licence", "return", NUMBER, "--deal", "PAPER-1", "--reason", "the deal fell through")
        self.assertEqual(self.left()["quantity pcs"], "700")
        self.assertEqual([e["what"] for e in self.json("licence", "show", NUMBER)["events"]], ["added", "amended"])

    def test_what_is_shipped_stays_used(self):
        self.add()
        self.clear(0)
        self.assertEqual(self.tamga("licence", "shipped", self.deal["id"], by="Aslan")[0], 0)
        again = self.clear(0)
        self.assertFalse(self.finding(again, "licence.covers")["evidence"]["drawn"])
        self.assertEqual(self.rules(self.clear(4, goods=self.goods(301))), {RULE: "licence_required", "licence.does_not_cover": "review"})
        self.assertEqual(self.left()["quantity pcs"], "200")

    def test_bad_input_is_one_line_and_changes_nothing(self):
        path = self.file(dict(self.licence, lifts=["us.ear.746_8*"]))
        code, out, err = self.tamga("licence", "add", path, by="Aslan")
        self.assertEqual((code, out, err.count("\n")), (2, "", 1))
        self.assertRegex(err, r"^tamga: .*file\.json:\d+: /lifts/0: must name rules of the licence's own regime")
        code, _, err = self.tamga("licence", "add", self.file(dict(self.licence, lifts=["uk.no_such_rule"])), by="Aslan")
        self.assertEqual(code, 2)
        self.assertIn('no rule is named "uk.no_such_rule"', err)
        self.assertEqual(self.tamga("licence", "add", self.file(self.licence), by="Olga")[0], 2)
        self.assertEqual(self.tamga("licence", "show", "NONE")[0], 2)
        self.assertEqual(self.tamga("licence", "amend", self.file(self.licence), by="Aslan")[0], 2)
        self.assertIn("No licence is recorded", self.tamga("licence", "list")[1])
        self.assertIn("No proposal is open", self.tamga("proposals")[1])

    def test_the_decision_in_russian_and_kazakh_is_the_same_record(self):
        self.add()
        for language in ("ru", "kk"):
            code, out, err = self.tamga("clear", os.path.join(EXAMPLES, "deal.json"), "--as-of", AS_OF, "--no-record", "--lang", language)
            self.assertEqual(code, 0, err)
            self.assertIn(NUMBER, out)
            self.assertTrue(re.search("[а-я]", out))


if __name__ == "__main__":
    unittest.main()
