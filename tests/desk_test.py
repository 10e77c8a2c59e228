#!/usr/bin/env python3
"""The web desk as it is used: its logic by Vitest, its pages in Debian's Chromium by Playwright over a real server ($TAMGA) with the sample lists.

Skipped with a word where npm, Chromium or the network to npm's registry is not there. Working copies stand in desk/ (node_modules, dist), which
are not a part of the repository. Of the pages the tests marked @core always run: the full path with four eyes on the sample and on the published
lists, the queue by keyboard, languages, every page by axe and against its picture in one look. TAMGA_DESK_E2E=1 runs them all; TAMGA_DESK_UPDATE=1
takes new reference pictures.
"""
import os
import shutil
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DESK = os.path.join(ROOT, "desk")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


def missing():
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "npm is not here"
    if int(subprocess.run(["node", "-p", "process.versions.node.split('.')[0]"], capture_output=True, text=True).stdout or 0) < 18:
        return "node is older than 18"
    if not CHROMIUM:
        return "chromium is not here"
    return ""


def run(*command, timeout=900, **more):
    environment = {**os.environ, "CHROMIUM": CHROMIUM, "CI": "1", **more}
    done = subprocess.run(command, cwd=DESK, capture_output=True, text=True, timeout=timeout, env=environment)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-12000:]}\n{done.stderr[-4000:]}")
    return done.stdout


class Desk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        why = missing()
        if why:
            raise unittest.SkipTest(why)
        if subprocess.run([os.path.join(ROOT, "scripts", "desk.sh")], capture_output=True, timeout=900).returncode != 0:
            raise unittest.SkipTest("npm ci could not install what package-lock.json names")

    def test_types(self):
        run("npm", "run", "check")

    def test_logic(self):
        run("npm", "run", "unit")

    def test_as_used(self):
        update = ["--update-snapshots"] if os.environ.get("TAMGA_DESK_UPDATE") else []
        whole = update or os.environ.get("TAMGA_DESK_E2E") == "1"
        said = run("npm", "run", "e2e", "--", *update, *([] if whole else ["--grep", "@core"]), timeout=3600)
        self.assertIn("passed", said)


if __name__ == "__main__":
    unittest.main()
