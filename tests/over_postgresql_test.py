#!/usr/bin/env python3
"""The record, people, cases, licences, the watch and the server over PostgreSQL: the suites that say what each does over a folder, as they are.

Each --data of theirs has a database of its own, and a folder that is copied has it copied. $TAMGA is for that a program that finds out which
database, and becomes the program under test. Left out are the tests that open or copy SQLite's own file.
"""
import importlib
import os
import shutil
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from postgresql import Server

SUITES = ["cases_test", "licence_test", "people_test", "record_test", "serve_test", "watch_test"]
ON_A_FILE = {
    "test_a_clock_that_went_back", "test_a_deal_is_decided_once_though_its_answer_was_not_kept", "test_a_deal_that_was_never_decided_stops_the_run",
    "test_a_new_tokens_secret_is_kept_nowhere", "test_a_replaced_store_is_found", "test_an_entry_of_a_wrong_key_is_found",
    "test_many_small_books_become_one", "test_the_secret_half_stays_with_its_owner", "test_what_goes_round_the_program_is_found",
    "test_what_holds_no_more_is_dropped",
}
PROGRAM = """#!{python} -IS
import fcntl, hashlib, os, subprocess, sys

def sql(text):
    subprocess.run([{psql!r}, "-h", {host!r}, "-U", "tamga", "-d", "postgres", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", text], check=True,
                   stdout=subprocess.DEVNULL, env={{**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}})

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""

data = next((b for a, b in zip(sys.argv, sys.argv[1:]) if a == "--data"), os.environ.get("TAMGA_DATA"))
if data:
    name = "t" + hashlib.sha256(os.path.realpath(data).encode()).hexdigest()[:20]
    inside, made = os.path.join(data, "database"), os.path.join({folder!r}, name)
    with open(os.path.join({folder!r}, "lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = read(inside)
        if said not in ("", name):
            sql("DROP DATABASE IF EXISTS " + name)
            sql("CREATE DATABASE " + name + " TEMPLATE " + said)
        elif not said and not os.path.exists(made):
            sql("CREATE DATABASE " + name)
        open(made, "w").close()
        if said != name and os.path.isdir(data):
            with open(inside, "w") as file:
                file.write(name)
    os.environ["TAMGA_STORE"] = "postgresql:///" + name + "?host=" + {host!r} + "&user=tamga"
os.execv({tamga!r}, [{tamga!r}] + sys.argv[1:])
"""


def main():
    server = Server()
    folder = tempfile.mkdtemp(prefix="tamga-over-")
    try:
        program = os.path.join(folder, "tamga")
        with open(program, "w", encoding="utf-8") as file:
            file.write(PROGRAM.format(python=sys.executable, psql=server.program("psql"), host=server.folder, folder=folder,
                                      tamga=os.environ["TAMGA"]))
        os.chmod(program, stat.S_IRWXU)
        os.environ["TAMGA"] = program
        suite = unittest.TestSuite()
        known = set()
        for name in SUITES:
            module = importlib.import_module(name)
            for case in [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, unittest.TestCase)]:
                for test in ON_A_FILE & set(vars(case)):
                    known.add(test)
                    setattr(case, test, unittest.skip("it opens or copies SQLite's file")(getattr(case, test)))
            suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
        assert known == ON_A_FILE, ON_A_FILE - known
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except unittest.SkipTest as why:
        print(f"skipped: {why}")
