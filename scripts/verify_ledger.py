#!/usr/bin/env python3
"""Checks what `tamga audit export` wrote, without Tamga, as docs/formats/ledger.md says. usage: verify_ledger.py EXPORT [CHECKPOINT...]
Prints SOUND and the keys on whose word that is, or the first line that is wrong. Exit status: 0 or 1. CHECKPOINT: one that was kept elsewhere."""
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
    x = next(r for i in (1, -1, ROOT, -ROOT) if (r := pow(square, (P + 3) // 8, P) * i % P) & 1 == odd and (r * r - square) % P == 0)
    return x, y, 1, x * y % P

def need(condition, otherwise):
    if not condition: raise ValueError(otherwise)

def signed(text, keys):  # what is signed are the bytes before the last member. keys: may each sign? Where none may, whoever comes next begins anew
    body, _, rest = text.rpartition(b',"signature":"')
    told, signature = json.loads(text), bytes.fromhex(rest[:128].decode())
    need(keys.setdefault(told["key"], not any(keys.values())), "is signed by a key that nothing vouches for")
    key, r, s = bytes.fromhex(told["key"].removeprefix("ed25519:")), signature[:32], int.from_bytes(signature[32:], "little")
    hashed = int.from_bytes(hashlib.sha512(r + key + body).digest(), "little") % Q
    x, y, z, _ = add(times(s, point(b"X" + b"f" * 31)), times(Q - hashed, point(key)))  # Xff… is the base point, y = 4/5
    return need(s < Q and r == (y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255).to_bytes(32, "little"), "its signature is wrong") or told

def verify(export, *files):
    yield export
    hashes, last, keys, lines, end = {0: "sha256:" + "0" * 64}, 0, {}, hashlib.sha256(), {}
    for number, raw in enumerate(open(export, "rb"), 1):
        yield f"{export}:{number}"
        line, payload = json.loads(raw), json.loads(raw).get("payload", "").encode()
        need(not end, "stands behind the line that ends an export")
        if "what" in line:
            end = signed(raw[:-1], keys) if "signature" in line else line
            need(end["lines"] == "sha256:" + lines.hexdigest(), "does not fit the lines before it")
            continue
        last = last or line["sequence"] - 1
        need((line["previous"], line["sequence"]) == (hashes.setdefault(last, line["previous"]), last + 1), "does not follow the entry before it")
        digest = hashlib.sha256(payload).hexdigest() if "payload" in line else line["payload_sha256"]
        text = "".join(f"{part}\n" for part in (hashes[last], last + 1, line["kind"], line["key"], line["recorded_at"], digest))
        need(line["hash"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest(), "its content does not match its hash")
        told = signed(payload, keys) if line["kind"] in ("key", "checkpoint") else {}
        need((told.get("sequence", last), told.get("hash", hashes[last])) == (last, hashes[last]), "vouches for another chain")
        if line["kind"] == "key": keys = {**dict.fromkeys(keys, False), told["new_key"]: True}
        if line["kind"] == "key_revoked": keys[line["key"]] = False
        hashes[last + 1], last = line["hash"], last + 1
        lines.update(raw)
    need(end, "ends the file, which is cut off: the line that ends an export is missing")
    for name in files:
        yield name
        told = signed(open(name, "rb").read().strip(), dict.fromkeys(keys, True))
        need(hashes.get(told["sequence"]) == told["hash"], "vouches for another record than this export")
    yield f'SOUND  up to entry {last} {hashes[last]}; signed by {end.get("key", "nobody")}; keys: {", ".join(keys) or "none"}'

try:
    for place in verify(*(sys.argv[1:] or sys.exit(__doc__))): pass
    print(place)
except Exception as wrong:
    sys.exit(print(f"{place}: {wrong or type(wrong).__name__}") or 1)
