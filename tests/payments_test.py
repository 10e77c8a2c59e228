#!/usr/bin/env python3
"""Payment messages as a user clears and screens them: examples/payments, with the sample lists.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga tests/payments_test.py
TAMGA_UPDATE=1 rewrites tests/golden/payments/*.json: read the difference before you commit it.
"""
import json
import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cli_test import AS_OF, ROOT, STATUS, Clear, import_register, import_samples, store_digest, tamga  # noqa: E402

comparable = Clear.comparable
del Clear  # its tests run in their own program

PAYMENTS = os.path.join(ROOT, "examples", "payments")
GOLDEN = os.path.join(ROOT, "tests", "golden", "payments")
NAMES = sorted(name for name in os.listdir(PAYMENTS) if not name.endswith(".md"))


def decisions_of(out):
    document = json.loads(out)
    return document.get("decisions", [document])


class Payments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="tamga-test-")
        import_samples(cls.data)
        import_register(cls.data)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def clear(self, name, *more):
        return tamga(self.data, "clear", os.path.join(PAYMENTS, name), "--as-of", AS_OF, "--json", *more)

    def test_golden_decisions(self):
        for name in NAMES:
            with self.subTest(payment=name):
                code, out, err = self.clear(name, "--no-record")
                decisions = decisions_of(out)
                self.assertEqual(code, max(STATUS[decision["outcome"]] for decision in decisions), err)
                text = json.dumps([comparable(decision) for decision in decisions], ensure_ascii=False, indent=1) + "\n"
                path = os.path.join(GOLDEN, os.path.splitext(name)[0] + ".json")
                if os.environ.get("TAMGA_UPDATE") == "1":
                    os.makedirs(GOLDEN, exist_ok=True)
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(text, file.read())

    def test_expected_outcomes_of_the_readme(self):
        with open(os.path.join(PAYMENTS, "README.md"), encoding="utf-8") as file:
            table = re.findall(r"^\| ([\w.-]+\.(?:xml|fin)) \|[^|]*\| ([\w, ]+) \|", file.read(), re.M)
        self.assertEqual([name for name, _ in table], NAMES)
        for name, outcomes in table:
            _, out, _ = self.clear(name, "--no-record")
            self.assertEqual(", ".join(decision["outcome"] for decision in decisions_of(out)), outcomes, name)

    def test_findings_point_at_elements_of_the_message(self):
        for name in NAMES:
            _, out, _ = self.clear(name, "--no-record")
            # Red flags that cannot say name fields that no deal has ("/parties/*/officers"); parts of this one are told as elements.
            self.assertNotRegex(out, r'"/(parties|payment/banks)/\d', name)
            for decision in decisions_of(out):
                self.assertEqual(sum(f["rule"] == "payment.goods_not_stated" for f in decision["findings"]), 1)

    def test_the_listed_bank_is_told_at_its_element(self):
        _, out, _ = self.clear("01-pacs008-listed-bank.xml", "--no-record")
        first, second = decisions_of(out)
        self.assertEqual(first["outcome"], "pass")
        self.assertEqual(second["outcome"], "prohibited")
        self.assertEqual(second["deal"], "DDBK-20261118-0001/BZT-2026-119")
        self.assertEqual(second["findings"][0]["about"], "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/CdtrAgt")

    def test_a_name_that_a_line_breaks_is_found(self):
        _, out, _ = self.clear("04-mt103-name-in-text.fin", "--no-record")
        found = [f for f in decisions_of(out)[0]["findings"] if f["rule"] == "payment.text_names_listed"]
        self.assertTrue(found)
        self.assertEqual({f["about"] for f in found}, {":70:"})
        self.assertIn("SBERBANK OF RUSSIA", {f["evidence"]["words"] for f in found})

    def test_replay_gives_the_same_bytes_for_each_transaction(self):
        for name in NAMES:
            code, out, err = self.clear(name)
            for decision in decisions_of(out):
                code, again, err = tamga(self.data, "replay", decision["id"], "--json")
                self.assertEqual(code, 0, err)
                self.assertEqual(json.loads(again), decision)
        code, out, err = tamga(self.data, "audit", "verify")
        self.assertEqual(code, 0, out + err)

    def test_standard_input(self):
        with open(os.path.join(PAYMENTS, "04-mt103-name-in-text.fin"), "rb") as file:
            code, out, err = tamga(self.data, "clear", "-", "--as-of", AS_OF, "--no-record", "--json", stdin=file.read())
        self.assertEqual(code, 3, err)

    def test_batch_has_a_row_for_each_element(self):
        code, out, err = tamga(self.data, "screen", "--batch", os.path.join(PAYMENTS, "01-pacs008-listed-bank.xml"), "--as-of", AS_OF)
        self.assertEqual(code, 3, err)
        *rows, last = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(last["read"], len(rows))
        self.assertEqual(last["rejected"], 0)
        self.assertEqual(last["hit"], 1)
        hit = next(row for row in rows if row["hits"])
        self.assertEqual(hit["query"]["element"], "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/CdtrAgt")
        self.assertEqual((hit["query"]["message"], hit["query"]["transaction"], hit["query"]["kind"]), ("pacs.008", 2, "agent"))
        roles = {row["query"]["role"] for row in rows}
        self.assertLessEqual({"debtor", "creditor", "debtor_agent", "debtor_account", "remittance_information", "reference", "sender"}, roles)
        batch = ("screen", "--batch", os.path.join(PAYMENTS, "04-mt103-name-in-text.fin"), "--as-of", AS_OF)
        one = tamga(self.data, *batch, env={"TAMGA_THREADS": "1"})
        many = tamga(self.data, *batch, env={"TAMGA_THREADS": "4"})
        self.assertEqual(one, many)
        text = next(row for row in map(json.loads, one[1].splitlines()) if row.get("hits"))
        self.assertIn("SBERBANK OF RUSSIA", {found["words"] for found in text["hits"]})

    def test_bad_input_is_one_line_and_leaves_the_store(self):
        before = store_digest(self.data)
        with tempfile.TemporaryDirectory() as folder:
            for number, (content, says) in enumerate((
                    (b"<Document>\n<FICdtTrf>", "truncated"),
                    (b'<!DOCTYPE a [<!ENTITY b "c">]>\n<Document>&b;</Document>', "DOCTYPE"),
                    (b"<Document><PmtRtr/></Document>", "PmtRtr is not read"),
                    (b"{1:F01AAAADEFFAXXX0000000000}{2:I103BBBBFRPPXXXXN}{4:\n:20:R\n", "truncated"),
                    (b"{1:F01AAAADEFFAXXX0000000000}{2:I940BBBBFRPPXXXXN}{4:\n:20:R\n-}", "MT940 is not read"))):
                path = os.path.join(folder, f"bad{number}")
                with open(path, "wb") as file:
                    file.write(content)
                for command in (["clear", path], ["screen", "--batch", path]):
                    code, out, err = tamga(self.data, *command, "--as-of", AS_OF)
                    self.assertEqual((code, out), (2, ""), err)
                    self.assertRegex(err, re.escape(f"tamga: {path}:") + r"\d+: .*" + re.escape(says))
                    self.assertEqual(err.count("\n"), 1)
        self.assertEqual(store_digest(self.data), before)


if __name__ == "__main__":
    unittest.main()
