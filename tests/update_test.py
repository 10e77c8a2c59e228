#!/usr/bin/env python3
"""`tamga lists update` against an origin on loopback: what is new is imported, what did not change is confirmed, what is wrong changes nothing.

The network's misbehaviour itself is tested in src/fetch. Run by ctest, which names the program in $TAMGA.
"""
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = os.path.join(ROOT, "samples", "lists")
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))


class Origin(http.server.ThreadingHTTPServer):
    """Serves what `content` holds: path to (bytes, headers, status). Counts full answers."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = {}
        self.sent = []

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body, headers, status = self.server.content.get(self.path.split("?")[0], (b"not here", {}, 404))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        else:
            self.server.sent.append(self.path)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def read(*path):
    with open(os.path.join(SAMPLES, *path), "rb") as file:
        return file.read().replace(b"TAMGA SAMPLE", b"a test")


class Update(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-update-")
        self.origin = Origin()
        self.thread = threading.Thread(target=self.origin.serve_forever, daemon=True)
        self.thread.start()
        self.un = read("un", "consolidated.xml")
        sources = {"un_sc_sanctions": [self.origin.url("/un.xml")],
                   "us_ofac_sdn": [self.origin.url("/exports/" + name) for name in ("SDN.CSV", "ADD.CSV", "ALT.CSV")]}
        self.configure(sources)

    def tearDown(self):
        self.origin.shutdown()
        self.origin.server_close()
        self.thread.join()
        shutil.rmtree(self.data)

    def configure(self, sources):
        lines = ["[update]", "retries = 1", "backoff_ms = 10", f"lists = {json.dumps(list(sources))}", "[update.sources]"]
        lines += [f"{name} = {json.dumps(urls)}" for name, urls in sources.items()]
        with open(os.path.join(self.data, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def serve(self, path, body, status=200, **headers):
        self.origin.content[path] = (body, {name.replace("_", "-"): value for name, value in headers.items()}, status)

    def serve_all(self):
        self.serve("/un.xml", self.un, ETag='"un-1"', Content_Type="text/xml")
        for name in ("sdn", "add", "alt"):
            self.serve(f"/exports/{name.upper()}.CSV", read("ofac", f"{name}.csv"), ETag=f'"{name}-1"', Last_Modified="Fri, 20 Nov 2026 14:00:00 GMT")

    def tamga(self, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA") and not k.lower().endswith("_proxy")}
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment, timeout=120)
        return run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace")

    def update(self, *names, status=0):
        code, out, err = self.tamga("lists", "update", *names, "--json")
        self.assertEqual(code, status, out + err)
        return {item["list"]: item for item in json.loads(out)["lists"]}

    def editions(self):
        code, out, err = self.tamga("lists", "status", "--json")
        self.assertEqual(code, 0, err)
        return json.loads(out)["lists"]

    def test_what_is_new_is_imported_and_what_is_the_same_is_confirmed(self):
        self.serve_all()
        first = self.update()
        self.assertEqual({name: item["state"] for name, item in first.items()}, {"un_sc_sanctions": "added", "us_ofac_sdn": "added"})
        sdn = first["us_ofac_sdn"]["editions"][0]
        self.assertEqual((sdn["published"], sdn["format"], sdn["warnings"]), ("2026-11-20", "ofac_csv", []), "the set of three, dated by its server")
        sent = len(self.origin.sent)
        second = self.update()
        self.assertEqual({item["state"] for item in second.values()}, {"unchanged"})
        self.assertEqual(len(self.origin.sent), sent, "304: nothing travelled")
        for edition in self.editions():
            self.assertLessEqual(edition["age_days"], 1, "confirmed today, so it is not old")
        code, out, err = self.tamga("audit", "verify")
        self.assertEqual(code, 0, err)
        # No file is left behind.
        self.assertEqual([name for name in os.listdir(os.path.join(self.data, "downloads")) if not name.endswith((".json", ".lock"))], [])

    def test_one_file_of_a_set_changes(self):
        self.serve_all()
        self.update("us_ofac_sdn")
        alt = read("ofac", "alt.csv").rstrip(b"\x1a\r\n") + b'\r\n17013,99999,"aka","NEW NAME OF A BANK","-0- "\r\n\x1a'
        self.serve("/exports/ALT.CSV", alt, ETag='"alt-2"', Last_Modified="Sat, 21 Nov 2026 14:00:00 GMT")
        updated = self.update("us_ofac_sdn")["us_ofac_sdn"]
        self.assertEqual((updated["state"], updated["editions"][0]["published"]), ("added", "2026-11-21"))
        code, out, err = self.tamga("lists", "diff", "us_ofac_sdn", "2026-11-20", "2026-11-21", "--json")
        self.assertEqual([change["id"] for change in json.loads(out)["changed"]], ["ofac-17013"], err)

    def test_an_edition_that_shrank_waits(self):
        self.serve_all()
        self.update("us_ofac_sdn")
        rows = read("ofac", "sdn.csv").split(b"\r\n")
        for name, body in (("SDN", b"\r\n".join(rows[:10]) + b"\r\n\x1a"), ("ALT", b"\x1a"), ("ADD", b"\x1a")):
            self.serve(f"/exports/{name}.CSV", body, ETag=f'"{name}-2"', Last_Modified="Sun, 22 Nov 2026 14:00:00 GMT")
        self.configure({"us_ofac_sdn": [self.origin.url("/exports/SDN.CSV")]})
        updated = self.update(status=3)["us_ofac_sdn"]
        self.assertEqual(updated["state"], "held")
        self.assertIn("fewer than the edition of 2026-11-20", updated["editions"][0]["held"][0])
        self.assertEqual([edition["published"] for edition in self.editions() if edition["current"]], ["2026-11-20"])

    def test_what_is_wrong_changes_nothing_and_stops_no_other(self):
        self.serve_all()
        for body, status, headers, expected in ((b"<!DOCTYPE html><html><body>Log in</body></html>", 200, {"Content_Type": "text/html"}, "HTML"),
                                                (b"", 200, {}, "empty"), (b"gone", 404, {}, "404"), (b"wait", 503, {}, "503"),
                                                (self.un[: len(self.un) // 2], 200, {}, "truncated"),
                                                (read("ofac", "sdn.csv"), 200, {}, "us_ofac_sdn")):
            self.serve("/un.xml", body, status, **headers)
            updated = self.update(status=1)
            self.assertEqual(updated["un_sc_sanctions"]["state"], "failed", expected)
            self.assertIn(expected, updated["un_sc_sanctions"]["message"])
            self.assertNotIn("\n", updated["un_sc_sanctions"]["message"])
            self.assertIn(updated["us_ofac_sdn"]["state"], ("added", "unchanged"))
            self.assertEqual({edition["list"] for edition in self.editions()}, {"us_ofac_sdn"})

    def test_lists_without_an_address(self):
        for name, expected in (("gb_hmt_sanctions", "was closed by OFSI on 2026-01-28"),
                               ("eu_journal_sanctions", "no address that serves it as a whole"),
                               ("nonsense", '"nonsense" is not a list with an address')):
            code, out, err = self.tamga("lists", "update", name)
            self.assertEqual(code, 2, err)
            self.assertIn(expected, err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
