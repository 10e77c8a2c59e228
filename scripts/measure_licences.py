#!/usr/bin/env python3
"""What licences cost `tamga clear`, as a user runs it: the deal of examples/licences many times in one process, without a licence, with one, and
in a house that has a hundred more. Sample lists; one process with one deal taken off, so that start-up does not count.

usage: measure_licences.py          names the program in $TAMGA, default build/release/tamga
"""
import json
import os
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
SAMPLES = os.path.join(ROOT, "samples", "lists")
DEALS = 200
RUNS = 3


def load(name):
    with open(os.path.join(ROOT, "examples", "licences", name), encoding="utf-8") as file:
        return json.load(file)


class House:
    def __init__(self, folder):
        self.folder = folder
        self.tamga("lists", "import", os.path.join(SAMPLES, "ofac"), os.path.join(SAMPLES, "eu"), "--published", "2026-11-20")
        self.tamga("lists", "import", os.path.join(SAMPLES, "uk"), os.path.join(SAMPLES, "un"))
        for name, role in (("Dana", "administrator"), ("Aslan", "liaison"), ("Gulnara", "approver")):
            self.tamga("people", "add", name, "--role", role, "--by", "Dana")

    def tamga(self, *arguments):
        run = subprocess.run([TAMGA, "--data", os.path.join(self.folder, "data"), *arguments], capture_output=True, check=False)
        if run.returncode in (1, 2):
            raise SystemExit(run.stderr.decode())
        return run.stdout

    def write(self, name, value):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)
        return path

    def add(self, number, hospital=None):
        licence = dict(load("licence.json"), number=number)
        licence["caps"] = [{"quantity": 100_000_000, "unit": "pcs"}, {"value": 90_000_000_000, "currency": "GBP"}]
        if hospital:
            licence["parties"][1]["name"] = hospital
        proposal = json.loads(self.tamga("licence", "add", self.write("licence.json", licence), "--by", "Aslan", "--json"))["id"]
        self.tamga("approve", proposal, "--by", "Gulnara")

    def measure(self, what, licences, *options):
        best = None
        for run in range(RUNS):
            deals = [dict(load("deal.json"), id=f"{what} {run} {i}", licences=licences) for i in range(DEALS)]
            files = [self.write(f"deal-{i}.json", deal) for i, deal in enumerate(deals)]
            begin = time.monotonic()
            self.tamga("clear", files[0], "--as-of", "2026-11-23", "--json", *options)
            one = time.monotonic()
            self.tamga("clear", *files[1:], "--as-of", "2026-11-23", "--json", *options)
            took = (time.monotonic() - one - (one - begin)) / (DEALS - 2)
            best = took if best is None else min(best, took)
        print(f"{what}: {best * 1000:.2f} ms a deal, best of {RUNS}")


def main():
    with tempfile.TemporaryDirectory(prefix="tamga-measure-licences-") as folder:
        house = House(folder)
        number = load("licence.json")["number"]
        house.measure("no licence, not recorded", [], "--no-record")
        house.add(number)
        house.measure("one licence, not recorded", [number], "--no-record")
        house.measure("one licence, recorded and drawn", [number])
        for i in range(100):
            house.add(f"OTHER-{i}", f"Hospital {i}")
        house.measure("a house of 101, not recorded", [number], "--no-record")
        house.measure("a house of 101, recorded and drawn", [number])


if __name__ == "__main__":
    main()
