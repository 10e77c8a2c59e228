"""A NATS server, workers and a bare client of NATS for tests. Everything runs on loopback, on free ports, in a folder of its own, and is
ended by its own process id. Not a test itself."""
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
NATS = os.environ.get("NATS_SERVER") or shutil.which("nats-server") or "/usr/sbin/nats-server"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


class Process:
    process = None

    def kill(self):
        """As a crash does it."""
        self.end(signal.SIGKILL)

    def end(self, how=signal.SIGTERM, seconds=40):
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        os.kill(self.process.pid, how)
        return self.process.wait(seconds)

    def running(self):
        return self.process.poll() is None


class NatsServer(Process):
    """One server with JetStream; start() after kill() is the same server again, with what it kept."""

    def __init__(self, *more, name="n1"):
        self.folder = tempfile.mkdtemp(prefix="tamga-nats-")
        self.port, self.more, self.name = free_port(), more, name
        self.url = f"nats://127.0.0.1:{self.port}"
        self.log = open(os.path.join(self.folder, "log"), "a")
        self.start()

    def start(self, wait=True):
        self.process = subprocess.Popen([NATS, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", self.folder, "-n", self.name, *self.more],
                                        stdout=self.log, stderr=self.log)
        if wait:
            wait_for("nats-server listens", self.listens)

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            assert self.running(), open(self.log.name).read()
            return False

    def close(self):
        self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Wire:
    """Between a client and NATS. The first connection is cut in the middle of the work, and so are `times` more, each while the client restores what
    it had: right after the greeting, or some bytes later."""

    def __init__(self, server, times, seed):
        self.server, self.times, self.cuts, self.draw = server.port, times, 0, random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"nats://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        first = True
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client, 60_000 if first else self.draw.choice([0, 0, 1, 1, 200, 2_000])), daemon=True).start()
            first = False

    def carry(self, client, allowed):
        server = socket.create_connection(("127.0.0.1", self.server))
        greeted = threading.Event()

        def back():
            try:
                while data := server.recv(65_536):
                    client.sendall(data)
                    if b"PONG" in data:
                        greeted.set()
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other half has closed both
        threading.Thread(target=back, daemon=True).start()
        try:
            sent, cut = 0, self.cuts < self.times
            greeting = b""
            while b"PING\r\n" not in greeting and (data := client.recv(65_536)):
                greeting += data
            server.sendall(greeting)
            greeted.wait(2)
            while (not cut or sent < allowed) and (data := client.recv(65_536)):
                sent += len(data)
                server.sendall(data)
            if cut and sent >= allowed:
                self.cuts += 1
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() is a reset
        except OSError:
            pass  # NATS or the client is gone
        client.close()
        server.close()


class Worker(Process):
    def __init__(self, nats, data, *options, threads=1):
        self.stderr = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([TAMGA, "--data", data, "worker", "--nats", nats, "--ack-wait", "2", "--metrics", "127.0.0.1:0", *options],
                                        stderr=self.stderr, env={**PLAIN, "TAMGA_THREADS": str(threads)})
        self.port = wait_for("the worker has started", self.started)["metrics_port"]

    def logged(self):
        self.stderr.seek(0)
        return [json.loads(line) for line in self.stderr.read().splitlines() if line.startswith("{") and line.endswith("}")]

    def started(self):
        assert self.running(), self.text()
        return next((line for line in self.logged() if line["event"] == "started"), None)

    def text(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        return None


class Client:
    """Speaks NATS's own text protocol: what another program would do."""

    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.send(b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true,"protocol":1}\r\nPING\r\n')
        while self.file.readline().strip() != b"PONG":
            pass
        self.inbox, self.count = f"_INBOX.test{os.getpid()}", 0
        self.send(f"SUB {self.inbox}.* 1\r\n".encode())

    def send(self, data):
        self.socket.sendall(data)

    def close(self):
        self.file.close()
        self.socket.close()

    def request(self, subject, payload=b"", headers=None):
        """The JSON of the answer: of JetStream, that the message is in the stream."""
        self.count += 1
        reply = f"{self.inbox}.{self.count}"
        if headers:
            head = ("NATS/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n").encode()
            self.send(f"HPUB {subject} {reply} {len(head)} {len(head) + len(payload)}\r\n".encode() + head + payload + b"\r\n")
        else:
            self.send(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")
        while True:
            line = self.file.readline().split()
            if not line:
                raise AssertionError("NATS closed the connection")
            if line[0] == b"PING":
                self.send(b"PONG\r\n")
            elif line[0] in (b"MSG", b"HMSG"):
                data = self.file.read(int(line[-1]) + 2)[:-2]
                if line[1].decode() == reply:
                    return json.loads(data[int(line[-2]) if line[0] == b"HMSG" else 0:] or b"{}")

    def publish(self, subject, payload, message_id=""):
        answer = self.request(subject, payload, {"Nats-Msg-Id": message_id} if message_id else None)
        assert "stream" in answer, answer
        return answer

    def stream(self, name):
        return self.request(f"$JS.API.STREAM.INFO.{name}")["state"]

    def consumer(self):
        return self.request("$JS.API.CONSUMER.INFO.TAMGA_WORK.workers")


def tamga(data, *arguments, threads=2, timeout=120):
    run = subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env={**PLAIN, "TAMGA_THREADS": str(threads)}, timeout=timeout)
    return run.returncode, run.stdout, run.stderr.decode()
