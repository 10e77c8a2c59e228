#!/usr/bin/env python3
"""The store on PostgreSQL, as a user has it: --store and $TAMGA_STORE, the same record as in a folder, backups between the two, errors without
passwords. Run by ctest, which names the program in $TAMGA; it starts a server of its own (tests/postgresql.py).
"""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import postgresql

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
OFAC = os.path.join(ROOT, "samples", "lists", "ofac")
DEALS = [os.path.join(ROOT, "examples", "deals", name) for name in ("01-clean-grain-to-uzbekistan.json", "06-dollar-through-listed-bank.json",
                                                                    "09-us-chips-to-russia.json")]


class Store(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = postgresql.Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-store-")
        self.store = self.server.store(self._testMethodName)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def data(self, name="data"):
        return os.path.join(self.folder, name)

    def tamga(self, *arguments, store=None, data="data", code=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TAMGA", "PG"))}
        if store:
            environment["TAMGA_STORE"] = store
        run = subprocess.run([TAMGA, "--data", self.data(data), *arguments], capture_output=True, env=environment, timeout=300)
        if code is not None:
            self.assertEqual(run.returncode, code, run.stderr.decode())
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def work(self, store=None, data="data"):
        self.tamga("lists", "import", OFAC, "--published", "2026-11-20", store=store, data=data, code=0)
        for deal in DEALS:
            self.tamga("clear", deal, "--as-of", "2026-11-23", store=store, data=data)

    def entries(self, **where):
        lines = [json.loads(line) for line in self.tamga("audit", "export", "--quiet", code=0, **where)[1].splitlines()]
        return [line for line in lines if "sequence" in line]

    def test_the_same_record_in_either(self):
        self.work(store=self.store, data="here")
        self.work(data="folder")
        self.assertFalse(os.path.exists(os.path.join(self.data("here"), "tamga.db")))
        self.assertEqual(os.stat(self.data("here")).st_mode & 0o777, 0o700)
        on_server, in_file = self.entries(store=self.store, data="here"), self.entries(data="folder")
        self.assertEqual([(e["kind"], e["key"] if e["kind"] != "decision" else "") for e in on_server],
                         [(e["kind"], e["key"] if e["kind"] != "decision" else "") for e in in_file])
        decision = [entry["key"] for entry in on_server if entry["kind"] == "decision"][0]
        self.assertIn("REPLAYED", self.tamga("replay", decision, store=self.store, data="here", code=0)[1])
        # Another machine, with an empty folder: what is compiled is made from the store.
        self.assertIn("REPLAYED", self.tamga("replay", decision, store=self.store, data="elsewhere", code=0)[1])
        status = [json.loads(self.tamga("lists", "status", "--json", "--as-of", "2026-11-23", code=0, **where)[1]) for where in
                  ({"store": self.store}, {"data": "folder"})]
        self.assertEqual([{k: v for k, v in edition.items() if k != "imported_at"} for edition in status[0]["lists"]],
                         [{k: v for k, v in edition.items() if k != "imported_at"} for edition in status[1]["lists"]])
        screened = [self.tamga("screen", "VTB BANK", "--json", "--as-of", "2026-11-23", **where) for where in
                    ({"store": self.store, "data": "here"}, {"data": "folder"})]
        self.assertEqual(screened[0][1], screened[1][1])
        self.assertIn("SOUND", self.tamga("audit", "verify", store=self.store, data="here", code=0)[1])
        # --store says it as $TAMGA_STORE does.
        self.assertIn("SOUND", self.tamga("audit", "verify", "--store", self.store, code=0)[1])

    def test_signatures_and_checkpoints(self):
        self.work(store=self.store)
        self.tamga("audit", "key", "new", store=self.store, code=0)
        sealed = self.data("checkpoint.json")
        self.tamga("audit", "checkpoint", "--out", sealed, store=self.store, code=0)
        self.tamga("audit", "verify", "--checkpoint", sealed, store=self.store, code=0)
        self.server.sql(f"SET search_path = {self._testMethodName}; SET session_replication_role = replica; "
                        "UPDATE ledger SET payload = '{}' WHERE sequence = 2")
        code, out, told = self.tamga("audit", "verify", store=self.store)
        self.assertEqual(code, 1)
        self.assertIn("ledger entry 2", out + told)

    def test_backups_go_both_ways(self):
        self.work(store=self.store)
        file = self.data("tamga.backup")
        made = json.loads(self.tamga("backup", file, "--json", store=self.store, code=0)[1])
        self.assertEqual((made["decisions"], made["replayed"]), (3, 3))
        self.tamga("restore", file, data="folder", code=0)
        self.assertEqual(self.entries(data="folder"), self.entries(store=self.store))
        self.tamga("clear", DEALS[0], "--as-of", "2026-11-24", data="folder")
        self.tamga("backup", self.data("second.backup"), data="folder", code=0)
        other = self.server.store("other")
        back = json.loads(self.tamga("restore", self.data("second.backup"), "--json", store=other, data="third", code=0)[1])
        self.assertEqual((back["decisions"], back["replayed"]), (4, 4))
        self.assertEqual(self.entries(data="folder"), self.entries(store=other))
        self.tamga("audit", "verify", store=other, code=0)
        self.assertIn("has a store already", self.tamga("restore", file, store=other, data="third")[2])
        self.assertEqual([name for name in os.listdir(self.data("third")) if "tamga.db" in name or "part" in name], [])

    def test_errors_are_one_line_and_without_passwords(self):
        code, out, err = self.tamga("lists", "status", "--store", "postgresql://dana:geheim@127.0.0.1:1/tamga")
        self.assertEqual((code, out, err.count("\n")), (1, "", 1))
        self.assertTrue(err.startswith("tamga: postgresql://127.0.0.1:1/tamga: cannot be opened: "), err)
        for store, told in (("postgresql://dana:geheim@h:x/tamga", "cannot be read"), ("/some/folder", "a store in a folder is named by --data"),
                            ("mysql://dana:geheim@h/tamga", "must be postgresql://")):
            code, out, err = self.tamga("lists", "status", "--store", store)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1))
            self.assertIn(told, err)
            self.assertNotIn("geheim", err)
        code, _, err = self.tamga("clear", DEALS[0], store=self.store)
        self.assertIn("no store here yet; load lists with: tamga lists import", err)
        self.assertNotEqual(code, 0)

    def test_forty_processes_and_one_unit_left_of_a_licence(self):
        processes, licences = 40, os.path.join(ROOT, "examples", "licences")
        for part in ("eu", "ofac", "uk", "un"):
            dated = ["--published", "2026-11-20"] if part in ("ofac", "eu") else []
            self.tamga("lists", "import", os.path.join(ROOT, "samples", "lists", part), *dated, store=self.store, code=0)
        for name, role in (("Dana", "administrator"), ("Aslan", "liaison"), ("Gulnara", "approver")):
            self.tamga("people", "add", name, "--role", role, "--by", "Dana", store=self.store, code=0)
        add = ["licence", "add", os.path.join(licences, "licence.json"), "--by", "Aslan", "--json"]
        self.tamga("approve", json.loads(self.tamga(*add, store=self.store, code=0)[1])["id"], "--by", "Gulnara", store=self.store, code=0)
        with open(os.path.join(licences, "deal.json"), encoding="utf-8") as file:
            deal = json.load(file)

        def written(name, quantity):
            path = os.path.join(self.folder, f"{name}.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(deal, id=name, goods=[dict(deal["goods"][0], quantity=quantity, value=100)]), file, ensure_ascii=False)
            return path
        self.tamga("clear", written("BEFORE", 499), "--as-of", "2026-11-23", store=self.store, code=0)
        environment = {**os.environ, "TAMGA_STORE": self.store}
        running = [subprocess.Popen([TAMGA, "--data", self.data(), "clear", written(f"RACE-{number}", 1), "--as-of", "2026-11-23", "--json"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for number in range(processes)]
        ended = [(*process.communicate(timeout=300), process.returncode) for process in running]
        self.assertEqual(sorted(code for _, _, code in ended), [0] + [4] * (processes - 1), [err for _, err, code in ended if code not in (0, 4)][:3])
        decisions = [json.loads(out) for out, _, _ in ended]
        for rule, count in (("licence.covers", 1), ("licence.exhausted", processes - 1)):
            self.assertEqual(sum(any(finding["rule"] == rule for finding in decision["findings"]) for decision in decisions), count, rule)
        shown = json.loads(self.tamga("licence", "show", "GBSIE2026-00417", "--json", store=self.store, code=0)[1])
        self.assertEqual([cap["used"] for cap in shown["caps"] if cap["cap"] == "quantity pcs"], ["500"])
        self.assertEqual(len([use for use in shown["uses"] if use["deal"].startswith("RACE-")]), 1)
        self.assertIn("SOUND", self.tamga("audit", "verify", store=self.store, code=0)[1])
        for decision in decisions[:2]:
            self.assertIn("REPLAYED", self.tamga("replay", decision["id"], store=self.store, code=0)[1])

    def test_a_standby_is_for_reading_and_takes_over(self):
        primary = postgresql.Server()
        self.addCleanup(primary.stop)
        schema = "here"
        store = primary.store(schema)
        self.work(store=store)
        standby = postgresql.Server(of=primary)
        self.addCleanup(standby.stop)
        options = f"&options=-csearch_path%3D{schema}"

        def both(attribute):
            return f"postgresql:///tamga?host={standby.folder},{primary.folder}&user=tamga&target_session_attrs={attribute}{options}"
        self.tamga("clear", DEALS[0], "--as-of", "2026-11-24", store=store, code=3)
        at = primary.sql("SELECT pg_current_wal_lsn()").strip()
        while standby.sql(f"SELECT pg_last_wal_replay_lsn() >= '{at}'").strip() != "t":
            time.sleep(0.05)
        decision = [entry["key"] for entry in self.entries(store=store) if entry["kind"] == "decision"][-1]
        for command in (["lists", "status", "--as-of", "2026-11-24"], ["screen", "VTB BANK", "--as-of", "2026-11-24"], ["alerts", "list"],
                        ["licence", "list"], ["people", "list"], ["owners", "status"], ["audit", "export"], ["replay", decision],
                        ["clear", DEALS[1], "--no-record", "--as-of", "2026-11-23"]):
            here, there = [self.tamga(*command, "--quiet", store=place, data=f"data-{number}") for number, place in
                           enumerate((store, both("prefer-standby")))]
            self.assertEqual(there[0], here[0], f"{command}: {there[2]}")
            if command == ["audit", "export"]:  # the last line says when it was made
                here, there = [(code, out.splitlines()[:-1]) for code, out, _ in (here, there)]
            if command[0] != "clear":  # which bears that too
                self.assertEqual(there[1], here[1], command)
        for command in (["clear", DEALS[0], "--as-of", "2026-11-24"], ["lists", "import", OFAC, "--published", "2026-11-21"],
                        ["people", "add", "Dana", "--role", "administrator", "--by", "Dana"], ["audit", "verify"]):
            code, _, err = self.tamga(*command, "--quiet", store=both("prefer-standby"))
            self.assertEqual((code, err.count("\n")), (1, 1), f"{command}: {err}")
            self.assertIn("the server is a copy that is for reading (a standby)", err)
        self.tamga("clear", DEALS[0], "--as-of", "2026-11-24", store=both("read-write"), code=3)
        at = primary.sql("SELECT pg_current_wal_lsn()").strip()
        while standby.sql(f"SELECT pg_last_wal_replay_lsn() >= '{at}'").strip() != "t":
            time.sleep(0.05)
        before = self.entries(store=store)
        # The primary dies and the standby takes over: the same address, and the record goes on.
        primary.kill(signal.SIGKILL)
        standby.sql("SELECT pg_promote()")
        self.assertEqual(self.entries(store=both("read-write")), before)
        self.tamga("clear", DEALS[0], "--as-of", "2026-11-25", store=both("read-write"), code=3)
        self.assertIn("SOUND", self.tamga("audit", "verify", store=both("read-write"), code=0)[1])

    def test_writers_at_once_and_a_server_that_goes(self):
        self.work(store=self.store)
        environment = {**os.environ, "TAMGA_STORE": self.store}
        writers = [subprocess.Popen([TAMGA, "--data", self.data(), "clear", *DEALS * 5, "--as-of", "2026-11-23"], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, env=environment) for _ in range(4)]
        for writer in writers:
            _, err = writer.communicate(timeout=300)
            self.assertIn(writer.returncode, (3, 4, 5), err)
        self.assertEqual(len([e for e in self.entries(store=self.store) if e["kind"] == "decision"]), 3 + 4 * 15)
        self.tamga("audit", "verify", store=self.store, code=0)
        self.server.kill(signal.SIGINT)
        code, _, err = self.tamga("lists", "status", store=self.store)
        self.assertEqual((code, err.count("\n")), (1, 1), err)
        self.assertIn("cannot be opened", err)
        self.server.start()
        self.tamga("audit", "verify", store=self.store, code=0)


if __name__ == "__main__":
    unittest.main()
