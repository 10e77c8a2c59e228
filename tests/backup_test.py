#!/usr/bin/env python3
"""Backups as a user makes them: while others write, proved before they stand, and put back.

Run by ctest, which names the program in $TAMGA.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
DEALS = os.path.join(ROOT, "examples", "deals")


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


class Backup(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-backup-")
        self.data = os.path.join(self.folder, "data")
        self.file = os.path.join(self.folder, "tamga.backup")
        self.tamga("lists", "import", os.path.join(ROOT, "samples", "lists", "ofac"), "--published", "2026-11-20", code=0)
        for name in ("01-clean-grain-to-uzbekistan.json", "06-dollar-through-listed-bank.json", "09-us-chips-to-russia.json"):
            self.tamga("clear", os.path.join(DEALS, name), "--as-of", "2026-11-23")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def tamga(self, *arguments, data=None, code=None):
        run = subprocess.run([TAMGA, "--data", data or self.data, *arguments], capture_output=True, env=environment(), timeout=300)
        if code is not None:
            self.assertEqual(run.returncode, code, run.stderr.decode())
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def test_there_and_back(self):
        made = json.loads(self.tamga("backup", self.file, "--json", code=0)[1])
        self.assertEqual((made["decisions"], made["replayed"]), (3, 3))
        self.assertEqual(sorted(os.listdir(self.folder)), ["data", "tamga.backup"])
        other = os.path.join(self.folder, "other")
        back = json.loads(self.tamga("restore", self.file, "--json", data=other, code=0)[1])
        self.assertEqual(back["head"], made["head"])
        self.assertIn(made["head"], self.tamga("audit", "verify", data=other, code=0)[1])
        self.tamga("clear", os.path.join(DEALS, "13-uk-freeze.json"), "--as-of", "2026-11-23", data=other)
        self.tamga("audit", "verify", data=other, code=0)
        # Never over what is there.
        self.assertIn("has a store already", self.tamga("restore", self.file, data=other, code=2)[2])
        self.assertIn("is there already", self.tamga("backup", self.file, code=2)[2])

    def test_is_its_owners_alone(self):
        # A whole store: whoever may read it has every deal and every name.
        before = os.umask(0)
        try:
            self.tamga("backup", self.file, code=0)
            self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
            os.chmod(self.file, 0o644)  # as backups once were
            other = os.path.join(self.folder, "other")
            self.tamga("restore", self.file, data=other, code=0)
        finally:
            os.umask(before)
        self.assertEqual(os.stat(os.path.join(other, "tamga.db")).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(other).st_mode & 0o777, 0o700)

    def test_a_folder_of_somebody_else_stays(self):
        kept = os.path.join(self.folder, "tamga.backup.part", "thesis.txt")
        os.mkdir(os.path.dirname(kept))
        with open(kept, "w") as file:
            file.write("years of work")
        self.tamga("backup", self.file, code=0)
        self.assertTrue(os.path.exists(kept))

    def test_while_others_write(self):
        writers = [subprocess.Popen([TAMGA, "--data", self.data, "clear", os.path.join(DEALS, "01-clean-grain-to-uzbekistan.json"), "--as-of",
                                     "2026-11-23"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()) for _ in range(6)]
        self.tamga("backup", self.file, code=0)
        for writer in writers:
            writer.wait()
        self.tamga("restore", self.file, data=os.path.join(self.folder, "other"), code=0)
        self.tamga("audit", "verify", code=0)

    def test_what_is_not_sound_is_not_kept(self):
        # A damaged store gives no backup, and a damaged backup no store.
        self.tamga("backup", self.file, code=0)
        with sqlite3.connect(self.file) as db:
            db.execute("DROP TRIGGER ledger_keeps_content")
            db.execute("UPDATE ledger SET payload = replace(payload, 'review', 'pass') WHERE kind = 'decision'")
        db.close()
        other = os.path.join(self.folder, "other")
        code, _, err = self.tamga("restore", self.file, data=other)
        self.assertEqual((code, err.count("\n")), (1, 1), err)
        self.assertIn("not sound", err)
        self.assertEqual(os.listdir(other), [])
        shutil.copy(self.file, os.path.join(self.data, "tamga.db"))
        again = os.path.join(self.folder, "again.backup")
        self.tamga("backup", again, code=1)
        self.assertFalse(os.path.exists(again))
        for name, content in (("empty", b""), ("text", b"no database " * 1000)):
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                file.write(content)
            code, _, err = self.tamga("restore", path, data=os.path.join(self.folder, "third"))
            self.assertEqual((code, err.count("\n")), (1, 1), err)
        self.assertIn("expected what tamga backup wrote", self.tamga("restore", os.path.join(self.folder, "none"), data=other, code=2)[2])


if __name__ == "__main__":
    unittest.main()
