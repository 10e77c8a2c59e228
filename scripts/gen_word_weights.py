#!/usr/bin/env python3
"""Makes data/names/word_weights.csv: how much a word says about who is meant, from how many names it stands in.

    scripts/gen_word_weights.py [--shared ../shared/data]

Reads the names of the lists below, which are for measuring only and are not in the repository, and writes a derived statistic:
the words that many names share, each with a weight from 0 to 1000. No name and no count of a list can be read from it.

How. Persons, organisations and ships are counted apart. A word counts once for each listed party and list, however many of its
aliases have it: some parties have a hundred aliases. Words are lower case, accents taken off, Latin letters only (names in other
scripts are romanised by the program, and their words then meet these). Translations into the official languages of the EU count
with the rest. In organisations a word that data/names has a meaning for counts as what it means, too: "zavod" and "plant" for
"zavod". For persons the invented names of the benchmark are added, which show which given and family names are common in
the population: both are shares, and the mean of the two shares counts, so that neither Arabic names (frequent in the lists) nor
Spanish ones (frequent in the benchmark) pass for common alone.

The weight of a word in df of N parties is

    1000 * (ln((N + 1) / (df + 1)) / ln((N + 1) / (df_cut + 1))) ** POWER

between FLOOR and 1000, rounded to 10, where df_cut is the smallest df that is kept. POWER is 1.5 for organisations, since with 1
"trading" would weigh half as much as a name that nobody else has. For persons the scale is flatter (FLOOR 550 for the commonest
name, 1000 at the cut), because two common names together still name somebody. The result is the same bytes each time.
"""
import argparse
import collections
import csv
import gzip
import io
import json
import math
import pathlib
import re
import unicodedata
import xml.etree.ElementTree

import gen_name_tables

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "data" / "names" / "word_weights.csv"
DATE = "2026-11-25"

PERSON, ORGANISATION, VESSEL = "person", "organisation", "vessel"
# Smallest share of the parties that a word must stand in to be kept, and the smallest number of them.
SHARE_MIN = {PERSON: 0.001, ORGANISATION: 0.0011, VESSEL: 0.003}
DF_MIN = {PERSON: 8, ORGANISATION: 8, VESSEL: 4}
POWER = {PERSON: 1.0, ORGANISATION: 1.5, VESSEL: 1.0}
FLOOR = {PERSON: 550, ORGANISATION: 150, VESSEL: 300}
LETTERS = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "a"}


def words_of(name):
    """The Latin words of a name. Dotted letters are one word, apostrophes are dropped, as text::tokenize does."""
    plain = "".join(LETTERS.get(c, c) for c in name.lower())
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = re.sub(r"\b(?:\w\.){2,}", lambda dotted: dotted.group().replace(".", "") + " ", re.sub("['`‘’ʼʻ′]", "", plain))
    return {word for word in re.split(r"\W+|_", plain) if re.fullmatch(r"[a-z]{2,}", word)}


def rows_of(path):
    data = gzip.open(path, "rb").read() if path.suffix == ".gz" else path.read_bytes()
    return csv.reader(io.StringIO(data.replace(b"\x1a", b"").decode("utf-8-sig")))


def ofac(shared):
    kinds = {"individual": PERSON, "vessel": VESSEL, "aircraft": None}
    parties = {}
    for row in rows_of(shared / "ofac" / "sdn_csv" / "sdn_2023-12-28.csv.gz"):
        if len(row) > 2:
            parties[row[0]] = (kinds.get(row[2].strip(), ORGANISATION), [row[1]])
    for row in rows_of(shared / "ofac" / "sdn_csv" / "alt_2023-12-28.csv.gz"):
        if len(row) > 3 and row[0] in parties:
            parties[row[0]][1].append(row[3])
    return parties.values()


def un(shared):
    root = xml.etree.ElementTree.fromstring(gzip.open(shared / "un" / "UN_consolidated_2026-02-27.xml.gz").read())
    for tag, kind in (("INDIVIDUAL", PERSON), ("ENTITY", ORGANISATION)):
        for entry in root.iter(tag):
            names = [" ".join(entry.findtext(f"{nth}_NAME") or "" for nth in ("FIRST", "SECOND", "THIRD", "FOURTH"))]
            yield kind, names + [alias.findtext("ALIAS_NAME") or "" for alias in entry.iter(f"{tag}_ALIAS")]


def eu(shared):
    for line in gzip.open(shared / "eu" / "eu_fsf_entities_2026-05-01.jsonl.gz", "rt", encoding="utf-8"):
        entry = json.loads(line)
        kind = PERSON if entry["subject_type"]["code"] == "person" else ORGANISATION
        yield kind, [alias.get("whole_name", "") for alias in entry["name_aliases"]]


