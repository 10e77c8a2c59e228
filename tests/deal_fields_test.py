#!/usr/bin/env python3
"""What a deal may say beyond the contract's fields (docs/deal.md), as a user meets it: screened payers, wallets and insurers, ships, places, prices.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga python3 tests/deal_fields_test.py
"""
import copy
import json
import os
import re
import tempfile
import unittest

from cli_test import AS_OF, STATUS, import_samples, tamga

DEAL = {
    "id": "KZ-1",
    "date": "2026-11-16",
    "contract_date": "2026-10-01",
    "shipped": "2026-11-10",
    "parties": [
        {"role": "exporter", "name": "Tobyl Astyk Trade LLP", "schema": "Company", "country": "KZ", "incorporated": "2009-02-11", "owners": []},
        {"role": "buyer", "name": "Gruzinskie Zerna LLC", "schema": "Company", "country": "GE", "incorporated": "2011-02-11", "owners": []},
    ],
    "goods": [{"description": "wheat", "hs": "100199", "origin": "KZ", "made_with": ["KZ"], "quantity": 1000, "unit": "t", "net_kg": 1000000,
               "value": 200000, "currency": "EUR"}],
    "route": [
        {"place": "KZAAU", "mode": "sea", "vessel": "BEREKE IMO 9074729",
         "vessel_facts": {"flag": "KZ", "built": 2015, "ais_gaps": [], "flag_changes": [], "owner_changed": "2015-03-01", "sts_transfers": [],
                          "insurer": {"name": "Nomad Insurance", "country": "KZ"}}},
        {"place": "AZBAK", "mode": "rail"},
        {"place": "GEPTI", "mode": "rail"},
    ],
    "payment": {"amount": 200000, "currency": "KZT", "channel": "swift", "terms": "letter_of_credit",
                "payer": {"name": "Gruzinskie Zerna LLC", "country": "GE"}},
    "end_use": {"statement": "flour", "country": "GE", "no_reexport_clause": True, "military": False, "certificate": True},
}


