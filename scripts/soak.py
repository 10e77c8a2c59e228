#!/usr/bin/env python3
"""Everything at once for an hour: single requests, streamed batches, deals that are decided and recorded, a licence that they draw on, the watch, and
an exchange of lists each minute, on one server over one data folder.

usage: scripts/soak.py [--seconds 3600] [--lists DATA --sdn SDN.CSV.GZ] [--csv FILE] [--plot FILE.svg]

TAMGA names the program. Each tenth of a minute it notes the server's memory and, of the requests answered since, how many there were and how
long they took; --plot draws that. The load is steady, well below what the server could take, so that a growing time is the server's. At the end
the record is verified, and decisions are drawn and replayed. Exit status 1 and what was wrong, if a request failed, the record is unsound, a kind
of work did not happen, or memory or latency of the second half is above that of the first.
"""
import argparse
import csv
import glob
import gzip
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from server import PLAIN, SAMPLES, TAMGA, Server, days_ago  # noqa: E402

FIRST = ["Aigerim", "Viktor", "Sergei", "Gulnara", "Igor", "Maria", "Dmitri", "Aslan", "Olga", "Timur"]
LAST = ["Sadykova", "Ivanov", "Sechin", "Petrov", "Nazarova", "Vekselberg", "Kim", "Omarov", "Schmidt", "Yilmaz"]
FIRMS = ["Romashka Trading", "Arctic Dawn Shipping", "Tobyl Astyk Trade", "VTB Bank", "Steppe Logistics", "Zavod Severny", "Lotus Agro"]