def eu_833(shared):
    rows = rows_of(shared / "eu" / "eu_833_2014_annex_entities_2026-08.csv.gz")
    header = next(rows)
    for row in rows:
        entry = dict(zip(header, row))
        kind = {"Vessel": VESSEL, "Person": PERSON}.get(entry["schema"], ORGANISATION)
        yield kind, [entry["name"], entry["alias"], entry["previousName"]]


def uk(shared):
    kinds = {"Individual": PERSON, "Entity": ORGANISATION, "Ship": VESSEL}
    for line in gzip.open(shared / "uk" / "uk_sanctions_list_2026-08-22.jsonl.gz", "rt", encoding="utf-8"):
        entry = json.loads(line)
        names = (entry.get("names") or {}).get("names", [])
        yield kinds[entry["individual_entity_ship"]], [" ".join(name.get(f"name{n}") or "" for n in range(1, 7)) for name in names]


def meanings_of(name, reader):
    """The words of the canonical English of what data/names knows of a name."""
    known = (meaning for _, meaning in reader.read(name) if meaning and meaning[0] != "LegalForms")
    return set().union(*(words_of(meaning[1].strip('"')) for meaning in known))


def count(parties, reader):
    """Parties and, for each word, the parties it stands in, by kind."""
    total, found = collections.Counter(), {PERSON: collections.Counter(), ORGANISATION: collections.Counter(), VESSEL: collections.Counter()}
    for kind, names in parties:
        if kind is None:
            continue
        total[kind] += 1
        words = set().union(*(words_of(name) for name in names))
        if kind == ORGANISATION:
            words = words.union(*(meanings_of(name, reader) for name in names))
        found[kind].update(words)
    return total, found


def invented(shared):
    """Persons of the benchmark's invented names, given and family names alike."""
    for name in ("negatives_global.csv", "negatives_us.csv"):
        rows = rows_of(shared / "bench" / name)
        header = next(rows)
        for row in rows:
            entry = dict(zip(header, row))
            if words_of(entry["full_name"]):
                yield PERSON, [entry["first_name"], entry["last_name"], entry["middle_name"]]


def weights(kind, shares, parties):
    cut = max(SHARE_MIN[kind], DF_MIN[kind] / parties)
    scale = math.log((parties + 1) / (cut * parties + 1))
    kept = {word: share for word, share in shares.items() if share >= cut}
    top = max(kept.values())
    result = {}
    for word, share in kept.items():
        value = math.log((parties + 1) / (share * parties + 1)) / scale
        if kind == PERSON:
            lowest = math.log((parties + 1) / (top * parties + 1)) / scale
            value = (FLOOR[kind] + (1000 - FLOOR[kind]) * (value - lowest) / (1 - lowest)) / 1000
        result[word] = max(FLOOR[kind], min(1000, round(value ** POWER[kind] * 100) * 10))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared" / "data")
    shared = parser.parse_args().shared
    total, found = collections.Counter(), {PERSON: collections.Counter(), ORGANISATION: collections.Counter(), VESSEL: collections.Counter()}
    reader = gen_name_tables.Reader(gen_name_tables.make_tables(with_weights=False)[0])
    for source in (ofac, un, eu, eu_833, uk):
        parties, words = count(source(shared), reader)
        total.update(parties)
        for kind, counter in words.items():
            found[kind].update(counter)
    population, names = count(invented(shared), reader)
    lines = ["# How much a word says about who is meant: 1000 for a rare one, less for one that many names share. A word that is absent is rare.",
             "# Source: derived by scripts/gen_word_weights.py from counts over the OFAC, UN, EU and UK lists of 2023-12 to 2026-08; persons also",
             "# Source: from 20,000 invented names of the world's population. The formula is in the script. No list is reproduced.",
             f"# Date: {DATE}",
             "kind,word,weight"]
    for kind in (PERSON, ORGANISATION, VESSEL):
        shares = {word: df / total[kind] for word, df in found[kind].items()}
        if kind == PERSON:
            for word in set(shares) | set(names[PERSON]):
                shares[word] = (shares.get(word, 0) + names[PERSON][word] / population[PERSON]) / 2
        rows = weights(kind, shares, total[kind])
        lines += [f"{kind},{word},{weight}" for word, weight in sorted(rows.items(), key=lambda row: (row[1], row[0]))]
        print(f"{kind}: {len(rows)} words of {total[kind]} listed parties" + (f" and {population[kind]} others" if kind == PERSON else ""))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
