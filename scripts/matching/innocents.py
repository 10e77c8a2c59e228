#!/usr/bin/env python3
"""Changed UN names that must be found, and invented innocents that must not be, against the full OFAC list of 2023-12-28 and the UN list.

    scripts/matching/innocents.py                    ../shared/data/bench: positives_un.csv, negatives_us.csv, negatives_global.csv
    scripts/matching/innocents.py --un 2025-04-19    the UN list that still holds all 337 names of positives_un.csv; later lists lack up to three
    scripts/matching/innocents.py --dump DIR         also writes DIR/positives_missed.csv and DIR/alerts_….csv, one line an alert, with its score

A changed name is found when an entry of the UN list that carries the listed name is among the hits. An innocent alerts when there is any hit.
Near: the innocents that one change leads from a listed name of two words or more to: a word more, a word less, one letter, two neighbouring letters.
A matcher that finds every name with one change (errors.py) alerts on them.
Goals: all but one found; at most 1 alert in 1,000 by name alone and 1 in 5,000 with birth dates. "How alike" in a list of alerts: `same` (the same
words), `part` (one has all words of the other), `one` (all words but one of the shorter), `other`.
"""
import collections
import os
import re
import sys

import common
import scripts as two_scripts

NEGATIVES = ("negatives_us", "negatives_global")
MODES = {"name alone": [], "with birth date": ["birth_date"], "with country": ["country"], "with birth date and country": ["birth_date", "country"]}
OTHER_COUNTRY_NAMES = {"east timor": "tl", "ivory coast": "ci"}


def country_codes():
    """The names of src/lists/countries.cpp: what a user would have to type."""
    path = os.path.join(common.ROOT, "src", "lists", "countries.cpp")
    found = re.findall(r'Country\{"([^"]+)", "([a-z]{2})"\}', open(path, encoding="utf-8").read()) if os.path.exists(path) else []
    return dict(found) | OTHER_COUNTRY_NAMES


def how_alike(query, listed):
    if not two_scripts.is_latin(query):
        known = two_scripts.alike(query, [listed])
        return "same" if known == 1 and len(query.split()) == len(listed.split()) else "other"
    mine, theirs = set(common.same_name_key(query).split()), set(common.same_name_key(listed).split())
    if mine == theirs:
        return "same"
    if mine <= theirs or theirs <= mine:
        return "part"
    return "one" if len(mine & theirs) >= min(len(mine), len(theirs)) - 1 else "other"


def one_change(word, other):
    """One letter more, less or other, or two neighbours swapped."""
    front = len(os.path.commonprefix([word, other]))
    back = min(len(os.path.commonprefix([word[::-1], other[::-1]])), len(word) - front, len(other) - front)
    mine, theirs = word[front:len(word) - back], other[front:len(other) - back]
    return max(len(mine), len(theirs)) <= 1 or len(mine) == len(theirs) == 2 and mine == theirs[::-1]


def near(file, entries):
    listed = [common.same_name_key(name.text).split() for entry in entries if entry.schema == "Person" for name in entry.names if name.kind != "weak"]
    with_word, result, examples = collections.defaultdict(set), collections.Counter(), {}
    for number, words in enumerate(listed):
        for word in words:
            with_word[word].add(number)
    for row in common.read_csv(common.data(f"bench/{file}.csv")):
        query, found = common.same_name_key(row["full_name"]).split(), {}
        if len(query) < 2:
            continue
        for number in set().union(*(with_word.get(word, ()) for word in query)):
            mine, theirs = list((collections.Counter(query) - collections.Counter(listed[number])).elements()), \
                list((collections.Counter(listed[number]) - collections.Counter(query)).elements())
            if len(listed[number]) < 2 or len(mine) > 1 or len(theirs) > 1:
                continue
            if not mine and not theirs:
                found["the same words"] = number
            elif mine and theirs and min(len(mine[0]), len(theirs[0])) >= 3 and one_change(mine[0], theirs[0]):
                found["one letter"] = number
            elif not theirs:
                found["a word more"] = number
            elif not mine and len(listed[number]) >= 3:
                found["a word less"] = number
        if found:
            kind = next(kind for kind in ("the same words", "one letter", "a word more", "a word less") if kind in found)
            result[kind] += 1
            examples[row["full_name"]] = " ".join(listed[found[kind]])
    return {"names": sum(result.values()), **result, "examples": examples}


def positives(tamga, un_day):
    rows, entries = common.read_csv(common.data("bench/positives_un.csv")), common.read_un(un_day)
    named, by_id = collections.defaultdict(set), {entry.id: entry for entry in entries}
    for entry in entries:
        named[common.same_name_key(entry.names[0].text)].add(entry.id)
    asked, gone = [], []
    for number, row in enumerate(rows):
        ids = named.get(common.same_name_key(row["listed"]), set())
        if ids:
            asked.append({"line": number + 2, "name": row["query"], "listed": row["listed"], "schema": "Person", "birth_date": row["birth_date"],
                          "country": row["nationality"], "ids": ids})
        else:
            gone.append(row["listed"])
    result = {"un": un_day, "names": len(asked), "not_on_this_list": gone, "found": {}, "missed": []}
    missed = {}
    for mode, extra in MODES.items():
        answers = tamga.screen(asked, ["name", "schema", *extra])
        found = 0
        for row, answer in zip(asked, answers):
            hits = {hit["id"]: (place, hit["score"]) for place, hit in enumerate(answer.get("hits", []), 1)}
            here = sorted(hits[id_] for id_ in row["ids"] if id_ in hits)
            found += bool(here)
            if not here:
                missed.setdefault(row["line"], (row, []))[1].append(mode)
        result["found"][mode] = found
    best = tamga.best_scores([(row["name"], [name.text for id_ in row["ids"] for name in by_id[id_].names], "Person") for row, _ in missed.values()])
    for (row, modes), (score, name) in zip(missed.values(), best):
        result["missed"].append({"line": row["line"], "query": row["name"], "listed": row["listed"], "birth_date": row["birth_date"],
                                 "missed": modes, "compare_score": score, "with": name})
    return result


