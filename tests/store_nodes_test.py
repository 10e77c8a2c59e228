#!/usr/bin/env python3
"""Workers on several machines, as it were, that record in one PostgreSQL and take their deals from one NATS, while workers and PostgreSQL are killed.

Run by ctest, which names the program in $TAMGA. TAMGA_SEED draws another schedule of faults; a failure prints its seed.
"""
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import nodes
import postgresql
from nodes import PLAIN, ROOT, TAMGA, tamga, wait_for

SEED = int(os.environ.get("TAMGA_SEED", "23"))
DEALS = sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json")))[:19]
DAY = "2026-11-23"


@unittest.skipUnless(os.path.exists(nodes.NATS), "nats-server is not installed")
class StoreNodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = postgresql.Server(fsync=True)
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.nats = nodes.NatsServer()
        self.addCleanup(self.nats.close)
        self.folder = tempfile.mkdtemp(prefix="tamga-store-nodes-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.schema = f"s{os.path.basename(self.folder)[-8:].lower()}"
        self.store = self.server.store(self.schema)
        for part in ("eu", "ofac", "uk", "un"):
            dated = ["--published", "2026-11-20"] if part in ("ofac", "eu") else []
            self.tamga("lists", "import", os.path.join(ROOT, "samples", "lists", part), *dated, code=0)
        self.machines = 0

    def data(self, name):
        return os.path.join(self.folder, name)

    def tamga(self, *arguments, code=None, data="asker"):
        status, out, error = tamga(self.data(data), "--store", self.store, *arguments)
        if code is not None:
            self.assertEqual(status, code, error)
        return status, out, error

    def worker(self, *options):
        """Each in an empty folder of its own, as on another machine: all that it knows is from the store."""
        self.machines += 1
        worker = nodes.Worker(self.nats.url, self.data(f"machine-{self.machines}"), "--store", self.store, *options)
        self.addCleanup(worker.stderr.close)
        self.addCleanup(worker.kill)
        return worker

    def recorded(self, kind="decision"):
        return self.server.sql(f"SELECT key FROM {self.schema}.ledger WHERE kind = '{kind}' ORDER BY sequence").split("\n")[:-1]

    def clear(self, deals):
        command = [TAMGA, "--data", self.data("asker"), "--store", self.store, "--max-list-age", "0", "clear", *deals, "--as-of", DAY, "--json"]
        # Not into pipes, which would be full before anybody reads them.
        self.out, self.err = (self.enterContext(tempfile.TemporaryFile()) for _ in range(2))
        process = subprocess.Popen([*command, "--nats", self.nats.url, "--in-flight", "8"], stdout=self.out, stderr=self.err, env=PLAIN)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))
        return process

    def assert_each_is_recorded_once(self, process, deals, seconds=120):
        process.wait(seconds)
        for file in (self.out, self.err):
            file.seek(0)
        answers = [json.loads(line) for line in self.out.read().splitlines()]
        self.assertEqual(len(answers), len(deals), f"TAMGA_SEED={SEED}: {self.err.read().decode()}")
        for deal, answer in zip(deals, answers):
            with open(deal, encoding="utf-8") as file:
                self.assertEqual(answer["deal"], json.load(file)["id"])
        self.assertEqual(sorted(self.recorded()), sorted(answer["id"] for answer in answers), f"TAMGA_SEED={SEED}: one record for each answer")
        self.assertEqual(len(self.recorded("request")), len(deals))
        self.assertIn(b"SOUND", self.tamga("audit", "verify", code=0)[1])
        self.assertEqual(self.tamga("worker", "--nats", self.nats.url, "--dead")[0], 0, "nothing was buried")
        return answers

    def test_two_machines_record_in_one_store(self):
        workers = [self.worker(), self.worker()]
        answers = self.assert_each_is_recorded_once(self.clear(DEALS), DEALS)
        for worker in workers:
            self.assertGreater(worker.metric("tamga_worker_answered_total"), 0, "both had their share")
        for answer in answers[:2]:
            self.assertIn(b"REPLAYED", self.tamga("replay", answer["id"], code=0, data="a third machine")[1])

    def test_nothing_is_lost_or_done_twice_when_workers_and_the_server_are_killed(self):
        draw = random.Random(SEED)
        deals = DEALS * 3
        # Few tries: while the server is away none is counted.
        workers = [self.worker("--deliveries", "3"), self.worker("--deliveries", "3")]
        process = self.clear(deals)
        for fault in ("worker", "server", "server"):
            before = len(self.recorded())
            wait_for("more is recorded", lambda: len(self.recorded()) > before + 3)
            time.sleep(draw.uniform(0, 0.05))
            self.assertIsNone(process.poll(), "the deals were decided before the fault")
            if fault == "worker":
                workers.pop(0).kill()
                workers.append(self.worker("--deliveries", "3"))
                continue
            self.server.kill(signal.SIGKILL)
            wait_for("a worker waits for the server", lambda: any(worker.metric("tamga_worker_waiting") for worker in workers))
            self.assertTrue(any(worker.get("/readyz")[0] == 503 for worker in workers))
            time.sleep(draw.uniform(0.5, 3))
            self.server.start()
        answers = self.assert_each_is_recorded_once(process, deals)
        for answer in draw.sample(answers, 2):
            self.assertIn(b"REPLAYED", self.tamga("replay", answer["id"], code=0)[1])
        self.assertTrue(any(line["event"] == "waiting" for worker in workers for line in worker.logged()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
