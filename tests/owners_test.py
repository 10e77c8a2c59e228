#!/usr/bin/env python3
"""Ownership as a user meets it: registers imported, one party shown, deals cleared through chains. Registers are small and written here; the
published BODS and GLEIF examples of ../shared/data are read as well where they are.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga tests/owners_test.py
"""
import glob
import json
import os
import shutil
import tarfile
import tempfile
import unittest

from cli_test import REAL, ROOT, import_samples, store_digest, tamga

AS_OF = "2026-11-23"
SAMPLE = os.path.join(ROOT, "samples", "owners", "sample-register.csv")
LISTED = "Viktor Feliksovich Vekselberg"


class WithRegister(unittest.TestCase):
    """A data folder with the sample lists; each test imports its own registers."""

    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-owners-")
        self.addCleanup(shutil.rmtree, self.data)
        import_samples(self.data)

    def file(self, name, text):
        path = os.path.join(self.data, name)
        with open(path, "wb") as out:
            out.write(text.encode() if isinstance(text, str) else text)
        return path

    def table(self, *rows, name="table.csv", published="2026-01-01", head="owner,asset,share,from,to,source"):
        path = self.file(name, "\n".join([head, *rows]) + "\n")
        code, out, err = tamga(self.data, "owners", "import", path, "--published", published, "--json")
        self.assertEqual(code, 0, err)
        return json.loads(out)

    def show(self, party, *arguments):
        code, out, err = tamga(self.data, "owners", "show", party, "--as-of", AS_OF, "--json", *arguments)
        self.assertNotEqual(out, "", err)
        report = json.loads(out)
        report["exit"] = code
        return report

    def answer(self, party, rule, *arguments):
        return next(a for a in self.show(party, *arguments)["answers"] if a["rule"] == rule)


