#!/usr/bin/env python3
"""The record as an examiner meets it: keys, checkpoints, exports, and scripts/verify_ledger.py against everything that can be done to an export.
Run by ctest, which names the program in $TAMGA."""
import base64
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
VERIFIER = os.path.join(ROOT, "scripts", "verify_ledger.py")
DEALS = os.path.join(ROOT, "examples", "deals")
UN = os.path.join(ROOT, "samples", "lists", "un")


def read(*parts, binary=False):
    with open(os.path.join(*parts), "rb") as file:
        return file.read() if binary else file.read().decode()


def dump(line):
    """As Tamga writes it: what was parsed and written again is the same bytes."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Record(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One store with lists, decisions and people, and no key yet; each test works on a copy."""
        cls.folder = tempfile.mkdtemp(prefix="tamga-record-")
        cls.made = os.path.join(cls.folder, "made")
        lists = [os.path.join(UN, name) for name in sorted(os.listdir(UN))]
        deal = json.loads(read(DEALS, "12-un-listed-seller.json"))
        deal["parties"][0]["name"] += " \x7f\u0085"  # control characters, which a terminal must not see and an export must keep
        odd = os.path.join(cls.folder, "odd.json")
        with open(odd, "w", encoding="utf-8") as file:
            json.dump(deal, file, ensure_ascii=False)
        for arguments in (("lists", "import", *lists), ("people", "add", "Aigerim Person", "--role", "administrator", "--by", "Aigerim Person")):
            run = cls.run_in(cls.made, *arguments)
            assert run.returncode == 0, run.stderr
        deals = [os.path.join(DEALS, name) for name in ("01-clean-grain-to-uzbekistan.json", "13-uk-freeze.json")]
        run = cls.run_in(cls.made, "clear", "--json", *deals, odd)
        assert run.returncode == 5, run.stderr  # prohibited

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @staticmethod
    def run_in(data, *arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        return subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env=environment, timeout=120)

    def setUp(self):
        self.work = tempfile.mkdtemp(dir=self.folder)
        self.data = os.path.join(self.work, "data")
        shutil.copytree(self.made, self.data)

    def tamga(self, *arguments, expect=0):
        run = self.run_in(self.data, *arguments)
        self.assertEqual(run.returncode, expect, run.stdout + run.stderr)
        return run.stdout

    def path(self, name):
        return os.path.join(self.work, name)

    def new_key(self):
        return json.loads(self.tamga("audit", "key", "new", "--json"))["key"]

    def clear(self):
        self.run_in(self.data, "clear", "--json", os.path.join(DEALS, "01-clean-grain-to-uzbekistan.json"))

    def export(self, *arguments):
        return self.tamga("audit", "export", "--quiet", *arguments).splitlines(keepends=True)

    def check(self, lines, *others):
        """What the verifier says of these lines: its exit status and its words."""
        with open(self.path("export.jsonl"), "wb") as file:
            file.writelines(lines)
        run = subprocess.run(["python3", "-O", VERIFIER, self.path("export.jsonl"), *others], capture_output=True)
        return run.returncode, run.stdout.decode() + run.stderr.decode()

    def assert_sound(self, lines, *others):
        code, words = self.check(lines, *others)
        self.assertEqual(code, 0, words)
        self.assertTrue(words.startswith("SOUND"), words)
        return words

    def assert_unsigned(self, lines, *others):
        code, words = self.check(lines, *others)
        self.assertEqual(code, 2, words)
        self.assertTrue(words.startswith("UNSIGNED"), words)
        return words

    def assert_wrong(self, lines, number, words, *others):
        code, said = self.check(lines, *others)
        self.assertEqual(code, 1, said)
        self.assertIn(f":{number}: ", said)
        self.assertIn(words, said)

    def signed_export(self, *arguments):
        key = self.new_key()
        self.clear()
        self.tamga("audit", "checkpoint")
        self.clear()
        return self.export(*arguments), key

    # Keys and checkpoints

    def test_the_secret_half_stays_with_its_owner(self):
        key = self.new_key()
        path = os.path.join(self.data, "keys", f"ed25519-{key[8:]}.key")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        seed = json.loads(read(path))["seed"]
        shown = b"".join([self.tamga("audit", "key", "list"), self.tamga("audit", "key", "list", "--json"), self.tamga("audit", "export"),
                          self.tamga("audit", "checkpoint"), read(self.data, "tamga.db", binary=True)])
        self.assertNotIn(seed.encode(), shown)
        os.chmod(path, 0o644)
        self.assertIn(b"may be read by others", self.run_in(self.data, "audit", "checkpoint").stderr)
        os.chmod(path, 0o600)
        with open(path, "r+", encoding="utf-8") as file:
            text = file.read().replace(seed, "00" * 32)
            file.seek(0)
            file.write(text)
        self.assertIn(b"is not the secret half", self.run_in(self.data, "audit", "checkpoint").stderr)

    def test_without_a_key_nothing_is_signed(self):
        self.assertIn(b"no key is in use", self.run_in(self.data, "audit", "checkpoint").stderr)
        self.assertIn("signed up to 0; trust rests on nobody", self.assert_unsigned(self.export()))
        self.assertEqual(json.loads(self.tamga("audit", "verify", "--json"))["checkpoints"], 0)

    def test_checkpoints_come_by_themselves(self):
        with open(os.path.join(self.data, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write("[audit]\ncheckpoint_every = 5\n")
        self.new_key()
        for _ in range(10):
            self.clear()
        told = json.loads(self.tamga("audit", "verify", "--json"))
        kinds = {line["sequence"]: line["kind"] for line in map(json.loads, self.export()) if "sequence" in line}
        first = min(sequence for sequence, kind in kinds.items() if kind == "key")
        for sequence in range(first, max(kinds)):
            self.assertEqual(kinds[sequence + 1] == "checkpoint", sequence % 5 == 0, sequence)
        self.assertEqual(told["checkpoints"], sum(kind == "checkpoint" for kind in kinds.values()))
        self.assertEqual(told["signed_up_to"], max(kinds) // 5 * 5 if max(kinds) % 5 else max(kinds) - 5)
        # A key that lies elsewhere stops no work.
        os.rename(os.path.join(self.data, "keys"), self.path("keys"))
        for _ in range(5):
            self.clear()
        self.assertEqual(json.loads(self.tamga("audit", "verify", "--json"))["checkpoints"], told["checkpoints"])
        with open(os.path.join(self.data, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write(f"[audit]\ncheckpoint_every = 0\nkeys = \"{self.path('keys')}\"\n")
        self.tamga("audit", "checkpoint")

    def test_a_replaced_store_is_found(self):
        self.new_key()
        early, late, fork = self.path("early.json"), self.path("late.json"), self.path("fork.json")
        self.tamga("audit", "checkpoint", "--out", early)
        older = self.path("older")
        shutil.copytree(self.data, older)
        self.clear()
        self.tamga("audit", "checkpoint", "--out", late)
        self.tamga("audit", "verify", "--checkpoint", early, "--checkpoint", late)
        whole = self.data

        self.data = older  # an older copy of itself
        self.tamga("audit", "verify", "--checkpoint", early)
        self.assertIn(b"older copy", self.run_in(older, "audit", "verify", "--checkpoint", late).stderr)
        self.tamga("audit", "verify", "--checkpoint", late, expect=1)
        self.run_in(older, "clear", os.path.join(DEALS, "13-uk-freeze.json"))  # the same, gone on another way
        self.tamga("audit", "checkpoint", "--out", fork)
        self.assertIn(b"another entry", self.run_in(older, "audit", "verify", "--checkpoint", late).stderr)
        self.tamga("audit", "verify", "--checkpoint", early)
        self.data = whole
        self.tamga("audit", "verify", "--checkpoint", fork, expect=1)

        self.data = self.path("other")  # made anew from the same lists
        shutil.copytree(self.made, self.data)
        self.new_key()
        self.assertIn(b"is of another store", self.run_in(self.data, "audit", "verify", "--checkpoint", early).stderr)

        self.data = whole
        text = read(late)
        for changed in (text.replace('"sequence":', '"sequence":1'), text.replace('"signature":"', '"signature":"0'), "{}", "x"):
            with open(late, "w", encoding="utf-8") as file:
                file.write(changed)
            self.tamga("audit", "verify", "--checkpoint", late, expect=2)

    def test_keys_follow_one_another(self):
        first = self.new_key()
        second = self.new_key()
        keys = json.loads(self.tamga("audit", "key", "list", "--json"))["keys"]
        self.assertEqual([(key["key"], key["signed_by"]) for key in keys], [(first, first), (second, first)])
        kept = self.path("kept.json")
        self.tamga("audit", "checkpoint", "--out", kept)
        self.assertEqual(json.loads(read(kept))["key"], second)
        # Lost: a new one needs the old one's signature, so it must be revoked, and what comes stands alone.
        os.remove(os.path.join(self.data, "keys", f"ed25519-{second[8:]}.key"))
        self.assertIn(b"if it is lost", self.run_in(self.data, "audit", "key", "new").stderr)
        self.tamga("audit", "key", "revoke", second, "--reason", "mislaid", expect=2)
        self.tamga("audit", "key", "revoke", "ed25519:00", "--reason", "lost", expect=2)
        self.tamga("audit", "key", "revoke", second, "--reason", "lost")
        self.assertIn(b"no key is in use", self.run_in(self.data, "audit", "checkpoint").stderr)
        third = self.new_key()
        run = self.run_in(self.data, "audit", "verify", "--checkpoint", kept)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"no earlier key signed {third}".encode(), run.stderr)
        self.assertTrue(self.assert_sound(self.export(), kept).endswith(f"trust rests on {first}, {third}\n"))

    def test_an_entry_of_a_wrong_key_is_found(self):
        self.new_key()
        self.tamga("audit", "checkpoint")
        other = self.path("other")
        shutil.copytree(self.made, other)
        self.run_in(other, "audit", "key", "new")
        self.run_in(other, "audit", "checkpoint")
        # Whoever can write to the database, and computes every hash anew, still has no key.
        theirs = [json.loads(line) for line in self.run_in(other, "audit", "export").stdout.splitlines()]
        ours = [json.loads(line) for line in self.export()][:-1]
        at = next(i for i, line in enumerate(ours) if line["kind"] == "checkpoint")
        payload = next(line["payload"] for line in theirs if line.get("kind") == "checkpoint")
        right = json.loads(ours[at]["payload"])
        self.rewrite(ours, at, payload)
        run = self.run_in(self.data, "audit", "verify")
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"is no checkpoint of this store", run.stderr)
        self.rewrite(ours, at, json.dumps({**right, "signature": "0" * 128}, separators=(",", ":")))
        self.assertIn(b"its signature is wrong", self.run_in(self.data, "audit", "verify").stderr)

    def rewrite(self, lines, at, payload, recorded_at=None):
        """Changes an entry behind Tamga's back and makes the chain fit again."""

        database = sqlite3.connect(os.path.join(self.data, "tamga.db"))
        triggers = [row[0] for row in database.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ledger'")]
        for name in ("ledger_keeps_rows", "ledger_keeps_content"):
            database.execute(f"DROP TRIGGER {name}")
        lines[at]["payload"] = payload
        lines[at]["recorded_at"] = recorded_at or lines[at]["recorded_at"]
        for line in lines[at:]:
            previous = lines[lines.index(line) - 1]["hash"]
            digest = hashlib.sha256(line["payload"].encode()).hexdigest()
            text = f"{previous}\n{line['sequence']}\n{line['kind']}\n{line['key']}\n{line['recorded_at']}\n{digest}\n"
            line["hash"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            database.execute("UPDATE ledger SET payload = ?, hash = ?, recorded_at = ? WHERE sequence = ?",
                             (line["payload"], line["hash"], line["recorded_at"], line["sequence"]))
        database.execute("UPDATE head SET hash = ?, latest = (SELECT max(recorded_at) FROM ledger)", (lines[-1]["hash"],))
        for sql in triggers:
            database.execute(sql)
        database.commit()
        database.close()

    # Exports, and the verifier

    def test_the_verifier_is_small_and_needs_nothing(self):
        text = read(VERIFIER)
        code = text.split('"""')[0] + text.split('"""')[2]
        self.assertLessEqual(sum(1 for line in code.splitlines() if line.strip()[:1] not in ("", "#")), 76)
        self.assertEqual([line for line in text.splitlines() if line.startswith(("import", "from"))], ["import hashlib, json, sys"])
        self.assertNotIn("assert", text)  # python3 -O leaves those out

    def test_exports_are_sound(self):
        whole, key = self.signed_export()
        last = json.loads(whole[-2])["sequence"]
        self.assertIn(f"entries 1 to {last} {json.loads(whole[-2])['hash']}; signed up to {last}; trust rests on {key}", self.assert_sound(whole))
        for arguments in (("--from", "3"), ("--to", "5"), ("--from", "2", "--to", "4"), ("--redact", "payload"), ("--redact", "personal"),
                          ("--redact", "personal", "--from", "4")):
            self.assert_sound(self.export(*arguments))
        for arguments in (("--from", "0"), ("--from", "9999"), ("--to", "9999"), ("--from", "4", "--to", "3")):
            self.tamga("audit", "export", *arguments, expect=2)
        odd = [line for line in whole if "\u0085".encode() in line]
        self.assertTrue(odd, "control characters must come out as they are")

    def test_everything_that_can_be_done_to_an_export_is_found(self):
        for arguments in ((), ("--redact", "personal")):
            lines, _ = self.signed_export(*arguments)
            last = len(lines)
            parsed = [json.loads(line) for line in lines]
            decision = next(i for i, line in enumerate(parsed) if line.get("kind") == "decision")

            def changed(place, **members):
                return lines[:place] + [dump({**parsed[place], **members})] + lines[place + 1:]

            self.assertEqual(changed(decision), lines, "dump() must be Tamga's form, or these tests prove nothing")
            if arguments:
                self.assert_wrong(changed(decision, payload_sha256="0" * 64), decision + 1, "does not match its hash")
                self.assert_wrong(changed(decision, summary={"outcome": "pass"}), last, "does not fit the lines before it")
            else:
                payload = parsed[decision]["payload"].replace("pass", "review")
                self.assertNotEqual(payload, parsed[decision]["payload"])
                self.assert_wrong(changed(decision, payload=payload), decision + 1, "does not match its hash")
            for member, value in (("kind", "policy"), ("key", "dec-0"), ("recorded_at", "2020-01-01T00:00:00Z"), ("hash", "sha256:" + "0" * 64)):
                self.assert_wrong(changed(decision, **{member: value}), decision + 1, "does not match its hash")
            self.assert_wrong(changed(decision, previous="sha256:" + "1" * 64), decision + 1, "does not follow")
            self.assert_wrong(changed(decision, more=1), last, "does not fit the lines before it")
            self.assert_wrong(lines[:3] + lines[4:], 4, "does not follow")
            self.assert_wrong(lines[:3] + [lines[4], lines[3]] + lines[5:], 4, "does not follow")
            self.assert_wrong(lines[:3] + [lines[3]] + lines[3:], 5, "does not follow")
            self.assert_wrong(lines[1:], last - 1, "does not fit the lines before it")
            self.assert_wrong(lines[:-1], last - 1, "is cut off")
            self.assert_wrong(lines[:-2] + lines[-1:], last - 1, "does not fit the lines before it")
            self.assert_wrong(lines + [lines[0]], last + 1, "stands behind")
            self.assert_wrong(lines[:2] + [lines[2][:40]], 3, "")
            self.assert_wrong(lines[:-1] + [lines[-1].replace(b'"signature":"', b'"signature":"0', 1)], last, "")
            signature = parsed[-1]["signature"]
            flipped = signature[:5] + ("0" if signature[5] != "0" else "1") + signature[6:]
            self.assert_wrong(changed(last - 1, signature=flipped), last, "signature is wrong")
            self.assert_wrong(changed(last - 1, at="2020-01-01T00:00:00Z"), last, "signature is wrong")
            self.assert_wrong(changed(last - 1, key="ed25519:" + "58" + "66" * 31), last, "nothing vouches for")

    def test_a_cut_end_with_and_without_a_checkpoint(self):
        """An export without a signature can be shortened and finished anew; only what was kept elsewhere shows it."""
        self.new_key()
        self.clear()
        kept = self.path("kept.json")
        self.tamga("audit", "checkpoint", "--out", kept)
        lines = self.export()
        self.assert_sound(lines, kept)

        short = lines[:-3]
        end = {**json.loads(lines[-1]), "to": len(short), "head": json.loads(short[-1])["hash"]}
        end["lines"] = "sha256:" + hashlib.sha256(b"".join(short)).hexdigest()
        del end["key"], end["signature"]
        self.assertIn("signed up to 0", self.assert_unsigned(short + [dump(end)]))
        code, words = self.check(short + [dump(end)], kept)
        self.assertEqual(code, 1, words)
        self.assertIn("that this export has not", words)

    def test_a_tail_behind_the_last_checkpoint_is_vouched_for_by_nobody(self):
        lines, _ = self.signed_export()
        at = next(i for i, line in enumerate(lines) if json.loads(line).get("kind") == "checkpoint")
        sequence = json.loads(lines[at])["sequence"] - 1

        def finished(some):
            """As if its author had no key."""
            end = {**json.loads(lines[-1]), "to": json.loads(some[-1])["sequence"], "head": json.loads(some[-1])["hash"]}
            end["lines"] = "sha256:" + hashlib.sha256(b"".join(some)).hexdigest()
            del end["key"], end["signature"]
            return some + [dump(end)]

        self.assertIn(f"signed up to {sequence};", self.assert_unsigned(finished(lines[:-1])))
        self.assertIn(f"signed up to {sequence};", self.assert_unsigned(finished(lines[:at + 1])))
        kept = self.path("kept.json")
        self.tamga("audit", "checkpoint", "--out", kept)
        self.assert_sound(finished(lines[:-1]), kept)  # what was kept elsewhere vouches for it
        code, words = self.check(finished(lines[:-2]), kept)
        self.assertEqual(code, 1, words)
        # But not for summaries, which no hash is over.
        redacted = self.export("--redact", "personal", "--to", str(json.loads(lines[-2])["sequence"]))
        self.assert_sound(redacted, kept)
        lines[-1] = redacted[-1]
        self.assert_unsigned(finished(redacted[:-1]), kept)

    def test_what_is_written_behind_a_signature_counts_for_nothing(self):
        """Members behind the signature are not signed; a reader that takes them would believe anything."""
        lines, _ = self.signed_export()
        more = lines[-1].rstrip(b"\n")[:-1] + b',"to":1}\n'
        self.assert_wrong(lines[:-1] + [more], len(lines), "")
        kept = self.path("kept.json")
        self.tamga("audit", "checkpoint", "--out", kept)
        text = read(kept).strip()
        for changed in (text[:-1] + ',"more":1}', text[:-1] + f',"sequence":1,"hash":"{json.loads(lines[0])["hash"]}"}}',
                        text.replace('"sequence":', '"sequence":1,"sequence":')):
            with open(kept, "w", encoding="utf-8") as file:
                file.write(changed + "\n")
            code, words = self.check(self.export(), kept)
            self.assertEqual(code, 1, words)
            self.tamga("audit", "verify", "--checkpoint", kept, expect=2)
        # What is rightly signed stands for what it is, and for nothing else.
        with open(kept, "wb") as file:
            file.write(lines[-1])
        code, words = self.check(lines, kept)
        self.assertEqual(code, 1, words)
        self.assertIn("is no signed checkpoint", words)
        twice = lines[2].replace(b'{"sequence":', b'{"sequence":9,"sequence":', 1)
        self.assert_wrong(lines[:2] + [twice] + lines[3:], 3, "names a member twice")

    def test_rotation_is_followed_through_exports(self):
        self.tamga("audit", "export", "--to", "3")
        first = self.new_key()
        self.clear()
        self.tamga("audit", "checkpoint")
        before = len(self.export()) - 1
        second = self.new_key()
        self.clear()
        self.tamga("audit", "checkpoint")
        whole = self.export()
        self.assertEqual(json.loads(whole[-1])["key"], second)
        for arguments in ((), ("--redact", "payload"), ("--redact", "personal"), ("--to", str(before)), ("--to", "3"),
                          ("--to", str(before), "--redact", "payload"), ("--from", "2", "--to", "3")):
            self.assertTrue(self.assert_sound(self.export(*arguments)).endswith(f"trust rests on {first}\n"), arguments)
        self.assertTrue(self.assert_sound(self.export("--from", str(before + 1))).endswith(f"trust rests on {first}\n"))
        self.assertTrue(self.assert_sound(self.export("--from", str(before + 2))).endswith(f"trust rests on {second}\n"))
        # A key that was replaced signs no more, and one that nobody vouches for never does.
        other = self.path("other")
        shutil.copytree(self.made, other)
        self.run_in(other, "audit", "key", "new")
        foreign = json.loads(self.run_in(other, "audit", "export", "--quiet").stdout.splitlines()[-2])
        forged = whole[:-1] + [dump({**json.loads(whole[-1]), "successors": [foreign["payload"]]})]
        self.assert_wrong(forged, len(whole), "nothing vouches for")
        short = self.export("--to", str(before))
        bare = {key: value for key, value in json.loads(short[-1]).items() if key != "successors"}
        self.assert_wrong(short[:-1] + [dump(bare)], len(short), "nothing vouches for")

    def test_a_clock_that_went_back(self):
        """The last entry is of 2099: whatever comes now is earlier."""
        entries = [json.loads(line) for line in self.export()][:-1]
        last = entries[-1]
        self.rewrite(entries, len(entries) - 1, last["payload"], recorded_at="2099-01-01T00:00:00Z")
        deal = os.path.join(DEALS, "01-clean-grain-to-uzbekistan.json")
        for _ in range(2):
            run = self.run_in(self.data, "clear", deal)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn(b"the clock went back", run.stderr)
            self.assertIn(b"tamga audit clock --reason", run.stderr)
        after = [json.loads(line) for line in self.export()][:-1]
        self.assertEqual(after[:-1], entries)
        self.assertEqual((after[-1]["kind"], json.loads(after[-1]["payload"])["what"]), ("refused", "clock"))
        self.tamga("audit", "clock", expect=2)
        self.tamga("audit", "clock", "--reason", "the battery was empty", "--by", "Nobody", expect=2)
        self.tamga("audit", "clock", "--reason", "the battery was empty", "--by", "Aigerim Person")
        self.tamga("audit", "clock", "--reason", "again", "--by", "Aigerim Person", expect=2)
        self.assertIn(self.run_in(self.data, "clear", deal).returncode, (0, 3))  # 3: by then the sample lists are old
        self.tamga("audit", "verify")
        self.assert_unsigned(self.export())

    def test_an_export_to_a_full_disk_fails(self):
        with open("/dev/full", "wb") as full:
            run = subprocess.run([TAMGA, "--data", self.data, "audit", "export"], stdout=full, stderr=subprocess.PIPE, timeout=120)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"standard output cannot be written", run.stderr)

    def test_every_command_says_what_it_does(self):
        for command in ("verify", "export", "checkpoint", "clock", "retention", "key", "key new", "key list", "key revoke"):
            said = self.tamga("audit", *command.split(), "--help").decode()
            self.assertGreater(len(said.splitlines()), 4, command)
        self.assertIn("Exit status: 0 SOUND, 1 DAMAGED", self.tamga("audit", "verify", "--help").decode())

    def test_a_wrong_signature_inside_is_found_although_every_hash_fits(self):
        lines, _ = self.signed_export()
        parsed = [json.loads(line) for line in lines]
        for kind in ("key", "checkpoint"):
            ours = [dict(line) for line in parsed[:-1]]
            at = next(i for i, line in enumerate(ours) if line["kind"] == kind)
            payload = json.loads(ours[at]["payload"])
            payload["signature"] = payload["signature"][::-1]

            ours[at]["payload"] = json.dumps(payload, separators=(",", ":"))
            for i in range(at, len(ours)):
                line, previous = ours[i], ours[i - 1]["hash"]
                digest = hashlib.sha256(line["payload"].encode()).hexdigest()
                text = f"{previous}\n{line['sequence']}\n{line['kind']}\n{line['key']}\n{line['recorded_at']}\n{digest}\n"
                line.update(previous=previous, hash="sha256:" + hashlib.sha256(text.encode()).hexdigest())
            self.assert_wrong([dump(line) for line in ours], at + 1, "signature is wrong")

    def test_a_redacted_export_names_nobody(self):
        lines, _ = self.signed_export("--redact", "personal")
        text = b"".join(lines).decode()
        for name in ("Aigerim", "Korea Mining", "KZ-2026", "Almaty"):
            self.assertNotIn(name, text)
        decisions = [line for line in map(json.loads, lines) if line.get("kind") == "decision"]
        decision = next(line for line in decisions if line["summary"]["outcome"] == "prohibited")
        self.assertEqual(set(decision["summary"]), {"outcome", "decided_at", "as_of", "regimes", "findings", "lists", "policy", "engine"})
        self.assertIn({"rule": "un.freeze.dprk", "regime": "un", "outcome": "prohibited"}, decision["summary"]["findings"])
        plain = {line["sequence"]: line for line in map(json.loads, self.export()) if "sequence" in line}

        self.assertEqual(decision["payload_sha256"], hashlib.sha256(plain[decision["sequence"]]["payload"].encode()).hexdigest())
        bare = [json.loads(line) for line in self.export("--redact", "payload")]
        self.assertEqual({line["kind"] for line in bare if "payload" in line}, {"key", "checkpoint"})
        self.assertFalse([line for line in bare if "summary" in line])

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not here")
    def test_openssl_agrees(self):
        lines, key = self.signed_export()
        der = bytes.fromhex("302a300506032b6570032100" + key[8:])  # SubjectPublicKeyInfo, RFC 8410
        pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"
        with open(self.path("key.pem"), "w", encoding="ascii") as file:
            file.write(pem)
        payloads = [line.get("payload") for line in map(json.loads, lines) if line.get("kind") in ("key", "checkpoint")]
        for text in [payload.encode() for payload in payloads] + [lines[-1].strip()]:
            body, _, rest = text.rpartition(b',"signature":"')
            for message, expect in ((body, 0), (body + b" ", 1)):
                with open(self.path("message"), "wb") as file:
                    file.write(message)
                with open(self.path("signature"), "wb") as file:
                    file.write(bytes.fromhex(rest[:128].decode()))
                run = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", self.path("key.pem"),
                                      "-sigfile", self.path("signature"), "-in", self.path("message")], capture_output=True)
                self.assertEqual(run.returncode, expect, run.stderr)

    # Retention

    def test_what_must_be_kept_until_when(self):
        report = json.loads(self.tamga("audit", "retention", "--json", "--as-of", "2030-01-01"))
        rules = {rule["id"]: rule for rule in report["rules"]}
        self.assertEqual((rules["us.ofac"]["years"], rules["us.ofac"]["in_force"]), (10, "2025-03-12"))
        self.assertEqual(rules["us.ear"]["years"], 5)
        for kept in report["kept"]:
            self.assertTrue(kept["must_be_kept"])
            self.assertGreaterEqual(int(kept["until"][:4]), int(kept["day"][:4]) + 10)
        later = json.loads(self.tamga("audit", "retention", "--json", "--as-of", "2099-01-01", "--due"))
        self.assertEqual({kept["hold"] for kept in later["kept"] if kept["must_be_kept"]}, {"open_case"})  # of the deals' alerts
        due = sum(kept["entries"] for kept in later["kept"] if not kept["must_be_kept"])
        self.assertEqual(len(later["due"]), due)
        kinds = [entry["kind"] for entry in later["due"]]
        self.assertIn("person", kinds)
        self.assertFalse({"decision", "alert", "edition", "policy"} & set(kinds), "an open alert holds its decision, and what that stands on")
        shown = self.tamga("audit", "retention", "--as-of", "2099-01-01", "--due").decode()
        self.assertEqual(len(shown.splitlines()), due + 1)
        self.assertIn(b"Nothing is due", self.tamga("audit", "retention", "--due"))
        with open(self.path("rules.toml"), "w", encoding="utf-8") as file:
            file.write('[[rules]]\nid = "house"\nyears = 0\nstarts = "day"\ncitation = "x"\n')
        self.assertIn(b"rules.toml:3: years must be", self.run_in(self.data, "audit", "retention", "--rules", self.path("rules.toml")).stderr)

    def test_nothing_is_removed_before_its_time_or_after(self):
        database = sqlite3.connect(os.path.join(self.data, "tamga.db"))
        for sql in ("DELETE FROM ledger", "UPDATE ledger SET payload = ''", "DELETE FROM blobs"):
            with self.assertRaises(sqlite3.Error):
                database.execute(sql)
        database.close()


if __name__ == "__main__":
    unittest.main()
