#!/usr/bin/env python3
"""Checks what `tamga audit export` wrote, whole or redacted, without Tamga, as docs/formats/ledger.md says.
usage: verify_ledger.py EXPORT [CHECKPOINT...]       CHECKPOINT: one that was kept elsewhere
Prints one line, and its exit status says the same: 0 SOUND; 2 UNSIGNED, nothing is wrong but nobody vouches for the last entries or for summaries;
1 the first line that is wrong. Trust rests on the keys that it names: compare them with those that you were given."""
import hashlib, json, sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519 as in RFC 8032
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)  # a point is (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z

def add(a, b):
    m, n, c, d = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (n - m) * (d - c) % P, (d + c) * (n + m) % P, (d - c) * (d + c) % P, (n - m) * (n + m) % P

def times(number, point):
    rest = times(number >> 1, add(point, point)) if number else (0, 1, 1, 0)
    return add(rest, point) if number & 1 else rest

def point(data):
    y, odd = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    roots = [r for i in (1, -1, ROOT, -ROOT) if (r := pow(square, (P + 3) // 8, P) * i % P) & 1 == odd and (r * r - square) % P == 0]
    return need(roots, "is signed by what is no key") or (roots[0], y, 1, roots[0] * y % P)

def need(condition, otherwise):
    if not condition: raise ValueError(otherwise)

def read(text):  # of two members of one name, two readers may believe a different one
    return json.loads(text, object_pairs_hook=lambda pairs: need(len(dict(pairs)) == len(pairs), "names a member twice") or dict(pairs))

def signed(text, what, keys, roots, begins):  # keys: may each sign? roots: those that no other vouches for; begins: may this be one?
    (body, _, rest), told = text.rpartition(b',"signature":"'), read(text)  # what is signed are the bytes before the last member
    signature, name = bytes.fromhex(rest[:128].decode()), told["key"]
    need(told["what"] == f"tamga {what} 1" and rest == signature.hex().encode() + b'"}', f"is no signed {what}")
    begins |= name == told.get("new_key") and not any(keys.values())  # the first key signs itself, and the first after a revocation
    if begins and name not in keys: roots.append(name)
    need(keys.setdefault(name, begins), "is signed by a key that nothing vouches for")
    key, r, s = bytes.fromhex(name.removeprefix("ed25519:")), signature[:32], int.from_bytes(signature[32:], "little")
    hashed = int.from_bytes(hashlib.sha512(r + key + body).digest(), "little") % Q
    x, y, z, _ = add(times(s, point(b"X" + b"f" * 31)), times(Q - hashed, point(key)))  # Xff… is the base point, y = 4/5
    need(s < Q and r == (y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255).to_bytes(32, "little"), "its signature is wrong")
    if what == "key": keys.update({**dict.fromkeys(keys, False), told["new_key"]: True})  # it replaces the one that signed it
    return told

def verify(export, *files):
    yield export, 1
    hashes, keys, roots, lines, end = {0: "sha256:" + "0" * 64}, {}, [], hashlib.sha256(), {}
    first = last = vouched = told_more = 0
    for number, raw in enumerate(open(export, "rb"), 1):
        yield f"{export}:{number}", 1
        line = read(raw)
        need(not end, "stands behind the line that ends an export")
        partial = (first or line["sequence"]) > 1 and not keys  # what begins later may begin after its keys were made
        if "what" in line:
            for text in line.get("successors", ()): signed(text.encode(), "key", keys, roots, partial and not keys)  # made after the last entry here
            end, vouched = (signed(raw.rstrip(b"\n"), "export", keys, roots, partial and not keys), last) if "signature" in line else (line, vouched)
            ends = {"what": "tamga export 1", "from": first, "to": last, "head": hashes[last], "lines": "sha256:" + lines.hexdigest()}
            need({**end, **ends} == end, "does not fit the lines before it")
            continue
        first, last = first or line["sequence"], last if first else line["sequence"] - 1
        before = hashes.setdefault(last, line["previous"])
        need(first > 0 and (line["sequence"], line["previous"]) == (last + 1, before), "does not follow the entry before it")
        digest = hashlib.sha256(line["payload"].encode()).hexdigest() if "payload" in line else line["payload_sha256"]
        text = "".join(f"{part}\n" for part in (before, last + 1, line["kind"], line["key"], line["recorded_at"], digest))
        need(line["hash"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest(), "its content does not match its hash")
        must = {"key": {"new_key": line["key"]}, "checkpoint": {"sequence": last, "hash": before}}.get(line["kind"], {})
        told = signed(line["payload"].encode(), line["kind"], keys, roots, partial) if must else {}
        need({**told, **must} == told, "vouches for another chain")
        if line["kind"] == "key_revoked": keys[line["key"]] = False
        vouched = told.get("sequence", vouched)
        hashes[last + 1], last = line["hash"], last + 1
        lines.update(raw)
        told_more |= "summary" in line  # which no hash is over: only the signature that ends the export vouches for it
    need(end, "ends the file, which is cut off: the line that ends an export is missing")
    for name in files:
        yield name, 1
        told = signed(open(name, "rb").read().strip(), "checkpoint", dict.fromkeys(keys, True), roots, not keys)
        need(hashes.get(told["sequence"]) == told["hash"], f"vouches for an entry {told['sequence']} that this export has not, or has otherwise")
        vouched = max(vouched, told["sequence"])
    sound = vouched == last and (not told_more or "signature" in end)
    said = f"entries {first} to {last} {hashes[last]}; signed up to {vouched}; trust rests on {', '.join(roots) or 'nobody'}"
    yield f"{'SOUND' if sound else 'UNSIGNED'}  {said}", 0 if sound else 2

try:
    for place, status in verify(*(sys.argv[1:] or sys.exit(__doc__))): pass
    sys.exit(print(place) or status)
except Exception as wrong:
    sys.exit(print(f"{place}: {wrong or type(wrong).__name__}") or 1)
