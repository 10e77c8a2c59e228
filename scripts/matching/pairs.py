#!/usr/bin/env python3
"""Labelled pairs (../shared/data/bench/name_pairs.csv, 407): how well the score of `tamga compare` tells true pairs from false ones.

    scripts/matching/pairs.py                                        the program as it is
    scripts/matching/pairs.py --errors                               the same, and every pair on the wrong side of the threshold
    scripts/matching/pairs.py --folds 5 --write-folds DIR            writes DIR/fold_K_train.csv and DIR/fold_K_test.csv, K = 0 … 4
    scripts/matching/pairs.py --folds 5 --parameters-dir DIR         each pair judged with DIR/fold_K.toml of the fold that it is tested in

Pairs that share a name, on either side and in any order of its words, are in one fold, so nothing is fitted on what it is judged by.
The folds depend on --seed alone.
"""
import os
import random
import sys

import common


def read_pairs(path):
    pairs = common.read_csv(path)
    for number, pair in enumerate(pairs):
        pair["row"] = number + 2  # the line in the file
        pair["label"] = pair["is_match"].strip().lower() == "true"
    return pairs


def fold_of_each(pairs, folds, seed):
    """A fold for each pair: whole groups of pairs that share a name, dealt so that each fold has its part of both labels."""
    leader = list(range(len(pairs)))

    def find(x):
        while leader[x] != x:
            leader[x] = leader[leader[x]]
            x = leader[x]
        return x

    first_with = {}
    for number, pair in enumerate(pairs):
        for name in (common.same_name_key(pair["name1"]), common.same_name_key(pair["name2"])):
            leader[find(number)] = find(first_with.setdefault(name, number))
    groups = {}
    for number in range(len(pairs)):
        groups.setdefault(find(number), []).append(number)
    dealt = list(groups.values())
    random.Random(seed).shuffle(dealt)
    dealt.sort(key=len, reverse=True)  # stable: the shuffle decides among groups of one size
    result, counts = [0] * len(pairs), [[0, 0] for _ in range(folds)]
    for group in dealt:
        true = sum(pairs[number]["label"] for number in group)
        false = len(group) - true
        fold = min(range(folds), key=lambda k: (counts[k][0] * false + counts[k][1] * true, sum(counts[k]), k))
        counts[fold][0] += false
        counts[fold][1] += true
        for number in group:
            result[number] = fold
    return result


def measures(scores, labels, threshold):
    best, most = common.best_threshold(scores, labels)
    return {"pairs": len(labels), "true": sum(labels), "auc": round(common.auc(scores, labels), 4),
            "accuracy": round(common.accuracy(scores, labels, threshold), 4), "best_threshold": round(best, 4), "best_accuracy": round(most, 4)}


def by(pairs, scores, key, threshold):
    groups = {}
    for pair, score in zip(pairs, scores):
        groups.setdefault(pair[key] or "(none)", []).append((score, pair["label"]))
    return {name: measures([s for s, _ in group], [l for _, l in group], threshold) for name, group in sorted(groups.items())}


def write_folds(pairs, fold, folds, folder):
    os.makedirs(folder, exist_ok=True)
    columns = ["name1", "name2", "schema", "is_match", "case_group", "quality", "category", "row"]
    for k in range(folds):
        common.write_csv(os.path.join(folder, f"fold_{k}_train.csv"), columns, [p for p, f in zip(pairs, fold) if f != k])
        common.write_csv(os.path.join(folder, f"fold_{k}_test.csv"), columns, [p for p, f in zip(pairs, fold) if f == k])


def cross_validate(tamga, pairs, fold, folds, folder, threshold):
    """Each fold scored with its own parameters; the thresholds of `fitted` come from the other folds, under the same parameters."""
    triples, scores, fitted_right, rows = [(p["name1"], p["name2"], p["schema"]) for p in pairs], [0.0] * len(pairs), 0, []
    for k in range(folds):
        file = os.path.join(folder, f"fold_{k}.toml")
        if not os.path.exists(file):
            common.fail(f"{file}: is not here, expected the parameters fitted on fold_{k}_train.csv")
        found = tamga.compare(triples, matching=file)
        inside = [i for i in range(len(pairs)) if fold[i] == k]
        outside = [i for i in range(len(pairs)) if fold[i] != k]
        cut, trained = common.best_threshold([found[i] for i in outside], [pairs[i]["label"] for i in outside])
        for i in inside:
            scores[i] = found[i]
            fitted_right += (found[i] >= cut) == pairs[i]["label"]
        row = measures([found[i] for i in inside], [pairs[i]["label"] for i in inside], threshold)
        row.update(fold=k, fitted_threshold=round(cut, 4), training_accuracy=round(trained, 4),
                   training_auc=round(common.auc([found[i] for i in outside], [pairs[i]["label"] for i in outside]), 4))
        rows.append(row)
    return scores, rows, round(fitted_right / len(pairs), 4)


