#!/usr/bin/env python3
"""The server against those who send what is no request, too slowly, too much, or while lists are exchanged and it is stopped.

Run by ctest, which names the program in $TAMGA. TAMGA_SWAPS (10) and TAMGA_MALFORMED (10000) make it longer.
"""
import json
import os
import random
import shutil
import signal
import socket
import tempfile
import threading
import time
import unittest

from server import SAMPLES, Client, Server, days_ago, tamga

SWAPS = int(os.environ.get("TAMGA_SWAPS", "10"))
MALFORMED = int(os.environ.get("TAMGA_MALFORMED", "10000"))
GOOD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b'{"name":"Igor Sechin","schema":"Person"}'
SCREEN = b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def statuses(answer):
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit()]


class Malformed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--no-auth", "--head-time", "1", "--idle", "2")
        cls.client = Client(cls.server)

    @classmethod
    def tearDownClass(cls):
        logged = cls.server.logged()
        cls.server.close()
        assert '"level":"error"' not in logged, logged

    def test_each_gets_its_status(self):
        cases = [
            (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
            (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            (b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", 400),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
            (b"GET healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"GET /healthz?a=%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"GET /v1/entities/%2 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"\x16\x03\x01\x02\x00\x01\x00", 400),
            (b"GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", 400),
            (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nx: " + b"a" * 70000 + b"\r\n\r\n", 431),
            (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
            (b"TRACE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
            (b"CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            (b"BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
            (b"DELETE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n", 413),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 415),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\nx", 417),
            (b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n[[[[[[[[", 400),
        ]
        for request, expected in cases:
            got = statuses(self.server.raw(request))
            self.assertEqual(got[:1], [expected], request[:120])
        self.assertEqual(statuses(self.server.raw(GOOD)), [200])

    def test_a_body_without_end_is_refused(self):
        part = b"10000\r\n" + b" " * 65536 + b"\r\n"
        with self.server.socket() as connection:
            connection.sendall(b"POST /v1/deals HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            got = b""
            try:
                for _ in range(400):
                    connection.sendall(part)
            except OSError:
                pass
            try:
                got = connection.recv(65536)
            except OSError:
                pass
        self.assertIn(statuses(got), ([413], []), "refused, or cut off before the answer was read")
        deep = b"[" * 100_000
        got = self.server.raw(b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(deep), deep))
        self.assertEqual(statuses(got), [400])

    def test_ten_thousand_of_them(self):
        """Requests with something changed: no 5xx, no end of the server, no memory that stays."""
        random.seed(7)
        seeds = [GOOD, SCREEN, SCREEN + GOOD, GOOD * 3,
                 b"POST /v1/screen/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n0\r\n\r\n",
                 b"GET /v1/search?q=%D0%90&limit=3 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 b"GET /v1/goods/854231?as_of=2026-11-23 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: x\r\n\r\n"]

        def changed():
            request = bytearray(random.choice(seeds))
            for _ in range(random.randint(1, 4)):
                at = random.randrange(len(request))
                kind = random.randrange(5)
                if kind == 0:
                    request[at] = random.randrange(256)
                elif kind == 1:
                    del request[at:at + random.randint(1, 20)]
                elif kind == 2:
                    request[at:at] = bytes(random.randrange(256) for _ in range(random.randint(1, 20)))
                elif kind == 3:
                    request[at:at] = random.choice([b"\r\n", b"\0", b"%", b"Content-Length: 3\r\n", b"chunked", b"{" * 50, b"\xff\xfe"])
                else:
                    request = request[:at] + request
                if not request:
                    return b"\r\n"
            return bytes(request)

        inputs = [changed() for _ in range(MALFORMED)]
        seen, broken = {}, []
        lock = threading.Lock()

        def send(part):
            for request in part:
                answer = self.server.raw(request)
                with lock:
                    for status in statuses(answer):
                        seen[status] = seen.get(status, 0) + 1
                        if status >= 500:
                            broken.append((status, request, answer))

        send(inputs[:MALFORMED // 5])
        before = self.server.memory()
        threads = [threading.Thread(target=send, args=(inputs[MALFORMED // 5 + i::4],)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(broken[:3], [])
        self.assertGreater(seen.get(400, 0), MALFORMED / 10, seen)
        self.assertLess(self.server.memory() - before, 20_000, "KiB")
        self.assertEqual(statuses(self.server.raw(SCREEN)), [200])

    def test_the_slow_are_cut_off_and_nobody_else_notices(self):
        slow = []
        for _ in range(300):
            connection = self.server.socket(30)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
            slow.append(connection)
        idle = self.server.socket(30)
        began = time.monotonic()
        while time.monotonic() - began < 2.5:
            for connection in slow[:20]:
                try:
                    connection.sendall(b"a")
                except OSError:
                    pass
            at = time.monotonic()
            self.assertEqual(statuses(self.server.raw(GOOD)), [200])
            self.assertLess(time.monotonic() - at, 1)
            time.sleep(0.1)
        for connection in slow:
            try:
                self.assertEqual(connection.recv(1), b"", "closed")
            except ConnectionResetError:
                pass
            connection.close()
        self.assertEqual(idle.recv(1), b"", "an idle one is closed too")
        idle.close()
        self.assertRegex(self.client.get("/metrics").body.decode(), r"tamga_connections_timed_out_total [1-9]")


class Load:
    """Callers on kept connections, until stop()."""

    def __init__(self, server, callers=4):
        self.server, self.failed, self.done, self.ending = server, [], 0, False
        self.threads = [threading.Thread(target=self.run) for _ in range(callers)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = self.server.socket(30)
        while not self.ending:
            connection.sendall(SCREEN)
            answer = b""
            while b"\r\n\r\n" not in answer:
                part = connection.recv(65536)
                if not part:
                    self.failed.append("closed")
                    return
                answer += part
            head, _, body = answer.partition(b"\r\n\r\n")
            length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
            while len(body) < length:
                body += connection.recv(65536)
            if not head.startswith(b"HTTP/1.1 200") or b'"hits":[{' not in body:
                self.failed.append(head + body[:200])
            self.done += 1
        connection.close()

    def stop(self):
        self.ending = True
        for thread in self.threads:
            thread.join()


class Swapping(unittest.TestCase):
    def setUp(self):
        self.server = Server("--no-auth", "--refresh", "1", published=days_ago(900))
        self.folder = tempfile.mkdtemp(prefix="tamga-swap-")
        self.day = 0

    def tearDown(self):
        self.server.close()
        shutil.rmtree(self.folder)

    def new_edition(self):
        """The sample list of OFAC with one entry more, of the next day."""
        self.day += 1
        folder = os.path.join(self.folder, "ofac")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(os.path.join(SAMPLES, "ofac"), folder)
        path = os.path.join(folder, "sdn.csv")
        if not os.path.exists(path):
            path = next(os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.startswith("sdn"))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.rstrip("\x1a\r\n") + "\r\n")
            file.write(f'{900000 + self.day},"INVENTED FIRM {self.day}",-0- ,"RUSSIA-EO14024",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"x."\r\n')
        published = days_ago(900 - self.day)
        tamga(self.server.data, "lists", "import", folder, "--published", published, "--accept", "test")

    def swaps(self):
        text = Client(self.server).get("/metrics").body.decode()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("tamga_list_swaps_total")))

    def test_an_exchange_of_lists_fails_no_request(self):
        load = Load(self.server)
        try:
            for number in range(SWAPS):
                before = self.swaps()
                if number % 5 == 0:
                    self.new_edition()  # found by itself
                else:
                    self.server.process.send_signal(signal.SIGHUP)
                end = time.monotonic() + 30
                while self.swaps() == before and time.monotonic() < end:
                    time.sleep(0.02)
                self.assertGreater(self.swaps(), before)
        finally:
            load.stop()
        self.assertEqual(load.failed[:3], [])
        self.assertGreater(load.done, SWAPS * 10)
        self.assertNotIn('"level":"error"', self.server.logged())

    def test_what_runs_is_finished_when_it_is_stopped(self):
        with self.server.socket(30) as batch:
            batch.sendall(b"POST /v1/screen/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            row = b'{"name":"Igor Sechin"}\n'
            batch.sendall(b"%x\r\n%s\r\n" % (len(row), row))
            got = batch.recv(65536)
            idle = self.server.socket(30)
            idle.sendall(GOOD)
            self.assertEqual(statuses(idle.recv(65536)), [200])
            self.server.process.send_signal(signal.SIGTERM)
            self.assertEqual(idle.recv(1), b"", "idle connections are closed")
            with self.assertRaises(OSError):
                for _ in range(50):
                    self.server.socket(5).close()
                    time.sleep(0.05)
            batch.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(row), row))
            while not got.endswith(b"0\r\n\r\n"):
                part = batch.recv(65536)
                self.assertTrue(part, got[-300:])
                got += part
        self.assertIn(b'"read":2', got)
        self.assertEqual(self.server.process.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
