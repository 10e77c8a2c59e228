#!/usr/bin/env python3
"""Workers over a real NATS: the same bytes as a run on one machine, and nothing lost or done twice when a worker, or NATS itself, is killed.

Run by ctest, which names the program in $TAMGA. TAMGA_SEED draws another schedule of faults, TAMGA_SCHEDULES more of them; a failure prints its seed.
"""
import csv
import datetime
import glob
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from nodes import NATS, PLAIN, ROOT, TAMGA, Client, NatsServer, Wire, Worker, free_port, tamga, wait_for
from origin import make_ca

SEED = int(os.environ.get("TAMGA_SEED", "11"))
SCHEDULES = int(os.environ.get("TAMGA_SCHEDULES", "3"))
DEALS = sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json")))
WORDS = ["Bank", "VTB", "Банк", "Sergei", "Ivanov", "Romashka", "Trading", "Shipping", "Arctic", "Dawn", "SABINA", "Metals", "Завод", "Виктор",
         "Vekselberg", "Rosneft", "Aigerim", "Sadykova", "Almaty", "LLP", "GmbH", "Oil", "Север", "Gazprom", "Kazakhstan"]


def book(rows, seed=SEED):
    """Rows of every kind, those too that cannot be screened."""
    draw = random.Random(seed)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["id", "name", "schema", "birth_date", "country", "identifier", "address", "name"])
    for i in range(rows):
        name = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 3)))
        row = [f"C{i}", name, draw.choice(["", "Person", "Company", "Vessel"]), draw.choice(["", "", "1970-05-01", "1961"]),
               draw.choice(["", "kz", "ru"]), draw.choice(["", "", "IMO 9524451", "7702070139"]), draw.choice(["", "Tverskaya 1, Moscow"]), ""]
        wrong = draw.randint(0, 99)
        if wrong == 0:
            row[1] = "—"
        elif wrong == 1:
            row[3] = "yesterday"
        elif wrong == 2:
            row.append("one too many")
        elif wrong == 3:
            row[1] = 'A "quoted", name\nof two lines'
        out.writerow(row)
    return text.getvalue().encode()