def text(result):
    lines = []
    header = ["", "pairs", "true", "AUC", f"accuracy at {result['threshold']}", "best threshold", "accuracy there"]

    def row(name, m):
        return [name, m["pairs"], m["true"], f"{m['auc']:.3f}", f"{m['accuracy']:.3f}", f"{m['best_threshold']:.3f}", f"{m['best_accuracy']:.3f}"]

    lines.append(common.table(header, [row("all", result["all"])] + [row(f"{key} {name}", m) for key in ("case_group", "quality", "schema")
                                                                    for name, m in result[key].items()]))
    if "folds" in result:
        lines.append("")
        lines.append(common.table(header + ["training AUC", "fitted threshold"],
                                  [row(f"fold {m['fold']}", m) + [m["training_auc"], m["fitted_threshold"]] for m in result["folds"]]))
        lines.append(f"mean of the folds' AUC {result['mean_auc']:.4f}; accuracy with thresholds of the other folds {result['fitted_accuracy']:.4f}")
    for error in result.get("errors", []):
        lines.append(f"{error['score']:.4f} {'true ' if error['label'] else 'false'} {error['schema']:<12} {error['name1']} | {error['name2']}"
                     f"   [{error['case_group']} {error['quality']} line {error['row']}]")
    return "\n".join(lines)


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--pairs", help="a file of labelled pairs [bench/name_pairs.csv]")
    parser.add_argument("--threshold", type=float, default=common.THRESHOLD)
    parser.add_argument("--errors", action="store_true", help="list the pairs on the wrong side of the threshold")
    parser.add_argument("--folds", type=int, default=0, metavar="K", help="cross-validation in K folds")
    parser.add_argument("--seed", type=int, default=common.SEED, help=f"of the folds [{common.SEED}]")
    parser.add_argument("--write-folds", metavar="DIR", help="write the training and test pairs of each fold, and end")
    parser.add_argument("--parameters-dir", metavar="DIR", help="holds fold_K.toml for each fold; given to compare --matching")
    options = parser.parse_args()
    if (options.write_folds or options.parameters_dir) and options.folds < 2:
        common.fail("--write-folds and --parameters-dir need --folds K, with K of 2 or more")
    pairs = read_pairs(options.pairs or common.data("bench/name_pairs.csv"))
    fold = fold_of_each(pairs, options.folds, options.seed) if options.folds else []
    if options.write_folds:
        write_folds(pairs, fold, options.folds, options.write_folds)
        for k in range(options.folds):
            common.progress(f"fold {k}: {fold.count(k)} pairs, {sum(p['label'] for p, f in zip(pairs, fold) if f == k)} of them true")
        return
    result = {"threshold": options.threshold, "seed": options.seed}
    with common.Tamga(options) as tamga:
        if options.parameters_dir:
            scores, result["folds"], result["fitted_accuracy"] = cross_validate(tamga, pairs, fold, options.folds, options.parameters_dir,
                                                                                options.threshold)
            result["mean_auc"] = round(sum(m["auc"] for m in result["folds"]) / options.folds, 4)
        else:
            scores = tamga.compare([(p["name1"], p["name2"], p["schema"]) for p in pairs])
            if options.folds:  # nothing is fitted: shows how much the folds differ by chance
                result["folds"] = []
                for k in range(options.folds):
                    inside = [i for i in range(len(pairs)) if fold[i] == k]
                    row = measures([scores[i] for i in inside], [pairs[i]["label"] for i in inside], options.threshold)
                    outside = [i for i in range(len(pairs)) if fold[i] != k]
                    cut, _ = common.best_threshold([scores[i] for i in outside], [pairs[i]["label"] for i in outside])
                    row.update(fold=k, fitted_threshold=round(cut, 4),
                               training_auc=round(common.auc([scores[i] for i in outside], [pairs[i]["label"] for i in outside]), 4),
                               right=sum((scores[i] >= cut) == pairs[i]["label"] for i in inside))
                    result["folds"].append(row)
                result["mean_auc"] = round(sum(m["auc"] for m in result["folds"]) / options.folds, 4)
                result["fitted_accuracy"] = round(sum(m.pop("right") for m in result["folds"]) / len(pairs), 4)
    labels = [p["label"] for p in pairs]
    result["all"] = measures(scores, labels, options.threshold)
    for key in ("case_group", "quality", "schema"):
        result[key] = by(pairs, scores, key, options.threshold)
    if options.errors:
        wrong = [dict(pair, score=score) for pair, score in zip(pairs, scores) if (score >= options.threshold) != pair["label"]]
        result["errors"] = sorted(wrong, key=lambda pair: (pair["label"], -pair["score"]))
    common.show(result, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
