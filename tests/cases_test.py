#!/usr/bin/env python3
"""Alerts, marks of false hits and consultations as two users meet them. Run by ctest, which names the program in $TAMGA."""
import datetime
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = os.path.join(ROOT, "samples", "lists")
DEALS = os.path.join(ROOT, "examples", "deals")
NAMESAKE = os.path.join(DEALS, "16-possible-namesake.json")
FROZEN = os.path.join(DEALS, "13-uk-freeze.json")
DOLLARS = os.path.join(DEALS, "06-dollar-through-listed-bank.json")
CHIPS = os.path.join(DEALS, "09-us-chips-to-russia.json")
AS_OF = "2026-11-23"
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))


class Casework(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fresh = tempfile.mkdtemp(prefix="tamga-cases-fresh-")

        def run(*arguments):
            subprocess.run([TAMGA, "--data", cls.fresh, *arguments], check=True, capture_output=True, env=cls.environment(""))
        run("lists", "import", os.path.join(SAMPLES, "ofac"), os.path.join(SAMPLES, "eu"), "--published", "2026-11-20")
        run("lists", "import", os.path.join(SAMPLES, "uk"), os.path.join(SAMPLES, "un"))
        run("people", "add", "Dana", "--role", "administrator", "--by", "Dana")
        people = {"Aslan": ["analyst"], "Gulnara": ["approver"], "Berik": ["analyst", "approver"], "Aigerim": ["liaison"], "Olga": ["auditor"]}
        for name, roles in people.items():
            run("people", "add", name, *(word for role in roles for word in ("--role", role)), "--by", "Dana")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.fresh)

    def setUp(self):
        self.data = os.path.join(tempfile.mkdtemp(prefix="tamga-cases-"), "data")
        shutil.copytree(self.fresh, self.data)

    def tearDown(self):
        shutil.rmtree(os.path.dirname(self.data))

    @staticmethod
    def environment(by):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        return dict(environment, TAMGA_USER=by) if by else environment

    def tamga(self, *arguments, by=""):
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=self.environment(by), timeout=120)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def json(self, *arguments, by="", status=0):
        code, out, err = self.tamga(*arguments, "--json", by=by)
        self.assertEqual(code, status, err)
        return json.loads(out)

    def refused(self, *arguments, by="", because):
        code, out, err = self.tamga(*arguments, by=by)
        self.assertEqual((code, out), (2, ""), err)
        self.assertIn(because, err)
        self.assertEqual(err.count("\n"), 1, err)

    def clear(self, deal, *options):
        code, out, err = self.tamga("clear", deal, "--as-of", AS_OF, "--json", *options)
        self.assertIn(code, (0, 3, 4, 5), err)
        return json.loads(out)

    def alerts(self, *options):
        return self.json("alerts", "list", *options)["alerts"]

    def changed(self, change):
        with open(NAMESAKE, encoding="utf-8") as file:
            deal = json.load(file)
        change(deal)
        path = os.path.join(os.path.dirname(self.data), "deal.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(deal, file)
        return path

    def mark_all(self):
        for alert in self.alerts():
            if not any(not hit["certain"] for hit in alert["hits"]):
                continue
            proposal = self.json("alerts", "mark", alert["id"], "--evidence", "born in Pavlodar, identity card seen", by="Aslan")
            self.json("approve", proposal["id"], by="Gulnara")

    def rules(self, decision):
        return {finding["rule"] for finding in decision["findings"]}

    def test_each_finding_is_one_alert_however_often_the_deal_is_cleared(self):
        decision = self.clear(NAMESAKE)
        expected = {(f["rule"], f["about"]) for f in decision["findings"] if f["outcome"] != "pass"}
        self.assertGreater(len(expected), 2)
        first = self.alerts()
        self.assertEqual({(a["rule"], a["about"]) for a in first}, expected)
        self.clear(NAMESAKE)
        self.assertEqual(self.alerts(), first)
        self.clear(NAMESAKE, "--no-record")
        self.assertEqual(self.alerts(), first)
        self.assertEqual([a["deadline"] for a in first], sorted(a["deadline"] for a in first))
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_an_alert_is_worked_and_closed_by_two(self):
        self.clear(NAMESAKE)
        alert = next(a for a in self.alerts() if a["hits"])["id"]
        self.refused("alerts", "note", alert, "asked", by="Olga", because="Olga is auditor")
        self.refused("alerts", "note", alert, "asked", because="is nobody this store knows")
        self.refused("alerts", "note", "alert-0", "asked", by="Aslan", because="there is no alert alert-0")
        self.json("alerts", "assign", alert, "Aslan", "--deadline", "2026-12-24", by="Berik")
        self.refused("alerts", "assign", alert, "Aslan", "--deadline", "Christmas", by="Berik", because="is not a date")
        self.json("alerts", "note", alert, "asked the buyer for a passport", by="Aslan")
        path = os.path.join(os.path.dirname(self.data), "passport.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("passport")
        self.assertEqual(self.json("alerts", "attach", alert, path, by="Aslan")["done"], "sha256:" + hashlib.sha256(b"passport").hexdigest())
        self.assertEqual(self.tamga("alerts", "attach", alert, path + ".none", by="Aslan")[0], 2)
        self.json("alerts", "escalate", alert, "--text", "too alike", by="Aslan")
        self.refused("alerts", "close", alert, "--reason", "because", by="Aslan", because="expected one of false_hit")
        self.refused("alerts", "close", alert, "--reason", "no_risk", by="Aslan", because="must say what was looked into")
        proposal = self.json("alerts", "close", alert, "--reason", "false_hit", "--text", "another man", by="Berik")["id"]
        self.refused("approve", proposal, by="Berik", because="four eyes")
        self.refused("approve", proposal, by="Aslan", because="needs approver")
        self.assertEqual(self.json("alerts", "show", alert)["state"], "escalated")
        self.json("approve", proposal, by="Gulnara")
        shown = self.json("alerts", "show", alert)
        self.assertEqual((shown["state"], shown["reason"]), ("closed", "false_hit"))
        self.assertEqual([e["what"].get("act") for e in shown["history"]], [None, "assign", "note", "attach", "escalate", "close"])
        self.assertNotIn(alert, [a["id"] for a in self.alerts()])
        # Closed for good while nothing changes; another party opens it again. Nothing that is closed changes a decision.
        self.assertEqual(self.clear(NAMESAKE)["outcome"], "review")
        self.assertEqual(self.json("alerts", "show", alert)["state"], "closed")
        self.clear(self.changed(lambda deal: deal["parties"][1].update(address="Moscow")))
        self.assertEqual(self.json("alerts", "show", alert)["state"], "open")
        self.assertIn("renew", self.tamga("alerts", "show", alert)[1])
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_a_marked_pair_leaves_the_matches_and_the_record_says_so(self):
        before = self.clear(NAMESAKE)
        self.mark_all()
        after = self.clear(NAMESAKE)
        self.assertEqual(after["outcome"], "pass", sorted((f["rule"], f["outcome"]) for f in after["findings"]))
        marked = [f for f in after["findings"] if f["rule"] == "match.marked_false"]
        self.assertTrue(marked)
        for finding in marked:
            self.assertEqual(finding["outcome"], "pass")
            self.assertIn("by Aslan and Gulnara", finding["because"])
            self.assertEqual(finding["evidence"]["evidence"], "born in Pavlodar, identity card seen")
        for decision in (before, after):
            code, out, err = self.tamga("replay", decision["id"], "--json")
            self.assertEqual((code, json.loads(out)), (0, decision), err)
        self.assertIn("stands", self.tamga("alerts", "marks")[1])
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_a_mark_falls_when_the_party_changes_and_an_alert_says_so(self):
        self.clear(NAMESAKE)
        self.mark_all()
        marked = self.clear(NAMESAKE)
        # An address is content of the party: what was said of the other one was not said of this one.
        changed = self.clear(self.changed(lambda deal: deal["parties"][1].update(address="Moscow, Sofiyskaya 26")))
        self.assertEqual(changed["outcome"], "review")
        self.assertIn("match.mark_fallen", self.rules(changed))
        alert = next(a for a in self.alerts() if a["rule"] == "match.mark_fallen")
        self.assertIn("the party has changed", alert["because"])
        # It stays fallen: a mark is set by two people, not by time.
        self.assertEqual(self.clear(NAMESAKE)["outcome"], "review")
        self.assertNotIn("stands", self.tamga("alerts", "marks")[1])
        self.assertEqual(self.tamga("replay", marked["id"])[0], 0)
        self.assertEqual(self.tamga("replay", changed["id"])[0], 0)
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_a_mark_ends_on_its_day(self):
        self.clear(NAMESAKE)
        alert = next(a for a in self.alerts() if a["hits"])["id"]
        self.refused("alerts", "mark", alert, "--evidence", "x", "--until", "2020-01-01", by="Aslan", because="a mark ends between today")
        self.refused("alerts", "mark", alert, "--evidence", "x", "--until", "2099-01-01", by="Aslan", because="a year from now")
        self.refused("alerts", "mark", alert, "--evidence", "", by="Aslan", because="must say something")
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        proposal = self.json("alerts", "mark", alert, "--evidence", "x", "--until", today, by="Aslan")["id"]
        self.refused("alerts", "mark", alert, "--evidence", "y", by="Berik", because="is proposed already")
        self.json("approve", proposal, by="Berik")
        self.assertIn("match.marked_false", self.rules(self.clear(NAMESAKE)))
        later = (datetime.date.fromisoformat(today) + datetime.timedelta(days=1)).isoformat()
        code, out, err = self.tamga("clear", NAMESAKE, "--as-of", later, "--json")
        self.assertNotIn("match.marked_false", self.rules(json.loads(out)))

    def test_a_true_hit_is_cleared_by_nobody(self):
        decision = self.clear(FROZEN)
        self.assertEqual(decision["outcome"], "prohibited")
        alert = next(a for a in self.alerts() if a["outcome"] == "prohibited" and a["hits"])
        self.refused("alerts", "mark", alert["id"], "--evidence", "we know him", by="Aslan", because="can never be marked as false")
        for reason in ("false_hit", "no_risk", "information_received"):
            self.refused("alerts", "close", alert["id"], "--reason", reason, "--text", "x", by="Aslan", because="nobody here clears it")
        proposal = self.json("alerts", "close", alert["id"], "--reason", "deal_refused", by="Aslan")["id"]
        self.json("approve", proposal, by="Gulnara")
        self.assertEqual(self.clear(FROZEN)["outcome"], "prohibited")
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_hits_of_a_screening_open_alerts_when_asked(self):
        self.assertEqual(self.tamga("screen", "Igor Sechin")[0], 3)
        self.assertEqual(self.alerts(), [])
        code, out, err = self.tamga("screen", "Igor Sechin", "--alerts", "--json")
        hits = json.loads(out)["hits"]
        alerts = self.alerts("--deal", "screening: Igor Sechin")
        self.assertEqual({(a["rule"], a["about"]) for a in alerts}, {("screen." + h["list"], h["id"]) for h in hits})
        self.tamga("screen", "Igor Sechin", "--alerts")
        self.assertEqual(self.alerts(), alerts)
        self.assertEqual(self.tamga("screen", "--batch", NAMESAKE, "--alerts")[0], 2)
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_what_goes_round_the_program_is_found(self):
        self.clear(NAMESAKE)
        self.mark_all()
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as db:
            with self.assertRaisesRegex(sqlite3.Error, "a mark only falls"):
                db.execute("UPDATE marks SET until = '2099-01-01'")
            with self.assertRaisesRegex(sqlite3.Error, "never removed"):
                db.execute("DELETE FROM alerts")
            db.execute("DROP TRIGGER marks_keep_content")
            db.execute("UPDATE marks SET until = '2099-01-01'")
        db.close()
        code, out, err = self.tamga("audit", "verify")
        self.assertEqual(code, 1)
        self.assertIn("trigger marks_keep_content is gone", err)
        self.assertIn("differs from what the ledger recorded", err)

    def consult(self, deal, *options, by="Aigerim"):
        return self.json("consult", "open", self.clear(deal)["id"], *options, by=by)

    def test_a_consultation_from_packet_to_answer(self):
        decision = self.clear(CHIPS)
        self.refused("consult", "open", decision["id"], by="Aslan", because="this needs liaison")
        self.refused("consult", "open", "dec-0", by="Aigerim", because="no decision dec-0")
        self.refused("consult", "open", decision["id"], "--finding", "99", by="Aigerim", because="has no finding 99")
        one = self.json("consult", "open", decision["id"], by="Aigerim")
        self.assertEqual((one["authority"], one["state"], one["rule"]), ("bis", "open", decision["findings"][0]["rule"]))
        folder = os.path.join(os.path.dirname(self.data), "packet")
        self.json("consult", "packet", one["id"], "--out", folder)
        with open(os.path.join(folder, "packet.json"), "rb") as file:
            bytes_ = file.read()
        self.assertEqual("sha256:" + hashlib.sha256(bytes_).hexdigest(), one["packet"])
        packet = json.loads(bytes_)
        fields = {name: value for section in packet["application"] for name, value in section["fields"].items()}
        with open(CHIPS, encoding="utf-8") as file:
            deal = json.load(file)
        self.assertIn(deal["goods"][0]["description"], fields["Block 22(j): Technical Description"])
        self.assertEqual(packet["finding"]["citation"], decision["findings"][0]["citation"])
        self.assertEqual(packet["deal"], deal)
        self.assertEqual(packet["decision"]["basis"], decision["basis"])
        self.assertIn("Block 25: Signature", packet["to_be_filled"])
        self.json("consult", "sent", one["id"], "--on", "2026-11-24", "--reference", "Z123456", "--deadline", "2020-01-01", by="Aigerim")
        self.assertIn("overdue", self.tamga("consult", "list")[1])
        self.assertEqual([c["id"] for c in self.json("consult", "list", "--overdue")["consultations"]], [one["id"]])
        answer = os.path.join(folder, "answer.txt")
        with open(answer, "w", encoding="utf-8") as file:
            file.write("Returned without action.")
        self.refused("consult", "answer", one["id"], "--text", "", by="Aigerim", because="must say something")
        self.json("consult", "answer", one["id"], "--text", "returned without action", "--file", answer, by="Aigerim")
        shown = self.json("consult", "show", one["id"])
        self.assertEqual(shown["answer_file"], "sha256:" + hashlib.sha256(b"Returned without action.").hexdigest())
        self.assertEqual((shown["state"], shown["overdue"]), ("answered", False))
        self.refused("consult", "show", "con-0", because="there is no consultation con-0")
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_every_authority_has_a_packet_that_can_be_read(self):
        decision = self.clear(CHIPS)["id"]
        for authority in ("ofac", "bis", "eu", "ofsi", "otsi", "ecju", "seco", "kz"):
            with self.subTest(authority=authority):
                one = self.json("consult", "open", decision, "--to", authority, "--ask", f"Сұрақ: {authority}?", by="Aigerim")
                folder = os.path.join(os.path.dirname(self.data), authority)
                self.json("consult", "packet", one["id"], "--out", folder)
                with open(os.path.join(folder, "packet.json"), encoding="utf-8") as file:
                    packet = json.load(file)
                self.assertEqual(packet["question"], f"Сұрақ: {authority}?")
                if authority == "kz":
                    # What is the authority's own comes first, though other findings are worse.
                    self.assertEqual(packet["finding"]["regime"], "kz")
                if shutil.which("pdftotext") is None:
                    self.skipTest("pdftotext (poppler-utils) is not installed")
                path = os.path.join(folder, "packet.pdf")
                text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
                words = " ".join(text.split())
                self.assertIn(f"Сұрақ: {authority}?", words)
                self.assertIn(decision, words)
                self.assertIn(packet["application"][0]["section"], words)
                pages = text.count("\f")
                self.assertTrue(1 <= pages <= 4, pages)
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_reports_are_due_in_ten_business_days(self):
        decision = self.clear(DOLLARS)
        self.refused("consult", "report", decision["id"], "--kind", "blocked", "--on", "2999-01-01", by="Aigerim", because="before it was done")
        self.assertEqual(self.tamga("consult", "report", decision["id"], "--kind", "lost", by="Aigerim")[0], 2)
        # Over Juneteenth and Independence Day, which is observed on Friday, 3 July 2026.
        blocked = self.json("consult", "report", decision["id"], "--kind", "blocked", "--on", "2026-06-18", by="Aigerim")
        self.assertEqual((blocked["deadline"], blocked["overdue"], blocked["authority"]), ("2026-07-06", True, "ofac_blocked"))
        rejected = self.json("consult", "report", decision["id"], "--kind", "rejected", by="Aigerim")
        self.assertFalse(rejected["overdue"])
        self.json("consult", "sent", blocked["id"], "--deadline", "2030-01-01", by="Aigerim")
        shown = self.json("consult", "show", blocked["id"])
        self.assertEqual((shown["deadline"], shown["overdue"]), ("2026-07-06", False))
        other = self.clear(NAMESAKE)["id"]
        self.refused("consult", "report", other, "--kind", "blocked", "--finding", "kz", by="Aigerim", because="has no finding kz")
        self.assertEqual(self.tamga("audit", "verify")[0], 0)


if __name__ == "__main__":
    unittest.main()
