#!/usr/bin/env python3
"""`tamga policy diff` as a user calls it: between folders, the built-in policy and one that a decision was made under.

Run by ctest, which names the program in $TAMGA.
"""
import glob
import json
import os
import re
import shutil
import tempfile
import unittest

from cli_test import ROOT, import_samples, tamga

DEAL = sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json")))[0]


class PolicyDiff(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = os.path.join(self.folder, "data")
        self.policy = os.path.join(self.folder, "policy")
        shutil.copytree(os.path.join(ROOT, "policy"), self.policy)
        for below in ("goods", "places"):
            shutil.copytree(os.path.join(ROOT, "data", below), os.path.join(self.policy, below))

    def edit(self, file, change):
        path = os.path.join(self.policy, file)
        with open(path, encoding="utf-8", newline="") as before:
            text = before.read()
        after = change(text)
        self.assertNotEqual(after, text)
        with open(path, "w", encoding="utf-8", newline="") as out:
            out.write(after)

    def diff(self, *arguments):
        code, out, err = tamga(self.data, "policy", "diff", *arguments, "--json")
        self.assertEqual((code, err), (0, ""))
        return json.loads(out)

    def refused(self, *arguments, status=2):
        code, out, err = tamga(self.data, "policy", "diff", *arguments)
        self.assertEqual((code, out, err.count("\n")), (status, "", 1), err)
        return err

    def test_the_same_rules_in_another_dress_do_not_differ(self):
        self.assertEqual(self.diff("built-in", self.policy)["changes"], [])

        def turned(text):
            parts = re.split(r"(?m)^(?=\[\[rule\]\]$)", text)
            return "# a remark\n" + parts[0] + "".join(reversed(parts[1:]))
        # Only where every rule of a file is followed by its own cases can rules be turned round as text.
        self.edit("un.toml", turned)
        diff = self.diff("built-in", self.policy)
        self.assertEqual(diff["changes"], [])
        self.assertNotEqual(diff["before"], diff["after"], "the bytes do")

    def test_rules_rows_and_members_that_differ_are_told_each(self):
        self.edit("un.toml", lambda text: re.sub(r"(?ms)^\[\[rule\]\].*?(?=^\[\[rule\]\])", "", text, count=1))
        self.edit("uk.toml", lambda text: text.replace('title = "United Kingdom: SAMLA 2018 and SI 2019/855"', 'title = "The other kingdom"'))
        self.edit("goods/eu_833_xl.csv", lambda text: "\n".join(text.rstrip("\n").split("\n")[:-1]) + "\n")
        changes = self.diff("built-in", self.policy)["changes"]
        self.assertEqual([(one["change"], one["file"], one.get("kind")) for one in changes],
                         [("removed", "goods/eu_833_xl.csv", "row"), ("changed", "uk.toml", None), ("removed", "un.toml", "rule")])
        self.assertEqual([(one["member"], one["after"]) for one in changes[1]["members"]], [("title", "The other kingdom")])
        self.assertTrue(changes[2]["id"].startswith("un."))
        self.assertTrue(changes[2]["citation"])
        back = self.diff(self.policy, "built-in")["changes"]
        self.assertEqual([(one["change"], one.get("id")) for one in back],
                         [({"added": "removed", "removed": "added"}.get(one["change"], "changed"), one.get("id")) for one in changes])
        code, out, _ = tamga(self.data, "policy", "diff", "built-in", self.policy)
        self.assertEqual(code, 0)
        self.assertIn("3 differences", out)
        self.assertIn(f"- rule {changes[2]['id']}: ", out)
        self.assertIn("title: + The other kingdom", out)

    def test_a_rule_that_says_something_else_is_told_member_by_member(self):
        def other(text):
            found = re.compile(r'(?m)^because = "').search(text, text.index("[[rule]]"))
            return text[:found.end()] + "In other words: " + text[found.end():]
        self.edit("ch.toml", other)
        (change,) = self.diff(self.policy)["changes"]
        self.assertEqual((change["change"], change["kind"], [one["member"] for one in change["members"]]), ("changed", "rule", ["because"]))
        self.assertEqual(change["members"][0]["before"], "In other words: " + change["members"][0]["after"])

    def test_with_the_policy_that_a_decision_was_made_under(self):
        import_samples(self.data)
        self.edit("un.toml", lambda text: text.replace("regime = \"un\"\n", "regime = \"un\"\n# of last year\n", 1))
        self.edit("uk.toml", lambda text: text.replace('title = "United Kingdom: SAMLA 2018 and SI 2019/855"', 'title = "As it was"'))
        _, out, err = tamga(self.data, "--policy", self.policy, "clear", DEAL, "--as-of", "2026-11-21", "--json")
        kept = json.loads(out)["basis"]["policy"]
        diff = self.diff(kept)
        self.assertEqual(diff["before"], kept)
        self.assertEqual([one["members"][0]["before"] for one in diff["changes"]], ["As it was"])
        self.assertIn("no policy", self.refused("sha256:" + "0" * 64))

    def test_what_is_refused(self):
        self.assertIn("OLD", self.refused())
        self.assertIn("/nowhere", self.refused("/nowhere"))
        self.edit("uk.toml", lambda text: text + "\n[[rule]]\nid = \"uk.x\"\n")
        self.assertIn("uk.toml", self.refused("built-in", self.policy))


if __name__ == "__main__":
    unittest.main(verbosity=2)
