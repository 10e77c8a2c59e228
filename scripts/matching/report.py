#!/usr/bin/env python3
"""Runs every measurement of matching and prints one Markdown table, with the goals, the commands and the seeds.

    scripts/matching/report.py                    all of them, some two minutes
    scripts/matching/report.py --only pairs,errors
    scripts/matching/report.py --parameters-dir DIR    also the cross-validation with DIR/fold_K.toml (see pairs.py)
    scripts/matching/report.py --dump DIR         also what was missed and what alerted, for reading
"""
import json
import os
import subprocess
import sys

import common

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = ("pairs", "innocents", "errors", "scripts", "together", "peers", "many_names")


def run(options, script, *words, program=True):
    """The result of a script as it gives it with --json, and the command to print."""
    extra = ["--tamga", options.tamga, *(["--threads", str(options.threads)] if options.threads else [])] if program else []
    common.progress(" ".join([script, *words]))
    done = subprocess.run([sys.executable, os.path.join(HERE, script), *words, *extra, "--json"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        common.fail(f"{script} ended with status {done.returncode}")
    shown = [word for i, word in enumerate(words) if word != "--dump" and (i == 0 or words[i - 1] != "--dump")]
    return json.loads(done.stdout), "`" + " ".join([f"scripts/matching/{script}", *shown]) + "`"


def percent(value, digits=1):
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def pairs_rows(options, dump):
    result, command = run(options, "pairs.py", "--folds", "5")
    whole = result["all"]
    yield "labelled pairs, AUC", f"{whole['auc']:.3f}", "0.93", command
    yield "labelled pairs, accuracy at 0.7; at the best threshold", f"{whole['accuracy']:.3f}; {whole['best_accuracy']:.3f}", "0.87", "the same"
    folds = f"{result['mean_auc']:.3f}; {result['fitted_accuracy']:.3f}"
    yield "the same in 5 folds: mean AUC; accuracy with the others' threshold", folds, "", "the same"
    if options.parameters_dir:
        result, command = run(options, "pairs.py", "--folds", "5", "--parameters-dir", options.parameters_dir)
        yield "fitted in 5 folds: AUC of all; mean of the folds", f"{result['all']['auc']:.3f}; {result['mean_auc']:.3f}", "0.93", command
        yield "fitted in 5 folds: accuracy at 0.7; with the others' threshold", \
            f"{result['all']['accuracy']:.3f}; {result['fitted_accuracy']:.3f}", "0.87", "the same"


def innocents_rows(options, dump):
    result, command = run(options, "innocents.py", *dump)
    found = result["positives"][0]
    share = f"{found['found']['name alone']} of {found['names']}"
    yield f"changed UN names on the list of {found['un']}, found by name alone", share, "all but 1", command
    for part in result["negatives"]:
        for mode, goal in (("name alone", "10"), ("with birth date", "2"), ("with country", ""), ("with birth date and country", "")):
            measured = f"{part['modes'][mode]['per_10000']:.0f}"
            yield f"{part['file']}, {mode}: innocents of 10,000 that alert", measured, f"at most {goal}" if goal else "", "the same"
        yield f"{part['file']}: innocents that are one change from a listed name", str(part["near"]["names"]), "", "the same"
    result, command = run(options, "innocents.py", "--un", "2025-04-19", "--no-negatives")
    found = result["positives"][0]
    yield f"the same on the list of {found['un']}", f"{found['found']['name alone']} of {found['names']}", "all but 1", command


def errors_rows(options, dump):
    result, command = run(options, "errors.py", *dump)
    for part in result:
        whole, worst = part["all"], sorted(part["kind of change"].items(), key=lambda item: item[1]["recall"])[:3]
        share = f"{percent(whole['recall'], 2)} ({100 * whole['low']:.2f} to {100 * whole['high']:.2f})"
        goal = "99.5 %" if part["changes"] == 1 else "97 %"
        yield f"listed names with {part['changes']} change(s), {whole['queries']} asked: found", share, goal, command
        yield "of these the least found kinds", ", ".join(f"{kind} {percent(found['recall'])}" for kind, found in worst), "", "the same"
        yield "of these persons; organisations; vessels", "; ".join(percent(part["schema"].get(schema, {}).get("recall")) for schema in
                                                                      ("Person", "Organization", "Vessel")), "", "the same"


GOALS_OF_SCRIPTS = {"Russian, Ukrainian, Kazakh": "97 %", "Arabic script": "90 %", "Chinese": "85 %"}


def scripts_rows(options, dump, *words):
    result, command = run(options, "scripts.py", *words, *dump)
    yield "**one name in two scripts: first, first or tied, found, first or tied of those alike**" + (", one index" if words else ""), "", "", command
    group = ""
    for row in result["rows"]:
        group = row["label"][0] or group
        small = group not in GOALS_OF_SCRIPTS and (row["label"][1] != "all" or row["entities"] < 30)
        if not small and (not words or row["label"][1] == "all"):
            label = f"{group}: {row['label'][1]} ({row['entities']} entities, {row['names']} names)"
            values = "; ".join(percent(row[key]) for key in ("first", "first_or_tied", "found", "first_or_tied_of_alike"))
            yield label, values, GOALS_OF_SCRIPTS.get(group, "") if row["label"][1] == "all" else "", ""


def peers_rows(options, dump):
    result, command = run(options, "peers.py", *(["--brute-force", options.brute_force] if options.brute_force else []))
    for name, peer in result["peers"].items():
        yield (f"{name}, {result['names']} names: queries/s; p50; p99; changed names in the ten best",
               f"{peer['queries_per_second']}; {peer['p50_ms']} ms; {peer['p99_ms']} ms; {peer['found']} of {peer['of']}", "", command)
        command = "the same"
    for name, why in result["absent"].items():
        yield name, f"not measured: {why}", "", "the same"


def many_rows(options, dump):
    result, command = run(options, "many_names.py", os.devnull, program=False)
    law = result["law"][-1]
    yield (f"{result['names']} names made", f"{result['seconds']:.0f} s, {law['words']} words, {law['different']} different", "180 s",
           command.replace(os.devnull, "names.jsonl"))


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--only", default=",".join(STEPS), help=f"of {','.join(STEPS)}")
    parser.add_argument("--parameters-dir", metavar="DIR", help="parameters fitted in 5 folds")
    parser.add_argument("--brute-force", metavar="PROGRAM", help="see peers.py")
    parser.add_argument("--dump", metavar="DIR", help="where the lists of failures go")
    options = parser.parse_args()
    common.check_program(options)
    chosen = options.only.split(",")
    if unknown := [step for step in chosen if step not in STEPS]:
        common.fail(f"{unknown[0]}: is not a measurement, expected some of {', '.join(STEPS)}")
    rows = []

    def dump_of(step):
        return ["--dump", os.path.join(options.dump, step)] if options.dump else []

    makers = {"pairs": pairs_rows, "innocents": innocents_rows, "errors": errors_rows, "scripts": scripts_rows,
              "together": lambda o, d: scripts_rows(o, d, "--together"), "peers": peers_rows, "many_names": many_rows}
    for step in STEPS:
        if step in chosen:
            rows += [list(row) for row in makers[step](options, dump_of(step))]
    with common.Tamga(options) as tamga:
        version = tamga.version()
    result = {"program": version, "seed": common.SEED, "ofac": common.OFAC_DAY, "un": common.UN_DAY, "threshold": common.THRESHOLD,
              "rows": [dict(zip(("what", "measured", "goal", "command"), row)) for row in rows]}

    def text(_):
        return (f"{version}; seed {common.SEED}; OFAC of {common.OFAC_DAY}, UN of {common.UN_DAY}; threshold {common.THRESHOLD}.\n\n"
                + common.table(["what", "measured", "goal", "command"], rows))

    common.show(result, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
