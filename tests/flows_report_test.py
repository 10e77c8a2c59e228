#!/usr/bin/env python3
"""The report of trade flows as a reader gets it: one file that fetches nothing, well-formed, the same bytes twice, whole in each language, and the
same contents on paper.

Run by ctest, which names the program in $TAMGA.
"""
import html.parser
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server  # noqa: E402
from language_test import ENGLISH, entries, slots  # noqa: E402
from report_texts import texts  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
HOSTILE = "<script>alert('x')<!-- & \"quotes\" ]]>.csv"


def trade(path):
    """Exports of two listed codes and six that are on no list, of three reporters to six partners; one listed code surges to Kazakhstan and
    Kyrgyzstan, and Kazakhstan reports half of it."""
    rand = random.Random(7)
    codes = ["854231", "848210", "010121", "040110", "180631", "220300", "610910", "950300"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY\n")
        for code in codes:
            for reporter in ("DE", "FR", "IT"):
                for partner in ("KZ", "KG", "AM", "GE", "UZ", "RU"):
                    for month in range(36):
                        value = int(100_000 * rand.uniform(0.7, 1.3))
                        if month >= 26 and code == "854231" and partner in ("KZ", "KG"):
                            value *= 5
                        if month >= 26 and code in ("854231", "848210") and partner == "RU":
                            value //= 20
                        period = f"{2020 + month // 12}{month % 12 + 1:02}"
                        file.write(f"{reporter},{partner},{code},2,{period},{value},{value // 50},\n")
                        if partner == "KZ":
                            seen = value // 2 if code == "854231" else int(value * 1.08)
                            file.write(f"KZ,{reporter},{code},1,{period},{seen},{seen // 50},\n")
        for i in range(50):
            file.write(f"DE,QQ,854231,2,2022{i % 12 + 1:02},<b>{i}</b>,1,\n")


class Words(html.parser.HTMLParser):
    """What a reader sees, without styles."""

    def __init__(self):
        super().__init__()
        self.text, self.quiet, self.tags = [], 0, []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.quiet += tag == "style"

    def handle_endtag(self, tag):
        self.quiet -= tag == "style"

    def handle_data(self, data):
        if not self.quiet:
            self.text.append(data)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tamga-flows-report-")
        cls.data = os.path.join(cls.folder, "data")
        path = os.path.join(cls.folder, HOSTILE)
        trade(path)
        cls.run_tamga("flows", "import", path)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def run_tamga(cls, *arguments, code=0):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        run = subprocess.run([TAMGA, "--data", cls.data, *arguments], capture_output=True, env=environment, timeout=300)
        assert run.returncode == code, (run.returncode, run.stderr.decode())
        return run.stdout.decode(), run.stderr.decode()

    def report(self, *options, language="en", name="report"):
        page, paper = (os.path.join(self.folder, f"{name}.{end}") for end in ("html", "pdf"))
        self.run_tamga("--lang", language, "flows", "report", page, "--pdf", paper, "--as-of", "2026-11-26", *options)
        with open(page, encoding="utf-8") as file:
            return file.read(), paper

    def words(self, page):
        reader = Words()
        reader.feed(page)
        return reader

    def test_it_is_well_formed_and_fetches_nothing(self):
        page, _ = self.report()
        root = ElementTree.fromstring(page.replace("<!DOCTYPE html>\n", "", 1))
        self.assertEqual(root.tag, "html")
        reader = self.words(page)
        tags = {tag for tag, _ in reader.tags}
        self.assertTrue({"svg", "table", "polygon", "h2"} <= tags)
        self.assertFalse(tags & {"script", "img", "link", "iframe", "object", "embed", "image", "use", "a", "form"})
        for tag, attributes in reader.tags:
            for name, value in attributes.items():
                self.assertFalse(name.startswith("on") or name in ("src", "href", "xlink:href", "srcset", "background"), (tag, name))
                if name != "xmlns":
                    self.assertNotRegex(value or "", r"(?i)https?:|//|javascript:|data:")
        style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
        self.assertNotRegex(style, r"(?i)url\(|@import|expression")
        self.assertIn("default-src 'none'", page)

    def test_it_says_what_is_in_the_data(self):
        page, _ = self.report()
        text = "".join(self.words(page).text)
        self.assertIn(HOSTILE, text)
        self.assertIn("Kazakhstan", text)
        self.assertRegex(text, r"First in rank: 854231 to (Kazakhstan|Kyrgyzstan)")
        self.assertRegex(text, r"DE → KZ|Germany → Kazakhstan")
        self.assertIn("unknown partner", text)
        self.assertRegex(text, r"sha256:[0-9a-f]{64}")
        self.assertIn("break 2022-03", text)

    def test_the_server_gives_the_same(self):
        running = server.Server(data=self.data, lists=False)
        self.addCleanup(running.close)
        client = server.Client(running, running.token)
        for language in ("en", "ru"):
            page, paper = self.report(language=language, name="served")
            # The policy is the same one: what is told of it is its hash.
            answer = client.get("/v1/flows/report", as_of="2026-11-26", lang=language)
            self.assertEqual(answer.body.decode(), page)
            self.assertEqual((answer.headers["Content-Type"], answer.headers["Content-Language"]), ("text/html; charset=utf-8", language))
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
            with open(paper, "rb") as file:
                self.assertEqual(client.get("/v1/flows/report", as_of="2026-11-26", lang=language, format="pdf").body, file.read())
        headers = {"Accept": "application/pdf", "Accept-Language": "ru"}
        as_pdf = client.request("GET", "/v1/flows/report?as_of=2026-11-26", headers=headers, status=200)
        self.assertEqual((as_pdf.headers["Content-Type"], as_pdf.headers["Content-Language"]), ("application/pdf", "ru"))
        with open(paper, "rb") as file:
            self.assertEqual(as_pdf.body, file.read())
        self.assertIn("html", client.get("/v1/flows/report", as_of="2026-11-26", codes="010121").headers["Content-Type"])
        client.get("/v1/flows/report", status=400, format="docx")
        client.get("/v1/flows/report", status=400, as_of="soon")

    def test_the_same_bytes_twice(self):
        for language in ("en", "ru", "kk"):
            page, paper = self.report(language=language, name="once")
            again, copy = self.report(language=language, name="twice")
            self.assertEqual(page, again)
            with open(paper, "rb") as one, open(copy, "rb") as two:
                self.assertEqual(one.read(), two.read())

    def test_every_text_of_the_report_is_translated(self):
        said = texts(os.path.join(ROOT, "src", "report", "report.cpp"))
        self.assertGreater(len(said), 90)
        for language in ("ru", "kk"):
            known = entries(language)
            self.assertEqual([text for text in said if text not in known], [])
            for text in said:
                self.assertEqual(slots(known[text]), slots(text), text)

    def test_no_english_sentence_is_left(self):
        english = "".join(self.words(self.report()[0]).text)
        self.assertRegex(english, ENGLISH)
        for language in ("ru", "kk"):
            page, _ = self.report(language=language, name=language)
            self.assertIn(f'lang="{language}"', page)
            left = [part for part in self.words(page).text if ENGLISH.search(part)]
            self.assertEqual(left, [])

    @unittest.skipUnless(shutil.which("pdftotext"), "pdftotext is not there (poppler-utils)")
    def test_the_paper_says_the_same(self):
        for language in ("en", "kk"):
            page, paper = self.report(language=language)
            printed = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
            squeezed = re.sub(r"\s+", "", printed)
            reader = self.words(page)
            headings = re.findall(r"<h2>(.*?)</h2>", page)
            self.assertGreater(len(headings), 9)
            for heading in headings:
                self.assertIn(re.sub(r"\s+", "", heading), squeezed)
            numbers = set(re.findall(r"\d[\d.,\u00a0]*\d", "".join(reader.text)))
            missing = [number for number in numbers if re.sub(r"\s+", "", number.replace("\u00a0", "")) not in squeezed.replace("\u00a0", "")]
            # A hash and a name break over lines at other places, but nothing else may be lost.
            self.assertEqual(missing, [])

    def test_an_empty_store_is_one_line(self):
        with tempfile.TemporaryDirectory() as empty:
            environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
            run = subprocess.run([TAMGA, "--data", empty, "flows", "report", os.path.join(empty, "r.html")], capture_output=True, env=environment)
            self.assertEqual(run.returncode, 2)
            self.assertRegex(run.stderr.decode(), r"^tamga: no trade statistics were imported yet[^\n]*\n$")
            self.assertFalse(os.path.exists(os.path.join(empty, "r.html")))


if __name__ == "__main__":
    unittest.main()
