#!/usr/bin/env python3
"""Makes the tables of data/goods that are long or repeat each other, from the short tables below.

    scripts/gen_goods_tables.py [--shared ../shared/data]

Writes chpl_*.csv, eu_833_xl.csv, us_746_supp4.csv, us_746_supp7.csv, and, where the file of codes is at hand,
eu_833_export_ban_2023.csv. The other tables of data/goods are written by hand. Run it again after a change here; the
result is the same bytes each time.
"""
import argparse
import csv
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLLECTED = "2026-11-23"

# Common High Priority List, edition of 23 February 2024: 4 + 5 + 16 + 9 + 11 + 5 = 50 HS 2022 codes. The words are
# ours and short; the list itself gives the headings of the Harmonized System.
CHPL = {
    "1": {
        "854231": "processors and controllers (integrated circuits)",
        "854232": "memories (integrated circuits)",
        "854233": "amplifiers (integrated circuits)",
        "854239": "other integrated circuits",
    },
    "2": {
        "851762": "apparatus to receive, convert, transmit or route voice or data",
        "852691": "radio navigation apparatus",
        "853221": "tantalum capacitors",
        "853224": "multilayer ceramic capacitors",
        "854800": "electrical parts of machines, not named elsewhere in chapter 85",
    },
    "3a": {
        "847150": "processing units of computers",
        "850440": "static converters (power supplies, inverters)",
        "851769": "other communication apparatus",
        "852589": "other cameras",
        "852910": "aerials and their parts",
        "852990": "parts of apparatus of 8524 to 8528",
        "853669": "plugs and sockets up to 1000 V",
        "853690": "other connectors and switching apparatus up to 1000 V",
        "854110": "diodes, neither photosensitive nor light-emitting",
        "854121": "transistors below 1 W",
        "854129": "transistors of 1 W and more",
        "854130": "thyristors, diacs and triacs",
        "854149": "other photosensitive semiconductor devices, not photovoltaic",
        "854151": "semiconductor-based transducers",
        "854159": "other semiconductor devices",
        "854160": "mounted piezo-electric crystals",
    },
    "3b": {
        "848210": "ball bearings",
        "848220": "tapered roller bearings",
        "848230": "spherical roller bearings",
        "848250": "other cylindrical roller bearings",
        "880730": "other parts of aeroplanes, helicopters and unmanned aircraft",
        "901310": "telescopic sights, periscopes, telescopes for machines",
        "901380": "other optical devices and instruments",
        "901420": "instruments for aeronautical or space navigation",
        "901480": "other navigational instruments",
    },
    "4a": {
        "847180": "other units of computers",
        "848610": "machines that make semiconductor boules or wafers",
        "848620": "machines that make semiconductor devices or integrated circuits",
        "848640": "machines for masks, assembly and handling of semiconductors",
        "853400": "printed circuits",
        "854320": "signal generators",
        "902750": "other instruments that use optical radiation",
        "903020": "oscilloscopes and oscillographs",
        "903032": "multimeters with a recording device",
        "903039": "other instruments for voltage, current, resistance or power, with a recording device",
        "903082": "instruments that test semiconductor wafers or devices",
    },
    "4b": {
        "845710": "machining centres for metal",
        "845811": "horizontal lathes, numerically controlled",
        "845891": "other lathes, numerically controlled",
        "845961": "other milling machines, numerically controlled",
        "846693": "parts of machine tools of 8456 to 8461",
    },
}
CHPL_SOURCE = "BIS Common High Priority List, 23 February 2024 (bis.gov), looked up through a public copy of 2026-08-11"


def write(name, header, rows):
    """rows: (code, from, to, verified, words)"""
    path = ROOT / "data" / "goods" / name
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for key, value in header:
            out.write(f"# {key}: {value}\n")
        out.write("code,from,to,verified,words\n")
        for row in sorted(rows):
            words = row[-1]
            if "," in words or '"' in words:
                words = '"' + words.replace('"', '""') + '"'
            out.write(",".join(row[:-1]) + "," + words + "\n")
    print(f"{path.relative_to(ROOT)}: {len(rows)} codes")


def chpl():
    for tier, codes in CHPL.items():
        write(f"chpl_{tier}.csv", [
            ("list", f"chpl.{tier}"),
            ("title", "Common High Priority List, tier " + ".".join(tier.upper())),
            ("regime", "all"),
            ("article", "Common High Priority List of the US, the EU, the UK and Japan, 23 February 2024"),
            ("source", CHPL_SOURCE),
            ("collected", COLLECTED),
            ("script", "scripts/gen_goods_tables.py"),
            ("verified", "yes"),
            ("from", "2024-02-23"),
            ("note", "The codes of this edition; still in force when last looked up on 2026-08-11. The editions of 2023, which held fewer"),
            ("note", "codes, are not kept, so that a day before 2024-02-23 finds nothing here."),
        ], [(code, "", "", "", words) for code, words in codes.items()])


