"""Tests of tamga.py. tests/python_test.py runs them, with the sample lists and the sample register in $TAMGA_TEST_DATA and a deal that is prohibited
in $TAMGA_TEST_DEAL."""
import gc
import json
import os
import shutil
import tempfile
import threading
import unittest

import tamga

DATA = os.environ["TAMGA_TEST_DATA"]
AS_OF = "2026-11-23"
with open(os.environ["TAMGA_TEST_DEAL"], encoding="utf-8") as deal_file:
    DEAL = json.load(deal_file)


class Names(unittest.TestCase):
    def test_score_is_one_for_the_same_and_low_for_strangers(self):
        self.assertEqual(tamga.score("Bank VTB", "Bank VTB"), 1)
        self.assertGreater(tamga.score("Vladimir Petrov", "Владимир Петров", schema="Person"), 0.9)
        self.assertLess(tamga.score("Vladimir Petrov", "Aigerim Sadykova", schema="Person"), 0.5)

    def test_compare_gives_reasons(self):
        answer = tamga.compare("Bank VTB", "Банк ВТБ", "Company")
        self.assertEqual(answer["score"], tamga.score("Bank VTB", "Банк ВТБ", "Company"))
        self.assertEqual({reason["how"] for reason in answer["explain"]}, {"transliteration"})

    def test_what_cannot_be_compared_is_refused(self):
        for names in (("???", "a"), ("a", ""), ("a\0b", "a"), ("\ud800", "a")):
            with self.subTest(names), self.assertRaises(tamga.BadInput):
                tamga.score(*names)
        with self.assertRaises(TypeError):
            tamga.score(b"a", "b")

    def test_version(self):
        self.assertRegex(tamga.version(), r"^\d+\.\d+\.\d+$")


class Desk(unittest.TestCase):
    def setUp(self):
        self.desk = tamga.Tamga(data=DATA)
        self.addCleanup(self.desk.close)

    def test_screen(self):
        answer = self.desk.screen("Банк ВТБ", as_of=AS_OF)
        best = next(hit for hit in answer["hits"] if hit["id"] == "ofac-17013")
        self.assertEqual((best["list"], best["score"]), ("us_ofac_sdn", 1))
        self.assertEqual(answer["query"]["names"], ["Банк ВТБ"])
        self.assertEqual(self.desk.screen("Aigerim Sadykova", schema="Person", as_of=AS_OF)["hits"], [])

    def test_screen_takes_what_is_known_of_a_party(self):
        answer = self.desk.screen(["Vekselberg Viktor", "Вексельберг Виктор"], schema="Person", birth_date="1957-04-14", country=("ru",),
                                  lists=["us_ofac_sdn"], threshold=0.8, as_of=AS_OF)
        self.assertEqual(answer["query"]["names"], ["Vekselberg Viktor", "Вексельберг Виктор"])
        self.assertEqual(answer["query"]["countries"], ["ru"])
        self.assertTrue(answer["hits"])
        self.assertEqual({hit["list"] for hit in answer["hits"]}, {"us_ofac_sdn"})
        by_number = self.desk.screen(identifier="imo 9524451", as_of=AS_OF)["hits"]
        self.assertTrue(by_number and by_number[0]["certain"])
        entity = {"id": "x", "schema": "Company", "properties": {"name": ["VTB Bank"]}}
        self.assertTrue(self.desk.screen(entity=entity, as_of=AS_OF)["hits"])

    def test_single_words_are_names_of_their_own(self):
        answer = self.desk.screen(["Rosneft", "Sovcombank"], as_of=AS_OF)
        self.assertEqual(answer["query"]["names"], ["Rosneft", "Sovcombank"])

    def test_clear(self):
        decision = self.desk.clear(DEAL, as_of=AS_OF, record=False)
        self.assertEqual(decision["outcome"], "prohibited")
        self.assertTrue(all(finding["citation"] for finding in decision["findings"]))
        again = self.desk.clear(json.dumps(DEAL), as_of=AS_OF, record=False)
        self.assertEqual([finding["rule"] for finding in again["findings"]], [finding["rule"] for finding in decision["findings"]])

    def test_clear_records_unless_told_not_to(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(DATA, folder, dirs_exist_ok=True)
            with tamga.Tamga(folder) as desk:
                first = desk.clear(DEAL, as_of=AS_OF)
                second = desk.clear(DEAL, as_of=AS_OF, record=False)
                third = desk.clear(DEAL, as_of=AS_OF, record=False)
        heads = [decision["basis"]["ledger"]["sequence"] for decision in (first, second, third)]
        self.assertLess(heads[0], heads[1])
        self.assertEqual(heads[1], heads[2])

    def test_owners_goods_and_lists(self):
        answers = self.desk.owners("Sarmat Trading", regime="us", as_of=AS_OF)["answers"]
        self.assertIn("owned", {answer["answer"] for answer in answers})
        self.assertTrue(self.desk.goods("8542 31", as_of=AS_OF)["controls"])
        self.assertEqual(self.desk.goods(text="подшипник шариковый", limit=1)["proposals"][0]["code"], "848210")
        ages = {item["list"]: item["age_days"] for item in self.desk.lists(as_of=AS_OF)["lists"]}
        self.assertEqual(ages["us_ofac_sdn"], 3)

    def test_bad_input_is_a_value_error_with_one_line(self):
        for call in (lambda: self.desk.screen("???"), lambda: self.desk.screen(), lambda: self.desk.screen("a", schema="Dragon"),
                     lambda: self.desk.screen("a", as_of="yesterday"), lambda: self.desk.clear({"id": "1"}, record=False),
                     lambda: self.desk.goods("12"), lambda: self.desk.owners("Nobody At All"), lambda: tamga.Tamga(DATA, threads=0)):
            with self.assertRaises(ValueError) as caught:
                call()
            self.assertIsInstance(caught.exception, tamga.BadInput)
            self.assertNotIn("\n", str(caught.exception))

    def test_a_folder_without_a_store_is_a_failure_of_the_question(self):
        with tempfile.TemporaryDirectory() as folder, tamga.Tamga(folder) as desk:
            self.assertTrue(desk.goods("8542 31")["controls"])
            with self.assertRaisesRegex(tamga.Failure, "no store here yet"):
                desk.screen("a")

    def test_a_list_that_is_imported_later_counts_from_the_next_question_on(self):
        with tempfile.TemporaryDirectory() as folder, tamga.Tamga(folder) as desk:
            with self.assertRaises(tamga.Failure):
                desk.screen("Bank VTB", as_of=AS_OF)
            shutil.copytree(DATA, folder, dirs_exist_ok=True)
            self.assertTrue(desk.screen("Bank VTB", as_of=AS_OF)["hits"])

    def test_closed_is_closed(self):
        desk = tamga.Tamga(DATA)
        with desk:
            desk.screen("Bank VTB", as_of=AS_OF)
        desk.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            desk.screen("Bank VTB")
        del desk
        gc.collect()

    def test_threads_share_a_desk_and_closing_waits_for_them(self):
        desk = tamga.Tamga(DATA)
        expected = desk.screen("Банк ВТБ", as_of=AS_OF)
        started = threading.Barrier(5)
        wrong = []

        def work():
            started.wait()
            for _ in range(100):
                try:
                    if desk.screen("Банк ВТБ", as_of=AS_OF) != expected:
                        wrong.append("another answer")
                except ValueError as error:  # closed in between
                    if "closed" not in str(error):
                        wrong.append(error)
                    return

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        desk.close()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
