#!/usr/bin/env python3
"""The watch as a user meets it: a book, new editions of a list, alerts in plain words, deals decided on again; and that a run finds what screening
everybody again would find, on the published OFAC lists where they are there.

Run by ctest, which names the program in $TAMGA.
"""
import csv
import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
REAL = os.path.join(ROOT, "..", "shared", "data", "ofac", "sdn_csv")
DEAL = os.path.join(ROOT, "examples", "deals", "01-clean-grain-to-uzbekistan.json")


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def sdn(*entries):
    """The legacy format: no header, twelve columns."""
    lines = []
    for number, name, kind, programme, remarks in entries:
        columns = [str(number), f'"{name}"', f'"{kind}"', f'"{programme}"'] + ["-0- "] * 7 + [f'"{remarks}"' if remarks else "-0- "]
        lines.append(",".join(columns))
    return "\r\n".join(lines) + "\r\n\x1a"


IVANOV = (1, "IVANOV, Sergei Petrovich", "individual", "RUSSIA-EO14024", "DOB 01 May 1970.")
ROMASHKA = (2, "ROMASHKA TRADING LLC", "-0- ", "RUSSIA-EO14024", "")
VOLNA = (3, "VOLNA", "vessel", "RUSSIA-EO14024", "Vessel Registration Identification IMO 9524451.")
BOOK = """id,name,schema,birth_date,country,identifier
C1,Sergey Petrovich Ivanov,Person,1970-05-01,ru,
C2,Romashka Trading,Company,,kz,
C3,Aigerim Saparova,Person,1988-02-03,kz,
V1,Morning Star,Vessel,,,IMO 9524451
"""