def annex_xl():
    write("eu_833_xl.csv", [
        ("list", "eu.833.xl"),
        ("title", "EU common high priority items, Annex XL"),
        ("regime", "eu"),
        ("article", "Reg (EU) 833/2014 Art 12g, 12ga, 12gb, Annex XL"),
        ("source", "Council Regulation (EU) No 833/2014, Annex XL as amended to 50 HS codes; the codes are those of the Common High Priority List"),
        ("collected", COLLECTED),
        ("script", "scripts/gen_goods_tables.py"),
        ("verified", "yes"),
        ("from", "2024-03-20"),
        ("note", "In effect from the day on which Art 12g applies. Art 12ga and 12gb (26 December 2024) apply later; the rules hold those days."),
        ("note", "Contracts from before 19 December 2023 had until 20 December 2024."),
    ], [(code, "", "", "", words) for codes in CHPL.values() for code, words in codes.items()])


def supplement_4():
    # 88 FR 33422 (19 May 2023) is said to have taken in all of chapters 84, 85 and 90; not checked against the table.
    rows = [("84", "2023-05-19", "", "no", "all of chapter 84, to be verified"),
            ("85", "2023-05-19", "", "no", "all of chapter 85, to be verified"),
            ("90", "2023-05-19", "", "no", "all of chapter 90, to be verified")]
    for codes in CHPL.values():
        for code, words in codes.items():
            in_chapters = code[:2] in ("84", "85", "90")
            rows.append((code, "2024-02-23", "", "yes" if in_chapters else "no", words))
    write("us_746_supp4.csv", [
        ("list", "us.746.supp4"),
        ("title", "EAR industrial items by HTS code, Supplement No. 4 to Part 746"),
        ("regime", "us"),
        ("article", "15 CFR 746.8(a)(5), Supp. No. 4 to Part 746"),
        ("source", "The common high priority items, all of which need a US licence for Russia; the chapters from general knowledge of 88 FR 33422"),
        ("collected", COLLECTED),
        ("script", "scripts/gen_goods_tables.py"),
        ("verified", "partly"),
        ("note", "The supplement's own table was not at hand. Codes outside chapters 84, 85 and 90 are missing, 8807.30 is not verified."),
    ], rows)


def supplement_7():
    write("us_746_supp7.csv", [
        ("list", "us.746.supp7"),
        ("title", "EAR items for unmanned aircraft, Supplement No. 7 to Part 746"),
        ("regime", "us"),
        ("article", "15 CFR 746.7, 734.9(j), Supp. No. 7 to Part 746"),
        ("source", "Tiers 1 and 2 of the Common High Priority List as the known core of the supplement; its own table was not at hand"),
        ("collected", COLLECTED),
        ("script", "scripts/gen_goods_tables.py"),
        ("verified", "no"),
        ("from", "2023-02-24"),
        ("note", "Codes are missing, engines among them."),
    ], [(code, "", "", "", words) for tier in ("1", "2") for code, words in CHPL[tier].items()])


def export_ban_2023(shared):
    """Codes only. Where the author put in a whole heading, the heading; else the CN 8 code."""
    goods = shared / "goods"
    source = goods / "eu_export_sanctions_cn8_2023-01.csv"
    if not source.exists():
        print(f"{source} is not here: data/goods/eu_833_export_ban_2023.csv stays as it is")
        return
    def column(path):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [row["code"] for row in csv.DictReader(lines)]
    codes = set(column(source))
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    # The inputs say which headings are meant whole; nothing else proves that a prefix is covered to its last code.
    headings = {code for code in column(goods / "eu_export_sanctions_input_codes_2023-01.csv") if len(code) == 4}
    assert all(any(code.startswith(heading) for code in codes) for heading in headings)
    rows = [(heading, "", "", "", "whole heading") for heading in headings]
    rows += [(code, "", "", "", "") for code in codes if code[:4] not in headings]
    covered = {code for code in codes if any(code.startswith(row[0]) for row in rows)}
    assert covered == codes
    write("eu_833_export_ban_2023.csv", [
        ("list", "eu.833.export_ban_2023"),
        ("title", "Codes under an EU export ban to Russia in January 2023, annex not stated"),
        ("regime", "eu"),
        ("article", "Reg (EU) 833/2014, export bans (Art 2a, 3b, 3c, 3f, 3h, 3k and others); the annex of a code is not known"),
        ("source", "codes of vzemlys/ruimpeks, meta/export_sanctions_codes.csv and raw/input_codes.csv, 23 January 2023"),
        ("licence", "MIT, Copyright the authors of github.com/vzemlys/ruimpeks"),
        ("collected", COLLECTED),
        ("script", "scripts/gen_goods_tables.py"),
        ("verified", "no"),
        ("from", "2023-01-23"),
        ("note", "A third party's union of the annexes. Conditions of the annexes (value, use, exemptions) and all later packages are missing,"),
        ("note", "so a code that is found wants a look at the annexes, and one that is not found is not thereby free."),
    ], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    arguments = parser.parse_args()
    chpl()
    annex_xl()
    supplement_4()
    supplement_7()
    export_ban_2023(arguments.shared)


if __name__ == "__main__":
    main()
