#!/usr/bin/env python3
"""The tables of a store taken back for an older Tamga: from every version that there was, forward to now and back to what it was.

tests/data/stores/schema_N.sql are stores that the code of those versions made, with the commit of each. Run by ctest, which names the program in
$TAMGA. scripts/old_stores.py goes further, by hand: the code of those versions opens what was taken back.
"""
import datetime
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import postgresql
import server

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
STORES = os.path.join(ROOT, "tests", "data", "stores")
NOW = 11
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()

# What a version has no place for: the version, the table, how many rows, and the rows.
IN_THE_WAY = (
    (9, "answers", 2, f"INSERT INTO answers VALUES('c', 'k', 'r', 201, 't', '/v1/alerts/1', x'7b', '{TODAY}'), "
                      f"('c', 'l', 'r', 201, 't', '/v1/alerts/2', x'7b', '{TODAY}')"),
    (8, "answers", 1, f"INSERT INTO answers VALUES('c', 'k', 'r', 200, 't', '', x'7b', '{TODAY}')"),
    (8, "tokens", 1, "INSERT INTO tokens VALUES('tok-1', 7, 'token', 'dana', 0, 'h', '2027-01-01', 0, 0, NULL)"),
    (7, "ledger", 1, "INSERT INTO ledger VALUES(7, 'clock', '7', '2026-11-20T00:00:00Z', '{}', 'sha256:0')"),
    (7, "head", 1, "UPDATE head SET latest = '2026-11-29T10:00:00Z'"),
    (6, "watch_entries", 1, "INSERT INTO watch_entries VALUES('c-1', 1, 1)"),
    (6, "watch_deals", 1, "INSERT INTO watch_deals VALUES('D-1')"),
    (6, "watch_segments", 1, "INSERT INTO watch_segments VALUES(1, 'sha256:0', 1)"),
    (6, "watch_state", 1, "UPDATE watch_state SET last = 1"),
    (5, "alerts", 1, "INSERT INTO alerts VALUES('a-1', 7, 7, 'D-1', 'r', 'x', 'review', 'g', 'open', '', '2026-12-01', '', '', 1)"),
    (5, "marks", 1, "INSERT INTO marks VALUES('m-1', 7, 'a-1', 'l', 'e', 'p', 'q', '2027-01-01', 'p-1', NULL)"),
    (5, "consultations", 1, "INSERT INTO consultations VALUES('c-1', 7, 'open', '2026-12-01', NULL, NULL)"),
    (4, "licences", 1, "INSERT INTO licences VALUES('L 1', 7, 0, '2026-01-01', '2026-12-31', 'active', '{}')"),
    (3, "people", 1, "INSERT INTO people VALUES('dana', ',analyst,', 1)"),
    (3, "proposals", 1, "INSERT INTO proposals VALUES('p-1', 7, 'w', 's', 'dana', 'open', NULL, NULL)"),
    (1, "deltas", 1, "INSERT INTO deltas VALUES('sha256:1', 'sha256:2', 1, x'00')"),
)


def schema_of(connection):
    return dict(connection.execute("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"))


def content(path):
    """The version, every table and trigger with its text, every row."""
    connection = sqlite3.connect(path)
    schema = schema_of(connection)
    tables = sorted(name.split()[1] for name in schema if name.startswith("table "))
    rows = {table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in tables}
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    damage = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    assert damage == [("ok",)], damage
    return version, schema, rows


