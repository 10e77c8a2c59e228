#!/usr/bin/env python3
"""Decisions in Russian and Kazakh: every sentence of the rules has a translation with the same slots, and what a user sees holds no English sentence.

Run by ctest, which names the program in $TAMGA; by hand: TAMGA=build/release/tamga tests/language_test.py
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
SAMPLES = os.path.join(ROOT, "samples", "lists")
LANGUAGES = ("ru", "kk")
# Four English words in a row are a sentence, not a name or a citation.
ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:]+){4,}")


def entries(language):
    """msgid to msgstr of a .po file, by another reader than the program's."""
    found, key, last = {}, None, None
    with open(os.path.join(ROOT, "data", "language", f"{language}.po"), encoding="utf-8") as file:
        for line in file:
            match = re.match(r'(msgid|msgstr)? ?(".*")$', line.rstrip("\n"))
            if not match:
                continue
            text = json.loads(match[2])
            last = match[1] or last
            if match[1] == "msgid":
                key = text
            elif match[1] == "msgstr":
                found[key] = text
    return found


def slots(text):
    return sorted(set(re.findall(r"\{([a-z_]+)\}", text)))


class Translations(unittest.TestCase):
    def test_every_sentence_of_the_rules_is_translated(self):
        sentences = {}
        for path in sorted(glob.glob(os.path.join(ROOT, "policy", "*.toml"))):
            with open(path, "rb") as file:
                tables = tomllib.load(file)
            for kind in ("rule", "exemption", "nexus", "flag", "ownership", "permission"):
                for table in tables.get(kind, []):
                    for key in ("because", "verify", "condition", "title", "what", "whom"):
                        if key in table:
                            sentences[table[key]] = f"{os.path.basename(path)} {table.get('id', kind)} {key}"
        self.assertGreater(len(sentences), 900)
        for language in LANGUAGES:
            known = entries(language)
            missing = [where for text, where in sentences.items() if text not in known]
            self.assertEqual(missing, [], f"no translation in data/language/{language}.po")
            for text in sentences:
                self.assertEqual(slots(known[text]), slots(text), text)

    def test_both_languages_hold_the_same_texts(self):
        self.assertEqual(sorted(entries("ru")), sorted(entries("kk")))


class Shown(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = tempfile.mkdtemp(prefix="tamga-language-")
        for files in (["ofac"], ["eu"], ["uk"], ["un"]):
            extra = ["--published", "2026-11-20"] if files[0] in ("ofac", "eu") else []
            paths = [os.path.join(SAMPLES, name) for name in files]
            subprocess.run([TAMGA, "--data", cls.data, "lists", "import", *paths, *extra], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.data)

    def clear(self, deal, *options):
        run = subprocess.run([TAMGA, "--data", self.data, "clear", deal, "--as-of", "2026-11-23", "--no-record", *options], capture_output=True)
        self.assertIn(run.returncode, (0, 3, 4, 5), run.stderr)
        return run.stdout.decode()

    def test_no_english_sentence_is_left(self):
        for deal in sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json"))):
            for language in LANGUAGES:
                with self.subTest(deal=os.path.basename(deal), language=language):
                    shown = self.clear(deal, "--lang", language)
                    with open(deal, encoding="utf-8") as file:
                        for line in json.load(file)["goods"]:
                            shown = shown.replace(line.get("description", ""), "")
                    # Citations and the ids of rules stay as the authority gives them: lines that begin with more than two blanks.
                    for line in shown.splitlines():
                        if not line.startswith("    "):
                            self.assertIsNone(ENGLISH.search(line), line)

    def test_what_is_recorded_does_not_depend_on_the_language(self):
        deal = os.path.join(ROOT, "examples", "deals", "07-listed-vessel.json")
        english = json.loads(self.clear(deal, "--json"))
        for language in LANGUAGES:
            other = json.loads(self.clear(deal, "--json", "--lang", language))
            for decision in (english, other):
                decision.update(id="", decided_at="")
            self.assertEqual(other, english)

    def test_a_language_that_is_not_there_is_refused(self):
        run = subprocess.run([TAMGA, "--data", self.data, "lists", "status", "--lang", "de"], capture_output=True)
        self.assertEqual(run.returncode, 2)


if __name__ == "__main__":
    unittest.main()