class DealFields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = os.path.join(cls.folder.name, "data")
        import_samples(cls.data)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_clear(self, change, *options):
        deal = copy.deepcopy(DEAL)
        change(deal)
        code, out, err = tamga(self.data, "clear", "-", "--as-of", AS_OF, "--no-record", *options, stdin=json.dumps(deal).encode())
        self.assertIn(code, STATUS.values(), err)
        return out

    def clear(self, change=lambda deal: None):
        """The decision, and what each red flag says: its answer and its line."""
        flags = {}
        for line in self.run_clear(change, "--flags").split("flag ", 1)[1].splitlines():
            found = re.match(r"(r\d\d)\s+(yes|no|cannot say)\s", line)
            if found:
                flags[found.group(1)] = {"answer": found.group(2), "line": line}
        self.assertEqual(len(flags), 41)
        return json.loads(self.run_clear(change, "--json")), flags

    def findings(self, change=lambda deal: None):
        return {(finding["rule"], finding["about"]): finding for finding in self.clear(change)[0]["findings"]}

    def flag(self, name, change=lambda deal: None):
        return self.clear(change)[1][name]["answer"]

    def test_a_complete_deal_in_wheat_passes_and_its_flags_answer(self):
        decision, flags = self.clear()
        self.assertEqual(decision["outcome"], "pass", json.dumps(decision["findings"], indent=1))
        for name in ("r12", "r13", "r15", "r22", "r27", "r30", "r31", "r40"):
            self.assertEqual(flags[name]["answer"], "no", flags[name])
        self.assertEqual(flags["r14"]["answer"], "cannot say")

    def test_a_field_left_out_cannot_say(self):
        def bare(deal):
            del deal["payment"]["payer"], deal["payment"]["terms"], deal["payment"]["channel"], deal["goods"][0]["net_kg"]
            del deal["route"][0]["vessel_facts"]
        flags = self.clear(bare)[1]
        for name in ("r12", "r15", "r27", "r30", "r31", "r40"):
            self.assertEqual(flags[name]["answer"], "cannot say", flags[name])
        self.assertIn("/route/0/vessel_facts/insurer", flags["r40"]["line"])
        self.assertIn("/route/0/vessel_facts", flags["r27"]["line"])
        self.assertIn("/payment/payer", flags["r12"]["line"])
        self.assertIn("/goods/0/net_kg", flags["r15"]["line"])

    def test_a_listed_payer_is_found(self):
        def listed(deal):
            deal["goods"][0].update(description="tiles", hs="690721")  # a general licence answers for food
            deal["payment"]["payer"] = {"name": "VTB BANK PUBLIC JOINT STOCK COMPANY", "country": "RU"}
        found = self.findings(listed)
        self.assertTrue(any(about == "/payment/payer" and finding["outcome"] != "pass" for (_, about), finding in found.items()), found.keys())
        self.assertEqual(self.flag("r12", listed), "yes")

    def test_a_payer_in_another_spelling_is_the_buyer(self):
        def cyrillic(deal):
            deal["payment"]["payer"]["name"] = "ООО «Грузинские зерна»"
        self.assertEqual(self.flag("r12", cyrillic), "no")

        def other(deal):
            deal["payment"]["payer"]["name"] = "Falcon Gulf Payments FZE"
        self.assertEqual(self.flag("r12", other), "yes")

    def test_a_listed_wallet_is_found(self):
        def garantex(deal):
            deal["goods"][0].update(description="tiles", hs="690721")
            del deal["payment"]["channel"]
            deal["payment"]["wallet"] = "3Lpoy53K625zVeE47ZasiG5jGkAxJ27kh1"
        found = self.findings(garantex)
        self.assertTrue(any(about == "/payment/wallet" and finding["outcome"] != "pass" for (_, about), finding in found.items()), found.keys())
        self.assertEqual(self.flag("r31", garantex), "yes")

        def broken(deal):
            deal["payment"]["wallet"] = "short"
        self.assertIn(("data.identifier_unsound", "/payment/wallet"), self.findings(broken))

    def test_a_russian_insurer_and_an_old_silent_ship(self):
        def russian(deal):
            deal["route"][0]["vessel_facts"]["insurer"] = {"name": "Ingosstrakh", "country": "RU"}
        self.assertEqual(self.flag("r40", russian), "yes")

        def silent(deal):
            deal["route"][0]["vessel_facts"].update(built=1999, ais_gaps=[{"from": "2026-10-01", "to": "2026-10-09"}])
        raised = self.findings(silent)[("flags.diversion", "")]
        self.assertIn("no position was received from 2026-10-01 to 2026-10-09 and it was built in 1999", raised["because"])

    def test_the_flag_of_a_ship_makes_it_a_russian_one(self):
        def russian(deal):
            deal["payment"]["currency"] = "EUR"
            deal["route"][0]["vessel_facts"]["flag"] = "RU"
            deal["route"][2] = {"place": "DEHAM", "mode": "sea"}
        self.assertIn(("eu.833.3ea_russian_ship", "/route/0/vessel"), self.findings(russian))

    def test_one_number_under_two_names(self):
        def renamed(deal):
            deal["route"][1] = {"place": "AZBAK", "mode": "sea", "vessel": "NADEZHDA IMO 9074729"}
        found = self.findings(renamed)
        self.assertIn(("data.vessel_names_differ", "/route/1/vessel"), found)
        self.assertEqual(found[("data.vessel_names_differ", "/route/1/vessel")]["outcome"], "review")

        def same(deal):
            deal["route"][1] = {"place": "AZBAK", "mode": "sea", "vessel": "M/V Bereke (IMO 9074729)"}
        self.assertNotIn(("data.vessel_names_differ", "/route/1/vessel"), self.findings(same))

    def test_a_listed_ship_under_another_name(self):
        def sabina(deal):
            deal["route"][0]["vessel"] = "ARCTIC DAWN (IMO 9524451)"
        finding = self.findings(sabina)[("data.vessel_renamed", "/route/0/vessel")]
        self.assertEqual(finding["outcome"], "pass")
        self.assertIn("SABINA", finding["because"])

    def test_a_place_in_another_country_than_its_leg(self):
        def wrong(deal):
            deal["route"][2]["country"] = "TR"
        finding = self.findings(wrong)[("data.place_contradicts", "/route/2/country")]
        self.assertEqual(finding["outcome"], "review")
        self.assertEqual(finding["evidence"]["place"], {"code": "GEPTI", "name": "Poti"})

    def test_places_have_names_in_the_evidence(self):
        def novorossiysk(deal):
            deal["payment"]["currency"] = "EUR"
            deal["route"].insert(1, {"place": "RUNVS", "mode": "sea"})
            deal["route"].insert(1, {"place": "RUMMK", "mode": "sea"})
        found = self.findings(novorossiysk)
        finding = found[("eu.833.5ae_route", "/route/2")]
        self.assertEqual(finding["evidence"]["facts"]["leg"]["place"], {"code": "RUNVS", "name": "Novorossiysk"})
        self.assertIn("RUNVS (Novorossiysk)", finding["because"])
        self.assertIn(("eu.833.5ae_route_2026_april", "/route/1"), found)

    def test_a_place_that_the_table_does_not_hold_is_no_finding(self):
        def unknown(deal):
            deal["payment"]["currency"] = "EUR"
            deal["route"][2]["place"] = "GEQQQ"
        self.assertEqual(self.clear(unknown)[0]["outcome"], "pass")

    def test_a_container_with_a_wrong_check_digit(self):
        def wrong(deal):
            deal["route"][1]["container"] = "CSQU3054384"
        self.assertIn(("data.identifier_unsound", "/route/1/container"), self.findings(wrong))

        def right(deal):
            deal["route"][1]["container"] = "CSQU3054383"
        self.assertNotIn(("data.identifier_unsound", "/route/1/container"), self.findings(right))

    def test_prices_and_weights_out_of_all_proportion(self):
        def price(value, currency):
            def change(deal):
                deal["goods"][0].update(value=value, currency=currency)
            return self.flag("r14", change)
        self.assertEqual(price(20000000, "EUR"), "yes")
        self.assertEqual(price(20000000, "USD"), "yes")
        self.assertEqual(price(20000000, "KZT"), "cannot say")

        def light(deal):
            deal["goods"][0]["net_kg"] = 500000
        self.assertEqual(self.flag("r15", light), "yes")

        def lathe(deal):
            deal["goods"][0].update(hs="845710", quantity=2, unit="pcs", net_kg=30, value=200000)
        self.assertEqual(self.flag("r15", lathe), "yes")

    def test_eccn_and_us_content_settle_the_ear(self):
        def to_russia(**line):
            def change(deal):
                deal["goods"][0] = {"description": "boards", "hs": "870899", "origin": "CN", **line}
                deal["parties"][1].update(country="RU")
                deal["end_use"]["country"] = "RU"
                deal["payment"]["currency"] = "USD"
            return {rule: finding["outcome"] for (rule, _), finding in self.findings(change).items()}
        self.assertEqual(to_russia(eccn="3A001.a", us_content="30").get("us.ear.746_8_eccn"), "licence_required")
        self.assertEqual(to_russia(eccn="3A001.a", us_content="20-30").get("us.ear.746_8_eccn"), "review")
        self.assertNotIn("us.ear.746_8_eccn", to_russia(eccn="3A001.a", us_content="25"))
        self.assertNotIn("us.ear.746_8_eccn", to_russia(eccn="EAR99", us_content="90"))
        guess = to_russia(origin="US")
        self.assertEqual(guess.get("us.ear.746_8_ccl"), "review")
        self.assertNotIn("us.ear.746_8_ccl", to_russia(origin="US", eccn="EAR99"))
        self.assertEqual(to_russia(eccn="9A610.x", us_content="1").get("us.ear.734_4_600_series"), "licence_required")

    def test_contracts_that_article_12g_spared(self):
        def chips(day):
            def change(deal):
                deal["goods"][0] = {"description": "chips", "hs": "854231", "origin": "DE", "made_with": ["DE"]}
                deal["parties"][0].update(country="DE", name="Elbe Halbleiter GmbH")
                deal["end_use"].update(country="KZ", no_reexport_clause=False)
                if day:
                    deal["contract_date"] = day
                else:
                    del deal["contract_date"]
            deal = copy.deepcopy(DEAL)
            change(deal)
            code, out, err = tamga(self.data, "clear", "-", "--as-of", "2024-06-14", "--json", "--no-record", stdin=json.dumps(deal).encode())
            self.assertIn(code, STATUS.values(), err)
            return {f["rule"]: f["outcome"] for f in json.loads(out)["findings"]}.get("eu.833.12g_no_reexport_clause_2024")
        self.assertEqual(chips("2024-01-15"), "prohibited")
        self.assertIsNone(chips("2023-12-18"))
        self.assertEqual(chips(None), "review")

    def test_goods_of_an_earlier_edition(self):
        code, out, err = tamga(self.data, "goods", "8525 80")
        self.assertEqual(code, 0, err)
        self.assertIn("852580 is a code of HS 2017; in HS 2022 it is", out)
        self.assertIn("852589  a part: other cameras", out)
        code, out, err = tamga(self.data, "goods", "852589", "--json")
        self.assertEqual(json.loads(out)["editions"][0]["from"], "852580")
        code, out, err = tamga(self.data, "goods", "847989")
        self.assertIn("847989 is still in use", out)
        code, out, err = tamga(self.data, "goods", "100199", "--json")
        self.assertNotIn("editions", json.loads(out))

    def test_a_policy_folder_may_bring_its_own_places(self):
        with tempfile.TemporaryDirectory() as folder:
            code, out, err = tamga(self.data, "policy", "check", "--policy", folder)
            self.assertEqual(code, 2, err)
            root = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "policy")
            for name in os.listdir(root):
                with open(os.path.join(root, name), "rb") as source, open(os.path.join(folder, name), "wb") as target:
                    target.write(source.read())
            os.mkdir(os.path.join(folder, "places"))
            path = os.path.join(folder, "places", "mine.csv")
            with open(path, "w", encoding="utf-8") as target:
                target.write("code,name,functions,latitude,longitude\nGEPTI,Our Poti,1,,\n")
            deal = copy.deepcopy(DEAL)
            deal["route"][2]["country"] = "TR"
            code, out, err = tamga(self.data, "clear", "-", "--as-of", AS_OF, "--json", "--no-record", "--policy", folder,
                                   stdin=json.dumps(deal).encode())
            self.assertIn("Our Poti", out, err)
            with open(path, "a", encoding="utf-8") as target:
                target.write("gepti,Poti,1,,\n")
            code, out, err = tamga(self.data, "clear", "-", "--as-of", AS_OF, "--policy", folder, stdin=json.dumps(DEAL).encode())
            self.assertEqual(code, 2)
            self.assertIn("mine.csv:3: `gepti` is not a UN/LOCODE such as KZALA", err)


if __name__ == "__main__":
    unittest.main()
