#!/usr/bin/env python3
"""The program beside others on one core: the same names, the same 1,000 queries, the ten best answers, in one run.

    scripts/matching/peers.py                          tamga, PostgreSQL pg_trgm (GIN), SQLite FTS5 trigram, a plain Python brute force (a sample)
    scripts/matching/peers.py --brute-force PROGRAM    also PROGRAM NAMES QUERIES (files of one name a line), which prints one JSON line with
                                                       queries_per_second, p50_ms, p99_ms and, for each query, "top": the ten best line numbers
    scripts/matching/peers.py --bench NAME             also what `tamga bench NAME --json` says

Names: every name of the full OFAC list of 2023-12-28 and the UN list of 2026-02-27. Queries: the first 800 invented innocents of negatives_us.csv and
the first 200 changed names of positives_un.csv whose entry is on that list. Found: a name of the entry is among the ten best.
pg_trgm: `name % query`, its threshold of 0.3, ordered by similarity, one session of psql with \\timing, in a cluster of its own on a Unix socket in a
temporary folder. FTS5: the trigrams of the query, joined with OR, ordered by bm25. tamga: `screen --batch` with one thread at the threshold of 0.7,
less the time of a batch of one row; its p50 and p99 are of 200 of the queries, each asked a hundred times in a batch of its own.
"""
import collections
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import common

TOP = 10


def percentiles(seconds):
    return {"p50_ms": round(1000 * common.quantile(seconds, 0.5), 3), "p99_ms": round(1000 * common.quantile(seconds, 0.99), 3)}


def summary(seconds, tops, wanted, note=""):
    """Of one peer: the time of each query, and what it gave (places in the list of names)."""
    positives = [i for i, ids in enumerate(wanted) if ids]
    found = sum(bool(wanted[i] & set(tops[i])) for i in positives if i in tops)
    asked = sum(i in tops for i in positives)
    return {"queries": len(seconds), "queries_per_second": round(len(seconds) / sum(seconds), 1), **percentiles(seconds),
            "found": found, "of": asked, "note": note}


# PostgreSQL.


def find_postgres():
    places = sorted((p for p in ("/usr/lib/postgresql/" + v + "/bin" for v in os.listdir("/usr/lib/postgresql"))), reverse=True) \
        if os.path.isdir("/usr/lib/postgresql") else []
    return next((place for place in places if os.path.exists(os.path.join(place, "initdb"))), None)


