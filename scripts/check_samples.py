#!/usr/bin/env python3
"""Checks the sample lists and sample deals: shape, marker, unique numbers, check digits, enough designations. Run by ctest.

usage: check_samples.py          Exit status 0: all well; 1: what is wrong, a line each.
"""
import csv
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LISTS = os.path.join(ROOT, "samples", "lists")
DEALS = os.path.join(ROOT, "examples", "deals")
MARK = "TAMGA SAMPLE"
wrong = []


def text(*path):
    with open(os.path.join(LISTS, *path), encoding="utf-8", newline="") as file:
        content = file.read()
    if MARK not in content:
        wrong.append(f"{'/'.join(path)}: the marker '{MARK}' is missing")
    return content


def rows(content, columns, name):
    result = list(csv.reader(io.StringIO(content)))
    for number, row in enumerate(result, 1):
        if len(row) != columns:
            wrong.append(f"{name}:{number}: {len(row)} columns, expected {columns}")
    return result


def unique(values, name):
    double = {value for value in values if values.count(value) > 1}
    if double:
        wrong.append(f"{name}: stand twice: {', '.join(sorted(double))}")


def weighted(digits, weights):
    return sum(int(d) * w for d, w in zip(digits, weights))


def inn(n):
    if len(n) == 10:
        return weighted(n, (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(n[9])
    first = weighted(n, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return len(n) == 12 and first == int(n[10]) and weighted(n, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(n[11])


def bin_(n):
    check = weighted(n, range(1, 12)) % 11
    if check == 10:
        check = weighted(n, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return len(n) == 12 and check == int(n[11])


CHECKS = (
    ("IMO", r"IMO ?(\d{7})\b", lambda n: weighted(n, range(7, 1, -1)) % 10 == int(n[6])),
    ("INN", r"(?:Tax ID No\.|INN:) ?(\d{10,12})\b", inn),
    ("OGRN", r"(?:OGRN:|Registration (?:Number|ID)) ?(1\d{12})\b", lambda n: int(n[:12]) % 11 % 10 == int(n[12])),
    ("LEI", r"Legal Entity Number ([0-9A-Z]{20})\b", lambda n: int("".join(str(int(c, 36)) for c in n)) % 97 == 1),
    ("BIN", r"\b(\d{12}) \((?:BIN|Kazakhstan)\)", bin_),
)


def check_digits(content, name):
    for label, pattern, valid in CHECKS:
        for number in re.findall(pattern, content):
            if not valid(number):
                wrong.append(f"{name}: {label} {number} fails its check")


def main():
    counts = {}
    sdn = text("ofac", "sdn.csv")
    for name, columns in (("sdn.csv", 12), ("add.csv", 6), ("alt.csv", 5), ("sdn_comments.csv", 2)):
        content = text("ofac", name)
        if not content.endswith("\r\n\x1a"):
            wrong.append(f"ofac/{name}: must end with CRLF and 0x1A, as OFAC's files do")
        rows(content.rstrip("\x1a"), columns, f"ofac/{name}")
    uids = [row[0] for row in rows(sdn.rstrip("\x1a"), 12, "ofac/sdn.csv")]
    unique(uids, "ofac/sdn.csv")
    counts["OFAC"] = len(uids)
    check_digits(sdn, "ofac/sdn.csv")

    counts["EU"] = 0
    for name in ("32014R0269.csv", "32014R0833.csv"):
        content = text("eu", name)
        body = rows(content, 45, f"eu/{name}")[1:]
        unique([f"{row[3]} {row[1]}" for row in body if row[1]], f"eu/{name}")
        counts["EU"] += len(body)
        check_digits(content, f"eu/{name}")

    uk = text("uk", "UK-Sanctions-List.csv")
    head, _, rest = uk.partition("\n")
    if not re.fullmatch(r"Report Date: \d\d-[A-Z][a-z]{2}-\d{4}\r?", head):
        wrong.append("uk/UK-Sanctions-List.csv:1: expected Report Date: DD-Mon-YYYY")
    body = rows(rest, 58, "uk/UK-Sanctions-List.csv")[1:]
    counts["UK"] = len({row[1] for row in body})
    check_digits(uk, "uk/UK-Sanctions-List.csv")

    un = ElementTree.fromstring(text("un", "consolidated.xml").encode())
    records = [*un.iter("INDIVIDUAL"), *un.iter("ENTITY")]
    unique([record.findtext("REFERENCE_NUMBER") for record in records], "un/consolidated.xml")
    counts["UN"] = len(records)
    if sum(counts.values()) < 60:
        wrong.append(f"only {sum(counts.values())} designations, at least 60 are promised")

    deals = sorted(name for name in os.listdir(DEALS) if name.endswith(".json"))
    ids = []
    for name in deals:
        with open(os.path.join(DEALS, name), encoding="utf-8") as file:
            deal = json.load(file)
        ids.append(deal["id"])
        for party in deal["parties"]:
            numbers = party.get("identifiers", {})
            if "bin" in numbers and not bin_(numbers["bin"]):
                wrong.append(f"{name}: BIN {numbers['bin']} fails its check")
            if "inn" in numbers and not inn(numbers["inn"]):
                wrong.append(f"{name}: INN {numbers['inn']} fails its check")
    unique(ids, "examples/deals")
    if len(deals) < 12:
        wrong.append(f"only {len(deals)} sample deals, at least 12 are promised")

    for line in wrong:
        print(line)
    print(f"{', '.join(f'{key} {value}' for key, value in counts.items())} designations; {len(deals)} deals; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
