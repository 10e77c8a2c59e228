#!/usr/bin/env python3
"""Writes data/assure/deals.jsonl, the test set of deals that is shipped: the deals of examples/deals with the outcomes of its README.md.

usage: gen_assure_deals.py           write it
       gen_assure_deals.py --check   fail when it is not what this script writes
"""
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEALS = os.path.join(ROOT, "examples", "deals")
TARGET = os.path.join(ROOT, "data", "assure", "deals.jsonl")


def text():
    lines = []
    with open(os.path.join(DEALS, "README.md"), encoding="utf-8") as file:
        for line in file:
            row = re.match(r"\| (\S+\.json) \| (.*) \| (pass|review|licence_required|prohibited) \| (.*) \|$", line)
            if not row:
                continue
            with open(os.path.join(DEALS, row.group(1)), encoding="utf-8") as deal:
                case = {"deal": json.load(deal), "expected": row.group(3), "note": row.group(2)}
            lines.append(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n")
    if len(lines) < len([name for name in os.listdir(DEALS) if name.endswith(".json")]):
        sys.exit("examples/deals/README.md: has no row for some deal, expected one for each")
    return "".join(lines)


def main():
    made = text()
    if sys.argv[1:] == ["--check"]:
        with open(TARGET, encoding="utf-8", newline="") as file:
            if file.read() != made:
                sys.exit("data/assure/deals.jsonl: is not what scripts/gen_assure_deals.py writes; run it and commit both")
        return
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        file.write(made)


if __name__ == "__main__":
    main()