def negatives(tamga, file, dump):
    rows, codes, unknown = [], country_codes(), collections.Counter()
    for row in common.read_csv(common.data(f"bench/{file}.csv")):
        country = codes.get(row["nationality"].lower(), "")
        unknown[row["nationality"]] += not country
        rows.append({"name": row["full_name"], "schema": "Person", "birth_date": row["date_of_birth"], "country": country})
    result = {"file": file, "names": len(rows), "countries_not_known": sorted(name for name, count in unknown.items() if count), "modes": {}}
    for mode, extra in MODES.items():
        alerts = []
        for line, (row, answer) in enumerate(zip(rows, tamga.screen(rows, ["name", "schema", *extra])), 2):
            if "error" in answer:
                common.fail(f"{file}:{line}: {row['name']}: {answer['error']}")
            for hit in answer["hits"]:
                alerts.append({"line": line, "query": row["name"], "birth_date": row["birth_date"], "country": row["country"], "score": hit["score"],
                               "matched_name": hit["matched_name"], "caption": hit["caption"], "id": hit["id"], "list": hit["list"],
                               "alike": how_alike(row["name"], hit["matched_name"]),
                               "how": "; ".join(f"{e['query']}>{e['listed']} {e['how']}" for e in hit.get("explain", []))})
        result["modes"][mode] = {
            "rows": len({alert["line"] for alert in alerts}),
            "hits": len(alerts),
            "by_list": dict(collections.Counter(list_ for list_, _ in {(alert["list"], alert["line"]) for alert in alerts})),
            "by_likeness": dict(collections.Counter(alert["alike"] for alert in alerts)),
        }
        result["modes"][mode]["per_10000"] = round(10000 * result["modes"][mode]["rows"] / len(rows), 1)
        alerts.sort(key=lambda alert: (-alert["score"], alert["query"], alert["id"]))
        if mode == "name alone":
            result["examples"] = [{key: alert[key] for key in ("score", "query", "matched_name", "id", "alike")} for alert in alerts]
        if dump and alerts:
            os.makedirs(dump, exist_ok=True)
            common.write_csv(os.path.join(dump, f"alerts_{file}_{mode.replace(' ', '_')}.csv"), list(alerts[0]), alerts)
        common.progress(f"{file} {mode}: {result['modes'][mode]['rows']} of {len(rows)} names alert")
    return result


def text(result):
    lines = []
    for found in result["positives"]:
        parts = ", ".join(f"{mode} {count}" for mode, count in found["found"].items())
        lines.append(f"changed UN names, list of {found['un']}: of {found['names']} found {parts}"
                     + (f"; not on this list: {', '.join(found['not_on_this_list'])}" if found["not_on_this_list"] else ""))
        for miss in found["missed"]:
            lines.append(f"  missed ({', '.join(miss['missed'])}): {miss['query']} | {miss['listed']}: compare gives {miss['compare_score']}"
                         f" with {miss['with']} (line {miss['line']})")
    rows = [[part["file"], mode, m["rows"], m["per_10000"], m["hits"], ", ".join(f"{k} {v}" for k, v in sorted(m["by_list"].items())),
             ", ".join(f"{k} {v}" for k, v in sorted(m["by_likeness"].items()))] for part in result["negatives"] for mode, m in part["modes"].items()]
    if not rows:
        return "\n".join(lines)
    lines.append(common.table(["innocents", "asked", "alerting names", "of 10,000", "hits", "names by list", "hits by likeness"], rows))
    for part in result["negatives"]:
        lines.append(f"{part['file']}: {part['near']['names']} are one change from a listed name: "
                     + ", ".join(f"{kind} {count}" for kind, count in part["near"].items() if kind not in ("names", "examples")))
    if result["examples"]:
        for part in result["negatives"]:
            for alert in part["examples"][:result["examples"]]:
                lines.append(f"  {alert['score']:.4f} {alert['alike']:<5} {alert['query']} | {alert['matched_name']} ({alert['id']})")
    return "\n".join(lines)


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--un", default=common.UN_DAY, metavar="DAY", help=f"edition of the UN list [{common.UN_DAY}]")
    parser.add_argument("--dump", metavar="DIR", help="where the files of misses and alerts go")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="print the N highest alerts of each file by name alone")
    parser.add_argument("--no-negatives", action="store_true", help="only the changed UN names")
    options = parser.parse_args()
    result = {"un": options.un, "ofac": common.OFAC_DAY, "positives": [], "negatives": [], "examples": options.examples}
    with common.Tamga(options) as tamga:
        tamga.import_lists([*common.ofac_files(), common.un_file(options.un)], common.OFAC_DAY)
        result["positives"].append(positives(tamga, options.un))
        entries = [] if options.no_negatives else common.read_ofac() + common.read_un(options.un)
        for file in () if options.no_negatives else NEGATIVES:
            result["negatives"].append(negatives(tamga, file, options.dump))
            result["negatives"][-1]["near"] = near(file, entries)
    if options.dump and result["positives"][0]["missed"]:
        os.makedirs(options.dump, exist_ok=True)
        missed = [dict(miss, missed=", ".join(miss["missed"])) for miss in result["positives"][0]["missed"]]
        common.write_csv(os.path.join(options.dump, "positives_missed.csv"), list(missed[0]), missed)
    common.show(result, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
