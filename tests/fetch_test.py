#!/usr/bin/env python3
"""`tamga lists update` over a network that misbehaves (tests/origin.py): a list arrives whole or not at all, and one sentence says why not.

Each kind of misbehaviour alone is tested in src/fetch/fetch_test.cpp, what an update does with the lists in update_test.py; here both together,
through the program. Run by ctest, which names the program in $TAMGA.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from nodes import NATS, Client, NatsServer

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
LIST = "un_sc_sanctions"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA") and not k.lower().endswith("_proxy")}


def setUpModule():
    global FOLDER, ORIGIN, ADDRESSES, SIZE
    FOLDER = tempfile.mkdtemp(prefix="tamga-fetch-")
    with open(os.path.join(ROOT, "samples", "lists", "un", "consolidated.xml"), "rb") as file:
        sample = file.read().replace(b"TAMGA SAMPLE", b"a test")
    SIZE = len(sample)
    with open(os.path.join(FOLDER, "un.xml"), "wb") as file:
        file.write(sample)
    ORIGIN = subprocess.Popen([sys.executable, os.path.join(ROOT, "tests", "origin.py"), "--root", FOLDER, "--log", os.path.join(FOLDER, "log")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ADDRESSES = json.loads(ORIGIN.stdout.readline())


def tearDownModule():
    ORIGIN.communicate("")  # its standard input ends, and so does it
    shutil.rmtree(FOLDER)


class Fetch(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-fetch-data-")
        self.key = self.id().rsplit(".", maxsplit=1)[-1]

    def tearDown(self):
        shutil.rmtree(self.data)

    def url(self, what="file", options="", where="http"):
        scheme = "http" if where == "http" else "https"
        return f"{scheme}://{ADDRESSES[where]}/{what}/{self.key}?path=un.xml&type=text/xml&{options}"

    def configure(self, url, **settings):
        settings = {"retries": 1, "backoff_ms": 10, "stalled_seconds": 1, "ca_file": ADDRESSES["ca"], **settings}
        lines = ["[update]", f"lists = [{json.dumps(LIST)}]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items() if value is not None]
        lines += ["[update.sources]", f"{LIST} = {json.dumps(url)}"]
        with open(os.path.join(self.data, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def start(self, *options):
        return subprocess.Popen([TAMGA, "--data", self.data, "lists", "update", "--json", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=ENVIRONMENT)

    def update(self, state, expected="", options=()):
        run = self.start(*options)
        out, err = run.communicate(timeout=120)
        self.assertEqual(err, b"")
        item, = json.loads(out)["lists"]
        self.assertEqual(item["state"], state, item)
        self.assertEqual(run.returncode, 1 if state == "failed" else 0)
        self.assertIn(expected, item.get("message", ""))
        self.assertNotIn("\n", item.get("message", ""))
        if state != "failed":
            downloads = sorted(os.listdir(os.path.join(self.data, "downloads")))
            self.assertEqual(downloads, [f"{LIST}.json", f"{LIST}.lock"], "nothing is left behind")
        self.assertEqual(self.editions(), [] if state == "failed" else [LIST])
        return item

    def editions(self):
        run = subprocess.run([TAMGA, "--data", self.data, "lists", "status", "--json"], capture_output=True, env=ENVIRONMENT, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [edition["list"] for edition in json.loads(run.stdout)["lists"]]

    def asked(self):
        with open(os.path.join(FOLDER, "log"), encoding="utf-8") as log:
            return [request["headers"] for request in map(json.loads, log) if request["key"] == self.key]

    def test_https_with_a_certificate_of_ones_own(self):
        self.configure(self.url(options="etag=%22one-1%22", where="https"))
        self.update("added")
        self.update("unchanged")
        self.assertEqual(self.asked()[1]["if-none-match"], '"one-1"')

    @unittest.skipUnless(os.path.exists(NATS), "nats-server is not installed")
    def test_servers_are_told_of_what_is_new(self):
        nats = NatsServer()
        self.addCleanup(nats.close)
        client = Client(nats.port)
        self.addCleanup(client.close)
        client.send(b"SUB tamga.editions 7\r\nPING\r\n")
        while client.file.readline().strip() != b"PONG":
            pass
        told = []
        self.configure(self.url(options="etag=%22one-1%22"))
        for state in ("added", "unchanged"):
            self.update(state, options=("--nats", nats.url))
            client.send(b"PING\r\n")
            while (line := client.file.readline().strip()) != b"PONG":
                if line.startswith(b"MSG"):
                    told.append(json.loads(client.file.read(int(line.split()[-1]) + 2)))
            self.assertEqual([[edition["list"] for edition in text["editions"]] for text in told], [[LIST]], state)

    def test_certificates_that_do_not_fit(self):
        for where in ("stranger", "expired", "elsewhere"):
            self.configure(self.url(where=where))
            self.update("failed", "could not prove who it is")
        self.configure(self.url(where="https"), ca_file=None)
        self.update("failed", "could not prove who it is")
        self.assertEqual(self.asked(), [], "it was not even asked")

    def test_broken_is_continued_by_the_next_run(self):
        half = SIZE // 2
        self.configure(self.url(options=f"etag=%22one-1%22&break_at={half}&breaks=1&how=close"), retries=0)
        self.update("failed", f"{half} of {SIZE} bytes arrived")
        self.update("added")
        self.assertEqual(self.asked()[1]["range"], f"bytes={half}-")
        self.assertEqual(self.asked()[1]["if-range"], '"one-1"')

    def test_stalled_is_tried_again(self):
        self.configure(self.url(options=f"modified=1&break_at={SIZE // 3}&breaks=1&how=stall"))
        self.update("added")
        self.assertEqual(self.asked()[1]["range"], f"bytes={SIZE // 3}-")

    def test_packed_and_broken_in_the_middle(self):
        self.configure(self.url(options="gzip=2"))
        self.update("added")
        self.assertEqual([headers["accept-encoding"] for headers in self.asked()], ["gzip", "identity"])

    def test_busy_then_good(self):
        self.configure(self.url(options="fail=2&status=503"), retries=1)
        self.update("failed", "503 (unavailable) (tried 2 times)")
        self.update("added")

    def test_web_page(self):
        self.configure(self.url("html"))
        self.update("failed", "is a web page (HTML), not a list")

    def test_endless(self):
        self.configure(self.url("endless"), download_mib_max=1)
        self.update("failed", "larger than the limit of 1048576 bytes")

    def test_redirects(self):
        self.configure(self.url("redirect", f"to=https://{ADDRESSES['https']}/file/{self.key}%3Fpath=un.xml"))
        self.update("added")

    def test_redirects_that_are_refused(self):
        self.configure(self.url("redirect", f"to=http://{ADDRESSES['http']}/file/{self.key}%3Fpath=un.xml", where="https"), allow_http=True)
        self.update("failed", "from https down to http")
        self.configure(self.url("redirect", "to=file:///etc/passwd"))
        self.update("failed", "scheme 'file'")
        self.configure(self.url("loop"))
        self.update("failed", "redirects more than 10 times")

    def test_plain_http_needs_a_word(self):
        self.configure("http://192.0.2.1/un.xml")
        self.update("failed", "allow_http")

    def test_two_at_once(self):
        self.configure(self.url(options=f"rate={max(SIZE // 20, 1)}"))  # two seconds
        first = self.start()
        deadline = time.monotonic() + 30
        while not self.asked() and time.monotonic() < deadline:
            time.sleep(0.02)
        second = self.start()
        out, _ = second.communicate(timeout=60)
        self.assertIn("being fetched by another process", json.loads(out)["lists"][0]["message"])
        out, err = first.communicate(timeout=60)
        self.assertEqual((first.returncode, json.loads(out)["lists"][0]["state"]), (0, "added"), err)

    def test_killed_in_the_middle(self):
        self.configure(self.url(options=f"etag=%22one-1%22&rate={max(SIZE // 20, 1)}"))
        run = self.start()
        deadline = time.monotonic() + 30
        while not self.asked() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=60)
        self.assertEqual(self.editions(), [])
        self.update("added")


if __name__ == "__main__":
    unittest.main(verbosity=2)
