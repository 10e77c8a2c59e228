#!/usr/bin/env python3
"""`--explain` of clear and replay: the whole evaluation beside a decision that stays as it is. Sample lists only.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga tests/explain_test.py
"""
import glob
import json
import os
import shutil
import tempfile
import unittest

from cli_test import AS_OF, DEALS, STATUS, import_register, import_samples, store_digest, tamga



class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="tamga-test-")
        import_samples(cls.data)
        import_register(cls.data)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def run_clear(self, *arguments, record=False):
        extra = [] if record else ["--no-record"]
        return tamga(self.data, "clear", *arguments, "--as-of", AS_OF, *extra)

    def document(self, deal):
        code, out, err = self.run_clear(os.path.join(DEALS, deal), "--explain", "--json")
        self.assertIn(code, STATUS.values(), err)
        return json.loads(out)

    def regimes(self, document):
        return {regime["regime"]: regime for regime in document["evaluation"]["regimes"]}

    def test_every_sample_deal_has_a_finding_exactly_where_a_rule_speaks_and_nothing_lifts_it(self):
        deals = sorted(os.path.basename(path) for path in glob.glob(os.path.join(DEALS, "*.json")))
        self.assertGreater(len(deals), 15)
        spoken = 0
        for deal in deals:
            document = self.document(deal)
            said, known = set(), set()
            for regime in document["evaluation"]["regimes"]:
                for rule in regime["rules"] + regime["secondary_exposure"]:
                    known.add(rule["rule"])
                    said |= {(rule["rule"], place["about"]) for place in rule.get("says", []) if "lifted_by" not in place}
            found = {(finding["rule"], finding["about"]) for finding in document["decision"]["findings"] if finding["rule"] in known}
            self.assertEqual(said, found, deal)
            spoken += len(said)
            binding = {regime["regime"]: regime["nexus"] for regime in document["decision"]["regimes"]}
            for name, regime in self.regimes(document).items():
                self.assertEqual([test["nexus"] for test in sorted(regime["nexus"], key=lambda test: test["nexus"]) if test["answer"] == "yes"],
                                 binding[name], deal)
        self.assertGreater(spoken, 20)

    def test_every_regime_says_why_also_where_it_does_not_bind(self):
        regimes = self.regimes(self.document("07-listed-vessel.json"))
        self.assertEqual(sorted(regimes), ["ch", "eu", "kz", "uk", "un", "us"])
        self.assertEqual(regimes["ch"]["binds"], "no")
        for test in regimes["ch"]["nexus"]:
            self.assertEqual(test["answer"], "no")
            self.assertTrue(test["says_no"][0]["places"][0]["decided_by"], test)
        usd = {test["nexus"]: test for test in regimes["us"]["nexus"]}["usd_clearing"]
        self.assertEqual((usd["kind"], usd["answer"]), ("currency", "yes"))
        self.assertEqual(usd["says"][0]["tree"]["decided_by"], ["USD"])

    def test_silent_rules_name_the_word_that_decided(self):
        regimes = self.regimes(self.document("01-clean-grain-to-uzbekistan.json"))
        seen = set()
        for regime in regimes.values():
            for rule in regime["rules"] + regime["secondary_exposure"]:
                seen.add(rule["answer"])
                if rule["answer"] == "no" and rule["about"] == "subject":
                    self.assertTrue(rule["says_no"][0]["words"], rule)
                if rule["answer"] == "not_in_effect":
                    self.assertIn(rule["status"], ("not_yet", "ended", "stayed", "lapsed"))
        self.assertLessEqual({"no", "no_nexus", "not_in_effect"}, seen)

    def test_secondary_exposure_is_apart_from_what_binds(self):
        document = self.document("12-un-listed-seller.json")
        for regime in self.regimes(document).values():
            self.assertEqual({rule["nexus"] for rule in regime["rules"]} - {"required"}, set())
            self.assertNotIn("required", {rule["nexus"] for rule in regime["secondary_exposure"]})

    def test_an_exemption_says_what_it_answers(self):
        document = self.document("10-cpc-pipeline-exemption.json")
        lifts = [(exemption["exemption"], lift["rule"]) for regime in self.regimes(document).values() for exemption in regime["exemptions"]
                 for lift in exemption["lifts"]]
        self.assertTrue(lifts)
        answered = [(finding["rule"], answer["rule"]) for finding in document["decision"]["findings"]
                    for answer in finding["evidence"].get("answers", [])]
        self.assertEqual(sorted(lifts), sorted(answered))

    def test_without_it_the_bytes_stay_and_with_it_the_decision_does(self):
        deal = os.path.join(DEALS, "07-listed-vessel.json")
        before = store_digest(self.data)
        plain = json.loads(self.run_clear(deal, "--json")[1])
        explained = self.document("07-listed-vessel.json")
        self.assertEqual(list(explained), ["decision", "evaluation"])
        for volatile in ("id", "decided_at"):
            plain.pop(volatile)
            explained["decision"].pop(volatile)
        self.assertEqual(json.dumps(explained["decision"]), json.dumps(plain))
        self.assertEqual(store_digest(self.data), before)

    def test_several_deals_are_one_document(self):
        deals = [os.path.join(DEALS, name) for name in ("01-clean-grain-to-uzbekistan.json", "13-uk-freeze.json")]
        document = json.loads(self.run_clear(*deals, "--explain", "--json")[1])
        self.assertEqual([sorted(one) for one in document["decisions"]], [["decision", "evaluation"]] * 2)

    def test_a_person_sees_the_tree_after_the_card(self):
        code, out, err = self.run_clear(os.path.join(DEALS, "07-listed-vessel.json"), "--explain")
        self.assertEqual(code, STATUS["prohibited"], err)
        parts = ["PROHIBITED", "\nNEXUS", "\nRULES THAT SPEAK", "\nSECONDARY EXPOSURE", "\nRULES THAT KEEP SILENT"]
        places = [out.find(part) for part in parts]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))
        nexus = out[places[1]:places[2]]
        self.assertRegex(nexus, r"us +binds +usd_clearing +currency +✓ +The payment is in dollars and clears through a US bank: USD")
        self.assertRegex(nexus, r"ch +does not +ch_party +persons +✗ ")
        self.assertRegex(out[places[2]:places[3]], r"(?s)eu\.833\.3s_vessel  prohibited.*ARCTIC DAWN.*✓ listed: ")

    def test_what_cannot_be_told_names_the_field(self):
        code, out, err = self.run_clear(os.path.join(DEALS, "11-missing-data.json"), "--explain")
        self.assertEqual(code, STATUS["review"], err)
        self.assertRegex(out, r"\? .*\(missing /[a-z_/0-9]+")

    def test_replay_shows_the_evaluation_of_the_recorded_deal(self):
        deal = os.path.join(DEALS, "13-uk-freeze.json")
        code, out, err = self.run_clear(deal, "--explain", "--json", record=True)
        document = json.loads(out)
        decision = document["decision"]["id"]
        code, again, err = tamga(self.data, "replay", decision, "--explain", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(again, out)
        code, plain, err = tamga(self.data, "replay", decision, "--json")
        self.assertEqual(json.loads(plain), document["decision"])
        code, text, err = tamga(self.data, "replay", decision, "--explain")
        self.assertIn("REPLAYED", text)
        self.assertIn("\nNEXUS", text)


if __name__ == "__main__":
    unittest.main()