class Show(WithRegister):
    def test_the_five_examples_of_faq_401(self):
        self.table(f"{LISTED},A1,50,,,", "A1,B1,50,,,",
                   f"{LISTED},A2,50,,,", f"{LISTED},B2,50,,,", "A2,C2,25,,,", "B2,C2,25,,,",
                   f"{LISTED},A3,50,,,", f"{LISTED},B3,10,,,", "A3,B3,40,,,",
                   f"{LISTED},A4,50,,,", f"{LISTED},B4,25,,,", "A4,C4,25,,,", "B4,C4,25,,,",
                   f"{LISTED},A5,25,,,", f"{LISTED},B5,25,,,", "A5,C5,50,,,", "B5,C5,50,,,")
        for party, expected in (("B1", "owned"), ("C2", "owned"), ("B3", "owned"), ("C4", "not owned"), ("C5", "not owned")):
            self.assertEqual(self.answer(party, "us.sdn")["answer"], expected, party)
        # What the product of shares would have said: 25, 25, 30, 18.75 and 25 %.
        report = self.show("B1")
        look = {report["network"]["parties"][one["owner"]]["name"]: one["low"] for one in report["look_through"]}
        self.assertEqual(look[LISTED], 0.25)

    def test_the_sample_register(self):
        code, _, err = tamga(self.data, "owners", "import", SAMPLE)
        self.assertEqual(code, 0, err)
        report = self.show("Sarmat Trading")
        self.assertEqual(report["exit"], 5)
        answer = next(a for a in report["answers"] if a["rule"] == "us.sdn")
        self.assertEqual(answer["answer"], "owned")
        self.assertEqual(answer["chain"], "Sarmat Foundry LLP 51 % (Kazyna Metals Holding LLP: Viktor Feliksovich Vekselberg 60 %; "
                                          "Sarmat Foundry LLP: Kazyna Metals Holding LLP 50 %)")
        self.assertIn("FAQ 398-402", answer["citation"])
        deciding = [h for h in report["network"]["holdings"] if h["decides"]]
        self.assertEqual(sorted(h["share"] for h in deciding), ["50", "51", "60"])
        self.assertEqual(deciding[0]["sources"], ["Sample register"])
        self.assertGreater(deciding[0]["line"], 1)
        code, out, _ = tamga(self.data, "owners", "show", "Sarmat Trading", "--as-of", AS_OF)
        self.assertEqual(code, 5)
        self.assertIn("◄ decides", out)
        self.assertIn("■ us_ofac_sdn", out)
        self.assertNotIn("\x1b", out)
        self.assertIn("cannot be told: none of its lists is loaded", out)  # Switzerland's
        # By an identifier, and by the id of a listed entity.
        self.assertEqual(tamga(self.data, "owners", "show", "bin:190640012349", "--as-of", AS_OF)[0], 5)
        code, out, _ = tamga(self.data, "owners", "show", "ofac-17013", "--as-of", AS_OF)
        self.assertEqual(code, 5)
        self.assertIn("listed itself", out)

    def test_as_it_was_on_a_day(self):
        tamga(self.data, "owners", "import", SAMPLE)
        for day, share in (("2015-06-01", "75"), ("2024-06-01", "24.9")):
            code, out, err = tamga(self.data, "owners", "show", "Shygys Leasing", "--as-of", day, "--json")
            report = json.loads(out)
            held = [h["share"] for h in report["network"]["holdings"] if h["holds"] and "share" in h]
            self.assertIn(share, held, err)
        code, out, _ = tamga(self.data, "owners", "changes", "2022-01-01", "2022-12-31", "--json")
        self.assertEqual(code, 0)
        changes = {(c["what"], c["owner_name"]): c for c in json.loads(out)["changes"]}
        self.assertEqual(changes["changed", "PJSC Sberbank"]["before"], "75")
        self.assertEqual(changes["changed", "PJSC Sberbank"]["after"], "24.9")
        self.assertIn(("began", "Shygys Family Trust"), changes)

    def test_a_later_edition_takes_the_place_of_an_earlier_one_from_its_day_on(self):
        self.table(f"{LISTED},Alma,60,,,", name="alma.csv", published="2025-01-01")
        self.table(f"{LISTED},Alma,10,,,", name="alma.csv", published="2026-01-01")
        self.assertEqual(self.answer("Alma", "us.sdn")["answer"], "not owned")
        code, out, _ = tamga(self.data, "owners", "show", "Alma", "--as-of", "2025-06-01", "--json", "--regime", "us")
        self.assertEqual(json.loads(out)["network"]["holdings"][0]["share"], "60")
        # Before the first edition that one is asked: holdings have days of their own.
        code, out, _ = tamga(self.data, "owners", "show", "Alma", "--as-of", "2020-06-01", "--json", "--regime", "us")
        self.assertEqual(json.loads(out)["network"]["holdings"][0]["share"], "60")
        code, out, _ = tamga(self.data, "owners", "changes", "2025-06-01", "2026-06-01", "--json")
        self.assertEqual([(c["what"], c["before"], c["after"]) for c in json.loads(out)["changes"]], [("changed", "60", "10")])

    def test_one_holding_of_two_sources(self):
        self.table("A,B,50,2020-01-01,,First", name="first.csv")
        self.table("A,B,25-75,,,Second", name="second.csv")
        holdings = self.show("B")["network"]["holdings"]
        # Before the day from which the first knows it there is only what the second says.
        self.assertEqual([(h["share"], h.get("to"), sorted(h["sources"])) for h in holdings],
                         [("25-75", "2020-01-01", ["Second"]), ("50", None, ["First", "Second"])])
        self.table("A,B,80,,,Third", name="third.csv")
        holding = self.show("B")["network"]["holdings"][0]
        self.assertTrue(holding["disputed"])
        self.assertEqual(holding["share"], "25-80")  # all that any of them says

    def test_what_would_settle_it(self):
        self.table(f"{LISTED},A,25-50,,,", "A,B,60,,,", "Someone,A,0-30,,,")
        answer = self.answer("B", "us.sdn")
        self.assertEqual(answer["answer"], "cannot be excluded")
        self.assertEqual(answer["would_settle"], [f"the share of {LISTED} in A is 25-50 %"])
        self.assertEqual(self.show("B", "--regime", "us")["exit"], 3)

    def test_nothing_known_is_not_nothing_there(self):
        self.table("A,B,60,,,")
        report = self.show("A", "--regime", "us")
        self.assertFalse(report["owners_known"])
        self.assertEqual(report["exit"], 3)

    def test_loops_own_shares_and_too_much(self):
        self.table("A,B,100,,,", "B,A,100,,,", f"{LISTED},C,60,,,", "Other,C,60,,,", f"{LISTED},D,20,,,", "D,D,60,,,", "Rest,D,20,,,")
        self.assertTrue(any("closed loop" in remark for remark in self.show("A")["remarks"]))
        inconsistent = self.show("C")
        self.assertTrue(any("more than 100 %" in remark for remark in inconsistent["remarks"]))
        self.assertEqual(self.answer("C", "us.sdn")["answer"], "cannot be excluded")  # 40 to 80
        self.assertIn("add up to more than 100 %", self.answer("C", "us.sdn")["would_settle"][0])
        self.assertEqual(self.answer("D", "us.sdn")["answer"], "cannot be excluded")  # 20 of 100, or 20 of 40
        self.assertEqual(self.answer("D", "us.sdn")["would_settle"], ["whether the shares that D holds in itself count is not settled"])

    def test_dot_and_usage(self):
        tamga(self.data, "owners", "import", SAMPLE)
        code, out, _ = tamga(self.data, "owners", "show", "Sarmat Trading", "--dot", "--as-of", AS_OF)
        self.assertTrue(out.startswith("digraph owners {"))
        self.assertEqual(out.count("color=red"), 3)
        self.assertEqual(tamga(self.data, "owners", "show", "Nobody At All")[0], 2)
        self.assertEqual(tamga(self.data, "owners", "show", "Sarmat Trading", "--regime", "ru")[0], 2)
        self.assertEqual(tamga(self.data, "owners", "changes", "2026-01-01", "2025-01-01")[0], 2)
        code, out, _ = tamga(self.data, "owners", "status")
        self.assertIn("sample-register", out)

    def test_blocked(self):
        tamga(self.data, "owners", "import", SAMPLE)
        code, out, err = tamga(self.data, "owners", "blocked", "--as-of", AS_OF, "--json")
        self.assertEqual(code, 5, err)
        found = {(p["name"], p["rule"]): p["answer"] for p in json.loads(out)["parties"]}
        for party in ("Kazyna Metals Holding LLP", "Sarmat Foundry LLP", "Sarmat Trading LLP"):
            self.assertEqual(found[party, "us.sdn"], "owned")
        self.assertNotIn(("Shygys Leasing LLP", "us.sdn"), found)


    def test_names_cannot_act_on_the_terminal(self):
        self.table('"Bad\x1b[31mName\x07",Target,60,,,', '"Two\nlines",Target,10,,,', '"\u202ereversed\u009b5n",Target,5,,,')
        code, out, _ = tamga(self.data, "owners", "show", "Target", "--as-of", AS_OF)
        for character in "\x1b\x07\u202e\u009b":
            self.assertNotIn(character, out)
        self.assertIn("Two lines", out)
        self.assertIn("Bad\ufffd[31mName\ufffd", out)

    def test_network(self):
        self.table("Head,A,51,,,", "A,B,60,,,", "B,C,70,,,", "Ring One,Ring Two,51,,,", "Ring Two,Ring One,51,,,", "Head,Other,50,,,")
        code, out, err = tamga(self.data, "owners", "network", "--json")
        self.assertEqual(code, 0, err)
        report = json.loads(out)
        self.assertEqual([(h["name"], h["controls"]) for h in report["top"]], [("Head", 3)])
        self.assertEqual([sorted(loop) for loop in report["loops"]], [["Ring One", "Ring Two"]])


