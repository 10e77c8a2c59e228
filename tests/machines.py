"""Machines of a network (netns.py) that break and come back: NATS servers, workers, `tamga serve`, and PostgreSQL with a standby. Each is a process
that is killed by its own id, some have a disk of their own, which can be full. Not a test itself."""
import glob
import http.client
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import threading
import time

import postgresql
from nodes import NATS, PLAIN, TAMGA, wait_for

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), "")


class Machine:
    """A process on a machine of the network, which can be killed and started again."""

    def __init__(self, network, name, folder):
        self.network, self.name = network, name
        self.log = open(os.path.join(folder, f"{name}.log"), "a+", encoding="utf-8", errors="replace")
        self.process = None
        self.from_here = 0

    def start(self, *command, env=None):
        self.from_here = self.log.seek(0, os.SEEK_END)
        self.process = subprocess.Popen(self.network.command(self.name, *command), stdout=self.log, stderr=self.log, env=env,
                                        cwd=os.path.dirname(self.log.name))

    def said(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            file.seek(self.from_here)
            return file.read()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.running():
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def children(self):
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
                return [int(child) for child in file.read().split()]
        except (OSError, AttributeError):
            return []

    def close(self):
        self.kill()
        self.log.close()


class WithDisk(Machine):
    """Has a disk of its own, so that it can be full without the others' being so."""

    def __init__(self, network, name, folder, mebibytes):
        super().__init__(network, name, folder)
        self.disk = os.path.join(folder, name)
        os.mkdir(self.disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", self.disk], check=True)

    def fill(self):
        with open(os.path.join(self.disk, "full"), "wb", buffering=0) as file:
            try:
                while file.write(b"x" * (1 << 20)):
                    pass
            except OSError:
                return

    def wipe(self):
        for entry in os.scandir(self.disk):
            if entry.is_dir():
                shutil.rmtree(entry.path)
            else:
                os.remove(entry.path)

    def empty(self):
        os.remove(os.path.join(self.disk, "full"))

    def close(self):
        super().close()
        subprocess.run(["umount", self.disk], check=True)


class NatsOn(WithDisk):
    def __init__(self, network, name, folder, names):
        super().__init__(network, name, folder, 512)
        self.names = names

    def begin(self):
        here = self.network.address[self.name]
        routes = ",".join(f"nats://{self.network.address[other]}:6222" for other in self.names if other != self.name)
        self.start(NATS, "-a", here, "-p", "4222", "-js", "-sd", self.disk, "-n", self.name, "--cluster_name", "tamga",
                   "--cluster", f"nats://{here}:6222", "--routes", routes)

    def room(self):
        """JetStream ends itself where its disk is full; what holds it up again is to start it anew."""
        self.kill()
        self.empty()
        self.begin()


class WorkerOn(Machine):
    def __init__(self, network, name, folder):
        super().__init__(network, name, folder)
        self.clock = os.path.join(folder, f"{name}.clock")

    def begin(self, urls, where):
        """`where`: --data, and --store."""
        env = dict(PLAIN, TAMGA_THREADS="1")
        if FAKETIME:
            self.jump("+0")
            env.update(LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=self.clock, FAKETIME_NO_CACHE="1", DONT_FAKE_MONOTONIC="1")
        self.start(TAMGA, *where, "worker", "--nats", urls, "--nats-replicas", "3", "--ack-wait", "2", "--deliveries", "30", env=env)

    def jump(self, offset):
        with open(self.clock, "w", encoding="utf-8") as file:
            file.write(offset + "\n")


class ServeOn(Machine):
    """`tamga serve`, started again when it ends, as systemd does it. It listens at a Unix socket, which no cut reaches: what is cut is its way to the
    store and to NATS."""
    AGAIN = 'while :; do "$@"; echo "ended: $?" >&2; sleep 0.2; done'

    def __init__(self, network, name, folder):
        super().__init__(network, name, folder)
        self.socket = os.path.join(folder, f"{name}.socket")

    def begin(self, urls, where):
        self.start("sh", "-c", self.AGAIN, "again", TAMGA, *where, "--max-list-age", "0", "serve", "--no-auth", "--no-tcp", "--unix", self.socket,
                   "--refresh", "1", "--nats", urls, env=dict(PLAIN, TAMGA_THREADS="1", TAMGA_USER="load"))

    def strike(self):
        for child in self.children():
            os.kill(child, signal.SIGKILL)

    def kill(self):
        if self.running():
            self.process.send_signal(signal.SIGSTOP)
            children = self.children()
            super().kill()
            for child in children:
                os.kill(child, signal.SIGKILL)

    def ended_wrongly(self):
        """Ends of its own that are neither being killed nor a store that was away when it began."""
        return [line for line in self.said().splitlines() if line.startswith("ended: ") and line not in ("ended: 137", "ended: 1")]

    def ask(self, method, path, body=None, headers=(), patience=10.0):
        """Status and bytes; OSError or HTTPException when nothing came."""
        connection = http.client.HTTPConnection("localhost", timeout=patience)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(patience)
        try:
            connection.sock.connect(self.socket)
            connection.request(method, path, body, {"Content-Type": "application/json", **dict(headers)})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ready(self):
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


class Load(threading.Thread):
    """A caller of `tamga serve`, who asks for decisions on deals, each under an Idempotency-Key, until each is answered; sometimes without the
    patience to wait for the answer. `acknowledged`: the bytes of the answer by key, which is the deal's id too."""

    def __init__(self, server, deal, seed):
        super().__init__(daemon=True)
        self.server, self.deal, self.draw, self.seed = server, deal, random.Random(seed), seed
        self.acknowledged, self.wrong, self.again = {}, [], 0
        self.ending = threading.Event()

    def body(self, key):
        return json.dumps({**self.deal, "id": key})

    def decide(self, key, patience):
        """The answer's bytes, or None: to be asked for again."""
        try:
            status, answer = self.server.ask("POST", "/v1/deals", self.body(key), {"Idempotency-Key": key}, patience)
        except (OSError, http.client.HTTPException):
            return None
        if status in (200, 201):
            return answer
        if status not in (409, 500, 503):
            self.wrong.append(f"{key}: {status} {answer.decode()}")
        return None

    def look_back(self):
        """What was answered is there, whatever has happened since."""
        key = self.draw.choice(sorted(self.acknowledged))
        try:
            status, answer = self.server.ask("GET", "/v1/decisions/" + json.loads(self.acknowledged[key])["id"])
        except (OSError, http.client.HTTPException):
            return
        if status == 404 or (status == 200 and answer.strip() != self.acknowledged[key].strip()):
            self.wrong.append(f"{key}: was answered, and now: {status} {answer[:300].decode()}")

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            key, end = f"LOAD-{number}", time.monotonic() + 150
            while key not in self.acknowledged and time.monotonic() < end:
                answer = self.decide(key, self.draw.choice([0.02, 0.1, 10, 60]))
                if answer is not None:
                    self.acknowledged[key] = answer
                    break
                self.again += 1
                time.sleep(0.1)
            if key not in self.acknowledged:
                self.wrong.append(f"{key}: was never answered")
                return
            self.look_back()
            time.sleep(self.draw.uniform(0, 0.2))

    def end(self):
        self.ending.set()
        self.join(200)
        if self.is_alive():
            self.wrong.append("the caller does not end")


class PostgresqlOn(WithDisk):
    """A server of PostgreSQL in a process namespace of its own: when the first process of it dies all die, at once, as when the machine does."""

    def __init__(self, network, name, folder):
        super().__init__(network, name, folder, 320)
        user = pwd.getpwnam("postgres")
        os.chown(self.disk, user.pw_uid, user.pw_gid)
        self.data = os.path.join(self.disk, "data")
        self.bin = postgresql.programs()

    def program(self, name, *arguments):
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", os.path.join(self.bin, name), *arguments]

    def run(self, name, *arguments):
        done = subprocess.run(self.network.command(self.name, *self.program(name, *arguments)), capture_output=True, cwd=self.disk,
                              env={"PATH": PLAIN["PATH"], "LC_ALL": "C"}, check=False)
        assert done.returncode == 0, f"{name} on {self.name}: {done.stderr.decode()}"
        return done.stdout.decode()

    def make(self):
        # Small files of the log: a disk that is full is noticed soon.
        self.run("initdb", "-D", self.data, "-U", "tamga", "-A", "trust", "-E", "UTF8", "--no-locale", "-k", "--wal-segsize=1")
        with open(os.path.join(self.data, "pg_hba.conf"), "a", encoding="ascii") as file:
            file.write("host all all 10.99.0.0/24 trust\nhost replication all 10.99.0.0/24 trust\n")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="ascii") as file:
            file.write("synchronous_standby_names = 'FIRST 1 (p1, p2)'\nwal_keep_size = 64MB\nmax_wal_size = 64MB\nmin_wal_size = 8MB\n"
                       "wal_retrieve_retry_interval = 200ms\nwal_receiver_timeout = 3s\nwal_sender_timeout = 3s\n"
                       "wal_receiver_status_interval = 1s\nshared_buffers = 32MB\nmax_connections = 80\nautovacuum = off\njit = off\n")

    def begin(self, primary):
        """`primary`: whom it follows, when it is a standby, as long as its folder says that it is one."""
        address = self.network.address
        self.start("unshare", "--pid", "--fork", *self.program(
            "postgres", "-D", self.data, "-c", f"listen_addresses={address[self.name]}", "-c", f"unix_socket_directories={self.disk}",
            "-c", f"cluster_name={self.name}", "-c", f"primary_conninfo=host={address[primary]} user=tamga connect_timeout=3"),
            env={"PATH": PLAIN["PATH"], "LC_ALL": "C", "TZ": "UTC"})

    def kill(self):
        for child in self.children():
            os.kill(child, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def sql(self, text, database="postgres"):
        done = subprocess.run([os.path.join(self.bin, "psql"), "-h", self.disk, "-U", "tamga", "-d", database, "-X", "-q", "-A", "-t",
                               "-v", "ON_ERROR_STOP=1", "-c", text], capture_output=True, env={"PATH": PLAIN["PATH"]}, check=False)
        assert done.returncode == 0, f"{self.name}: {done.stderr.decode()}"
        return done.stdout.decode()

    def says(self, text):
        """The same of a server that may be away: ""."""
        try:
            return self.sql(text).strip()
        except AssertionError:
            return ""


class Pair:
    """A primary and its synchronous standby: what is acknowledged is on both. While the standby is away commits wait until it is back."""
    NAMES = ("p1", "p2")

    def __init__(self, network, folder):
        self.machines = {name: PostgresqlOn(network, name, folder) for name in self.NAMES}
        self.network = network
        self.primary, self.standby = (self.machines[name] for name in self.NAMES)
        self.primary.make()
        self.begin(self.primary)
        wait_for("PostgreSQL serves", lambda: self.primary.says("SELECT 1") == "1")
        self.follow_anew()

    def url(self, database):
        hosts = ",".join(f"{self.network.address[name]}:5432" for name in self.NAMES)
        return f"postgresql://tamga@{hosts}/{database}?target_session_attrs=read-write"

    def begin(self, machine):
        machine.begin(next(name for name in self.NAMES if name != machine.name))

    def follow_anew(self):
        shutil.rmtree(self.standby.data, ignore_errors=True)
        self.standby.run("pg_basebackup", "-D", self.standby.data, "-h", self.network.address[self.primary.name], "-U", "tamga", "-c", "fast")
        self.follow()

    def follow_back(self):
        """Takes back what the old primary had written and nobody was told of."""
        self.primary.sql("CHECKPOINT")
        self.standby.run("pg_rewind", "--target-pgdata", self.standby.data, "--source-server",
                         f"host={self.network.address[self.primary.name]} user=tamga dbname=postgres")
        self.follow()

    def follow(self):
        with open(os.path.join(self.standby.data, "standby.signal"), "wb"):
            pass
        self.begin(self.standby)
        self.wait()

    def fail_over(self):
        self.primary.kill()
        wait_for("the standby is promoted", lambda: self.standby.says("SELECT pg_promote(true, 60)") == "t", 120)
        self.primary, self.standby = self.standby, self.primary

    def room(self, machine):
        """It ends itself where the disk is full, or not: it has room again, and is started where it does not come back by itself."""
        machine.empty()
        end = time.monotonic() + 1
        while machine.running() and time.monotonic() < end:
            if machine.says("SELECT 1") == "1":
                return
            time.sleep(0.05)
        machine.kill()
        self.begin(machine)

    def whole(self):
        return self.primary.says("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'") == "sync"

    def wait(self):
        try:
            wait_for(f"{self.primary.name} serves and {self.standby.name} follows", self.whole, 120)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.primary.said()[-1500:]}\n{self.standby.said()[-1500:]}") from error

    def close(self):
        for machine in self.machines.values():
            machine.close()