class Watch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-watch-")
        self.data = os.path.join(self.folder, "data")

    def tearDown(self):
        if os.path.exists(self.data):
            self.assertEqual(self.tamga("audit", "verify")[0], 0)
        shutil.rmtree(self.folder)

    def tamga(self, *arguments):
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment(), timeout=600)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def json(self, *arguments, code=0):
        status, out, err = self.tamga(*arguments, "--json")
        self.assertEqual(status, code, out + err)
        return json.loads(out)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def publish(self, day, *entries):
        path = self.file("sdn.csv", sdn(*entries))
        os.utime(path, (0, 0))
        status, _, err = self.tamga("lists", "import", path, "--published", day)
        self.assertEqual(status, 0, err)
        held = self.json("lists", "status")
        for edition in held.get("lists", []):
            if edition.get("held"):
                self.tamga("lists", "accept", edition["list"], edition["edition"], "--reason", "a test")

    def events(self, run):
        return {(event["event"], event["entry"], event["entity"]) for event in run["events"]}

    def test_a_book_through_three_editions(self):
        self.publish("2026-11-01", IVANOV, VOLNA, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        book = self.file("book.csv", BOOK)
        added = self.json("watch", "add", book, "--as-of", "2026-11-02", code=3)
        self.assertEqual((added["added"], added["hits"]), (4, 2))
        self.assertEqual(self.events(added), {("hit", "C1", "ofac-1"), ("hit", "V1", "ofac-3")})
        # The same book again changes nothing and screens nobody.
        again = self.json("watch", "add", book, "--as-of", "2026-11-02")
        self.assertEqual((again["added"], again["unchanged"], again["events"]), (0, 4, []))
        # No edition, no work.
        self.assertEqual(self.json("watch", "run", "--as-of", "2026-11-02")["screened"], 0)

        # One comes, one goes, one changes.
        changed = (1, IVANOV[1], IVANOV[2], "RUSSIA-EO14024] [UKRAINE-EO13661", IVANOV[4])
        self.publish("2026-11-10", changed, ROMASHKA, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        self.assertEqual(self.json("watch", "status")["waiting"], ["us_ofac_sdn 2026-11-10"])
        run = self.json("watch", "run", "--as-of", "2026-11-10", code=3)
        self.assertFalse(run["whole"])
        self.assertLess(run["screened"], run["entries"])
        self.assertEqual(self.events(run), {("changed", "C1", "ofac-1"), ("hit", "C2", "ofac-2"), ("gone", "V1", "ofac-3")})
        because = {event["entry"]: event["because"] for event in run["events"]}
        self.assertIn("The list holds it since its edition of 2026-11-10", because["C2"])
        self.assertRegex(because["C1"], 'listing "UKRAINE-EO13661.*" was added')
        self.assertIn("the list dropped it", because["V1"])
        alerts = {alert["entry"]: alert for alert in self.json("watch", "alerts")["alerts"]}
        self.assertEqual(set(alerts), {"C1", "C2", "V1"})
        self.assertEqual(alerts["C1"]["because"], because["C1"])
        self.assertIn("no more", alerts["V1"]["because"])
        # Screening everybody again finds nothing else.
        whole = self.json("watch", "run", "--whole", "--as-of", "2026-11-10")
        self.assertEqual((whole["screened"], whole["events"]), (4, []))

        # The customer's own row changes: another person of that name.
        other = self.file("book.csv", BOOK.replace("1970-05-01", "1999-12-31").replace("C3,Aigerim Saparova", "C4,Aigerim Saparova"))
        added = self.json("watch", "add", other, "--whole", "--as-of", "2026-11-10", code=3)
        self.assertEqual((added["added"], added["replaced"], added["removed"]), (1, 1, 1))
        self.assertEqual(self.events(added), {("gone", "C1", "ofac-1")})
        self.assertEqual(self.json("watch", "status")["entries"], 4)
        self.json("watch", "remove", "C4")
        self.assertEqual(self.json("watch", "status")["entries"], 3)

    def test_deals_are_decided_on_again(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        with open(DEAL, encoding="utf-8") as file:
            deal = json.load(file)
        deal["parties"][0]["name"] = "Romashka Trading LLC"
        goods = {"description": "wooden furniture", "hs": "940360", "origin": "KZ", "quantity": 10, "unit": "pcs", "value": 5000, "currency": "USD"}
        deal["goods"] = [goods]
        path = self.file("deal.json", json.dumps(deal))
        added = self.json("watch", "add", path, "--as-of", "2026-11-01", code=3)
        self.assertEqual(added["deals"], 1)
        first = added["events"][0]["outcome"]
        self.assertNotEqual(first, "prohibited")
        self.publish("2026-11-02", IVANOV, ROMASHKA, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        run = self.json("watch", "run", "--as-of", "2026-11-02", code=3)
        self.assertEqual((run["deals"], run["events"][0]["deal"]), (1, deal["id"]))
        self.assertIn(f"was {first} and is now {run['events'][0]['outcome']}", run["events"][0]["because"])
        # What was decided again is in the record, and does not come a second time.
        self.assertEqual(self.json("watch", "run", "--as-of", "2026-11-02")["events"], [])

    def test_a_mark_holds_until_a_side_changes(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        self.file("book.csv", "id,name,schema\nC1,Sergei Ivanov,Person\n")
        self.json("watch", "add", os.path.join(self.folder, "book.csv"), "--as-of", "2026-11-02", code=3)
        for name, role in (("Dana", "administrator"), ("Aslan", "analyst"), ("Gulnara", "approver")):
            self.assertEqual(self.tamga("people", "add", name, "--role", role, "--by", "Dana")[0], 0)
        alert = self.json("watch", "alerts")["alerts"][0]["id"]
        proposal = self.json("alerts", "mark", alert, "--evidence", "passport seen: born 1999", "--by", "Aslan")["id"]
        self.assertEqual(self.tamga("approve", proposal, "--by", "Gulnara")[0], 0)
        # The hit stands, and is nobody's work, also when everything is screened again.
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-02")["events"], [])
        self.assertEqual(self.json("watch", "alerts")["alerts"], [])
        self.publish("2026-11-03", IVANOV[:4] + ("DOB 01 May 1971.",), (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        event = self.json("watch", "run", "--as-of", "2026-11-03", code=3)["events"][0]
        self.assertIn("holds no more", event["because"])
        self.assertEqual([a["id"] for a in self.json("watch", "alerts")["alerts"]], [alert])

    def test_bad_input(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        book = self.file("book.csv", "id,name,schema,birth_date\nC1,Sergei Ivanov,Person,1970-13-99x\nC2,Aigerim Saparova,Person,\nC3,???,Person,\n")
        status, out, err = self.tamga("watch", "add", book, "--as-of", "2026-11-02")
        self.assertEqual(status, 2)
        self.assertIn("book.csv:2: birth_date", err)
        self.assertIn("book.csv:4: the name holds neither a letter nor a digit", err)
        self.assertIn("1 added", out)
        for text, what in (("", "is empty"), ("colour,size\nred,1\n", "the first line must be a header")):
            status, _, err = self.tamga("watch", "add", self.file("bad.csv", text), "--as-of", "2026-11-02")
            self.assertEqual((status, err.count("\n")), (2, 1), err)
            self.assertIn(what, err)
        status, _, err = self.tamga("watch", "remove", "C2", "nobody")
        self.assertEqual(status, 2)
        self.assertIn("nothing was removed", err)
        self.assertEqual(self.json("watch", "status")["entries"], 1)
        # A book that lost its derived files makes them again.
        shutil.rmtree(os.path.join(self.data, "watch"))
        self.publish("2026-11-03", IVANOV, (4, "SAPAROVA, Aigerim", "individual", "SDGT", ""), (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        self.assertEqual(self.events(self.json("watch", "run", "--as-of", "2026-11-03", code=3)), {("hit", "C2", "ofac-4")})

    def test_a_column_that_is_named_twice(self):
        """Such rows were taken into the book and then never screened again."""
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        book = self.file("book.csv", "id,name,schema,name\nC1,Sergei Ivanov,Person,Serhiy Ivanov\n")
        self.json("watch", "add", book, "--as-of", "2026-11-02", code=3)
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-02")["screened"], 1)

    def test_a_row_that_is_no_text(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        book = self.file("book.csv", "id,name,schema\nC1,Sergei Ivanov,Person\n")
        with open(book, "ab") as file:
            file.write(b"C2,Aigerim \xd1 Saparova,Person\nC3,Dana Omarova,Person\n")
        status, out, err = self.tamga("watch", "add", book, "--as-of", "2026-11-02")
        self.assertEqual(status, 2)
        self.assertIn("book.csv:3: is not UTF-8", err)
        self.assertIn("2 added", out)
        # What was added can be read again, whole and by its index.
        shutil.rmtree(os.path.join(self.data, "watch"))
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-02")["screened"], 2)
        with open(book, "wb") as file:
            file.write(b"id,n\xe0me,name\nC1,x,y\n")
        status, _, err = self.tamga("watch", "add", book, "--as-of", "2026-11-02")
        self.assertEqual((status, err.count("\n")), (2, 1), err)
        self.assertIn("book.csv:1: the header is not UTF-8", err)

    def test_what_holds_no_more_is_dropped(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        folder = os.path.join(self.data, "watch")
        self.tamga("watch", "add", self.file("book.csv", "id,name,schema\nC1,Sergei Ivanov,Person\n"), "--as-of", "2026-11-02")
        first = set(os.listdir(folder))
        self.tamga("watch", "add", self.file("book.csv", "id,name,schema\nC1,Sergei Petrovich Ivanov,Person\n"), "--as-of", "2026-11-02")
        # Young files may be another process's, which has not recorded them yet.
        self.assertLess(first, set(os.listdir(folder)))
        for name in first:
            os.utime(os.path.join(folder, name), (0, 0))
        self.tamga("watch", "add", self.file("book.csv", "id,name,schema\nC1,Sergei P. Ivanov,Person\n"), "--as-of", "2026-11-02")
        self.assertEqual(first & set(os.listdir(folder)), set())
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM watch_segments").fetchone()[0], 1)
        db.close()
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-02")["screened"], 1)

    def test_a_deal_that_was_never_decided_stops_the_run(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        self.tamga("watch", "add", self.file("book.csv", BOOK), "--as-of", "2026-11-02")
        with open(DEAL, encoding="utf-8") as file:
            deal = json.load(file)["id"]
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as db:
            db.execute("INSERT INTO watch_deals VALUES(?)", (deal,))
        db.close()
        self.publish("2026-11-03", IVANOV, ROMASHKA, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        status, _, err = self.tamga("watch", "run", "--as-of", "2026-11-03")
        self.assertEqual(status, 1)
        self.assertIn(f"deal {deal} is under watch and was never decided", err)
        # Nothing of the run was recorded, so that nothing is passed over once the deal is there.
        self.assertEqual(self.json("watch", "status")["waiting"], ["us_ofac_sdn 2026-11-03"])
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as db:
            db.execute("DELETE FROM watch_deals")
        db.close()
        self.assertIn(("hit", "C2", "ofac-2"), self.events(self.json("watch", "run", "--as-of", "2026-11-03", code=3)))

    def test_nobody_leaves_for_a_row_that_was_left_out(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        book = self.file("book.csv", "id,name,schema,birth_date\nC1,Sergei Ivanov,Person,\nC2,Aigerim Saparova,Person,\n")
        self.tamga("watch", "add", book, "--as-of", "2026-11-02")
        broken = self.file("book.csv", "id,name,schema,birth_date\nC1,Sergei Ivanov,Person,someday\nC3,Dana Omarova,Person,\n")
        status, out, _ = self.tamga("watch", "add", broken, "--whole", "--as-of", "2026-11-02")
        self.assertEqual(status, 2)
        self.assertIn("Nobody was taken out", out)
        self.assertEqual(self.json("watch", "status")["entries"], 3)
        status, _, err = self.tamga("watch", "add", DEAL, "--whole", "--as-of", "2026-11-02")
        self.assertEqual((status, err.count("\n")), (2, 1))
        self.assertEqual(self.json("watch", "status")["deals"], [])

    def test_of_several_rows_of_one_id_the_last_holds(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        rows = "id,name,schema\nC1,Sergei Petrovich Ivanov,Person\nC2,Aigerim Saparova,Person\nC1,Aigerim Saparova,Person\n"
        added = self.json("watch", "add", self.file("book.csv", rows), "--as-of", "2026-11-02")
        self.assertEqual((added["added"], added["hits"], added["events"]), (2, 0, []))
        # Another row and the old one again: nothing has changed.
        rows = "id,name,schema\nC1,Sergei Petrovich Ivanov,Person\nC1,Aigerim Saparova,Person\n"
        self.assertEqual(self.json("watch", "add", self.file("book.csv", rows), "--as-of", "2026-11-02")["events"], [])
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-02")["events"], [])

    def test_many_small_books_become_one(self):
        self.publish("2026-11-01", IVANOV, (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        for number in range(12):
            name = "Sergei Petrovich Ivanov" if number % 4 == 0 else "Aigerim Saparova"
            self.tamga("watch", "add", self.file("book.csv", f"id,name,schema\nC{number},{name},Person\n"), "--as-of", "2026-11-02")
        status = self.json("watch", "status")
        self.assertEqual((status["entries"], status["hits"]), (12, 3))
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as db:
            self.assertLess(db.execute("SELECT count(*) FROM watch_segments").fetchone()[0], 9)
        db.close()
        self.publish("2026-11-03", IVANOV, (4, "SAPAROVA, Aigerim", "individual", "SDGT", ""), (9, "SOMEBODY ELSE", "individual", "SDGT", ""))
        run = self.json("watch", "run", "--as-of", "2026-11-03", code=3)
        self.assertEqual(len(run["events"]), 9)
        self.assertEqual(self.json("watch", "run", "--whole", "--as-of", "2026-11-03")["events"], [])

    def test_no_store(self):
        status, _, err = self.tamga("watch", "run")
        self.assertEqual(status, 1)
        self.assertIn("lists import", err)

    @unittest.skipUnless(os.path.exists(REAL), "the published lists are not there")
    def test_published_editions(self):
        """Six editions of OFAC's list over a book made of its own names, spelt otherwise: each run equals a full one."""
        days = ("2022-02-23", "2022-02-25", "2024-02-20", "2024-02-23", "2024-04-26", "2024-05-03")
        with gzip.open(os.path.join(REAL, "sdn_2024-05-03.csv.gz"), "rt", errors="replace") as file:
            rows = [row for row in csv.reader(file) if len(row) > 2]
        lines = ["id,name,schema"]
        for number, row in enumerate(rows[::5]):
            name = row[1].strip()
            person = row[2].strip() == "individual"
            if person and ", " in name:
                name = " ".join(reversed(name.split(", ", 1)))
            name = name.title()
            if number % 4 == 1:
                name = name[:3] + name[4:]
            lines.append(f'C{number},"{name}",{"Person" if person else "" if number % 3 else "Company"}')
        book = self.file("book.csv", "\n".join(lines) + "\n")
        for day in days:
            status, _, err = self.tamga("lists", "import", "--accept", "a test", os.path.join(REAL, f"sdn_{day}.csv.gz"))
            self.assertEqual(status, 0, err)
        self.tamga("watch", "add", book, "--no-alerts", "--as-of", days[0])
        for before, day in zip(days, days[1:]):
            run = self.json("watch", "run", "--as-of", day, code=3)
            self.assertFalse(run["whole"])
            self.assertEqual(len(run["editions"]), 1)
            self.assertGreater(len(run["events"]), 0, day)
            whole = self.json("watch", "run", "--whole", "--as-of", day)
            self.assertEqual((whole["screened"], whole["events"]), (whole["entries"], []), f"{before} to {day}")


if __name__ == "__main__":
    unittest.main()
