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


def imo(n):
    return len(n) == 7 and weighted(n, range(7, 1, -1)) % 10 == int(n[6])


def ogrn(n):
    return len(n) == 13 and int(n[:12]) % 11 % 10 == int(n[12])


def lei(n):
    return len(n) == 20 and int("".join(str(int(c, 36)) for c in n)) % 97 == 1


VALID = {"BIN": bin_, "IMO": imo, "INN": inn, "LEI": lei, "OGRN": ogrn}
CHECKS = (
    ("IMO", r"IMO ?(\d{7})\b"),
    ("INN", r"(?:Tax ID No\.|INN:) ?(\d{10,12})\b"),
    ("INN", r"\b(\d{10,12}) \(Tax ID/INN\)"),
    ("OGRN", r"(?:OGRN:|Registration (?:Number|ID)) ?(1\d{12})\b"),
    ("LEI", r"Legal Entity Number ([0-9A-Z]{20})\b"),
    ("BIN", r"\b(\d{12}) \((?:BIN|Kazakhstan)\)"),
)
checked = {}


def check_number(label, number, name):
    checked.setdefault(name.partition("/")[0], set()).add(label)
    if not VALID[label](number):
        wrong.append(f"{name}: {label} {number} fails its check")


def check_digits(content, name):
    for label, pattern in CHECKS:
        for number in re.findall(pattern, content):
            check_number(label, number, name)


def check_eu_numbers(row, name):
    """Columns of the annex tables that hold a number without saying which it is."""
    for column, label in (("innCode", "INN"), ("ogrnCode", "OGRN"), ("imoNumber", "IMO"), ("taxNumber", "INN")):
        if row[column]:
            check_number(label, row[column], name)
    number = row["registrationNumber"]
    if number.isdigit() and len(number) == 13:
        check_number("OGRN", number, name)
    elif number.isdigit() and row["address"].endswith("Kazakhstan"):
        check_number("BIN", number, name)


def check_uk_rows(body, header):
    """One designation takes many rows, which must not contradict each other."""
    rows_of = {}
    for row in body:
        rows_of.setdefault(row[1], []).append(dict(zip(header, row)))
    for uid, group in rows_of.items():
        for column in ("Designation Type", "Regime Name", "Sanctions Imposed", "Date Designated"):
            if len({row[column] for row in group}) != 1:
                wrong.append(f"uk/UK-Sanctions-List.csv: {uid} has rows of different {column}")
        if sum(row["Name type"].lower() == "primary name" for row in group) != 1:
            wrong.append(f"uk/UK-Sanctions-List.csv: {uid} must have one primary name")
    people = [group[0] for group in rows_of.values() if group[0]["Designation Type"] != "Ship"]
    if all("Asset freeze" in row["Sanctions Imposed"] for row in people):
        wrong.append("uk/UK-Sanctions-List.csv: a designation without an asset freeze is promised")
    return len(rows_of)


def check_deal(deal, name):
    for party in deal["parties"]:
        numbers = party.get("identifiers", {})
        for key in ("bin", "imo", "inn", "lei", "ogrn"):
            if key in numbers:
                check_number(key.upper(), numbers[key], f"examples/deals/{name}")
        opened = party.get("incorporated", "")
        # The first four digits of a BIN are the year and month of registration.
        if "bin" in numbers and opened and numbers["bin"][:4] != opened[2:4] + opened[5:7]:
            wrong.append(f"{name}: BIN {numbers['bin']} is not of {opened[:7]}, when {party['name']} was incorporated")
    for bank in deal.get("payment", {}).get("banks", []):
        bic = bank.get("bic", "")
        if bic and (not re.fullmatch(r"[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?", bic) or bic[4:6] != bank["country"]):
            wrong.append(f"{name}: \"{bic}\" is not a BIC of {bank['country']}")
    for leg in deal.get("route", []):
        if leg["place"][:2] != leg["country"]:
            wrong.append(f"{name}: {leg['place']} is not in {leg['country']}")
        check_digits(leg.get("vessel", ""), f"examples/deals/{name}")


def main():
    counts = {}
    of_party = {}
    sdn = text("ofac", "sdn.csv")
    for name, columns in (("sdn.csv", 12), ("add.csv", 6), ("alt.csv", 5), ("sdn_comments.csv", 2)):
        content = text("ofac", name)
        if not content.endswith("\r\n\x1a"):
            wrong.append(f"ofac/{name}: must end with CRLF and 0x1A, as OFAC's files do")
        of_party[name] = {row[0] for row in rows(content.rstrip("\x1a"), columns, f"ofac/{name}")}
    for name in ("add.csv", "alt.csv", "sdn_comments.csv"):
        if stray := of_party[name] - of_party["sdn.csv"]:
            wrong.append(f"ofac/{name}: numbers that sdn.csv does not have: {', '.join(sorted(stray))}")
    uids = [row[0] for row in rows(sdn.rstrip("\x1a"), 12, "ofac/sdn.csv")]
    unique(uids, "ofac/sdn.csv")
    counts["OFAC"] = len(uids)
    check_digits(sdn, "ofac/sdn.csv")

    counts["EU"] = 0
    for name in ("32014R0269.csv", "32014R0833.csv"):
        content = text("eu", name)
        header, *body = rows(content, 45, f"eu/{name}")
        unique([f"{row[3]} {row[1]}" for row in body if row[1]], f"eu/{name}")
        counts["EU"] += len(body)
        check_digits(content, f"eu/{name}")
        for row in body:
            check_eu_numbers(dict(zip(header, row)), f"eu/{name}")

    uk = text("uk", "UK-Sanctions-List.csv")
    head, _, rest = uk.partition("\n")
    if not re.fullmatch(r"Report Date: \d\d-[A-Z][a-z]{2}-\d{4}\r?", head):
        wrong.append("uk/UK-Sanctions-List.csv:1: expected Report Date: DD-Mon-YYYY")
    header, *body = rows(rest, 58, "uk/UK-Sanctions-List.csv")
    counts["UK"] = check_uk_rows(body, header)
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
        check_deal(deal, name)
    # A pattern that no longer finds anything would pass in silence.
    for where, labels in (("ofac", "BIN IMO INN LEI OGRN"), ("eu", "BIN IMO INN OGRN"), ("uk", "IMO INN OGRN"), ("examples", "BIN IMO INN")):
        for label in labels.split():
            if label not in checked.get(where, set()):
                wrong.append(f"{where}: no {label} was found to check")
    unique(ids, "examples/deals")
    if len(deals) < 12:
        wrong.append(f"only {len(deals)} sample deals, at least 12 are promised")

    for line in wrong:
        print(line)
    print(f"{', '.join(f'{key} {value}' for key, value in counts.items())} designations; {len(deals)} deals; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