def run(data, *arguments, by="", allowed=(0,)):
    done = subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env={**PLAIN, "TAMGA_USER": by}, timeout=600)
    if done.returncode not in allowed:
        raise RuntimeError(f"tamga {' '.join(arguments)}: {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout.decode()


class Soak:
    def __init__(self, server, data, folder, sdn, seed):
        self.server, self.data, self.folder, self.sdn = server, data, folder, sdn
        self.draw = random.Random(seed)
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.done = {kind: 0 for kind in ("screen", "match", "batch_rows", "deals", "drawn", "watch", "editions")}
        self.times = []  # milliseconds of single requests since the last sample
        self.failed = []
        self.decisions = []
        self.threads = []
        self.deals = [json.load(open(path, encoding="utf-8")) for path in sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json")))]
        with open(os.path.join(ROOT, "examples", "licences", "deal.json"), encoding="utf-8") as file:
            self.licensed = json.load(file)

    def every(self, seconds, what):
        """Calls again and again, so often; what it throws is a failure and is not the end."""
        def go():
            due = time.monotonic()
            connection = None
            while not self.stopping.is_set():
                try:
                    if connection is None:
                        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
                    what(connection)
                except Exception as error:  # noqa: BLE001: whatever it is, it must not have been
                    with self.lock:
                        self.failed.append(f"{what.__name__}: {error!r}")
                    connection = None
                due = max(due + seconds, time.monotonic() - seconds)
                self.stopping.wait(max(0.0, due - time.monotonic()))
        thread = threading.Thread(target=go)
        thread.start()
        self.threads.append(thread)

    def count(self, kind, number=1):
        with self.lock:
            self.done[kind] += number

    def post(self, connection, path, body, expected=(200,), kind="application/json"):
        began = time.monotonic()
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        got = answer.read()
        if answer.status not in expected:
            raise RuntimeError(f"{path}: {answer.status}: {got[:300]!r}")
        return got, 1000 * (time.monotonic() - began)

    def name(self):
        if self.draw.random() < 0.6:
            return {"name": f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}", "schema": "Person"}
        return {"name": f"{self.draw.choice(FIRMS)} {self.draw.choice(['LLP', 'LLC', 'JSC', ''])}".strip(), "schema": "Company"}

    def screen(self, connection):
        _, took = self.post(connection, "/v1/screen", json.dumps(self.name()))
        with self.lock:
            self.done["screen"] += 1
            self.times.append(took)

    def match(self, connection):
        asked = self.name()
        query = {"queries": {"q": {"schema": asked["schema"], "properties": {"name": [asked["name"]]}}}}
        _, took = self.post(connection, "/match/default", json.dumps(query))
        with self.lock:
            self.done["match"] += 1
            self.times.append(took)

    def batch(self, connection):
        rows = 5000
        body = "".join(json.dumps(self.name()) + "\n" for _ in range(rows))
        got, _ = self.post(connection, "/v1/screen/batch", body, kind="application/x-ndjson")
        last = json.loads(got.splitlines()[-1])
        read = last.get("read", last.get("summary", {}).get("read"))
        if read != rows:
            raise RuntimeError(f"a batch of {rows} rows ended with {last}")
        self.count("batch_rows", rows)

    def deal(self, connection):
        deal = dict(self.draw.choice(self.deals), id=f"SOAK-{self.done['deals']}-{self.draw.randrange(1 << 30)}")
        got, _ = self.post(connection, "/v1/deals", json.dumps(deal), expected=(201,))
        with self.lock:
            self.done["deals"] += 1
            self.decisions.append(json.loads(got)["id"])

    def drawing(self, connection):
        goods = [dict(self.licensed["goods"][0], quantity=1, value=10)]
        deal = dict(self.licensed, id=f"LICENSED-{self.done['drawn']}", goods=goods)
        got, _ = self.post(connection, "/v1/deals", json.dumps(deal), expected=(201,))
        decision = json.loads(got)
        if not any(finding["rule"] == "licence.covers" for finding in decision["findings"]):
            raise RuntimeError(f"the licence does not cover {deal['id']}")
        with self.lock:
            self.done["drawn"] += 1
            self.decisions.append(decision["id"])

    def watch(self, _):
        run(self.data, "watch", "run", allowed=(0, 3))  # 3: somebody was found
        self.count("watch")

    def edition(self, _):
        """OFAC's list with one entry more, of the next day."""
        number = self.done["editions"] + 1
        folder = os.path.join(self.folder, "ofac")
        shutil.rmtree(folder, ignore_errors=True)
        path = os.path.join(folder, "sdn.csv")
        if self.sdn:
            os.mkdir(folder)
            with (gzip.open if self.sdn.endswith(".gz") else open)(self.sdn, "rt", encoding="utf-8", newline="") as file:
                text = file.read()
        else:
            shutil.copytree(os.path.join(SAMPLES, "ofac"), folder)
            path = next(os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.startswith("sdn"))
            with open(path, encoding="utf-8", newline="") as file:
                text = file.read()
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text.rstrip("\x1a\r\n") + "\r\n")
            file.write(f'{900000 + number},"INVENTED FIRM {number}",-0- ,"RUSSIA-EO14024",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"x."\r\n')
        run(self.data, "lists", "import", folder, "--published", days_ago(900 - number), "--accept", "soak")
        self.count("editions")

    def sample(self, began):
        with self.lock:
            times, self.times = sorted(self.times), []
            done = dict(self.done)
        at = lambda part: round(times[min(len(times) - 1, int(part * len(times)))], 2) if times else 0
        return {"second": round(time.monotonic() - began), "memory_kib": self.server.memory(), "requests": len(times), "p50_ms": at(0.5),
                "p99_ms": at(0.99), **done}

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def prepare(arguments, folder):
    data = os.path.join(folder, "data")
    if arguments.lists:
        shutil.copytree(arguments.lists, data, ignore=shutil.ignore_patterns("reads", "deals"))
    else:
        for part in ("eu", "ofac", "uk", "un"):
            dated = ["--published", days_ago(900)] if part in ("ofac", "eu") else []
            run(data, "lists", "import", os.path.join(SAMPLES, part), *dated)
    for name, role in (("Dana", "administrator"), ("Aslan", "liaison"), ("Gulnara", "approver")):
        run(data, "people", "add", name, "--role", role, by="Dana")
    with open(os.path.join(ROOT, "examples", "licences", "licence.json"), encoding="utf-8") as file:
        licence = json.load(file)
    licence.update({"from": days_ago(30), "to": days_ago(-400), "issued": days_ago(31), "end_use": licence["end_use"]})
    licence["caps"] = [{"quantity": 10_000_000, "unit": "pcs"}, {"value": 100_000_000, "currency": "GBP"}]
    path = os.path.join(folder, "licence.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(licence, file, ensure_ascii=False)
    proposal = json.loads(run(data, "licence", "add", path, "--json", by="Aslan"))["id"]
    run(data, "approve", proposal, by="Gulnara")
    book = os.path.join(folder, "book.csv")
    draw = random.Random(1)
    with open(book, "w", encoding="utf-8") as file:
        file.write("id,name,schema\n")
        for number in range(2000):
            file.write(f"C{number},{draw.choice(FIRST)} {draw.choice(LAST)} {number % 50},Person\n")
    run(data, "watch", "add", book, allowed=(0, 3))
    return data


def svg(rows, path):
    """Four lines over time, each in its own frame: plain SVG, so that it needs no library."""
    frames = [("memory of the server, MB", [row["memory_kib"] / 1024 for row in rows]),
              ("single requests a second", []),
              ("half of them answered within, ms", [row["p50_ms"] for row in rows]),
              ("99 of 100 answered within, ms", [row["p99_ms"] for row in rows])]
    seconds = [row["second"] for row in rows]
    frames[1] = (frames[1][0], [row["requests"] / max(1, now - before) for row, now, before in zip(rows, seconds, [0, *seconds])])
    width, height, left = 720, 110, 60
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {len(frames) * (height + 40)}" font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="#fff"/>']
    for number, (title, values) in enumerate(frames):
        top = number * (height + 40) + 24
        most = max(values) * 1.1 or 1
        points = " ".join(f"{left + (width - left - 10) * at / max(seconds[-1], 1):.1f},{top + height - height * value / most:.1f}"
                          for at, value in zip(seconds, values))
        parts.append(f'<text x="{left}" y="{top - 8}">{title}</text>')
        for part in (0, 0.5, 1):
            y = top + height * (1 - part)
            parts.append(f'<path d="M{left} {y}H{width - 10}" stroke="#ddd"/>')
            parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{most * part:.3g}</text>')
        parts.append(f'<polyline points="{points}" fill="none" stroke="#1f5f8b" stroke-width="1.2"/>')
    parts.append(f'<text x="{width - 10}" y="{len(frames) * (height + 40) - 4}" text-anchor="end">0 to {seconds[-1] / 60:.0f} minutes</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


def middle(values):
    return sorted(values)[len(values) // 2] if values else 0


def judge(soak, rows, data):
    wrong = [f"{len(soak.failed)} requests failed, the first: {soak.failed[0]}"] if soak.failed else []
    wrong += [f"no {kind.replace('_', ' ')} in all that time" for kind, number in soak.done.items() if number == 0]
    # What starts is not what runs: the first tenth is left out. Latency: the middle of each half's samples, since one of them is one moment.
    steady = rows[len(rows) // 10:]
    if len(steady) >= 12:
        first, second = steady[:len(steady) // 2], steady[len(steady) // 2:]
        memory = [max(row["memory_kib"] for row in part) for part in (first, second)]
        if memory[1] > memory[0] * 1.1 + 10_000:
            wrong.append(f"memory grows: {memory[0]} KiB in the first half, {memory[1]} in the second")
        latency = [middle([row["p50_ms"] for row in part]) for part in (first, second)]
        if latency[1] > latency[0] * 1.5 + 0.5:
            wrong.append(f"latency grows: {latency[0]} ms in the first half, {latency[1]} in the second")
    try:
        run(data, "audit", "verify")
        for decision in random.Random(2).sample(soak.decisions, min(20, len(soak.decisions))):
            run(data, "replay", decision)
    except RuntimeError as error:
        wrong.append(str(error))
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--lists", default="", help="a data folder whose lists are taken; without it the samples")
    parser.add_argument("--sdn", default="", help="OFAC's sdn.csv, which is published anew each minute; without it the sample")
    parser.add_argument("--csv", default="", help="write the samples there")
    parser.add_argument("--plot", default="", help="write them as SVG there")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tamga-soak-")
    data = prepare(arguments, folder)
    server = Server("--no-auth", "--refresh", "1", data=data)
    soak = Soak(server, data, folder, arguments.sdn, 1)
    # A short run does each kind of work too.
    minute = min(60.0, arguments.seconds / 4)
    began, rows = time.monotonic(), []
    try:
        for _ in range(2):
            soak.every(0.01, soak.screen)
        soak.every(0.01, soak.match)
        soak.every(min(10.0, minute), soak.batch)
        soak.every(1, soak.deal)
        soak.every(1, soak.drawing)
        soak.every(minute, soak.edition)
        soak.every(minute, soak.watch)
        while time.monotonic() - began < arguments.seconds:
            time.sleep(min(6.0, arguments.seconds / 20))
            rows.append(soak.sample(began))
            if len(rows) % 10 == 0:
                last = rows[-1]
                print(f"{last['second']:5} s  {last['memory_kib'] // 1024} MB  p50 {last['p50_ms']} ms  p99 {last['p99_ms']} ms  "
                      f"{last['deals']} deals, {last['drawn']} drawn, {last['batch_rows']} rows, {last['editions']} editions, "
                      f"{len(soak.failed)} failed", flush=True)
    finally:
        soak.stop()
        status = server.stop()
    if arguments.csv:
        with open(arguments.csv, "w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, rows[0])
            out.writeheader()
            out.writerows(rows)
    if arguments.plot:
        svg(rows, arguments.plot)
    wrong = judge(soak, rows, data)
    if status != 0:
        wrong.append(f"the server ended with {status}")
    print(json.dumps({"seconds": rows[-1]["second"], **soak.done, "failed": len(soak.failed),
                      "memory_kib": [rows[0]["memory_kib"], rows[-1]["memory_kib"]],
                      "p50_ms": middle([row["p50_ms"] for row in rows]), "p99_ms": middle([row["p99_ms"] for row in rows])}))
    for line in wrong:
        print(f"soak: {line}", file=sys.stderr)
    shutil.rmtree(folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
