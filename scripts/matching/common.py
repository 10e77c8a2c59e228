"""What the measurements of name matching share: where things are, running the program in batches, list readers of their own, statistics.

The readers here are few lines and know nothing of src/lists: a measurement must not inherit a mistake of what it measures.
Standard library only.
"""
import argparse
import collections
import csv
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.path.join(ROOT, "..", "shared", "data")
THRESHOLD = 0.7  # the program's default; `screen --help` says so
SEED = 20261125
OFAC_DAY = "2023-12-28"
UN_DAY = "2026-02-27"

csv.field_size_limit(1 << 24)


def progress(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {text}")


def data(path):
    """A file of ../shared/data; the run ends with one line when it is not there."""
    full = os.path.join(REAL, path)
    if not os.path.exists(full):
        fail(f"{os.path.normpath(full)}: is not here, expected the public data of ../shared/data")
    return full


def arguments(text, with_binary=True):
    """A parser with the options that every measurement has; `text` is the script's docstring."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    if with_binary:
        parser.add_argument("--tamga", default=os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")),
                            help="the program [$TAMGA, else build/release/tamga]")
        parser.add_argument("--threads", type=int, help="threads of the program [its own default]")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")
    return parser


def open_text(path):
    if path.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def read_csv(path):
    with open_text(path) as file:
        return list(csv.DictReader(file))


def read_json_lines(path):
    with open_text(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def write_csv(path, columns, rows):
    """Rows are dictionaries; what a row does not have stays empty."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def show(result, as_json, text):
    """The last act of each script: the result as JSON, or as text made by `text(result)`."""
    print(json.dumps(result, ensure_ascii=False, indent=1) if as_json else text(result))


def table(header, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def per_cent(part, whole, digits=1):
    return "–" if whole == 0 else f"{100 * part / whole:.{digits}f} %"


# The program.


def check_program(options):
    if not os.access(options.tamga, os.X_OK) or os.path.isdir(options.tamga):
        fail(f"{options.tamga}: is not a program here, expected tamga; build it, or say --tamga FILE or TAMGA=FILE")


class Tamga:
    """The program with a data directory of its own, which goes with it: `with Tamga(options) as tamga: …`."""

    def __init__(self, options):
        self.binary = options.tamga
        self.threads = options.threads
        self.seconds = 0.0  # of the last batch, the whole process
        check_program(options)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-matching-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def version(self):
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=False).stdout.strip()

    def run(self, *words, threads=None):
        """Standard output. Statuses 0 and 3 (hits) are both well."""
        environment = dict(os.environ)
        if threads or self.threads:
            environment["TAMGA_THREADS"] = str(threads or self.threads)
        command = [self.binary, "--data", os.path.join(self.folder, "data"), "--max-list-age", "0", "--quiet", *words]
        begin = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        self.seconds = time.perf_counter() - begin
        if done.returncode not in (0, 3):
            last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
            fail(f"{' '.join(words[:2])} ended with status {done.returncode}: {last}")
        return done.stdout

    def import_lists(self, files, published, *words):
        self.run("lists", "import", *files, "--published", published, *words)

    def screen(self, rows, columns, threshold=None, lists=None, threads=None, words=()):
        """The answers to `rows` (dictionaries with at least `name`), in order: {"query", "hits"} or {"query", "error"}."""
        batch, out = os.path.join(self.folder, "batch.csv"), os.path.join(self.folder, "out.jsonl")
        write_csv(batch, columns, rows)
        options = ["--threshold", str(threshold)] if threshold else []
        options += ["--lists", lists] if lists else []
        self.run("screen", "--batch", batch, "--out", out, *options, *words, threads=threads)
        answers = [answer for answer in read_json_lines(out) if "query" in answer]
        if len(answers) != len(rows):
            fail(f"screen --batch answered {len(answers)} of {len(rows)} rows")
        return answers

    def compare(self, pairs, matching=None):
        """The scores of `pairs` of (name, name, schema), in order; `matching` is a file of parameters."""
        if not pairs:
            return []
        batch = os.path.join(self.folder, "pairs.csv")
        write_csv(batch, ["name1", "name2", "schema"], [dict(zip(("name1", "name2", "schema"), pair)) for pair in pairs])
        text = self.run("compare", "--batch", batch, *(["--matching", matching] if matching else []))
        # A name without a letter or a digit is told as an error: it is like no other.
        scores = [0 if "error" in answer else answer["score"] for answer in map(json.loads, text.splitlines())]
        if len(scores) != len(pairs):
            fail(f"compare --batch answered {len(scores)} of {len(pairs)} pairs")
        return scores

    def best_scores(self, queries):
        """For each (query, names, schema): the best score of the query with one of the names, and that name."""
        flat = [(query, name, schema) for query, names, schema in queries for name in names]
        scores, best, at = self.compare(flat), [], 0
        for _, names, _ in queries:
            best.append(max(zip(scores[at:at + len(names)], names), default=(0.0, "")))
            at += len(names)
        return best


# Lists, read to what a measurement needs. An entry's id is that of the program's hits.

Name = collections.namedtuple("Name", "text kind given surname")  # kind: primary, strong or weak; given and surname of persons, else ""


class Entry:
    def __init__(self, id_, list_, schema):
        self.id, self.list, self.schema, self.names = id_, list_, schema, []

    def add(self, text, kind, given="", surname=""):
        text = " ".join(text.split())
        if text and text not in (name.text for name in self.names):
            self.names.append(Name(text, kind, given, surname))


def ofac_files(day=OFAC_DAY):
    return [data(f"ofac/sdn_csv/{role}_{day}.csv.gz") for role in ("sdn", "add", "alt")]


def un_file(day=UN_DAY):
    return data(f"un/UN_consolidated_{day}.xml.gz")


OFAC_SCHEMA = {"individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
PERSON_TITLES = re.compile(r", (?:Jr\.?|Sr\.?|II|III|IV)$", re.IGNORECASE)


def add_ofac_name(entry, text, kind):
    """Persons stand as "SURNAME, Given"; told here as "Given SURNAME"."""
    text = " ".join(text.split())
    surname, comma, given = text.partition(", ")
    if entry.schema == "Person" and comma and not PERSON_TITLES.search(text):
        entry.add(f"{given} {surname}", kind, given, surname)
    else:
        entry.add(text, kind)


def read_ofac(day=OFAC_DAY, alt_day=None):
    entries = {}
    with open_text(data(f"ofac/sdn_csv/sdn_{day}.csv.gz")) as file:
        for row in csv.reader(file):
            if len(row) < 12:
                continue
            entry = Entry("ofac-" + row[0].strip(), "us_ofac_sdn", OFAC_SCHEMA.get(row[2].strip(), "Organization"))
            add_ofac_name(entry, row[1], "primary")
            entries[entry.id] = entry
    with open_text(data(f"ofac/sdn_csv/alt_{alt_day or day}.csv.gz")) as file:
        for row in csv.reader(file):
            if len(row) == 5 and "ofac-" + row[0].strip() in entries:
                add_ofac_name(entries["ofac-" + row[0].strip()], row[3], "strong")
    return list(entries.values())


UN_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read_un(day=UN_DAY):
    root, entries = xml.etree.ElementTree.parse(gzip.open(un_file(day))).getroot(), []
    for group, schema in (("INDIVIDUALS", "Person"), ("ENTITIES", "Organization")):
        for record in root.find(group):
            entry = Entry("unsc-" + record.findtext("DATAID", ""), "un_sc_sanctions", schema)
            parts = [" ".join((record.findtext(part) or "").split()) for part in UN_PARTS]
            entry.add(" ".join(filter(None, parts)), "primary")
            for alias in list(record.iter("INDIVIDUAL_ALIAS")) + list(record.iter("ENTITY_ALIAS")):
                quality = alias.findtext("QUALITY") or ""
                for text in re.split(r";(?![^(]*\))", alias.findtext("ALIAS_NAME") or ""):
                    entry.add(text, "weak" if quality == "Low" else "strong")
            for text in (record.findtext("NAME_ORIGINAL_SCRIPT") or "").split(";"):
                entry.add(text, "strong")
            entries.append(entry)
    return entries


def same_name_key(text):
    """Folded and in order of the alphabet: two spellings with one key are the same name to anybody's eye."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"[^\W_]+", plain.replace("'", "").replace("’", "").replace("‘", "").replace("`", ""))))


# Statistics.


def auc(scores, labels):
    """The chance that a true pair scores above a false one; ties count half."""
    ranked = sorted(zip(scores, labels))
    positive = sum(1 for label in labels if label)
    negative = len(labels) - positive
    if not positive or not negative:
        return float("nan")
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += sum(1 for _, label in ranked[at:end] if label) * (at + 1 + end) / 2
        at = end
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def accuracy(scores, labels, threshold):
    return sum((score >= threshold) == label for score, label in zip(scores, labels)) / len(labels)


def best_threshold(scores, labels):
    """The threshold of the best accuracy (the middle of the widest best gap), and that accuracy."""
    cuts = sorted(set(scores))
    middles = [cuts[0]] + [(low + high) / 2 for low, high in zip(cuts, cuts[1:])] + [cuts[-1] + 1e-6]
    ranked = [(accuracy(scores, labels, cut), cut) for cut in middles]
    most = max(value for value, _ in ranked)
    best = [cut for value, cut in ranked if value == most]
    return best[len(best) // 2], most


def wilson(hits, count, z=1.96):
    """The 95 % interval of a share."""
    if count == 0:
        return 0.0, 1.0
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
