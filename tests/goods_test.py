#!/usr/bin/env python3
"""Goods by description, as a user calls it: proposals, invoices, nomenclatures, and what a decision says of a line whose words fit another code.

Run by ctest, which names the program in $TAMGA. Sample lists only, so it runs in any clone.
"""
import gzip
import json
import os
import shutil
import tempfile
import unittest

from cli_test import AS_OF, DEALS, ROOT, WithSamples, tamga

CLEAN = os.path.join(DEALS, "01-clean-grain-to-uzbekistan.json")


class InFolder(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-goods-")

    def tearDown(self):
        shutil.rmtree(self.data)

    def file(self, name, content):
        path = os.path.join(self.data, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def run_json(self, *arguments, status=0):
        code, out, err = tamga(self.data, *arguments, "--json")
        self.assertEqual(code, status, err)
        return json.loads(out)

    def refused(self, *arguments, mentions=()):
        code, out, err = tamga(self.data, *arguments)
        self.assertEqual(code, 2, out + err)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertTrue(err.startswith("tamga: "), err)
        for text in mentions:
            self.assertIn(text, err)


class Text(InFolder):
    def codes(self, text, *more):
        return [proposal["code"] for proposal in self.run_json("goods", "--text", text, *more)["proposals"]]

    def test_three_languages_find_the_code(self):
        for text, heading in (("Ball bearing 6204 2RS", "8482"), ("Подшипник шариковый 180204", "8482"), ("Шарикті мойынтірек 6204", "8482"),
                              ("Болт М8х40 оцинкованный", "7318"), ("wheat, in bulk", "1001"), ("Пшеница мягкая, 3 класс", "1001"),
                              ("Жұмсақ бидай", "1001")):
            with self.subTest(text):
                self.assertEqual(self.codes(text)[0][:4], heading)

    def test_each_proposal_tells_score_title_words_and_controls(self):
        answer = self.run_json("goods", "--text", "ball bearing 6204 for lathe", "--as-of", AS_OF)
        self.assertEqual((answer["language"], answer["nomenclatures"]), ("en", []))
        first = answer["proposals"][0]
        self.assertEqual(first["code"], "848210")
        self.assertIn("chpl.3b", {control["list"] for control in first["controls"]})
        self.assertLessEqual({"ball", "bearing"}, {word["word"] for word in first["words"]})
        scores = [(-proposal["score"], proposal["code"]) for proposal in answer["proposals"]]
        self.assertEqual(scores, sorted(scores))
        self.assertTrue(all(0 < proposal["score"] <= 1 and proposal["title"] and proposal["words"] for proposal in answer["proposals"]))

    def test_the_title_is_in_the_language_of_the_question_or_that_asked_for(self):
        def title(*arguments):
            return self.run_json("goods", "--text", *arguments)["proposals"][0]["title"]
        self.assertNotEqual(title("подшипник шариковый"), title("подшипник шариковый", "--lang", "en"))
        self.assertEqual(title("ball bearing", "--lang", "ru"), title("подшипник шариковый"))

    def test_limit_and_table(self):
        self.assertEqual(len(self.codes("steel bolts", "--limit", "2")), 2)
        code, out, err = tamga(self.data, "goods", "--text", "steel bolts", "--limit", "2")
        self.assertEqual((code, len(out.splitlines())), (0, 3), err)
        self.assertIn("the code is for the declarant", err)

    def test_nothing_found_says_so(self):
        for text in ("qqqwwwzzz", "", "—"):
            code, out, err = tamga(self.data, "goods", "--text", text)
            self.assertEqual(code, 0, err)
            self.assertIn("no code has any of these words", out)
            self.assertEqual(self.codes(text), [])

    def test_wrong_usage(self):
        self.refused("goods", "--text", "bolts", "854231")
        self.refused("goods", "854231", "--limit", "3")
        self.refused("goods", "--text", "bolts", "--limit", "0")
        self.refused("goods")
        self.refused("goods", "check")
        self.refused("goods", "import")

    def test_the_same_bytes_again(self):
        asked = ("goods", "--text", "крепёж авиационный", "--json")
        self.assertEqual(tamga(self.data, *asked), tamga(self.data, *asked))


class Import(InFolder):
    NOMENCLATURE = 'hscode,description\n01,Animals\n8482,Bearings\n848220,"Bearings; tapered roller, snorkwhistle kind"\n'

    def test_imported_codes_are_proposed_and_replaced(self):
        answer = self.run_json("goods", "import", self.file("My HS6.csv", self.NOMENCLATURE))
        self.assertEqual((answer["name"], answer["codes"], answer["replaced"]), ("my_hs6", 2, False))
        found = self.run_json("goods", "--text", "snorkwhistle")
        self.assertEqual(found["proposals"][0]["code"], "848220")
        self.assertEqual([entry["name"] for entry in found["nomenclatures"]], ["my_hs6"])
        self.assertEqual(found["nomenclatures"][0]["edition"], answer["edition"])
        packed = self.file("other.csv.gz", gzip.compress(self.NOMENCLATURE.replace("snorkwhistle", "wurblegong").encode()))
        self.assertTrue(self.run_json("goods", "import", packed, "--name", "my_hs6")["replaced"])
        self.assertEqual(self.run_json("goods", "--text", "snorkwhistle")["proposals"], [])
        self.assertEqual(self.run_json("goods", "--text", "wurblegong")["proposals"][0]["code"], "848220")

    def test_a_bad_file_leaves_what_was_there(self):
        self.run_json("goods", "import", self.file("n.csv", self.NOMENCLATURE))
        before = self.run_json("goods", "--text", "snorkwhistle")
        bad = self.file("bad.csv", "hscode,description\n8482,Bearings\n84822,Rollers\n")
        self.refused("goods", "import", bad, "--name", "n", mentions=["bad.csv:3", "leading zero"])
        self.refused("goods", "import", self.file("x.csv", "a,b\n"), mentions=["x.csv:1", "header"])
        self.refused("goods", "import", "/nonexistent.csv", mentions=["/nonexistent.csv"])
        self.refused("goods", "import", bad, "--name", "../n", mentions=["--name"])
        self.assertEqual(self.run_json("goods", "--text", "snorkwhistle"), before)


class Check(InFolder):
    def test_each_verdict_and_bad_rows(self):
        rows = ["description,HS,origin,quantity,order", "Ball bearing 6204,848210,DE,5,A-1", "Ball bearing 6204,3926909709,DE,4,A-2",
                '"Apples, fresh",847130,PL,1,A-3', "Подшипник шариковый,,CN,1,A-4", "snorkwhistle,848210,CN,1,A-5", ",848210,CN,1,A-6",
                "Bolts,73,CN,1,A-7", "Bolts,731815"]
        answer = self.run_json("goods", "check", self.file("invoice.csv", "\n".join(rows) + "\n"), "--as-of", AS_OF, status=3)
        got = {row["line"]: row.get("verdict", row.get("error")) for row in answer["rows"]}
        self.assertEqual(list(got), [2, 3, 4, 5, 6, 7, 8, 9])
        self.assertEqual([got[line] for line in (2, 3, 4, 5, 6)], ["fits", "fits a controlled code better", "doubtful", "no code", "unknown"])
        self.assertIn("no description", got[7])
        self.assertIn("is not a goods code", got[8])
        self.assertIn("2 fields, expected 5", got[9])
        self.assertEqual(answer["counts"], {"read": 8, "fits": 1, "doubtful": 1, "fits_controlled": 1, "unknown": 1, "no_code": 1, "rejected": 3})
        by_line = {row["line"]: row for row in answer["rows"]}
        self.assertEqual(by_line[2]["row"], {"description": "Ball bearing 6204", "hs": "848210", "origin": "DE", "quantity": "5", "order": "A-1"})
        self.assertIn("chpl.3b", {control["list"] for control in by_line[2]["stated"]["controls"]})
        self.assertEqual(by_line[3]["controlled"]["code"], "848210")
        self.assertEqual(by_line[4]["better"][0]["code"][:4], "0808")
        self.assertEqual(by_line[5]["controlled"]["code"], "848210")

    def test_all_right_is_status_0_and_the_last_line_counts(self):
        path = self.file("invoice.csv", "description,code\nBall bearings,848210\n")
        code, out, err = tamga(self.data, "goods", "check", path)
        self.assertEqual(code, 0, err)
        self.assertEqual(out.splitlines()[-1],
                         "1 rows read: 1 fit, 0 doubtful, 0 fit a controlled code better, 0 unknown, 0 without a code, 0 rejected")

    def test_json_lines(self):
        path = self.file("invoice.jsonl", '{"description": "Ball bearings", "hs": "848210"}\n\n'
                                          '{"description": "Ball bearings", "hs": 848210}\nno\n[1]\n')
        answer = self.run_json("goods", "check", path, status=3)
        self.assertEqual([row["line"] for row in answer["rows"]], [1, 3, 4, 5])
        self.assertEqual([row.get("verdict") for row in answer["rows"]], ["fits", "fits", None, None])

    def test_unreadable_files(self):
        self.refused("goods", "check", self.file("a.csv", "name,hs\nx,1\n"), mentions=["a.csv:1", "description"])
        self.refused("goods", "check", self.file("b.csv", "description,price\nx,1\n"), mentions=["b.csv:1"])
        self.refused("goods", "check", self.file("c.csv", ""), mentions=["is empty"])
        self.refused("goods", "check", "/nonexistent.csv", mentions=["/nonexistent.csv"])


class Clear(WithSamples):
    def decide(self, description, hs, status, *more):
        with open(CLEAN, encoding="utf-8") as file:
            deal = json.load(file)
        deal["goods"] = [{**deal["goods"][0], "description": description}]
        deal["goods"][0].pop("hs", None)
        if hs:
            deal["goods"][0]["hs"] = hs
        code, out, err = tamga(self.data, "clear", "-", "--as-of", AS_OF, "--json", *more, stdin=json.dumps(deal).encode())
        self.assertEqual(code, status, out + err)
        return json.loads(out)

    def found(self, decision):
        return [finding for finding in decision["findings"] if finding["rule"].startswith("goods.words_")]

    def test_words_of_a_controlled_code_under_another(self):
        decision = self.decide("Ball bearing 6204 2RS", "392690", 3)
        finding, = self.found(decision)
        self.assertEqual((finding["rule"], finding["regime"], finding["outcome"], finding["authority"], finding["about"]),
                         ("goods.words_fit_controlled_code", "", "review", "Tamga", "/goods/0/hs"))
        self.assertIn("/goods/0/hs", decision["missing"])
        self.assertTrue(finding["citation"].startswith("docs/goods.md"))
        for code in ("848210", "392690"):
            self.assertIn(code, finding["because"])
        evidence = finding["evidence"]
        self.assertEqual((evidence["stated"]["code"], evidence["fits"]["code"]), ("392690", "848210"))
        self.assertLess(evidence["stated"]["score"], evidence["fits"]["score"])
        self.assertIn("chpl.3b", {control["list"] for control in evidence["fits"]["controls"]})
        self.assertEqual(evidence["words"], ["ball", "bearing"])

    def test_a_line_without_a_code(self):
        finding, = self.found(self.decide("Подшипник шариковый 180204", "", 3))
        self.assertEqual(finding["rule"], "goods.words_suggest_controlled_code")
        self.assertNotIn("stated", finding["evidence"])

    def test_words_that_fit_their_code_say_nothing(self):
        self.assertEqual(self.found(self.decide("Soft wheat, third class, in bulk", "100199", 0)), [])
        self.assertEqual(self.found(self.decide("Қатты бидай, қапта", "100119", 0)), [])

    def test_a_nomenclature_changes_no_decision_and_it_replays(self):
        before = self.decide("Ball bearing 6204 2RS", "392690", 3)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "n.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write("code,description\n392690,Ball bearing 6204 2RS\n")
            code, out, err = tamga(self.data, "goods", "import", path)
            self.assertEqual(code, 0, err)
        after = self.decide("Ball bearing 6204 2RS", "392690", 3, "--no-record")
        self.assertEqual(self.found(after), self.found(before))
        code, out, err = tamga(self.data, "replay", before["id"], "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out), before)


class Tables(InFolder):
    def test_a_damaged_table_is_named(self):
        policy = os.path.join(self.data, "policy")
        shutil.copytree(os.path.join(ROOT, "policy"), policy)
        os.makedirs(os.path.join(policy, "goods", "words"))
        shutil.copy(os.path.join(ROOT, "data", "goods", "chpl_1.csv"), os.path.join(policy, "goods"))
        self.file("policy/goods/words/w.csv", "code,en,ru,kk\n8482,Bearings,Подшипники,\n")
        for arguments in (["goods", "--text", "bolts"], ["policy", "check"]):
            self.refused("--policy", policy, *arguments, mentions=["goods/words/w.csv:2", "8482 has no words in the column kk"])
        # Without words of its own a rule folder has those built in.
        shutil.rmtree(os.path.join(policy, "goods", "words"))
        code, out, err = tamga(self.data, "--policy", policy, "goods", "--text", "ball bearings", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["proposals"][0]["code"], "848210")


if __name__ == "__main__":
    unittest.main()
