#!/usr/bin/env python3
"""What may break, breaks: three NATS servers, PostgreSQL with a synchronous standby, two workers, two askers and a `tamga serve`, each on a machine
of its own (network namespaces), and schedules of faults drawn from a seed: a worker, a server of any kind or the primary is killed, the standby takes
over and the old primary comes back behind it, a link between any two is cut, a machine is cut from all, a disk is full, a clock jumps, a message is
poison.

Of every schedule it must be true afterwards that each answer that was waited for came, with the bytes of a run on one machine; that each deal was
decided once and recorded once, the chain of the record is sound, and decisions replay; that nothing that was acknowledged is missing, after a
failover as before it; and that of the dead letters each is one of the poisoned.

By hand, as root: TAMGA names the program, TAMGA_SCHEDULES (0: skipped) says how many, TAMGA_FIRST at which to begin, TAMGA_SEED draws others,
TAMGA_STORE=sqlite is NATS alone over one shared folder; NATS_SERVER names another nats-server than Debian's; TAMGA_KEEP=1 leaves the logs where it failed. A failure prints the seed and what was done.
"""
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import netns
import postgresql
from machines import FAKETIME, Load, NatsOn, Pair, ServeOn, WorkerOn
from nodes import NATS, PLAIN, ROOT, TAMGA, tamga, wait_for
from nodes_test import DEALS, Case, copy_of

SEED = int(os.environ.get("TAMGA_SEED", "7"))
SCHEDULES = int(os.environ.get("TAMGA_SCHEDULES", "0"))
FIRST = int(os.environ.get("TAMGA_FIRST", "0"))
STORE = os.environ.get("TAMGA_STORE", "postgresql")
SERVERS = ("n1", "n2", "n3")
WORKERS = ("w1", "w2")
ASKERS = ("asker", "other")


class Shared:
    """A store of SQLite in one folder, which all processes share."""
    machines = ()
    faults = ["worker", "worker", "nats", "cut", "cut", "alone", "disk", "poison"] + (["clock"] if FAKETIME else [])
    # Seconds between two faults, and that one lasts.
    pause, lasting = (0.05, 0.8), (0.1, 2.0)
    # Of the 19 deals; and further options of whoever asks for them.
    times, slowly = 2, ()
    # What may break beside the first, so that two do at once; and how often of ten.
    beside, often = (), 0

    def __init__(self, case):
        self.case = case

    def begin(self, _):
        self.data = copy_of(self.case.lists)

    def where(self, _):
        return ["--data", self.data]

    def ledger(self, kind):
        return Case.ledger(self, kind)

    def load(self, *_):
        return None

    def assert_copied(self, why):
        pass

    def strike(self, draw, fault):
        raise AssertionError(fault)

    def wait(self):
        pass

    def end(self):
        shutil.rmtree(self.data)

    def close(self):
        pass