class Back(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-back-")
        self.data = os.path.join(self.folder, "data")
        self.path = os.path.join(self.data, "tamga.db")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def tamga(self, *arguments, code=0, store=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TAMGA", "PG"))}
        if store:
            environment["TAMGA_STORE"] = store
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment, timeout=300)
        self.assertEqual(run.returncode, code, (arguments, run.stdout.decode(), run.stderr.decode()))
        return run.stdout.decode(), run.stderr.decode()

    def back(self, version, code=0):
        return self.tamga("store", "schema", "--to", str(version), "--yes", code=code)

    def make(self, version):
        """The store that the code of a version made, alone in its folder."""
        shutil.rmtree(self.data, ignore_errors=True)
        os.mkdir(self.data)
        connection = sqlite3.connect(self.path)
        with open(os.path.join(STORES, f"schema_{version}.sql"), encoding="utf-8") as file:
            connection.executescript(file.read())
        connection.close()
        return content(self.path)

    def make_now(self):
        self.make(5)
        self.tamga("audit", "verify")
        return content(self.path)

    def put(self, sql):
        """Rows whose guards would ask for more than this test has; the guards stand afterwards as before."""
        connection = sqlite3.connect(self.path)
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid").fetchall()
        connection.executescript("".join(f"DROP TRIGGER {name};" for name, _ in triggers) + sql + ";" + "".join(text + ";" for _, text in triggers))
        connection.close()

    def bytes(self):
        self.assertEqual([name for name in os.listdir(self.data) if name.startswith("tamga.db-")], [])
        with open(self.path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def test_every_version_forward_and_back(self):
        fresh = None
        for version in range(1, NOW):
            with self.subTest(version=version):
                before = self.make(version)
                self.assertEqual(before[0], version)
                self.assertIn("SOUND", self.tamga("audit", "verify")[0])
                now = content(self.path)
                self.assertEqual(now[0], NOW)
                fresh = fresh or now[1]
                self.assertEqual(now[1], fresh)
                self.assertIn(f"schema version {version}, it was {NOW}", self.back(version)[0])
                self.assertEqual(content(self.path), before)
                # And the program of now takes it up again.
                self.assertIn("SOUND", self.tamga("audit", "verify")[0])
                self.assertEqual(content(self.path), now)

    def test_from_now_to_every_version(self):
        schemas = {version: self.make(version)[1] for version in range(1, NOW)}
        ledger = self.make_now()[2]["ledger"]
        for version in range(NOW - 1, 0, -1):
            report = json.loads(self.tamga("store", "schema", "--to", str(version), "--yes", "--json")[0])
            self.assertEqual((report["version"], report["taken_back_from"], report["program"], report["first"]), (version, NOW, NOW, 1))
            self.assertEqual([(step["to"], step["in_the_way"]) for step in report["back"]], [(to, []) for to in range(version - 1, 0, -1)])
            at, schema, rows = content(self.path)
            self.assertEqual((at, schema, rows["ledger"]), (version, schemas[version], ledger))
            self.assertIn("SOUND", self.tamga("audit", "verify")[0])
        # One at a time comes to the same.
        for version in range(NOW - 1, 0, -1):
            self.back(version)
            self.assertEqual(content(self.path)[:2], (version, schemas[version]))

    def test_what_is_in_the_way(self):
        for version, table, rows, sql in IN_THE_WAY:
            with self.subTest(table=table, version=version):
                self.make_now()
                self.put(sql)
                if version + 1 < NOW:
                    self.back(version + 1)
                before, there = self.bytes(), content(self.path)
                for to in {version, 1}:
                    out, err = self.back(to, code=1)
                    self.assertEqual((out, err.count("\n")), ("", 1))
                    self.assertTrue(err.startswith(f"tamga: {self.path}: cannot go back to schema version {to}, and nothing was changed: "), err)
                    self.assertRegex(err, rf"\b{table} has {rows} rows? that version {version} has no place for \(")
                    self.assertIn("tamga restore", err)
                    self.assertEqual(self.bytes(), before)
                self.assertEqual(content(self.path), there)
                report = json.loads(self.tamga("store", "schema", "--json")[0])
                self.assertEqual([(row["table"], row["rows"]) for row in report["back"][0]["in_the_way"]], [(table, rows)])
                others = {row["table"] for step in report["back"][1:] for row in step["in_the_way"]}
                self.assertEqual(others, {"answers"} if version == 9 else set(), "version 8 has no place for any answer")
                self.assertEqual(self.bytes(), before)

    def test_says_how_far_it_can_go(self):
        self.make_now()
        self.put("INSERT INTO people VALUES('dana', ',analyst,', 1), ('aigul', ',approver,', 1)")
        err = self.back(2, code=1)[1]
        self.assertIn("people has 2 rows that version 3 has no place for (who may act, in which role). It can go back to version 4.", err)
        self.back(4)
        self.assertEqual(len(content(self.path)[2]["people"]), 2)

    def test_answers_that_the_older_version_can_hold_stay(self):
        self.make_now()
        self.put(f"INSERT INTO answers VALUES('c', 'k', 'r', 200, 't', '', x'7b7d', '{TODAY}'), "
                 "('c', 'l', 'r', 201, 't', '/v1/alerts/1', x'7b', '2026-01-01')")
        self.back(9)
        self.assertEqual(content(self.path)[2]["answers"], [repr(("c", "k", "r", 200, "t", b"{}", TODAY))])

    def test_looking_changes_nothing(self):
        before = self.make(3)
        out = self.tamga("store", "schema")[0]
        self.assertEqual(out.splitlines(), [f"{self.path}: schema version 3; this Tamga's is {NOW}", "  back to 2: nothing in the way",
                                            "  back to 1: nothing in the way"])
        self.assertEqual(content(self.path), before)

    def test_wrong_use(self):
        self.make_now()
        before = self.bytes()
        for arguments, code, told in ((("--to", "9"), 2, "make a backup first"), (("--to", "0", "--yes"), 2, "there is no schema version 0"),
                                      (("--to", "12", "--yes"), 1, "which is older already"), (("--to", "nine", "--yes"), 2, "--to"),
                                      (("--to", "11", "--yes"), 0, "")):
            err = self.tamga("store", "schema", *arguments, code=code)[1]
            self.assertIn(told, err)
            self.assertEqual(err.count("\n"), 1 if code else 0)
        self.assertEqual(self.bytes(), before)
        self.put("PRAGMA user_version = 12")
        self.assertIn("use a newer Tamga", self.tamga("store", "schema", code=1)[1])
        os.remove(self.path)
        self.assertIn("no store here yet", self.tamga("store", "schema", code=1)[1])
        self.assertEqual(os.listdir(self.data), [])

    def test_killed_in_the_middle(self):
        old = self.make_now()
        # So that a step back takes a while.
        self.put("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO past_keys SELECT i * 7919, i FROM n")
        old = content(self.path)
        kept = os.path.join(self.folder, "kept.db")
        shutil.copy(self.path, kept)
        began = time.monotonic()
        self.back(1)
        whole = time.monotonic() - began
        new = content(self.path)
        self.assertEqual(new[0], 1)
        states, killed = [], 0
        for part in range(24):
            for name in os.listdir(self.data):
                os.remove(os.path.join(self.data, name))
            shutil.copy(kept, self.path)
            with subprocess.Popen([TAMGA, "--data", self.data, "store", "schema", "--to", "1", "--yes"], stdout=subprocess.DEVNULL,
                                  env={k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}) as process:
                time.sleep(whole * part / 23)
                process.send_signal(signal.SIGKILL)
            killed += process.returncode == -signal.SIGKILL
            there = content(self.path)
            self.assertIn(there, (old, new))
            states.append(there[0])
        self.assertGreater(killed, 5)
        self.assertIn(NOW, states)
        self.assertIn("SOUND", self.tamga("audit", "verify")[0])

    def test_not_while_a_server_has_it_open(self):
        self.make_now()
        before = content(self.path)
        running = server.Server("--no-auth", "--refresh", "1", data=self.data)
        try:
            err = self.back(8, code=1)[1]
            self.assertIn("is open in another process; stop what works with it first", err)
            self.assertEqual(err.count("\n"), 1)
            self.assertEqual(content(self.path), before)
            # Had it been closed for that moment: the server must not bring the store up to date again, nor write to it.
            connection = sqlite3.connect(self.path)
            connection.execute("PRAGMA user_version = 8")
            connection.close()
            self.assertEqual(server.Client(running).request("GET", "/v1/alerts", check=False).status, 500)
            self.assertIn("it was taken back for an older Tamga", running.logged())
            self.assertEqual(content(self.path)[0], 8)
        finally:
            running.stop()
        connection = sqlite3.connect(self.path)
        connection.execute(f"PRAGMA user_version = {NOW}")
        connection.close()
        self.back(8)

    def test_who_is_signed_in_signs_in_again(self):
        self.make_now()
        self.put("INSERT INTO sessions VALUES('a', x'00', 4000000000)")
        self.back(10)
        self.tamga("audit", "verify")
        self.assertEqual(content(self.path)[2]["sessions"], [])

    def test_postgresql_began_with_10(self):
        try:
            own = postgresql.Server()
        except unittest.SkipTest as skip:
            self.skipTest(str(skip))
        try:
            store = own.store("back")
            self.tamga("lists", "import", os.path.join(ROOT, "samples", "lists", "ofac"), "--published", "2026-11-20", store=store)
            out = self.tamga("store", "schema", store=store)[0]
            self.assertIn(f"schema version {NOW}; this Tamga's is {NOW}\n  back to 10: nothing in the way\n", out)
            err = self.tamga("store", "schema", "--to", "9", "--yes", store=store, code=2)[1]
            self.assertRegex(err, r"^tamga: postgresql://.*: there is no schema version 9 to go back to: the first of stores on PostgreSQL was 10\n$")
            self.tamga("store", "schema", "--to", "10", "--yes", store=store)
            out = self.tamga("store", "schema", store=store)[0]
            self.assertIn(f"schema version 10; this Tamga's is {NOW}\n  no step back: 10 is the first version of such stores\n", out)
            self.assertIn("SOUND", self.tamga("audit", "verify", store=store)[0])
        finally:
            own.stop()


if __name__ == "__main__":
    unittest.main()