def copy_of(data):
    target = tempfile.mkdtemp(prefix="tamga-nodes-")
    shutil.rmtree(target)
    shutil.copytree(data, target)
    return target


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tamga-nodes-")
        cls.lists = os.path.join(cls.folder, "lists")
        for part in ("eu", "ofac", "uk", "un"):
            dated = ["--published", "2026-11-20"] if part in ("ofac", "eu") else []
            status, _, err = tamga(cls.lists, "lists", "import", os.path.join(ROOT, "samples", "lists", part), *dated, "--quiet")
            assert status == 0, err
        cls.batch = os.path.join(cls.folder, "book.csv")
        with open(cls.batch, "wb") as file:
            file.write(book(12_000))
        cls.day = datetime.date.today().isoformat()
        _, cls.expected, _ = tamga(cls.lists, "screen", "--batch", cls.batch, "--as-of", cls.day)
        assert cls.expected.count(b"\n") == 12_001 and b'"rejected":0' not in cls.expected

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.nats = NatsServer()
        self.addCleanup(self.nats.close)
        self.data = copy_of(self.lists)
        self.addCleanup(shutil.rmtree, self.data)

    def worker(self, *options, data=None, threads=1, url=None):
        worker = Worker(url or self.nats.url, data or self.data, *options, threads=threads)
        self.addCleanup(worker.stderr.close)
        self.addCleanup(worker.kill)
        return worker

    def client(self):
        client = Client(self.nats.port)
        self.addCleanup(client.close)
        return client

    def start_batch(self, *options, chunk=50, file=None, url=None, patience=60):
        out = tempfile.TemporaryFile()
        self.addCleanup(out.close)
        process = subprocess.Popen([TAMGA, "--data", self.data, "screen", "--batch", file or self.batch, "--as-of", self.day,
                                    "--nats", url or self.nats.url, "--chunk", str(chunk), "--patience", str(patience), *options],
                                   stdout=out, stderr=subprocess.PIPE, env=PLAIN)
        self.addCleanup(process.stderr.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process, out

    def end_batch(self, process, out, seconds=90):
        error = process.communicate(timeout=seconds)[1].decode()
        out.seek(0)
        return process.returncode, out.read(), error

    def assert_same(self, got, expected=None, why=""):
        expected = self.expected if expected is None else expected
        if got != expected:
            first = next((i for i, (a, b) in enumerate(zip(got.split(b"\n"), expected.split(b"\n"))) if a != b), "the number of lines")
            self.fail(f"{why} other bytes than the run on one machine, from line {first}")

    def ledger(self, kind):
        with sqlite3.connect(os.path.join(self.data, "tamga.db")) as store:
            rows = store.execute("SELECT key, payload FROM ledger WHERE kind = ? ORDER BY sequence", (kind,)).fetchall()
        store.close()
        return rows

    def publish_other_edition(self, data):
        """Of the entities one is neither a person, a firm nor a ship, so that the watch must look at everybody."""
        path = os.path.join(data, "other.ftm.json")
        with open(path, "w", encoding="utf-8") as file:
            for number, schema, name in ((1, "Asset", "Romashka Trading"), (2, "Company", "Arctic Oil")):
                file.write(json.dumps({"id": f"ofac-{number}", "schema": schema, "properties": {"name": [name]}, "datasets": ["us_ofac_sdn"]}) + "\n")
        status, out, error = tamga(data, "lists", "import", path, "--published", self.day, "--accept", "a test")
        self.assertEqual(status, 0, out.decode() + error)

    def kill_in_the_middle(self, worker, process, after):
        wait_for("the worker is in the middle", lambda: worker.metric("tamga_worker_answered_total") >= after)
        self.assertIsNone(process.poll(), "the batch was over before the fault")


@unittest.skipUnless(os.path.exists(NATS), "nats-server is not installed")
class Nodes(Case):
    # ---- the same bytes ----------------------------------------------------------------------------------------------------------------------------

    def test_a_batch_over_two_workers_is_the_same_bytes(self):
        workers = [self.worker(), self.worker(threads=2)]
        status, got, error = self.end_batch(*self.start_batch())
        self.assertEqual(status, 3, error)
        self.assert_same(got)
        self.assertEqual(sum(worker.metric("tamga_worker_rows_total") for worker in workers), 12_000)
        for worker in workers:
            self.assertGreater(worker.metric("tamga_worker_answered_total"), 0, "both had their share")
        state = self.client().stream("TAMGA_WORK")
        self.assertEqual((state["messages"], self.client().stream("TAMGA_ANSWERS")["messages"]), (0, 0), "nothing is left behind")

    def test_so_are_other_options_json_lines_and_payment_messages(self):
        self.worker()
        lines = os.path.join(self.folder, "rows.jsonl")
        with open(lines, "w", encoding="utf-8") as file:
            file.write('{"name":"VTB Bank","n":1.50,"deep":[[["x"]]]}\n\n{"name":5}\nno JSON\n["an array"]\n{"id":"e1","schema":"Company",'
                       '"properties":{"name":["Банк ВТБ"],"innCode":["7702070139"],"country":["ru"]}}\n')
        payment = next(path for path in sorted(glob.glob(os.path.join(ROOT, "examples", "payments", "*"))) if not path.endswith(".md"))
        table = os.path.join(self.folder, "table.csv")
        with open(table, "wb") as file:
            file.write(b"\xEF\xBB\xBFname,country\r\nVTB Bank,ru\r\n\r\n\xEF\xBB\xBFb,kz\r\n\xff,kz\r\n" + b"Rosneft,ru\n" * 20 +
                       b"x" * 100_000 + b",ru\n" + b"\n" * 100_000 + b'Gazprom,ru\n"' + b"y" * 700_000 + b"\nis never closed\n")
        cases = [(table, []), (table, ["--schema", "Company"]), (lines, []), (lines, ["--schema", "Company", "--threshold", "0.5"]),
                 (self.batch, ["--lists", "us_ofac_sdn", "--exhaustive"]), (payment, [])]
        for file, options in cases:
            local = tamga(self.data, "screen", "--batch", file, "--as-of", self.day, *options)
            status, got, error = self.end_batch(*self.start_batch(*options, file=file, chunk=7 if file != self.batch else 500))
            self.assertEqual(status, local[0], error)
            self.assert_same(got, local[1], f"{file} {options}:")

    def test_a_watch_run_over_workers_leaves_the_same_book(self):
        other = copy_of(self.data)
        self.addCleanup(shutil.rmtree, other)
        with open(os.path.join(self.folder, "watched.csv"), "wb") as file:
            file.write(b"\n".join(line for line in book(1_000, 5).split(b"\n") if b"one too many" not in line))
        for data in (self.data, other):
            added = json.loads(tamga(data, "watch", "add", os.path.join(self.folder, "watched.csv"), "--as-of", self.day, "--json")[1])
            self.assertGreater(added["hits"], 0)
            self.publish_other_edition(data)
        worker, rows = self.worker(), 0
        entries = json.loads(tamga(self.data, "watch", "status", "--json")[1])["entries"]
        # First against what has changed alone, then against everything; and whoever was added with nothing to find yet.
        for options in ([], ["--whole"]):
            command = ["watch", "run", *options, "--as-of", self.day, "--json"]
            alone, over = tamga(other, *command), tamga(self.data, *command, "--nats", self.nats.url, "--chunk", "60")
            self.assertEqual(over[0], alone[0], over[2])
            self.assertEqual(json.loads(over[1]), json.loads(alone[1]))
            self.assertEqual(json.loads(over[1])["screened"], entries)
            self.assertEqual(len(json.loads(over[1])["events"]) > 0, not options)
            rows += entries
            self.assertEqual(worker.metric("tamga_worker_rows_total"), rows, "the worker did it")
        books = []
        for data in (self.data, other):
            store = sqlite3.connect(os.path.join(data, "tamga.db"))
            books.append(store.execute("SELECT * FROM watch_hits ORDER BY 1, 2, 3, 4").fetchall())
            store.close()
        self.assertEqual(books[0], books[1])
        self.assertGreater(len(books[0]), 0)
        self.assertEqual(tamga(self.data, "audit", "verify")[0], 0)

    # ---- faults ------------------------------------------------------------------------------------------------------------------------------------

    def test_a_worker_that_is_killed_loses_nothing(self):
        first, second = self.worker(), self.worker()
        batch = self.start_batch()
        self.kill_in_the_middle(first, batch[0], 10)
        first.kill()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)
        self.assertGreater(second.metric("tamga_worker_answered_total"), 0)

    def test_so_it_is_when_all_are_killed_and_others_come(self):
        first = self.worker()
        # Chunks so large that it is nearly always found at work on one, not between its answer and its acknowledgement.
        batch = self.start_batch(chunk=600)
        self.kill_in_the_middle(first, batch[0], 2)
        client = self.client()

        def stopped_with_a_message():
            os.kill(first.process.pid, signal.SIGSTOP)
            time.sleep(0.2)  # an acknowledgement may be on its way
            # What it has answered already, and not acknowledged, nobody would miss: each chunk is one answer.
            state = client.consumer()
            if state["num_ack_pending"] > 0 and state["delivered"]["consumer_seq"] > client.stream("TAMGA_ANSWERS")["last_seq"]:
                return True
            os.kill(first.process.pid, signal.SIGCONT)
            return False
        wait_for("it has a message in hand", stopped_with_a_message)
        first.kill()
        second = self.worker()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)
        self.assertGreater(second.metric("tamga_worker_redelivered_total"), 0, "what the first had in hand came again")

    def test_nats_killed_and_started_again_loses_nothing(self):
        worker = self.worker()
        batch = self.start_batch()
        self.kill_in_the_middle(worker, batch[0], 10)
        self.nats.kill()
        wait_for("the worker notices", lambda: worker.get("/readyz")[0] == 503)
        self.assertIsNone(batch[0].poll(), "the asker waits")
        self.nats.start()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)
        wait_for("the worker is back", lambda: worker.get("/readyz")[0] == 200)

    def test_a_connection_that_is_lost_again_while_it_is_restored_stands_still_nowhere(self):
        # libnats's own reconnecting does: see work/link.h.
        asker, worker = Wire(self.nats, 60, SEED), Wire(self.nats, 20, SEED)
        for wire in (asker, worker):
            self.addCleanup(wire.close)
        at_work = self.worker(url=worker.url)
        status, got, error = self.end_batch(*self.start_batch(chunk=200, url=asker.url, patience=20), seconds=120)
        self.assertEqual(status, 3, f"TAMGA_SEED={SEED}: {error}")
        self.assert_same(got, why=f"TAMGA_SEED={SEED}")
        self.assertEqual((asker.cuts, worker.cuts), (60, 20))
        self.assertEqual(at_work.end(), 0, at_work.text())

    def test_who_names_one_server_of_a_cluster_is_told_of_the_others(self):
        routes, watched = [free_port() for _ in range(2)], free_port()
        at = [f"nats://127.0.0.1:{port}" for port in routes]
        servers = [NatsServer("--cluster_name", "tamga", "--cluster", at[i], "--routes", at[1 - i], *(["-m", str(watched)] if i == 1 else []),
                              name=f"c{i}") for i in range(2)]
        for server in servers:
            self.addCleanup(server.close)

        def of(what):
            with urllib.request.urlopen(f"http://127.0.0.1:{watched}/{what}", timeout=10) as answer:
                return json.load(answer)
        wait_for("they have found each other", lambda: of("routez")["num_routes"] > 0)
        worker = self.worker(url=servers[0].url)
        servers[0].kill()
        wait_for("it is at the other", lambda: any(one.get("name", "").startswith("tamga worker") for one in of("connz")["connections"]))
        wait_for("and says so", lambda: worker.metric("tamga_worker_connected") == 1)

    def test_schedules_of_faults_from_a_seed(self):
        for number in range(SCHEDULES):
            draw = random.Random(f"{SEED} {number}")
            workers = [self.worker() for _ in range(2)]
            batch = self.start_batch(chunk=draw.choice([20, 80, 200]))
            wait_for("the work has begun", lambda: any(worker.metric("tamga_worker_answered_total") for worker in workers))
            done = []
            for _ in range(3):
                time.sleep(draw.uniform(0.05, 0.5))
                fault = draw.choice(["kill", "end", "nats", "new"])
                done.append(fault)
                if fault == "nats":
                    self.nats.kill()
                    time.sleep(draw.uniform(0, 0.4))
                    self.nats.start()
                elif fault == "new":
                    workers.append(self.worker())
                elif workers:
                    workers.pop(draw.randrange(len(workers))).end(9 if fault == "kill" else 15)
            workers.append(self.worker())
            status, got, error = self.end_batch(*batch)
            self.assertEqual(status, 3, f"TAMGA_SEED={SEED} schedule {number} {done}: {error}")
            self.assert_same(got, why=f"TAMGA_SEED={SEED} schedule {number} {done}:")
            for worker in workers:
                worker.kill()

    def test_it_ends_in_order_when_it_is_asked_to(self):
        worker = self.worker()
        batch = self.start_batch()
        self.kill_in_the_middle(worker, batch[0], 5)
        self.assertEqual(worker.end(), 0, worker.text())
        self.assertEqual([line["event"] for line in worker.logged()][-2:], ["stopping", "stopped"])
        state = self.client().consumer()
        self.assertLessEqual(state["num_ack_pending"], 1, "what it held it has answered or given back")
        self.worker()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)

    # ---- what cannot be answered -------------------------------------------------------------------------------------------------------------------

    def test_a_poisoned_message_becomes_a_dead_letter_and_stops_nobody(self):
        worker = self.worker()
        client = self.client()
        client.publish("tamga.work.screen.x", b"\xff\x00 no message", "poison-1")
        head = b'{"tamga":1,"kind":"screen","job":"x","chunk":0,"rows":3,"basis":{},"options":{}}'
        client.publish("tamga.work.screen.x", head + b'\n{"line":1}', "poison-2")
        wait_for("both are buried", lambda: client.stream("TAMGA_DEAD")["messages"] == 2)
        self.assertEqual(client.stream("TAMGA_WORK")["messages"], 0)
        status, out, _ = tamga(self.data, "worker", "--nats", self.nats.url, "--dead", "--json")
        letters = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((status, [letter["id"] for letter in letters]), (3, ["poison-1", "poison-2"]))
        self.assertEqual([letter["deliveries"] for letter in letters], [1, 1], "what can never be read is not tried again")
        self.assertIn("line break", letters[0]["reason"])
        self.assertIn("a row", letters[1]["reason"])
        head = head.replace(b'"options"', b'"form":{"as":"csv","line":2},"options"')
        client.publish("tamga.work.screen.x", head + b"\nVTB", "poison-3")
        wait_for("that too", lambda: client.stream("TAMGA_DEAD")["messages"] == 3)
        self.assertEqual(self.end_batch(*self.start_batch(chunk=1000))[1], self.expected)
        self.assertTrue(worker.running())

    def test_a_dead_letter_can_be_tried_again(self):
        client = self.client()
        self.worker()
        client.publish("tamga.work.screen.x", b"rubbish", "poison")
        wait_for("it is buried", lambda: client.stream("TAMGA_DEAD")["messages"] == 1)
        number = client.stream("TAMGA_DEAD")["first_seq"]
        self.assertEqual(tamga(self.data, "worker", "--nats", self.nats.url, "--retry", str(number))[0], 0)
        wait_for("it is buried anew", lambda: client.stream("TAMGA_DEAD")["last_seq"] == number + 1)
        self.assertEqual(tamga(self.data, "worker", "--nats", self.nats.url, "--retry", str(number))[0], 2)

    def test_a_worker_without_the_store_refuses_and_the_asker_is_told_why(self):
        empty = tempfile.mkdtemp(prefix="tamga-empty-")
        self.addCleanup(shutil.rmtree, empty)
        self.worker("--deliveries", "2", data=empty)
        status, _, error = self.end_batch(*self.start_batch("--in-flight", "1"))
        self.assertEqual(status, 1)
        self.assertIn("cannot be answered: ", error)
        status, out, _ = tamga(self.data, "worker", "--nats", self.nats.url, "--dead", "--json")
        letter = json.loads(out.splitlines()[0])
        self.assertEqual(letter["deliveries"], 2)
        self.assertIn("lists import", letter["reason"])
        self.assertEqual(self.client().stream("TAMGA_WORK")["messages"], 0, "the rest of the job is not left to others")

    def test_a_basis_that_the_store_has_not_is_refused_by_name(self):
        other = tempfile.mkdtemp(prefix="tamga-other-")
        self.addCleanup(shutil.rmtree, other)
        tamga(other, "lists", "import", os.path.join(ROOT, "samples", "lists", "un"), "--quiet")
        self.worker("--deliveries", "1", data=other)
        status, _, error = self.end_batch(*self.start_batch("--in-flight", "1"))
        self.assertEqual(status, 1)
        self.assertRegex(error, "the edition sha256:[0-9a-f]+ of [a-z_]+ that the work stands on is not in the store")

    def test_indexes_that_a_worker_has_not_it_compiles(self):
        bare = copy_of(self.data)
        self.addCleanup(shutil.rmtree, bare)
        shutil.rmtree(os.path.join(bare, "index"))
        self.worker(data=bare)
        self.assertEqual(self.end_batch(*self.start_batch(chunk=1000))[1], self.expected)
        self.assertTrue(os.listdir(os.path.join(bare, "index")))

    def test_another_policy_is_taken_from_the_store(self):
        policy = os.path.join(self.folder, "policy")
        if not os.path.exists(policy):
            shutil.copytree(os.path.join(ROOT, "policy"), policy)
            for part in ("goods", "places"):
                shutil.copytree(os.path.join(ROOT, "data", part), os.path.join(policy, part))
            with open(os.path.join(policy, "matching.toml"), encoding="utf-8") as file:
                text = file.read()
            changed = text.replace('threshold = "0.7"', 'threshold = "0.9"', 1)
            self.assertNotEqual(text, changed, "the test's own edit")
            with open(os.path.join(policy, "matching.toml"), "w", encoding="utf-8") as file:
                file.write(changed)
        self.worker()
        local = tamga(self.data, "--policy", policy, "screen", "--batch", self.batch, "--as-of", self.day)
        self.assertNotEqual(local[1], self.expected)
        status, got, error = self.end_batch(*self.start_batch("--policy", policy, chunk=500))
        self.assertEqual(status, local[0], error)
        self.assert_same(got, local[1])

    # ---- decisions ---------------------------------------------------------------------------------------------------------------------------------

    def test_deals_are_decided_once_each_however_often_workers_die(self):
        draw = random.Random(SEED)
        deals = DEALS[:19] * 4
        out = tempfile.TemporaryFile()  # a pipe that nobody reads yet would stop the asker
        self.addCleanup(out.close)
        process = subprocess.Popen([TAMGA, "--data", self.data, "--max-list-age", "0", "clear", *deals, "--as-of", self.day, "--json", "--nats",
                                    self.nats.url], stdout=out, stderr=subprocess.PIPE, env=PLAIN)
        self.addCleanup(process.stderr.close)
        killed = 0
        while killed < 4 and (before := len(self.ledger("decision"))) < len(deals):
            worker = self.worker()
            wait_for("a decision is recorded", lambda: len(self.ledger("decision")) > before)
            time.sleep(draw.uniform(0, 0.05))
            if process.poll() is None:
                worker.kill()
                killed += 1
        self.worker(threads=2)
        _, printed, error = self.end_batch(process, out)
        answers = [json.loads(line) for line in printed.splitlines()]
        self.assertEqual(len(answers), len(deals), error)
        self.assertGreaterEqual(killed, 2, "the fault of this test")
        recorded = [key for key, _ in self.ledger("decision")]
        self.assertEqual(sorted(recorded), sorted(answer["id"] for answer in answers), f"TAMGA_SEED={SEED}: one record for each answer")
        self.assertEqual(len(self.ledger("request")), len(deals))
        for deal, answer in zip(deals, answers):
            with open(deal, encoding="utf-8") as file:
                self.assertEqual(answer["deal"], json.load(file)["id"])
        for key in draw.sample(recorded, 3):
            self.assertEqual(tamga(self.data, "replay", key)[0], 0)
        self.assertEqual(tamga(self.data, "audit", "verify")[0], 0)

    def request(self, deal, job, chunk=0):
        """What another program would send."""
        _, out, _ = tamga(self.data, "--max-list-age", "0", "clear", deal, "--as-of", self.day, "--json", "--no-record")
        basis = json.loads(out)["basis"]
        named = {key: basis[key] for key in ("lists", "policy", "engine", "ownership") if key in basis}
        head = {"tamga": 1, "kind": "clear", "job": job, "chunk": chunk, "rows": 1, "basis": named, "options": {"as_of": self.day}}
        with open(deal, "rb") as file:
            return json.dumps(head).encode() + b"\n" + file.read()

    def test_a_message_that_comes_twice_is_recorded_once(self):
        client = self.client()
        self.worker()
        message = self.request(DEALS[0], "job-1")
        self.assertFalse(client.publish("tamga.work.clear.job-1", message, "job-1.0").get("duplicate"))
        self.assertTrue(client.publish("tamga.work.clear.job-1", message, "job-1.0").get("duplicate"), "NATS knows it by its id")
        wait_for("it is answered", lambda: client.stream("TAMGA_ANSWERS")["messages"] == 1)
        # Beyond NATS's memory, or past it: without an id.
        client.publish("tamga.work.clear.job-1", message)
        wait_for("the queue is empty", lambda: client.stream("TAMGA_WORK")["messages"] == 0)
        self.assertEqual(len(self.ledger("decision")), 1)
        (key, payload), = self.ledger("request")
        self.assertEqual((key, json.loads(payload)["decision"]), ("job-1.0 1", self.ledger("decision")[0][0]))
        # Another deal under the same id is nobody's answer.
        client.publish("tamga.work.clear.job-1", self.request(DEALS[1], "job-1"))
        wait_for("it is buried", lambda: client.stream("TAMGA_DEAD")["messages"] == 1)
        _, out, _ = tamga(self.data, "worker", "--nats", self.nats.url, "--dead", "--json")
        self.assertIn("was another deal's", json.loads(out)["reason"])
        self.assertEqual(len(self.ledger("decision")), 1)

    @unittest.skipUnless(os.geteuid() == 0 and sys.platform == "linux", "mounts a disk of its own: root, Linux")
    def test_a_disk_that_is_full_is_waited_for_and_makes_no_dead_letter(self):
        disk = tempfile.mkdtemp(prefix="tamga-nodes-")
        self.addCleanup(os.rmdir, disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("root may not mount here: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        shutil.copytree(self.data, os.path.join(disk, "data"))
        self.data = os.path.join(disk, "data")
        message = self.request(DEALS[0], "job-1")
        # What is no want of room would be buried after one delivery.
        worker = self.worker("--deliveries", "1")
        client = self.client()
        full = os.path.join(disk, "full")
        with open(full, "wb", buffering=0) as file, self.assertRaises(OSError):
            while file.write(bytes(4096)):
                pass
        client.publish("tamga.work.clear.job-1", message, "job-1.0")
        wait_for("it waits", lambda: worker.get("/readyz")[0] == 503)
        time.sleep(5)  # more than two attempts
        self.assertTrue(worker.running(), worker.text())
        waiting = [line["why"] for line in worker.logged() if line["event"] == "waiting"]
        self.assertGreaterEqual(len(waiting), 2)
        self.assertRegex(waiting[0], "full|No space left")
        os.remove(full)
        wait_for("it is answered", lambda: client.stream("TAMGA_ANSWERS")["messages"] == 1)
        self.assertEqual(len(self.ledger("decision")), 1)
        self.assertEqual(client.stream("TAMGA_DEAD")["messages"], 0)
        self.assertEqual(worker.get("/readyz")[0], 200)
        worker.end()

    def test_of_an_asker_that_ends_the_work_is_left_and_the_others_is_done(self):
        self.worker().end()
        client = self.client()
        client.publish("tamga.work.clear.job-9", self.request(DEALS[0], "job-9"), "job-9.0")
        process, _ = self.start_batch("--in-flight", "5", patience=6)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(client.stream("TAMGA_WORK")["messages"], 6, "nothing is purged, which servers before 2.9.12 do not bear")
        worker = self.worker()
        wait_for("the queue is empty", lambda: client.stream("TAMGA_WORK")["messages"] == 0)
        self.assertEqual(len(self.ledger("decision")), 1, "the other's is answered")
        self.assertEqual(worker.metric("tamga_worker_answered_total"), 1)
        self.assertEqual(client.stream("TAMGA_ANSWERS")["last_seq"], 1)

    # A cluster of servers before 2.9.12 that are killed may forget what it had acknowledged; here one is made to.

    def test_requests_that_nats_has_lost_are_asked_again(self):
        self.worker().end()
        client = self.client()
        batch = self.start_batch("--in-flight", "5", patience=12)
        wait_for("five are asked", lambda: client.stream("TAMGA_WORK")["messages"] == 5)
        self.assertTrue(client.request("$JS.API.STREAM.PURGE.TAMGA_WORK")["success"])
        self.worker()
        self.assertEqual(self.end_batch(*batch)[1], self.expected)

    def test_answers_that_nats_has_lost_are_asked_again_and_recorded_once(self):
        self.worker().end()
        client = self.client()
        process = subprocess.Popen([TAMGA, "--data", self.data, "--max-list-age", "0", "clear", *DEALS[:5], "--json", "--as-of", self.day,
                                    "--nats", self.nats.url, "--patience", "12"], stdout=subprocess.PIPE, env=PLAIN)
        self.addCleanup(process.stdout.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        wait_for("five are asked", lambda: client.stream("TAMGA_WORK")["messages"] == 5)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(1)  # so that NATS hands it nothing more
        worker = self.worker()
        wait_for("all are answered", lambda: client.stream("TAMGA_WORK")["messages"] == 0)
        self.assertEqual(client.stream("TAMGA_ANSWERS")["messages"], 5)
        self.assertTrue(client.request("$JS.API.STREAM.PURGE.TAMGA_ANSWERS")["success"])
        os.kill(process.pid, signal.SIGCONT)
        out = process.communicate(timeout=60)[0]
        self.assertTrue(worker.running())
        self.assertEqual(len(out.splitlines()), 5)
        self.assertEqual(sorted(json.loads(line)["id"] for line in out.splitlines()), sorted(key for key, _ in self.ledger("decision")))

    def test_consumers_that_nats_has_forgotten_are_made_again(self):
        worker = self.worker()
        client = self.client()
        batch = self.start_batch("--in-flight", "5", patience=30)
        wait_for("it has begun", lambda: client.stream("TAMGA_ANSWERS")["last_seq"] > 0)
        asker = client.request("$JS.API.CONSUMER.NAMES.TAMGA_ANSWERS")["consumers"][0]
        client.request(f"$JS.API.CONSUMER.DELETE.TAMGA_ANSWERS.{asker}")
        client.request("$JS.API.CONSUMER.DELETE.TAMGA_WORK.workers")
        self.assertEqual(self.end_batch(*batch)[1], self.expected)
        self.assertTrue(worker.running())

    def test_streams_that_nats_has_lost_are_made_again(self):
        worker = self.worker()
        client = self.client()
        batch = self.start_batch("--in-flight", "5", patience=30)
        wait_for("it has begun", lambda: client.stream("TAMGA_ANSWERS")["last_seq"] > 0)
        for stream in ("TAMGA_WORK", "TAMGA_ANSWERS", "TAMGA_DEAD"):
            self.assertTrue(client.request(f"$JS.API.STREAM.DELETE.{stream}")["success"])
        _, got, error = self.end_batch(*batch)
        self.assert_same(got, why=error)
        self.assertTrue(worker.running())

    def test_streams_that_nats_has_lost_while_nobody_sends_are_made_again(self):
        worker = self.worker()
        client = self.client()
        batch = self.start_batch("--in-flight", "5", patience=24)
        wait_for("it has begun", lambda: client.stream("TAMGA_ANSWERS")["last_seq"] > 0)
        os.kill(batch[0].pid, signal.SIGSTOP)
        wait_for("all that was asked is answered", lambda: client.stream("TAMGA_WORK")["messages"] == 0)
        for stream in ("TAMGA_WORK", "TAMGA_ANSWERS"):
            self.assertTrue(client.request(f"$JS.API.STREAM.DELETE.{stream}")["success"])
        time.sleep(1)
        os.kill(batch[0].pid, signal.SIGCONT)
        _, got, error = self.end_batch(*batch)
        self.assert_same(got, why=error)
        self.assertTrue(worker.running())

    # ---- bounds, and nodes -------------------------------------------------------------------------------------------------------------------------

    def test_no_more_is_asked_than_may_be_in_flight(self):
        process, _ = self.start_batch("--in-flight", "5", patience=5)
        client = self.client()
        wait_for("the stream is there", lambda: "state" in client.request("$JS.API.STREAM.INFO.TAMGA_WORK"))
        wait_for("the bound is reached", lambda: client.stream("TAMGA_WORK")["messages"] == 5)
        error = process.communicate(timeout=30)[1].decode()
        self.assertEqual(process.returncode, 1)
        self.assertIn("no worker has answered for 5 s; 5 of 5 chunks", error)

    def test_an_asker_waits_for_nats_as_long_as_its_patience(self):
        worker = self.worker()
        batch = self.start_batch(patience=4)
        self.kill_in_the_middle(worker, batch[0], 5)
        self.nats.kill()
        status, _, error = self.end_batch(*batch, seconds=40)
        self.assertEqual((status, error.count("\n")), (1, 1), error)
        self.assertRegex(error, r"NATS: to tamga\.work\.screen|no worker has answered for 4 s")

    def test_over_tls_with_a_password_that_nobody_is_told(self):
        make_ca(self.folder, "nats", "-addext", "subjectAltName=IP:127.0.0.1")
        made = [os.path.join(self.folder, name) for name in ("nats.key", "nats.pem")]
        server = NatsServer("--tls", "--tlskey", made[0], "--tlscert", made[1], "--user", "tamga", "--pass", "hidden-word")
        self.addCleanup(server.close)
        url = f"tls://tamga:hidden-word@127.0.0.1:{server.port}"
        worker = self.worker("--nats-ca", made[1], url=url)
        batch = self.start_batch("--nats-ca", made[1], url=url)
        self.kill_in_the_middle(worker, batch[0], 10)
        server.kill()
        server.start()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)
        for wrong, options in ((url.replace("hidden", "other"), ["--nats-ca", made[1]]), (url, [])):
            status, got, error = self.end_batch(*self.start_batch(*options, url=wrong))
            self.assertEqual((status, got, error.count("\n")), (1, b"", 1), error)
            self.assertIn(f"no connection to tls://127.0.0.1:{server.port}", error)
            self.assertNotIn("-word", error)
        self.assertEqual(worker.end(), 0)
        self.assertNotIn("hidden-word", worker.text())
        self.assertIn(f"tls://127.0.0.1:{server.port}", worker.text())

    def test_nats_that_is_not_there_is_one_clear_line(self):
        for command in (["worker", "--dead"], ["screen", "--batch", self.batch]):
            status, _, error = tamga(self.data, *command, "--nats", f"nats://127.0.0.1:{free_port()}")
            self.assertEqual(status, 1)
            self.assertRegex(error, r"^tamga: NATS: no connection to nats://127.0.0.1:\d+: .+\n$")

    def test_a_worker_waits_for_a_nats_that_comes_later(self):
        self.nats.kill()
        for comes in (True, False):
            process = subprocess.Popen([TAMGA, "--data", self.data, "worker", "--nats", self.nats.url], stderr=subprocess.PIPE, env=PLAIN)
            self.addCleanup(lambda process=process: (process.poll() is None and process.kill(), process.stderr.close()))
            told = json.loads(process.stderr.readline())
            self.assertEqual((told["level"], told["event"]), ("warning", "nats_is_away"))
            self.assertIn("no connection to", told["why"])
            if comes:
                self.nats.start()
                self.assertEqual(json.loads(process.stderr.readline())["event"], "started", "it is said once that it is away")
                self.nats.kill()
            process.terminate()
            self.assertEqual(process.wait(40), 0)

    def serving(self, *refreshes):
        """Servers that look for newer lists every so many seconds, once they are ready; what each has logged of lists that it took up."""
        ports, logs = [free_port() for _ in refreshes], []
        for port, seconds in zip(ports, refreshes):
            log = tempfile.TemporaryFile("w+")
            self.addCleanup(log.close)
            node = subprocess.Popen([TAMGA, "--data", self.data, "serve", "--no-auth", "--listen", f"127.0.0.1:{port}", "--refresh", seconds,
                                     "--nats", self.nats.url], stdout=subprocess.DEVNULL, stderr=log, env={**PLAIN, "TAMGA_USER": "test"})
            self.addCleanup(lambda node=node: (node.kill(), node.wait()))
            logs.append(log)

        def swapped(log):
            log.seek(0)
            return [line for line in log.read().splitlines() if "lists_swapped" in line]

        def ready(port):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status == 200
            except OSError:
                return False
        for port in ports:
            wait_for("the node is ready", lambda port=port: ready(port))
        return [lambda log=log: swapped(log) for log in logs]

    def test_a_server_starts_without_nats_and_finds_it_later(self):
        self.nats.kill()
        first, other = self.serving("1", "3600")
        self.nats.start()
        client = self.client()
        client.send(b"SUB tamga.editions 7\r\nPING\r\n")
        while client.file.readline().strip() != b"PONG":
            pass
        time.sleep(5)  # they try each second or two
        self.publish_other_edition(self.data)
        wait_for("the one that looks has it", first, 20)
        wait_for("and so has the other", other, 5)

    def test_a_worker_lives_while_nats_hangs(self):
        worker = self.worker()
        wait_for("the depth is told", lambda: worker.metric("tamga_queue_waiting") == 0)
        os.kill(self.nats.process.pid, signal.SIGSTOP)
        try:
            time.sleep(5.5)  # it is being asked now
            for path in ("metrics", "livez", "metrics"):
                began = time.monotonic()
                with urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/{path}", timeout=5) as answer:
                    self.assertEqual(answer.status, 200)
                self.assertLess(time.monotonic() - began, 1, path)
        finally:
            os.kill(self.nats.process.pid, signal.SIGCONT)

    def test_a_node_takes_up_at_once_what_another_has_found(self):
        first, other = self.serving("1", "3600")
        self.publish_other_edition(self.data)
        wait_for("the one that looks has it", first, 20)
        wait_for("and so has the other", other, 5)

    def test_the_command_line_tells_servers_of_lists(self):
        swapped, = self.serving("3600")
        client = self.client()
        client.send(b"SUB tamga.editions 7\r\nPING\r\n")
        while client.file.readline().strip() != b"PONG":
            pass

        def told():
            """What was said on tamga.editions, by the command line alone, since the last time."""
            client.send(b"PING\r\n")
            texts = []
            while (line := client.file.readline().strip()) != b"PONG":
                if line.startswith(b"MSG tamga.editions"):
                    texts.append(json.loads(client.file.read(int(line.split()[-1]) + 2)))
            return [text["editions"] for text in texts if "editions" in text]

        def imports(names):
            path = os.path.join(self.data, "few.ftm.json")
            with open(path, "w", encoding="utf-8") as file:
                for name in names:
                    entity = {"id": "ofac-" + name, "schema": "Company", "properties": {"name": [name]}, "datasets": ["us_ofac_sdn"]}
                    file.write(json.dumps(entity) + "\n")
            status, out, error = tamga(self.data, "lists", "import", path, "--published", self.day, "--json", "--nats", self.nats.url)
            self.assertEqual(status, 0, error)
            return json.loads(out)["editions"][0]

        def as_told(edition):
            return [{member: edition[member] for member in ("list", "part", "edition") if member in edition}]

        self.assertEqual(told(), [])
        # The server looks by itself every hour; what is imported is told once.
        first = imports(["Arctic Oil", "Romashka Trading"])
        self.assertTrue(first["in_effect"])
        wait_for("the server has what was imported", swapped, 10)
        self.assertEqual(told(), [as_told(first)])
        # Held: nothing takes effect, and nothing is said.
        held = imports(["Arctic Oil"])
        self.assertFalse(held["in_effect"])
        self.assertEqual((told(), len(swapped())), ([], 1))
        status, _, error = tamga(self.data, "lists", "accept", held["list"], held["edition"], "--nats", self.nats.url)
        self.assertEqual((status, error), (0, ""))
        wait_for("the server has what was accepted", lambda: len(swapped()) == 2, 10)
        self.assertEqual(told(), [as_told(held)])

    def test_lists_are_imported_where_nobody_can_be_told(self):
        path = os.path.join(ROOT, "samples", "lists", "un")
        away = f"nats://127.0.0.1:{free_port()}"
        for command in (["import", path, "--nats", away], ["import", path, "--nats", self.nats.url, "--nats-creds", "/nowhere.creds"]):
            folder = tempfile.mkdtemp(prefix="tamga-nodes-")
            self.addCleanup(shutil.rmtree, folder)
            status, out, error = tamga(folder, "lists", *command, "--quiet")
            self.assertEqual((status, out), (0, b""))
            self.assertRegex(error, r"^tamga: warning: the servers were not told and see it at their next look: NATS: [^\n]+\n$")
            self.assertEqual(len(json.loads(tamga(folder, "lists", "status", "--json")[1])["lists"]), 1)


@unittest.skipUnless(os.path.exists(NATS), "nats-server is not installed")
class Cluster(Case):
    """Three servers that hold each message three times, of which one is killed."""

    def setUp(self):
        routes = [free_port() for _ in range(3)]
        self.servers = []
        for i in range(3):
            others = ",".join(f"nats://127.0.0.1:{port}" for j, port in enumerate(routes) if j != i)
            server = NatsServer("--cluster_name", "tamga", "--cluster", f"nats://127.0.0.1:{routes[i]}", "--routes", others, name=f"n{i}")
            self.addCleanup(server.close)
            self.servers.append(server)
        self.nats = self.servers[0]
        self.urls = ",".join(server.url for server in self.servers)
        self.data = copy_of(self.lists)
        self.addCleanup(shutil.rmtree, self.data)
        wait_for("the cluster has a leader", self.led, 60)

    def led(self):
        client = Client(self.nats.port, 2)
        try:
            return "streams" in client.request("$JS.API.STREAM.NAMES")
        except OSError:
            return False
        finally:
            client.close()

    def test_one_of_three_servers_killed_loses_nothing(self):
        worker = self.worker("--nats-replicas", "3", url=self.urls)
        batch = self.start_batch("--nats-replicas", "3", url=self.urls)
        self.kill_in_the_middle(worker, batch[0], 10)
        self.servers[1].kill()
        status, got, error = self.end_batch(*batch)
        self.assertEqual(status, 3, error)
        self.assert_same(got)


if __name__ == "__main__":
    unittest.main(verbosity=2)