class Replicated:
    """PostgreSQL and its standby; each machine has a folder of its own for what it makes from the store, which stays over the schedules."""
    machines = (*Pair.NAMES, "s1")
    faults = ["worker", "worker", "nats", "cut", "cut", "cut", "alone", "disk", "poison", "primary", "primary", "failover", "failover", "standby",
              "database disk", "serve", "serve"] + (["clock"] if FAKETIME else [])
    pause, lasting = (0.05, 0.5), (0.1, 1.2)
    # A few at a time, so that the faults come upon them.
    times, slowly = 6, ("--in-flight", "2")
    beside, often = ("cut", "cut", "alone", "worker", "serve"), 3
    served = caller = None

    def __init__(self, case):
        self.case, self.network = case, case.network
        os.chmod(case.folder, 0o755)  # PostgreSQL is another user
        self.pair = Pair(case.network, case.folder)
        self.pair.primary.sql("CREATE DATABASE lists")
        self.database = "lists"
        for part in ("eu", "ofac", "uk", "un"):
            dated = ["--published", "2026-11-20"] if part in ("ofac", "eu") else []
            status, _, error = self.tamga("lists", "import", os.path.join(ROOT, "samples", "lists", part), *dated, "--quiet")
            assert status == 0, error
        self.served = ServeOn(case.network, "s1", case.folder)
        with open(DEALS[0], encoding="utf-8") as file:
            self.deal = json.load(file)

    def begin(self, number):
        if self.caller:
            self.caller.end()  # of a test that failed before it was over
        self.pair.wait()
        if self.database != "lists":
            self.pair.primary.sql(f"DROP DATABASE {self.database} WITH (FORCE)")
        self.database = f"schedule_{number}"
        self.pair.primary.sql(f"CREATE DATABASE {self.database} TEMPLATE lists")
        self.served.kill()
        self.served.begin(self.case.urls, self.where("s1"))

    def where(self, machine):
        return ["--data", os.path.join(self.case.folder, f"data-{machine}"), "--store", self.pair.url(self.database)]

    def tamga(self, *arguments):
        done = subprocess.run(self.network.command("asker", TAMGA, *self.where("asker"), *arguments), capture_output=True, env=PLAIN, timeout=120,
                              check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def ledger(self, kind):
        """Of the primary that is one now; a payload is JSON, so a line."""
        rows = self.pair.primary.sql(f"SELECT key, convert_from(payload, 'UTF8') FROM ledger WHERE kind = '{kind}' ORDER BY sequence", self.database)
        return [tuple(row.split("|", 1)) for row in rows.splitlines()]

    def load(self, seed, printed):
        self.printed = printed
        self.caller = Load(self.served, self.deal, seed)
        self.caller.start()
        return self.caller

    def strike(self, draw, fault):
        pair = self.pair
        if fault == "primary":
            machine = pair.primary
            machine.kill()
            return f"kill primary {machine.name}", lambda: pair.begin(machine)
        if fault == "standby":
            machine = pair.standby
            machine.kill()
            return f"kill standby {machine.name}", lambda: pair.begin(machine)
        if fault == "failover":
            back = draw.choice([pair.follow_back, pair.follow_anew])
            # Of the server's caller, and of what the asker has printed so far.
            acknowledged = [*self.caller.acknowledged.values(), *os.pread(self.printed.fileno(), 1 << 30, 0).split(b"\n")[:-1]]
            pair.fail_over()
            recorded = {key for key, _ in self.ledger("decision")}
            lost = [answer for answer in acknowledged if json.loads(answer)["id"] not in recorded]
            assert not lost, f"acknowledged, and not on {pair.primary.name} after the failover: {lost}"
            return f"{pair.primary.name} takes over ({back.__name__})", back
        if fault == "database disk":
            machine = draw.choice([pair.primary, pair.primary, pair.standby])
            machine.fill()
            return f"disk of {machine.name} is full", lambda: pair.room(machine)
        assert fault == "serve"
        self.served.strike()
        return "kill s1", lambda: None

    def wait(self):
        self.pair.wait()

    def assert_copied(self, why):
        """The chain's head stands for all that is before it."""
        heads = []

        def same():
            heads[:] = [machine.sql("SELECT sequence, hash FROM head", self.database) for machine in (self.pair.primary, self.pair.standby)]
            return heads[0] == heads[1]
        try:
            wait_for("", same)
        except AssertionError as error:
            raise AssertionError(f"{why}: the standby has not the record that the primary has: {heads}") from error

    def end(self):
        self.served.kill()

    def close(self):
        if self.served:
            self.served.close()
        self.pair.close()


@unittest.skipUnless(os.path.exists(NATS), "nats-server is not installed")
@unittest.skipIf(SCHEDULES == 0, "TAMGA_SCHEDULES=N runs it")
@unittest.skipIf(netns.missing(), netns.missing())
@unittest.skipIf(STORE == "postgresql" and not postgresql.programs(), "PostgreSQL is not installed")
class Faults(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = {"sqlite": Shared, "postgresql": Replicated}[STORE]
        cls.network = netns.Network(*SERVERS, *WORKERS, *ASKERS, *kind.machines)
        cls.addClassCleanup(cls.network.close)
        cls.servers = {name: NatsOn(cls.network, name, cls.folder, SERVERS) for name in SERVERS}
        for server in cls.servers.values():
            cls.addClassCleanup(server.close)
            server.begin()
        cls.urls = ",".join(f"nats://{cls.network.address[name]}:4222" for name in SERVERS)
        cls.workers = {name: WorkerOn(cls.network, name, cls.folder) for name in WORKERS}
        for worker in cls.workers.values():
            cls.addClassCleanup(worker.close)
        cls.store = kind(cls)
        cls.addClassCleanup(cls.store.close)

    @classmethod
    def tearDownClass(cls):
        # What is mounted in the folder goes first.
        cls.doClassCleanups()
        if os.environ.get("TAMGA_KEEP"):
            print(f"logs are in {cls.folder}")
        else:
            super().tearDownClass()

    def setUp(self):
        self.begun_again = 0
        self.jobs = set()

    def tamga(self, *arguments):
        if STORE == "sqlite":
            return tamga(self.store.data, *arguments)
        return self.store.tamga(*arguments)

    def ask(self, machine, *arguments):
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.addCleanup(out.close)
        self.addCleanup(err.close)
        command = self.network.command(machine, TAMGA, *self.store.where(machine), "--max-list-age", "0", *arguments, "--as-of", self.day,
                                       "--nats", self.urls, "--nats-replicas", "3", "--patience", "120")
        process = subprocess.Popen(command, stdout=out, stderr=err, env=PLAIN)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process, out, err, (machine, *arguments)

    def answer(self, asked, why):
        process, out, err, again = asked
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            print(f"{why}: after 60 s {again[1]} has {os.fstat(out.fileno()).st_size} bytes; {self.queue()}", flush=True)
            try:
                process.wait(240)
            except subprocess.TimeoutExpired:
                process.kill()
                self.fail(f"{why}: nothing more came")
        for file in (out, err):
            file.seek(0)
        error = err.read().decode()
        if process.returncode == 1 and "tamga: postgresql://" in error and os.fstat(out.fileno()).st_size == 0:
            # The store was away when it looked what to ask on; nothing was asked.
            self.begun_again += 1
            return self.answer(self.ask(*again), why)
        return process.returncode, out.read(), error

    def over_nats(self, code):
        """What `code` prints of a client of NATS's own protocol, on the machine of the second asker. A server that is cut off or down says nothing:
        another one does."""
        before = ("import sys; sys.path.insert(0, sys.argv[1]); import nodes; "
                  "nodes.socket.create_connection, was = lambda at, wait: was((sys.argv[2], 4222), wait), nodes.socket.create_connection; "
                  "client = nodes.Client(0, 5)\n")
        for name in SERVERS:
            command = self.network.command("other", "python3", "-c", before + code, os.path.join(ROOT, "tests"), self.network.address[name])
            done = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
            if done.returncode == 0:
                return done.stdout
        return None

    def poison(self):
        """How many there are now: one, or none where no server took it."""
        return int(self.over_nats("client.publish('tamga.work.screen.poison', b'no message of ours')") is not None)

    def queue(self):
        return self.over_nats("for what in ('CONSUMER.INFO.TAMGA_WORK.workers', 'CONSUMER.LIST.TAMGA_ANSWERS', 'STREAM.INFO.TAMGA_WORK', "
                              "'STREAM.INFO.TAMGA_ANSWERS'): print(what, client.request('$JS.API.' + what))")

    def dead(self):
        done = subprocess.run(self.network.command("asker", TAMGA, *self.store.where("asker"), "worker", "--nats", self.urls, "--dead", "--json"),
                              capture_output=True, timeout=60, env=PLAIN, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def strike(self, draw, fault):
        """Does it, and returns how it is told, and what to do when it is over."""
        if fault == "worker":
            name = draw.choice(WORKERS)
            self.workers[name].kill()
            return f"kill {name}", lambda: self.workers[name].running() or self.workers[name].begin(self.urls, self.store.where(name))
        if fault == "nats":
            name = draw.choice(SERVERS)
            self.servers[name].kill()
            return f"kill {name}", self.servers[name].begin
        if fault == "cut":
            one, other = draw.sample([*SERVERS, *WORKERS, *ASKERS, *self.store.machines], 2)
            self.network.cut(one, other)
            return f"cut {one}-{other}", self.network.heal
        if fault == "alone":
            one = draw.choice([*SERVERS, *WORKERS, *self.store.machines])
            self.network.alone(one)
            return f"cut {one} from all", self.network.heal
        if fault == "disk":
            name = draw.choice(SERVERS)
            self.servers[name].fill()
            return f"disk of {name} is full", self.servers[name].room
        if fault == "clock":
            name, hours = draw.choice(WORKERS), draw.choice(["+3600", "-3600", "+86400"])
            self.workers[name].jump(hours)
            return f"clock of {name} {hours} s", lambda: self.workers[name].jump("+0")
        if fault == "poison":
            self.poisoned += self.poison()
            return "poison", lambda: None
        return self.store.strike(draw, fault)

    def assert_each_key_was_decided_once(self, load, recorded, why):
        self.assertEqual(load.wrong, [], why)
        for key, answer in load.acknowledged.items():
            self.assertEqual(recorded[key], [json.loads(answer)["id"]], f"{why}: {key}: one record, and it is what was answered")
        for key in list(load.acknowledged)[-2:]:
            again = wait_for(f"{why}: {key} is answered again", lambda key=key: load.decide(key, 30), 60)
            self.assertEqual(again, load.acknowledged[key], f"{why}: the same key, another answer")
        self.assertEqual(load.server.ended_wrongly(), [], f"{why}: {load.server.said()[-3000:]}")
        wait_for(f"{why}: the server is ready", load.server.ready, 60)

    def begin_anew(self):
        """After a schedule that failed: its messages are not for the next one's store."""
        self.network.heal()
        self.doCleanups()
        for machine in [*self.workers.values(), *self.servers.values()]:
            machine.kill()
        for server in self.servers.values():
            server.wipe()
            server.begin()

    def begin_workers(self):
        for name, worker in self.workers.items():
            worker.kill()
            worker.begin(self.urls, self.store.where(name))

    def schedule(self, number):
        draw = random.Random(f"{SEED} {number}")
        self.store.begin(number)
        self.begin_workers()
        deals = draw.sample(DEALS[:19], 19) * self.store.times
        told = len(self.dead())
        self.poisoned = 0
        screening = self.ask("asker", "screen", "--batch", self.batch, "--chunk", str(draw.choice([50, 100, 200])))
        clearing = self.ask("other", "clear", *deals, "--json", *self.store.slowly)
        load = self.store.load(f"{SEED} {number} load", clearing[1])
        done = self.done = []
        for _ in range(draw.randint(3, 6)):
            time.sleep(draw.uniform(*self.store.pause))
            faults = [draw.choice(self.store.faults)]
            if self.store.often and draw.randrange(10) < self.store.often:
                faults.insert(0, draw.choice(self.store.beside))
            undo = []
            for fault in faults:
                what, back = self.strike(draw, fault)
                done.append(f"and {what}" if undo else what)
                undo.append(back)
            time.sleep(draw.uniform(*self.store.lasting))
            # Nobody begins on a machine that is still cut off: it would end at once, as it should.
            self.network.heal()
            for back in undo:
                back()
        why = f"TAMGA_SEED={SEED} schedule {number} {done}"
        self.store.wait()
        for worker in self.workers.values():
            self.assertTrue(worker.running(), f"{why}: {worker.name} ended by itself: {worker.said()}")

        status, got, error = self.answer(screening, why)
        self.assertEqual(status, 3, f"{why}: {error}")
        self.assert_same(got, why=why)
        status, got, error = self.answer(clearing, why)
        answers = [json.loads(line) for line in got.splitlines()]
        self.assertEqual(len(answers), len(deals), f"{why}: {error}")
        for deal, answer in zip(deals, answers):
            with open(deal, encoding="utf-8") as file:
                self.assertEqual(answer["deal"], json.load(file)["id"], why)
        if load:
            load.end()
        # A server that is killed may forget that a message was acknowledged and deliver it again, into what is another store by now.
        requests = [(key.split(".")[0], json.loads(payload)["decision"]) for key, payload in self.store.ledger("request") if not key.startswith("http")]
        strays = {decision for job, decision in requests if job in self.jobs}
        self.jobs.update(job for job, _ in requests)
        decisions = [(key, payload) for key, payload in self.store.ledger("decision") if key not in strays]
        recorded = collections.defaultdict(list)
        for key, payload in decisions:
            recorded[json.loads(json.loads(payload)["decision"])["deal"]].append(key)
        if load:
            self.assert_each_key_was_decided_once(load, recorded, why)
        keys = [key for deal, of_it in recorded.items() if not deal.startswith("LOAD-") for key in of_it]
        self.assertEqual(sorted(keys), sorted(answer["id"] for answer in answers), f"{why}: one record for each answer")
        self.assertEqual(self.tamga("audit", "verify")[0], 0, why)
        self.store.assert_copied(why)
        for key in draw.sample(sorted(key for of_it in recorded.values() for key in of_it), 2):
            self.assertEqual(self.tamga("replay", key)[0], 0, why)
        letters = self.dead()[told:]
        self.assertEqual([letter["reason"] for letter in letters if "screen.poison" not in letter["subject"]], [], why)
        wait_for(f"{why}: the poisoned are buried", lambda: len(self.dead()) - told >= self.poisoned, 60)
        late = {key for key, _ in self.store.ledger("decision")} - {key for key, _ in decisions} - strays
        self.assertEqual(late, set(), f"{why}: a decision that nobody waited for")
        more = f", {len(load.acknowledged)} keys in {len(load.acknowledged) + load.again} calls" if load else ""
        return ", ".join(done) + more + (f", {self.begun_again} begun again" if self.begun_again else "")

    def begin_without_faults(self, name):
        """Workers, an asker with many deals, and a caller of the server, all of whom have been answered."""
        self.store.begin(name)
        self.begin_workers()
        self.deals = DEALS[:19] * 6
        clearing = self.ask("other", "clear", *self.deals, "--json", *self.store.slowly)
        load = self.store.load(f"{SEED} {name}", clearing[1])
        wait_for("both are answered", lambda: len(load.acknowledged) > 2 and self.store.ledger("request"))
        return clearing, load

    def end_without_faults(self, clearing, load):
        _, got, error = self.answer(clearing, "at the end")
        self.assertEqual(len(got.splitlines()), len(self.deals), error)
        load.end()
        self.assertEqual(load.wrong, [])
        self.assertEqual(len(self.store.ledger("decision")), len(self.deals) + len(load.acknowledged))
        self.assertEqual(self.tamga("audit", "verify")[0], 0)
        self.store.end()

    @unittest.skipIf(STORE == "sqlite", "of PostgreSQL")
    def test_a_primary_whose_machine_vanishes(self):
        """No reset comes from it, and no word: whoever waits for its answer has to find that out alone."""
        clearing, load = self.begin_without_faults("primary_vanishes")
        pair = self.store.pair
        self.network.alone(pair.primary.name)
        pair.fail_over()
        # So that commits need not wait for a standby.
        pair.primary.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        pair.primary.sql("SELECT pg_reload_conf()")
        began, before = time.monotonic(), len(load.acknowledged)
        try:
            wait_for("the server goes on", lambda: len(load.acknowledged) > before + 1, 60)
            print(f"the server went on after {time.monotonic() - began:.0f} s", flush=True)
        finally:
            pair.primary.sql("ALTER SYSTEM RESET synchronous_standby_names")
            pair.primary.sql("SELECT pg_reload_conf()")
            self.network.heal()
            pair.follow_back()
        self.end_without_faults(clearing, load)

    @unittest.skipIf(STORE == "sqlite", "of PostgreSQL")
    def test_a_worker_whose_machine_vanishes_with_the_record_in_hand(self):
        clearing, load = self.begin_without_faults("worker_vanishes")
        worker = self.workers["w1"]
        in_hand = ("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE relation = 'head'::regclass AND mode = 'RowShareLock' "
                   f"AND state = 'idle in transaction' AND client_addr = '{self.network.address['w1']}'")

        def stopped_with_the_record():
            worker.process.send_signal(signal.SIGSTOP)
            time.sleep(0.1)  # what it had sent by then is done
            if int(self.store.pair.primary.sql(in_hand, self.store.database)) > 0:
                return True
            worker.process.send_signal(signal.SIGCONT)
            return False
        wait_for("it is in a transaction", stopped_with_the_record, 60)
        self.network.alone("w1")
        began, before = time.monotonic(), len(load.acknowledged)
        try:
            wait_for("the server goes on", lambda: len(load.acknowledged) > before + 1, 45)
            print(f"the server went on after {time.monotonic() - began:.0f} s", flush=True)
        finally:
            self.network.heal()
            worker.kill()
        self.end_without_faults(clearing, load)

    def test_schedules_of_faults_from_a_seed(self):
        failed, stopped = [], []
        # What runs on those machines is ended and taken down in any case.
        for how in (signal.SIGINT, signal.SIGTERM):
            self.addClassCleanup(signal.signal, how, signal.signal(how, lambda *_: stopped.append(1)))
        for number in range(FIRST, FIRST + SCHEDULES):
            if stopped:
                break
            began = time.monotonic()
            self.begun_again, self.done = 0, []
            try:
                told = self.schedule(number)
            except Exception as error:  # pylint: disable=broad-exception-caught
                failed.append(f"{number} {self.done}: {error}")
                told = f"FAILED: {failed[-1]}"
                self.begin_anew()
                if os.environ.get("TAMGA_KEEP"):
                    break
            self.store.end()
            print(f"{number}: {told} ({time.monotonic() - began:.1f} s)", flush=True)
        self.assertEqual(failed, [], f"TAMGA_SEED={SEED}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