class Cluster:
    """A PostgreSQL cluster in a temporary folder, reached over a Unix socket there alone; ended by its own process number."""

    def __init__(self, place):
        self.place, self.user = place, ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-pg-", dir="/tmp")
        if self.user:
            shutil.chown(self.folder, "postgres")
        self.base = os.path.join(self.folder, "base")
        self.command([os.path.join(self.place, "initdb"), "-D", self.base, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off", "max_parallel_workers_per_gather": "0",
                    "shared_buffers": "512MB", "work_mem": "64MB", "autovacuum": "off", "jit": "off"}
        options = itertools.chain.from_iterable(("-c", f"{key}={value}") for key, value in settings.items())
        self.server = subprocess.Popen([*self.user, os.path.join(self.place, "postgres"), "-D", self.base, *options], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=self.folder)
        for _ in range(100):
            if subprocess.run(self.psql("-c", "select 1"), capture_output=True, check=False).returncode == 0:
                return self
            time.sleep(0.1)
        self.__exit__()
        raise OSError("PostgreSQL did not start")

    def __exit__(self, *_):
        try:
            with open(os.path.join(self.base, "postmaster.pid"), encoding="ascii") as file:
                os.kill(int(file.readline()), signal.SIGINT)
        except (OSError, ValueError):
            pass
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, words):
        done = subprocess.run([*self.user, *words], capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise OSError((done.stderr.strip().splitlines() or ["no word of why"])[-1])

    def psql(self, *words):
        return ["psql", "-h", self.folder, "-U", "postgres", "-d", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *words]

    def sql(self, text):
        done = subprocess.run(self.psql(), input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError((done.stderr.strip().splitlines() or ["no word of why"])[-1])
        return done.stdout


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def postgres(names, queries, wanted):
    place = find_postgres()
    if not place or not shutil.which("psql"):
        return None, "PostgreSQL is not installed"
    try:
        with Cluster(place) as cluster:
            rows = "".join(f"{i}\t" + name.replace("\\", "\\\\").replace("\t", " ") + "\n" for i, name in enumerate(names))
            cluster.sql("create extension pg_trgm; create table names (id int, name text);\ncopy names from stdin;\n" + rows + "\\.\n"
                        "create index on names using gin (name gin_trgm_ops); vacuum analyze names;")
            text = "".join(f"\\echo @{i}\nselect id from names where name % {q} order by similarity(name, {q}) desc, id limit {TOP};\n"
                           for i, q in enumerate(map(quoted, queries)))
            cluster.sql(text)  # warms up
            out = cluster.sql("\\timing on\n" + text)
            plan = cluster.sql(f"explain select id from names where name % {quoted(queries[0])}")
    except OSError as error:
        return None, str(error)
    seconds, tops, at = [], collections.defaultdict(list), 0
    for line in out.splitlines():
        if line.startswith("@"):
            at = int(line[1:])
            tops[at] = []
        elif line.startswith("Time: "):
            seconds.append(float(re.match(r"Time: ([\d.]+) ms", line)[1]) / 1000)
        elif line.strip():
            tops[at].append(int(line))
    return summary(seconds, tops, wanted, "with the GIN index" if "Bitmap Index Scan" in plan else "without the index, says the planner"), ""


# SQLite.


def trigram_query(text):
    plain = text.casefold()
    grams = {plain[i:i + 3] for i in range(len(plain) - 2)}
    return " OR ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(grams))


def sqlite_fts(names, queries, wanted):
    with tempfile.TemporaryDirectory(prefix="tamga-fts-") as folder:
        connection = sqlite3.connect(os.path.join(folder, "names.db"))
        try:
            connection.execute("create virtual table names using fts5(name, tokenize='trigram')")
        except sqlite3.OperationalError as error:
            return None, f"SQLite {sqlite3.sqlite_version}: {error}"
        connection.executemany("insert into names(rowid, name) values (?, ?)", enumerate(names))
        connection.execute("insert into names(names) values ('optimize')")
        connection.commit()
        sql, seconds, tops = f"select rowid from names where names match ? order by rank limit {TOP}", [], {}
        for i, query in enumerate(queries):
            begin = time.perf_counter()
            match = trigram_query(query)
            rows = connection.execute(sql, (match,)).fetchall() if match else []
            seconds.append(time.perf_counter() - begin)
            tops[i] = [row[0] for row in rows]
        connection.close()
    return summary(seconds, tops, wanted, f"SQLite {sqlite3.sqlite_version}"), ""


# Brute force in Python: the longest common subsequence of the query and every name, by bits (Hyyrö 2004).


def brute_force(names, queries, wanted, sample):
    plain = [name.casefold() for name in names]
    chosen = sorted({round(i * (len(queries) - 1) / max(1, sample - 1)) for i in range(sample)})
    seconds, tops = [], {}
    for i in chosen:
        begin = time.perf_counter()
        query = queries[i].casefold()
        masks, full = {}, (1 << len(query)) - 1
        for place, c in enumerate(query):
            masks[c] = masks.get(c, 0) | 1 << place
        scored = []
        for number, name in enumerate(plain):
            bits = full
            for c in name:
                both = bits & masks.get(c, 0)
                bits = (bits + both) | (bits - both)
            common_length = len(query) - (bits & full).bit_count()
            scored.append((2 * common_length / (len(query) + len(name)), -number))
        scored.sort(reverse=True)
        seconds.append(time.perf_counter() - begin)
        tops[i] = [-number for _, number in scored[:TOP]]
    return summary(seconds, tops, wanted, f"plain Python, {len(chosen)} of the queries"), ""


def other_program(program, names, queries, wanted):
    with tempfile.TemporaryDirectory(prefix="tamga-brute-") as folder:
        files = []
        for name, lines in (("names", names), ("queries", queries)):
            files.append(os.path.join(folder, name))
            with open(files[-1], "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        done = subprocess.run([program, *files], capture_output=True, text=True, check=False)
    try:
        said = json.loads(done.stdout)
        result = {"queries": len(queries), "note": said.get("note", program), "found": "–", "of": "–",
                  **{key: said[key] for key in ("queries_per_second", "p50_ms", "p99_ms")}}
        if "top" in said:
            positives = [i for i, ids in enumerate(wanted) if ids]
            result["found"], result["of"] = sum(bool(wanted[i] & set(said["top"][i][:TOP])) for i in positives), len(positives)
        return result, ""
    except (ValueError, KeyError, TypeError) as error:
        return None, f"{program} ended with status {done.returncode} and without the JSON line that is expected ({error})"


# The program.


def tamga_batch(options, queries, wanted_ids):
    with common.Tamga(options) as tamga:
        tamga.import_lists([*common.ofac_files(), common.un_file()], common.OFAC_DAY)
        rows = [{"name": query} for query in queries]

        def seconds_of(batch, times):
            best = []
            for _ in range(times):
                answers = tamga.screen(batch, ["name"], threads=1)
                best.append(tamga.seconds)
            return min(best), answers

        start, _ = seconds_of(rows[:1], 10)
        whole, answers = seconds_of(rows, 5)
        found = sum(bool(ids & {hit["id"] for hit in answer["hits"][:TOP]}) for ids, answer in zip(wanted_ids, answers) if ids)
        single = []
        for i in range(0, len(rows), max(1, len(rows) // 200)):
            taken, _ = seconds_of([rows[i]] * 101, 1)
            single.append(max(0.0, taken - start) / 100)
        result = {"queries": len(rows), "queries_per_second": round(len(rows) / (whole - start), 1), **percentiles(single),
                  "found": found, "of": sum(map(bool, wanted_ids)),
                  "note": f"{tamga.version()}, screen --batch, one thread; start-up of {1000 * start:.0f} ms taken off"}
        bench = tamga.run("bench", options.bench, "--json", threads=1) if options.bench else None
    return result, bench


def text(result):
    rows = [[name, m["queries_per_second"], m["p50_ms"], m["p99_ms"], f"{m['found']} of {m['of']}", m["note"]] for name, m in result["peers"].items()]
    lines = [f"{result['names']} names, {result['queries']} queries, one core",
             common.table(["", "queries/s", "p50 ms", "p99 ms", "changed names found in the ten best", ""], rows)]
    lines += [f"{name}: not measured: {why}" for name, why in result["absent"].items()]
    if result.get("bench"):
        lines.append(f"tamga bench: {result['bench']}")
    return "\n".join(lines)


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--innocents", type=int, default=800, help="queries of negatives_us.csv [800]")
    parser.add_argument("--positives", type=int, default=200, help="queries of positives_un.csv [200]")
    parser.add_argument("--sample", type=int, default=20, help="queries of the brute force in Python [20]")
    parser.add_argument("--brute-force", metavar="PROGRAM", help="another brute force, see above")
    parser.add_argument("--bench", metavar="NAME", help="of tamga bench")
    options = parser.parse_args()
    common.check_program(options)
    entries = common.read_ofac() + common.read_un()
    named = [(name.text, entry.id) for entry in entries for name in entry.names]
    names = [name for name, _ in named]
    of_un, places = collections.defaultdict(set), collections.defaultdict(set)
    for entry in entries:
        if entry.list == "un_sc_sanctions":
            of_un[common.same_name_key(entry.names[0].text)].add(entry.id)
    for place, (_, id_) in enumerate(named):
        places[id_].add(place)
    queries = [row["full_name"] for row in common.read_csv(common.data("bench/negatives_us.csv"))[:options.innocents]]
    wanted_ids = [set() for _ in queries]
    for row in common.read_csv(common.data("bench/positives_un.csv")):
        ids = of_un.get(common.same_name_key(row["listed"]))
        if ids and len(queries) < options.innocents + options.positives:
            queries.append(row["query"])
            wanted_ids.append(ids)
    wanted = [set().union(*(places[id_] for id_ in ids)) for ids in wanted_ids]
    result = {"names": len(names), "queries": len(queries), "peers": {}, "absent": {}}
    result["peers"]["tamga"], result["bench"] = tamga_batch(options, queries, wanted_ids)
    steps = {"PostgreSQL pg_trgm (GIN)": lambda: postgres(names, queries, wanted), "SQLite FTS5 trigram": lambda: sqlite_fts(names, queries, wanted)}
    if options.brute_force:
        steps[f"brute force, {os.path.basename(options.brute_force)}"] = lambda: other_program(options.brute_force, names, queries, wanted)
    steps["brute force, Python"] = lambda: brute_force(names, queries, wanted, options.sample)
    for name, step in steps.items():
        common.progress(name)
        measured, why = step()
        if measured:
            result["peers"][name] = measured
        else:
            result["absent"][name] = why
    common.show(result, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
