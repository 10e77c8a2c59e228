#!/usr/bin/env python3
"""Fit the numbers of policy/matching.toml on labelled pairs, with cross-validation.

    scripts/fit_matching.py                 fits K folds, each without the pairs that it is judged by, and measures them
    scripts/fit_matching.py --write         fits all pairs as well, and writes [parameters] of policy/matching.toml
    scripts/fit_matching.py --folds 0 --write    only that

The pairs of ../shared/data/bench/name_pairs.csv are few (407), so other examples stand beside them, with small weights:
    names of the OFAC and UN lists with one and two errors, as scripts/matching/errors.py makes them but of another seed: matches
    names of EU and UN lists in another script against the entity's nearest Latin name: matches
    the first half of the invented innocents against the listed names nearest to them: no matches
    listed names against the nearest names of other entries of the same list: no matches
They are made once and kept in build/fit/. The search itself is tools/fit_matching.cpp; build it with
    ninja -C build/release tamga fit_matching
docs/matching.md says what the numbers do and what came out.
"""
import concurrent.futures
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "matching"))

import common  # noqa: E402
import errors  # noqa: E402
import pairs as labelled  # noqa: E402
import scripts  # noqa: E402

COLUMNS = ["name1", "name2", "schema", "is_match", "weight"]
# What all examples of a kind weigh together; the labelled pairs weigh one each.
WEIGHTS = {"one error": 220, "two errors": 90, "other script": 100, "innocent": 130, "another entry": 40}
FIT = os.path.join(common.ROOT, "build", "fit")
PROGRAM = os.path.join(common.ROOT, "build", "release", "fit_matching")
MATCHING = os.path.join(common.ROOT, "policy", "matching.toml")


def made_errors(changes, count):
    names = list(errors.suitable(common.read_ofac() + common.read_un()))
    return [(row["name"], row["listed"], row["schema"], "true") for row in errors.generate(names, count, changes, common.SEED + 77)]


def nearest(tamga, rows, lists=None, threshold=0.5):
    return zip(rows, tamga.screen(rows, ["name", "schema"], threshold=threshold, lists=lists))


def innocents(tamga):
    made = []
    for file in ("us", "global"):
        people = common.read_csv(common.data(f"bench/negatives_{file}.csv"))[:5000]
        rows = [{"name": person["full_name"], "schema": "Person"} for person in people]
        for row, answer in nearest(tamga, rows):
            made += [(row["name"], hit["matched_name"], "Person", "false") for hit in answer["hits"][:2]]
    return made


def another_entry(tamga, count):
    entries = [entry for entry in common.read_ofac() if entry.schema in ("Person", "Organization", "Vessel")]
    random.Random(common.SEED).shuffle(entries)
    own = {entry.id: {common.same_name_key(name.text) for name in entry.names} for entry in entries}
    rows = [{"name": entry.names[0].text, "schema": entry.schema, "id": entry.id} for entry in entries[:count]]
    made = []
    for row, answer in nearest(tamga, rows, threshold=0.6):
        others = [hit for hit in answer["hits"] if hit["id"] != row["id"] and hit["list"] == "us_ofac_sdn"]
        # Entries that share a name are one owner's ships and branches, or one person twice: they say nothing.
        others = [hit for hit in others if not own[row["id"]] & own.get(hit["id"], set())]
        made += [(row["name"], hit["matched_name"], row["schema"], "false") for hit in others[:2]]
    return made


def other_script(tamga, count):
    queries = []
    for source in ("un", "eu"):
        found = scripts.collect(source)[1]
        queries += [query for query in found if query["schema"] == "Person"]
    random.Random(common.SEED).shuffle(queries)
    queries = queries[:count]
    best = tamga.best_scores([(query["name"], [name.text for name in query["entry"].latin], query["schema"]) for query in queries])
    return [(query["name"], name, query["schema"], "true") for query, (score, name) in zip(queries, best) if score >= 0.3]


def examples(options):
    path = os.path.join(FIT, "examples.csv")
    if os.path.exists(path) and not options.again:
        return common.read_csv(path)
    kinds = {"one error": made_errors(1, 2500), "two errors": made_errors(2, 2500)}
    with common.Tamga(options) as tamga:
        tamga.import_lists(common.ofac_files(), common.OFAC_DAY)
        tamga.import_lists([common.un_file()], common.UN_DAY)
        kinds["innocent"] = innocents(tamga)
        kinds["another entry"] = another_entry(tamga, 3000)
        kinds["other script"] = other_script(tamga, 1200)
    rows = []
    for kind, made in kinds.items():
        common.progress(f"{len(made)} examples: {kind}")
        rows += [dict(zip(COLUMNS, (*row, f"{WEIGHTS[kind] / len(made):.5f}"))) for row in made]
    os.makedirs(FIT, exist_ok=True)
    common.write_csv(path, COLUMNS, rows)
    return rows


def fit(name, chosen, extra, options):
    """Runs the search on these labelled pairs and the examples; the file with the parameters."""
    train, out = os.path.join(FIT, f"{name}.csv"), os.path.join(FIT, f"{name}.toml")
    common.write_csv(train, COLUMNS, [dict(pair, weight=1) for pair in chosen] + extra)
    done = subprocess.run([PROGRAM, train, out, "--rounds", str(options.rounds), "--seed", str(options.seed)], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        common.fail(f"fit_matching ended with status {done.returncode}: {done.stderr.strip()}")
    common.progress(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    return out


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--folds", type=int, default=5, metavar="K")
    parser.add_argument("--rounds", type=int, default=24, help="of the search [24]")
    parser.add_argument("--seed", type=int, default=common.SEED)
    parser.add_argument("--again", action="store_true", help="make the other examples anew")
    parser.add_argument("--write", action="store_true", help="write policy/matching.toml")
    options = parser.parse_args()
    if not os.access(PROGRAM, os.X_OK):
        common.fail(f"{PROGRAM}: is not here; build it with ninja -C build/release fit_matching")
    pairs = labelled.read_pairs(common.data("bench/name_pairs.csv"))
    extra = examples(options)
    fold = labelled.fold_of_each(pairs, options.folds, options.seed) if options.folds else [0] * len(pairs)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        work = {k: pool.submit(fit, f"fold_{k}", [p for p, f in zip(pairs, fold) if f != k], extra, options) for k in range(options.folds)}
        everything = pool.submit(fit, "all", pairs, extra, options) if options.write else None
        for k in work:
            work[k].result()
        found = everything.result() if everything else None
    if options.folds:
        sys.stdout.flush()
        subprocess.run([sys.executable, os.path.join(common.ROOT, "scripts", "matching", "pairs.py"), "--folds", str(options.folds), "--seed",
                        str(options.seed), "--parameters-dir", FIT, "--tamga", options.tamga], check=True)
    if found:
        with open(MATCHING, encoding="utf-8") as file:
            text = file.read()
        with open(found, encoding="utf-8") as file:
            numbers = file.read()
        with open(MATCHING, "w", encoding="utf-8") as file:
            file.write(re.sub(r"\[parameters\]\n(?:\w+ = \d+\n)*", lambda _: numbers, text))
        common.progress(f"{os.path.relpath(MATCHING, common.ROOT)} is written")


if __name__ == "__main__":
    main()
