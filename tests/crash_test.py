#!/usr/bin/env python3
"""No acknowledged record is lost, whenever the process dies. Run by ctest, which names the programs in $TAMGA and $CRASH_WRITER.

By itself 20 kills within 1,000 operations each, so that CI does it each time. The full measure, 200 kills within 10,000:
TAMGA_CRASHES=200 TAMGA_CRASH_OPERATIONS=10000 python3 tests/crash_test.py. TAMGA_CRASH_SEED repeats a run that failed."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import postgresql

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
WRITER = os.path.abspath(os.environ.get("CRASH_WRITER", os.path.join(ROOT, "build", "release", "tests", "crash_writer")))
VERIFIER = os.path.join(ROOT, "scripts", "verify_ledger.py")
CRASHES = int(os.environ.get("TAMGA_CRASHES", "20"))
OPERATIONS = int(os.environ.get("TAMGA_CRASH_OPERATIONS", "1000"))
# In CI the same at every run, so that a change answers only for what it did.
SEED = int(os.environ.get("TAMGA_CRASH_SEED") or ("20241123" if os.environ.get("CI") == "true" else random.SystemRandom().randrange(1 << 31)))
STORE_GROWS_FOR = 10  # crashes, then a new store: so that recovery is also tried on what was recovered


def tamga(data, *arguments, store=None):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
    if store:
        environment["TAMGA_STORE"] = store
    return subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env=environment, timeout=600)


def entries(data, store=None):
    """The ledger by sequence number, and the process that exported it."""
    run = tamga(data, "audit", "export", "--quiet", store=store)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {line["sequence"]: line for line in lines if "sequence" in line}, run


class Crash(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-crash-")
        self.random = random.Random(SEED)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def store(self, name):
        return os.path.join(self.folder, name)

    def crash(self, data, seed, operations, store=None):
        """Kills a writer in the middle of its operations. What it acknowledged, and what it took back."""
        kill_after = self.random.randrange(1, max(2, operations * 9 // 10))
        kept, undone, lines = {}, set(), 0
        command = [WRITER, data, str(seed), str(operations), *([store] if store else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for raw in process.stdout:
                if not raw.endswith(b"\n"):
                    break  # the kill fell into the line
                words = raw.decode().split()
                if words[0] == "kept":
                    kept[int(words[1])] = (words[2], words[3], words[4:])
                else:
                    undone.add(words[2])
                lines += 1
                if lines == kill_after:
                    time.sleep(self.random.random() * 0.003)
                    process.send_signal(signal.SIGKILL)
            errors = process.stderr.read()
        self.assertEqual(process.returncode, -signal.SIGKILL, errors)
        return kept, undone

    def test_no_acknowledged_record_is_lost(self):
        self.no_record_is_lost(CRASHES, OPERATIONS)

    def test_no_acknowledged_record_is_lost_on_postgresql(self):
        """The writer is killed; and, at every second crash, the server is too, which flushes to its disk as in earnest."""
        server = postgresql.Server(fsync=True)
        try:
            self.no_record_is_lost(max(4, CRASHES // 4), max(100, OPERATIONS // 4), server)
        finally:
            server.stop()

    def no_record_is_lost(self, crashes, operations, server=None):
        acknowledged, taken_back, total, left = {}, set(), 0, 0
        for number in range(crashes):
            data = self.store(f"store-{number // STORE_GROWS_FOR}")
            if number % STORE_GROWS_FOR == 0:
                acknowledged, taken_back = {}, set()
                store = server.store(f"store_{number // STORE_GROWS_FOR}") if server else None
            kept, undone = self.crash(data, SEED % 100000 * 1000 + number, operations, store)
            if server and number % 2 == 1:
                server.kill(signal.SIGQUIT)
                server.start()
            total += len(kept)
            acknowledged.update(kept)
            taken_back |= undone
            verified = tamga(data, "audit", "verify", store=store)
            where = f"seed {SEED}, crash {number}"
            self.assertEqual(verified.returncode, 0, f"{where}: {verified.stdout} {verified.stderr}")
            ledger, _ = entries(data, store)
            for sequence, (digest, kind, key) in acknowledged.items():
                self.assertIn(sequence, ledger, where)
                entry = ledger[sequence]
                self.assertEqual((entry["hash"], entry["kind"], entry["key"].split()), (digest, kind, key), where)
            self.assertFalse(taken_back & {entry["key"] for entry in ledger.values()}, where)
            left += len(ledger)
            if number % STORE_GROWS_FOR == STORE_GROWS_FOR - 1 or number == crashes - 1:
                export = self.store("export.jsonl")
                with open(export, "wb") as file:
                    file.write(tamga(data, "audit", "export", store=store).stdout)
                checked = subprocess.run(["python3", VERIFIER, export], capture_output=True)
                self.assertEqual(checked.returncode, 0, f"{where}: {checked.stdout}")
                shutil.rmtree(data)
        on = "PostgreSQL" if server else "SQLite"
        print(f"seed {SEED}: {crashes} crashes within {operations} operations each on {on}, {total} records acknowledged, none lost", flush=True)

    def test_a_killed_clear_loses_no_decision_that_it_printed(self):
        data = self.store("clear")
        lists = [os.path.join(ROOT, "samples", "lists", "un", name) for name in sorted(os.listdir(os.path.join(ROOT, "samples", "lists", "un")))]
        self.assertEqual(tamga(data, "lists", "import", *lists).returncode, 0)
        self.assertEqual(tamga(data, "audit", "key", "new").returncode, 0)
        with open(os.path.join(data, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write("[audit]\ncheckpoint_every = 7\n")
        folder = os.path.join(ROOT, "examples", "deals")
        deals = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".json")] * 30
        printed = set()
        for number in range(max(4, CRASHES // 10)):
            with subprocess.Popen([TAMGA, "--data", data, "clear", *deals], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                wanted, seen = self.random.randrange(1, 60), 0
                for raw in process.stdout:
                    told = re.findall("dec-[0-9a-f]{20}", raw.decode()) if raw.endswith(b"\n") else []
                    seen += len(set(told) - printed)
                    printed.update(told)
                    if seen >= wanted and process.returncode is None:
                        process.send_signal(signal.SIGKILL)
            self.assertEqual(process.returncode, -signal.SIGKILL)
            self.assertTrue(printed)
            verified = tamga(data, "audit", "verify")
            self.assertEqual(verified.returncode, 0, f"seed {SEED}, crash {number}: {verified.stdout} {verified.stderr}")
            ledger, _ = entries(data)
            self.assertFalse(printed - {entry["key"] for entry in ledger.values() if entry["kind"] == "decision"}, f"seed {SEED}, crash {number}")
        self.assertGreater(json.loads(tamga(data, "audit", "verify", "--json").stdout)["checkpoints"], 0)

    def copy(self, source, name, without_wal=False):
        target = self.store(name)
        shutil.rmtree(target, ignore_errors=True)
        os.mkdir(target)
        for file in os.listdir(source):
            # The -shm file is an index over the -wal file, made anew.
            if not file.endswith("-shm") and not (without_wal and file.endswith("-wal")) and os.path.isfile(os.path.join(source, file)):
                shutil.copy(os.path.join(source, file), target)
        return target

    def test_torn_and_changed_files_are_recovered_or_reported(self):
        data = self.store("torn")
        self.crash(data, SEED % 100000 * 1000 + 999, 600)
        whole = self.copy(data, "whole")
        truth, _ = entries(whole)
        sealed = self.store("checkpoint.json")
        shutil.copytree(os.path.join(data, "keys"), os.path.join(whole, "keys"))
        self.assertEqual(tamga(whole, "audit", "checkpoint", "--out", sealed).returncode, 0)
        bare = self.copy(data, "bare", without_wal=True)
        # Killed while SQLite moved pages from the -wal file, the main file alone is in the middle of something.
        least = max(entries(bare)[0], default=0) if tamga(bare, "audit", "verify").returncode == 0 else 0
        outcomes = {"as before": 0, "shorter": 0, "reported": 0}
        for number in range(40):
            torn = self.copy(data, "copy")
            files = {name: os.path.join(torn, name) for name in ("tamga.db", "tamga.db-wal") if os.path.exists(os.path.join(torn, name))}
            name = self.random.choice(sorted(files))
            size = os.path.getsize(files[name])
            if size == 0:
                continue
            if name.endswith("-wal") and number % 2 == 0:
                what = f"cut the {name} to {(cut := self.random.randrange(size))}"
                os.truncate(files[name], cut)
            else:
                what = f"flipped a bit of byte {(at := self.random.randrange(size))} of {name}"
                with open(files[name], "r+b") as file:
                    file.seek(at)
                    byte = file.read(1)[0]
                    file.seek(at)
                    file.write(bytes([byte ^ 1 << self.random.randrange(8)]))
            where = f"seed {SEED}: {what}"
            if tamga(torn, "audit", "verify").returncode != 0:
                outcomes["reported"] += 1
                continue
            ledger, export = entries(torn)
            if export.returncode == 2 and b'"ledger_entries":0' in tamga(torn, "audit", "verify", "--json").stdout:
                outcomes["shorter"] += 1  # cut before the first entry: there is nothing to export
                continue
            self.assertEqual(export.returncode, 0, where)
            self.assertEqual(ledger, {sequence: truth[sequence] for sequence in ledger}, f"{where}: SOUND, but not what was written")
            if len(ledger) == len(truth):
                outcomes["as before"] += 1
                continue
            outcomes["shorter"] += 1
            self.assertTrue(name.endswith("-wal"), f"{where}: SOUND, but shorter")
            self.assertGreaterEqual(len(ledger), least, f"{where}: what stood in the main file is gone")
            held = tamga(torn, "audit", "verify", "--checkpoint", sealed)
            self.assertEqual(held.returncode, 1, where)
            self.assertIn(b"older copy", held.stderr, where)
        print(f"seed {SEED}: {outcomes}", flush=True)


if __name__ == "__main__":
    unittest.main()