class Formats(WithRegister):
    def bods(self, *statements):
        common = {"statementDate": "2025-01-01", "recordStatus": "new",
                  "publicationDetails": {"publicationDate": "2025-01-01", "bodsVersion": "0.4", "publisher": {"name": "Test register"}}}
        return json.dumps([{**common, "statementId": str(i), "declarationSubject": "c", **s} for i, s in enumerate(statements)])

    def entity(self, record, name):
        return {"recordId": record, "recordType": "entity",
                "recordDetails": {"isComponent": False, "entityType": {"type": "registeredEntity"}, "name": name}}

    def person(self, record, name):
        return {"recordId": record, "recordType": "person",
                "recordDetails": {"isComponent": False, "personType": "knownPerson", "names": [{"type": "legal", "fullName": name}]}}

    def relationship(self, record, subject, party, share, direct="direct", component=False, components=None):
        details = {"isComponent": component, "subject": subject, "interestedParty": party,
                   "interests": [{"type": "shareholding", "directOrIndirect": direct, "share": share}]}
        if components:
            details["componentRecords"] = components
        return {"recordId": record, "recordType": "relationship", "recordDetails": details}

    def test_a_component_chain_is_not_counted_twice(self):
        path = self.file("chain.json", self.bods(
            self.person("p", LISTED), self.entity("a", "Alma Holding"), self.entity("c", "Cedar Trading"),
            self.relationship("r1", "a", "p", {"exact": 60}, component=True),
            self.relationship("r2", "c", "a", {"exact": 30}, component=True),
            self.relationship("r3", "c", "p", {"exact": 30}, direct="indirect", components=["r1", "r2"])))
        self.assertEqual(tamga(self.data, "owners", "import", path)[0], 0)
        answer = self.answer("Cedar Trading", "us.sdn")
        self.assertEqual(answer["answer"], "not owned")
        self.assertEqual(answer["held"], "30")

    def test_bods_ranges_and_unspecified_owners(self):
        path = self.file("ranges.json", self.bods(
            self.person("p", LISTED), self.entity("c", "Cedar Trading"),
            self.relationship("r1", "c", "p", {"minimum": 25, "exclusiveMaximum": 50}),
            self.relationship("r2", "c", {"reason": "informationUnknownToPublisher"}, {"exclusiveMinimum": 50})))
        self.assertEqual(tamga(self.data, "owners", "import", path)[0], 0)
        answer = self.answer("Cedar Trading", "us.sdn")
        self.assertEqual(answer["answer"], "not owned")  # the rest is in other hands, known or not

    def test_followthemoney_with_percentages(self):
        lines = [{"id": "x", "schema": "Person", "properties": {"name": [LISTED]}},
                 {"id": "c", "schema": "Company", "properties": {"name": ["Cedar Trading"], "jurisdiction": ["kz"]}},
                 {"id": "o", "schema": "Ownership", "properties": {"owner": ["x"], "asset": ["c"], "percentage": ["51%"]}}]
        path = self.file("owners.ftm.json", "\n".join(json.dumps(line) for line in lines) + "\n")
        self.assertEqual(tamga(self.data, "owners", "import", path)[0], 0)
        self.assertEqual(self.answer("Cedar Trading", "us.sdn")["answer"], "owned")

    def test_the_owners_of_a_deal(self):
        deal = {"id": "KZ-1", "date": "2026-01-02", "goods": [{"description": "Chairs"}], "parties": [
            {"role": "buyer", "name": "Cedar Trading", "country": "KZ", "schema": "Company", "identifiers": {"bin": "190640012349"},
             "owners": [{"name": LISTED, "share": "51"}, {"name": "Somebody", "share": ""}]}]}
        code, out, err = tamga(self.data, "owners", "import", self.file("deal.json", json.dumps(deal)), "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["registers"][0]["source"], "deal KZ-1")
        self.assertEqual(self.answer("bin:190640012349", "us.sdn")["answer"], "owned")

    def test_gleif_records_are_control_and_an_unknown_share(self):
        head = ["Relationship." + name for name in (
            "StartNode.NodeID", "StartNode.NodeIDType", "EndNode.NodeID", "EndNode.NodeIDType", "RelationshipType", "Period.1.startDate",
            "Period.1.endDate", "Period.1.periodType", "RelationshipStatus")]
        child, parent = "253400JT3MQWNDKMJE44", "5493001KJTIIGC8Y1R12"
        row = [child, "LEI", parent, "LEI", "IS_DIRECTLY_CONSOLIDATED_BY", "2019-01-01T00:00:00Z", "", "RELATIONSHIP_PERIOD", "ACTIVE"]
        path = self.file("rr.csv", ",".join(head) + "\n" + ",".join(row) + "\n")
        code, out, err = tamga(self.data, "owners", "import", path)
        self.assertEqual(code, 0, err)
        self.table(f"{LISTED},lei:{parent},100,,,")
        us, eu = self.answer(child, "us.sdn"), self.answer(child, "un.freeze")
        self.assertEqual(us["answer"], "cannot be excluded")  # consolidated is control, and OFAC asks for ownership
        self.assertEqual(eu["answer"], "not owned")

    def test_values_that_are_wrong_are_kept_and_told(self):
        imported = self.table(f"{LISTED},A,120,,,", "B,A,ten,2020-31-01,,", "C,A,10,2021-01-01,2020-01-01,")
        register = imported["registers"][0]
        self.assertEqual(register["holdings"], 3)
        remarks = " ".join(r["remark"] for r in register["remarks"])
        self.assertIn("120", remarks)
        self.assertIn("ten", remarks)
        self.assertEqual(sorted(r["line"] for r in register["remarks"])[:1], [2])
        self.assertEqual(self.answer("A", "us.sdn")["answer"], "cannot be excluded")  # the share became unknown, not lost

    def test_broken_files_leave_everything_as_it_was(self):
        self.table(f"{LISTED},A,60,,,")
        before = store_digest(self.data)
        whole = self.bods(self.person("p", LISTED), self.entity("a", "Alma"), self.relationship("r1", "a", "p", {"exact": 60}))
        for name, text in (("cut.json", whole[:len(whole) // 2]),
                           ("cut.csv", "owner,asset,share,from,to,source\nA,B,50,,,\nA,"),
                           ("columns.csv", "owner,share\nA,50\n"), ("quote.csv", "owner,asset,share\n\"A,B,50\n"), ("empty.csv", ""),
                           ("other.txt", "hello\n"), ("binary.bin", b"\x00\xff\x00\xff" * 100)):
            code, out, err = tamga(self.data, "owners", "import", self.file(name, text))
            self.assertEqual((code, out), (2, ""), name)
            self.assertEqual(err.count("\n"), 1, err)
            self.assertTrue(err.startswith("tamga: ") and name in err, err)
            self.assertEqual(store_digest(self.data), before, name)
        # A good file beside a broken one is not taken either.
        good = self.file("good.csv", "owner,asset,share\nA,B,50\n")
        self.assertEqual(tamga(self.data, "owners", "import", good, self.file("bad.csv", "owner,asset,share\n\"x"))[0], 2)
        self.assertEqual(store_digest(self.data), before)

    def test_the_derived_graph_is_made_again(self):
        self.table(f"{LISTED},A,60,,,")
        folder = os.path.join(self.data, "ownership")
        graph = os.path.join(folder, os.listdir(folder)[0])
        whole = open(graph, "rb").read()
        for damage in (whole[:100], whole[:-8], whole[:200] + b"\xff" + whole[201:], b"", None):
            if damage is None:
                os.remove(graph)
            else:
                with open(graph, "wb") as out:
                    out.write(damage)
            self.assertEqual(self.answer("A", "us.sdn")["answer"], "owned")
            self.assertEqual(open(graph, "rb").read(), whole)

    @unittest.skipUnless(os.path.isdir(REAL), "../shared/data is not here")
    def test_published_examples(self):
        folder = os.path.join(self.data, "published")
        for archive in ("bods_0.4_examples.tar.gz", "gleif_lei_rr_repex_fixtures.tar.gz"):
            with tarfile.open(os.path.join(REAL, "ownership", archive)) as tar:
                tar.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(folder)
        examples = glob.glob(os.path.join(folder, "examples", "*.json"))
        self.assertEqual(len(examples), 19)
        code, out, err = tamga(self.data, "owners", "import", *examples, "--published", "2026-08-01", "--json")
        self.assertEqual(code, 0, err)
        gleif = [os.path.join(folder, "tests", "fixtures", name) for name in ("rr-data.xml", "lei-data.xml")]
        self.assertEqual(tamga(self.data, "owners", "import", *gleif)[0], 0)
        sample = os.path.join(REAL, "ownership", "bods_0.4_sample_300_statements.json.gz")
        code, out, err = tamga(self.data, "owners", "import", sample, "--source", "sample of 300", "--json")
        self.assertEqual(code, 0, err)
        register = json.loads(out)["registers"][0]
        self.assertEqual((register["parties"], register["holdings"]), (200, 100))


class Decisions(WithRegister):
    def deal(self, **changes):
        deal = {"id": "KZ-2026-000901", "date": "2026-11-20",
                "parties": [{"role": "seller", "name": "Aktobe Grain LLP", "country": "KZ", "schema": "Company", "owners": []},
                            {"role": "buyer", "name": "Sarmat Trading LLP", "country": "KZ", "schema": "Company"}],
                "goods": [{"description": "Office chairs", "hs": "940139", "origin": "KZ", "quantity": 100, "unit": "pcs", "value": 30000,
                           "currency": "USD"}],
                "payment": {"amount": 30000, "currency": "USD"}}
        deal.update(changes)
        return self.file("deal.json", json.dumps(deal))

    def clear(self, path):
        code, out, err = tamga(self.data, "clear", path, "--as-of", AS_OF, "--json")
        self.assertNotEqual(out, "", err)
        return code, json.loads(out)

    def findings(self, decision, rule):
        return [f for f in decision["findings"] if f["rule"] == rule]

    def test_a_buyer_owned_through_two_companies(self):
        tamga(self.data, "owners", "import", SAMPLE)
        code, decision = self.clear(self.deal())
        self.assertEqual(code, 5)
        finding, = self.findings(decision, "us.sdn.owned_50")
        self.assertEqual(finding["about"], "/parties/1")
        self.assertIn("Sarmat Foundry LLP (owned by Kazyna Metals Holding LLP (owned by Viktor Feliksovich Vekselberg))", finding["because"])
        self.assertIn("FAQ 398-402", finding["citation"])
        owners = finding["evidence"]["owners"]
        self.assertEqual([(o["name"], o["share"], o["source"]) for o in owners],
                         [(LISTED, "60", "Sample register"), ("Kazyna Metals Holding LLP", "50", "Sample register"),
                          ("Sarmat Foundry LLP", "51", "Sample register")])
        self.assertEqual(finding["evidence"]["matches"][0]["list"], "us_ofac_sdn")
        self.assertEqual([o["source"] for o in decision["basis"]["ownership"]], ["sample-register"])
        # The same bytes, also after the register has changed.
        self.assertEqual(tamga(self.data, "replay", decision["id"])[0], 0)
        self.table("Aigerim Sadykova,Sarmat Trading LLP,100,,,", name="sample-register.csv", published="2027-01-01")
        self.assertEqual(tamga(self.data, "replay", decision["id"])[0], 0)
        shutil.rmtree(os.path.join(self.data, "ownership"))
        self.assertEqual(tamga(self.data, "replay", decision["id"])[0], 0)
        self.assertEqual(tamga(self.data, "audit", "verify")[0], 0)

    def test_without_a_register_nothing_of_it_is_in_the_basis(self):
        _, decision = self.clear(self.deal())
        self.assertNotIn("ownership", decision["basis"])
        self.assertEqual(self.findings(decision, "us.sdn.owned_50"), [])

    def test_a_name_without_a_country_can_only_be_possible(self):
        tamga(self.data, "owners", "import", SAMPLE)
        parties = [{"role": "buyer", "name": "Sarmat Trading LLP"}]
        _, decision = self.clear(self.deal(parties=parties))
        finding, = self.findings(decision, "us.sdn.owned_50")
        self.assertEqual(finding["outcome"], "review")
        doubt, = self.findings(decision, "data.register_party_uncertain")
        self.assertIn("/parties/0/identifiers", decision["missing"])
        self.assertEqual(doubt["outcome"], "review")
        # Another country is another company.
        parties[0]["country"] = "DE"
        _, decision = self.clear(self.deal(parties=parties))
        self.assertEqual(self.findings(decision, "us.sdn.owned_50"), [])

    def test_owners_that_the_deal_states_are_followed_in_registers(self):
        tamga(self.data, "owners", "import", SAMPLE)
        owners = [{"name": "Kazyna Metals Holding LLP", "share": "30", "country": "KZ"}, {"name": LISTED, "share": "20", "country": "RU"}]
        parties = [{"role": "buyer", "name": "Zhana Zhol Export LLP", "country": "KZ", "schema": "Company", "owners": owners}]
        code, decision = self.clear(self.deal(parties=parties))
        finding, = self.findings(decision, "us.sdn.owned_50")
        self.assertEqual((finding["outcome"], finding["evidence"]["facts"]["ownership"]["held"]), ("prohibited", "50"))

    def test_a_company_that_stands_in_the_deal_twice(self):
        tamga(self.data, "owners", "import", SAMPLE)
        parties = [{"role": role, "name": "Sarmat Trading LLP", "country": "KZ", "schema": "Company"} for role in ("buyer", "consignee")]
        _, decision = self.clear(self.deal(parties=parties))
        self.assertEqual([f["about"] for f in self.findings(decision, "us.sdn.owned_50")], ["/parties/0", "/parties/1"])

    def test_many_uncertain_owners(self):
        # More than can be gone through one choice after another: an answer all the same, and a sentence that can be read.
        rows = [f"{LISTED},Part {i},25-75,,," for i in range(300)] + [f"Part {i},Cedar Trading LLP,0-1,,," for i in range(300)]
        self.table(*rows)
        parties = [{"role": "buyer", "name": "Cedar Trading LLP", "schema": "Company"}]
        _, decision = self.clear(self.deal(parties=parties))
        finding, = self.findings(decision, "us.sdn.owned_50")
        self.assertEqual(finding["outcome"], "review")
        self.assertLess(len(finding["because"]), 2000)

    def test_banks_vessels_and_carriers_are_followed(self):
        self.table(f"{LISTED},Bank of the Steppe,75,,,,KZ,,", f"{LISTED},imo:9074729,60,,,,,,", f"{LISTED},Caspian Carriers LLP,51,,,,KZ,,",
                   head="owner,asset,share,from,to,source,asset_country,asset_name,owner_country")
        parties = [{"role": "carrier", "name": "Caspian Carriers LLP", "country": "KZ", "schema": "Company"}]
        route = [{"place": "KZAAU", "country": "KZ", "mode": "sea", "vessel": "SOME SHIP IMO 9074729"}]
        payment = {"amount": 1, "currency": "USD", "banks": [{"name": "Bank of the Steppe", "country": "KZ"}]}
        _, decision = self.clear(self.deal(parties=parties, route=route, payment=payment))
        about = sorted(f["about"] for f in self.findings(decision, "us.sdn.owned_50"))
        self.assertEqual(about, ["/parties/0", "/payment/banks/0", "/route/0/vessel"])

    def test_a_fall_below_half_around_a_designation(self):
        # Of the EU's sample list, which says since when; OFAC's table does not, so that any fall is asked about.
        self.table("PJSC Sberbank,Shygys Leasing LLP,75,,2022-07-01,,KZ,", "PJSC Sberbank,Shygys Leasing LLP,24.9,2022-07-01,,,KZ,",
                   "Shygys Family Trust,Shygys Leasing LLP,75.1,2022-07-01,,,KZ,", head="owner,asset,share,from,to,source,asset_country,kind")
        parties = [{"role": "buyer", "name": "Shygys Leasing LLP", "country": "KZ", "schema": "Company"}]
        _, decision = self.clear(self.deal(parties=parties, payment={"amount": 1, "currency": "EUR"}))
        finding, = self.findings(decision, "us.sdn.divested")
        self.assertEqual(finding["outcome"], "review")
        self.assertIn("does not say since when", finding["because"])
        self.assertIn("31 Mar 2026", finding["citation"])
        circle, = self.findings(decision, "us.sdn.divested_to_own_circle")
        self.assertIn("Shygys Family Trust (trust)", circle["because"])
        freeze, = self.findings(decision, "eu.freeze.divested")
        self.assertIn("75 %", freeze["because"])

    def test_a_listed_director(self):
        self.table(f"{LISTED},Cedar Trading LLP,,,,,KZ,director", "Someone Else,Cedar Trading LLP,100,,,,KZ,shares",
                   head="owner,asset,share,from,to,source,asset_country,kind")
        parties = [{"role": "buyer", "name": "Cedar Trading LLP", "country": "KZ", "schema": "Company"}]
        _, decision = self.clear(self.deal(parties=parties))
        self.assertEqual(len(self.findings(decision, "us.sdn.blocked_director")), 1)
        self.assertEqual(self.findings(decision, "us.sdn.owned_50"), [])

    def test_contradictions_and_loops_of_a_party_are_findings(self):
        self.table("A One,Cedar Trading LLP,60,,,,KZ,shares", "B Two,Cedar Trading LLP,60,,,,KZ,shares",
                   "Loop One LLP,Loop Two LLP,100,,,,KZ,shares", "Loop Two LLP,Loop One LLP,100,,,,KZ,shares",
                   head="owner,asset,share,from,to,source,asset_country,kind")
        parties = [{"role": "buyer", "name": "Cedar Trading LLP", "country": "KZ", "schema": "Company"},
                   {"role": "carrier", "name": "Loop Two LLP", "country": "KZ", "schema": "Company"}]
        _, decision = self.clear(self.deal(parties=parties))
        self.assertEqual([f["about"] for f in self.findings(decision, "data.shares_inconsistent")], ["/parties/0"])
        self.assertEqual([f["about"] for f in self.findings(decision, "data.owners_in_a_loop")], ["/parties/1"])


if __name__ == "__main__":
    unittest.main()
