#!/usr/bin/env python3
"""People, roles and four eyes as a user meets them. Run by ctest, which names the program in $TAMGA."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))


class People(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-people-")

    def tearDown(self):
        shutil.rmtree(self.data)

    def tamga(self, *arguments, by=""):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        if by:
            environment["TAMGA_USER"] = by
        run = subprocess.run([TAMGA, "--data", self.data, *arguments], capture_output=True, env=environment, timeout=60)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def test_an_administrator_names_people(self):
        self.assertEqual(self.tamga("people", "add", "Dana", "--role", "analyst", "--by", "Dana")[0], 2)
        self.assertEqual(self.tamga("people", "add", "Dana", "--role", "administrator", "--by", "Dana")[0], 0)
        self.assertEqual(self.tamga("people", "add", "Aslan", "--role", "analyst", "--role", "liaison", by="Dana")[0], 0)
        code, out, err = self.tamga("people", "add", "Timur", "--role", "approver", by="Aslan")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("needs administrator", err)
        self.assertEqual(self.tamga("people", "stop", "Aslan", by="Dana")[0], 0)
        self.assertEqual(self.tamga("people", "stop", "Nobody", by="Dana")[0], 2)
        people = json.loads(self.tamga("people", "list", "--json")[1])["people"]
        self.assertEqual(people[0], {"name": "Aslan", "roles": ["analyst", "liaison"], "active": False})
        self.assertIn("left", self.tamga("people", "list")[1])
        self.assertEqual(self.tamga("audit", "verify")[0], 0)

    def test_what_is_not_there_cannot_be_decided(self):
        self.tamga("people", "add", "Dana", "--role", "administrator", "--by", "Dana")
        code, out, err = self.tamga("approve", "prop-0000", by="Dana")
        self.assertEqual(code, 2)
        self.assertIn("there is no proposal prop-0000", err)
        self.assertIn("No proposal is open", self.tamga("proposals")[1])


if __name__ == "__main__":
    unittest.main()
