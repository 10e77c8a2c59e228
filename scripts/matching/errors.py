#!/usr/bin/env python3
"""Typing and transcription errors injected into listed names: is the entry still found?

    scripts/matching/errors.py                            20,000 queries: half with one change, half with two
    scripts/matching/errors.py --count 5000 --changes 1   5,000 queries with one change each
    scripts/matching/errors.py --dump DIR                 also writes DIR/queries_N.csv (what was asked) and DIR/missed_N.csv (with the score that
                                                          `compare` gives the query and the entry's names)

Names: OFAC list of 2023-12-28 and UN list of 2026-02-27; persons, organisations and vessels; primary names and strong aliases in Latin letters with
two words or six letters. A name with changes is found when the entry that it was made from is among the hits at the default threshold; another
entry of the same person does not count. Goals: 99.5 % found with one change, 97 % with two. The same --seed gives the same queries.
"""
import collections
import os
import random
import re
import sys
import unicodedata

import common

GOALS = {1: 0.995, 2: 0.97}
SCHEMATA = ("Person", "Organization", "Vessel")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Words that name nobody: they do not count as a full word of a name that got shorter.
PARTICLES = frozenset("al el ul ad an ar as ash az bin ben bint ibn abu abou umm abd abdul abdel de del da do dos di la las los le van von der den "
                      "and of the".split())
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Spellings that transcribers exchange; each works both ways.
TRANSCRIPTIONS = [("ph", "f"), ("kh", "h"), ("y", "i"), ("ou", "u"), ("zh", "j"), ("ch", "tch"), ("sh", "sch"), ("k", "c"), ("ck", "k"), ("q", "k"),
                  ("gh", "g"), ("dh", "d"), ("th", "t"), ("v", "w"), ("ts", "tz"), ("ei", "ey"), ("ai", "ay"), ("iy", "y"), ("ks", "x"), ("ee", "i"),
                  ("oo", "u"), ("dj", "j"), ("s", "z"), ("ie", "iye"), ("ya", "ia"), ("yu", "iu"), ("e", "ye"), ("aa", "a"), ("shch", "sch")]
VESSEL_WORDS = ("MV", "M/V", "MT", "M/T", "SS")


def keyboard_neighbours():
    near = collections.defaultdict(set)
    for row, keys in enumerate(KEYS):
        for column, key in enumerate(keys):
            for other_row, other in ((row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1), (row + 1, column),
                                     (row + 1, column - 1)):
                if 0 <= other_row < len(KEYS) and 0 <= other < len(KEYS[other_row]):
                    near[key].add(KEYS[other_row][other])
    return {key: "".join(sorted(found)) for key, found in near.items()}


NEAR = keyboard_neighbours()


def as_written(replacement, original):
    return replacement.upper() if original.isupper() else replacement


def is_full(word):
    return sum(c.isalpha() for c in word) >= 3 and word.casefold() not in PARTICLES


def full_words(words):
    return sum(map(is_full, words))


class Changer:
    """Makes changes; what can be added, and which word makes a name that name, is drawn from all the lists' names."""

    def __init__(self, names, seed):
        self.random = random.Random(seed)
        self.frequency, self.edited = collections.Counter(), []
        given, generic = collections.Counter(), collections.Counter()
        for name, entry in names:
            words = {word.casefold().strip(",.") for word in name.text.split()}
            self.frequency.update(words)
            if entry.schema == "Person":
                given.update(word for word in name.given.split() if word.isalpha() and len(word) >= 4)
            elif entry.schema == "Organization":
                generic.update(word for word in name.text.split() if word.isalpha() and len(word) >= 4)
        self.given_words = sorted(word for word, count in given.items() if count >= 5)
        self.generic_words = sorted(sorted(generic), key=lambda word: -generic[word])[:60]
        self.kinds = {kind: getattr(self, kind) for kind in
                      ("substitution", "keyboard", "deletion", "insertion", "swap", "transcription", "double_letter", "dropped_word", "added_word",
                       "initial", "order", "joined", "split")}

    # Each takes the words of a name, its entry's schema and the surname's words, and gives other words, or nothing when it does not apply.

    def in_a_word(self, words, edit):
        """Changes one word of three letters or more, the longer the likelier."""
        at = [i for i, word in enumerate(words) if sum(c.isascii() and c.isalpha() for c in word) >= 3]
        if not at:
            return None
        chosen = self.random.choices(at, [len(words[i]) for i in at])[0]
        self.edited.append(chosen)
        changed = edit(words[chosen])
        return None if changed is None or changed.casefold() == words[chosen].casefold() else words[:chosen] + [changed] + words[chosen + 1:]

    def letter_of(self, word):
        return self.random.choice([i for i, c in enumerate(word) if c.isascii() and c.isalpha()])

    def substitution(self, words, *_):
        def edit(word):
            i = self.letter_of(word)
            return word[:i] + as_written(self.random.choice(LETTERS), word[i]) + word[i + 1:]
        return self.in_a_word(words, edit)

    def keyboard(self, words, *_):
        def edit(word):
            i = self.letter_of(word)
            return word[:i] + as_written(self.random.choice(NEAR[word[i].lower()]), word[i]) + word[i + 1:]
        return self.in_a_word(words, edit)

    def deletion(self, words, *_):
        def edit(word):
            i = self.letter_of(word)
            return word[:i] + word[i + 1:]
        return self.in_a_word(words, edit)

    def insertion(self, words, *_):
        def edit(word):
            i = self.letter_of(word)
            return word[:i] + as_written(self.random.choice(LETTERS), word[i]) + word[i:]
        return self.in_a_word(words, edit)

    def swap(self, words, *_):
        def edit(word):
            at = [i for i in range(len(word) - 1) if word[i].isalpha() and word[i + 1].isalpha() and word[i].casefold() != word[i + 1].casefold()]
            if not at:
                return None
            i = self.random.choice(at)
            return word[:i] + word[i + 1] + word[i] + word[i + 2:]
        return self.in_a_word(words, edit)

    @staticmethod
    def stands_alone(plain, begin, end, new):
        before, behind, old = plain[max(0, begin - 1):begin], plain[end:end + 1], plain[begin:end]
        if len(old) == 1 and (behind == "h" or before + old in ("ck", "ts", "tz", "dj") or old == "h" and before and before in "cdgkpstwz"):
            return False
        return not (old == "e" and before and before not in "aeiou") and not (old == "ch" and before == "t") and not (old == "sch" and behind == "h")

    def transcription(self, words, *_):
        def edit(word):
            plain, ways = word.lower(), []
            if len(word) < 4 or "." in word:
                return None
            for one, other in TRANSCRIPTIONS:
                for old, new in ((one, other), (other, one)):
                    # A letter of a pair that is one sound stays ("h" in "ch", "k" in "ck"); "ye" and "ie" only where a sound begins.
                    ways += [(m.start(), old, new) for m in re.finditer(re.escape(old), plain) if self.stands_alone(plain, m.start(), m.end(), new)]
            if not ways:
                return None
            at, old, new = self.random.choice(ways)
            return word[:at] + as_written(new, word[at]) + word[at + len(old):]
        return self.in_a_word(words, edit)

    def double_letter(self, words, *_):
        def edit(word):
            if "." in word:
                return None
            doubled = [i for i in range(len(word) - 1) if word[i].isalpha() and word[i].casefold() == word[i + 1].casefold()]
            if doubled:
                i = self.random.choice(doubled)
                return word[:i] + word[i + 1:]
            at = [i for i in range(1, len(word)) if word[i].lower() in "bdfglmnprstz"]
            if not at:
                return None
            i = self.random.choice(at)
            return word[:i] + word[i] + word[i:]
        return self.in_a_word(words, edit)

    def rarest(self, words):
        """The places of the words, the rarest first; words that name nobody last."""
        return sorted(range(len(words)), key=lambda i: (not is_full(words[i]), self.frequency[words[i].casefold().strip(",.")], i))

    def dropped_word(self, words, schema, _):
        """The two rarest words of an organisation or a vessel stay: without them the name is another's or nobody's."""
        if len(words) < 3:
            return None
        at = [i for i in range(len(words)) if full_words(words[:i] + words[i + 1:]) >= 2]
        if schema != "Person":
            at = [i for i in at if i not in self.rarest(words)[:2]]
        if not at:
            return None
        i = self.random.choice(at)
        return words[:i] + words[i + 1:]

    def added_word(self, words, schema, _):
        if schema == "Vessel":
            return [self.random.choice(VESSEL_WORDS)] + words if words[0].upper() not in VESSEL_WORDS else None
        if schema == "Person" and len(words) < 2:
            return None
        word = self.random.choice(self.given_words if schema == "Person" else self.generic_words)
        if word.casefold() in (w.casefold() for w in words):
            return None
        # A person's at any place behind the first word; an organisation's behind its rarest word or at the end, never inside "joint stock company".
        i = self.random.randint(1, len(words)) if schema == "Person" else self.random.choice((self.rarest(words)[0] + 1, len(words)))
        return words[:i] + [word] + words[i:]

    def initial(self, words, schema, surname):
        if schema != "Person" or len(words) < 3:
            return None
        at = [i for i, word in enumerate(words) if is_full(word) and word not in surname and full_words(words) >= 3]
        if not at:
            return None
        i = self.random.choice(at)
        return words[:i] + [words[i][0] + self.random.choice(("", "."))] + words[i + 1:]

    def order(self, words, schema, surname):
        """Surname first, with or without a comma; without a known surname the last word goes first, or the first last."""
        if schema != "Person" or len(words) < 2:
            return None
        tail = len(surname) if surname and words[-len(surname):] == surname and len(surname) < len(words) else 0
        if not tail and self.random.random() < 0.3:
            return words[1:] + words[:1]
        tail = tail or 1
        front = words[-tail:]
        if self.random.random() < 0.5:
            front = front[:-1] + [front[-1] + ","]
        return front + words[:-tail]

    def joined(self, words, *_):
        at = [i for i in range(len(words) - 1) if words[i].isalpha() and words[i + 1].isalpha()]
        if not at:
            return None
        i = self.random.choice(at)
        return words[:i] + [words[i] + words[i + 1]] + words[i + 2:]

    def split(self, words, *_):
        at = [i for i, word in enumerate(words) if word.isalpha() and len(word) >= 6]
        if not at:
            return None
        i = self.random.choice(at)
        cut = self.random.randint(3, len(words[i]) - 3)
        return words[:i] + [words[i][:cut], words[i][cut:]] + words[i + 1:]

    def changed(self, name, entry, count):
        """(query, kinds, where), or nothing when no change fits. A kind is drawn from all with one chance; what does not apply is drawn anew."""
        words, kinds, places = name.text.split(), [], []
        while len(kinds) < count:
            before = words
            for _ in range(20):
                kind = self.random.choice(list(self.kinds))
                # Of the changes that take or give whole words, two may not undo one another.
                if kind in kinds and kind in ("dropped_word", "initial", "order") or {kind, *kinds} >= {"joined", "split"}:
                    continue
                self.edited = []
                words = self.kinds[kind](before, entry.schema, name.surname.split()) or before
                if words != before:
                    kinds.append(kind)
                    places += self.edited or ["words"]
                    break
            else:
                return None
        query = " ".join(words)
        where = "in the words' number or order" if "words" in places else "in one word" if len(set(places)) == 1 else "in two words"
        return None if query.casefold() == name.text.casefold() else (query, kinds, where)


def is_latin(text):
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def suitable(entries):
    """(name, entry) for each name that is asked for."""
    for entry in entries:
        if entry.schema in SCHEMATA:
            for name in entry.names:
                letters = sum(c.isalpha() for c in name.text)
                if name.kind != "weak" and is_latin(name.text) and letters >= 3 and (len(name.text.split()) >= 2 or letters >= 6):
                    yield name, entry


def generate(names, count, changes, seed):
    """`count` queries; each name is taken once before one is taken twice."""
    changer, order, rows = Changer(names, seed * 10 + changes), list(range(len(names))), []
    while len(rows) < count:
        changer.random.shuffle(order)
        for number in order:
            name, entry = names[number]
            made = changer.changed(name, entry, changes)
            if made:
                rows.append({"name": made[0], "schema": entry.schema, "listed_id": entry.id, "listed": name.text, "kinds": " ".join(sorted(made[1])),
                             "where": made[2], "kind_of_name": name.kind, "letters": sum(c.isalpha() for c in name.text),
                             "words": len(name.text.split())})
                if len(rows) == count:
                    break
    return rows


GROUPS = ("kind of change", "where", "schema", "length", "words")
LENGTHS = ((7, "up to 7 letters"), (10, "8 to 10"), (14, "11 to 14"), (20, "15 to 20"), (30, "21 to 30"), (10 ** 6, "more than 30"))


def length_of(letters):
    return next(label for most, label in LENGTHS if letters <= most)


def counts(rows):
    found = sum(row["found"] for row in rows)
    low, high = common.wilson(found, len(rows))
    return {"queries": len(rows), "found": found, "recall": round(found / len(rows), 5), "low": round(low, 5), "high": round(high, 5),
            "first": round(sum(row["rank"] == 1 for row in rows) / len(rows), 5)}


def measure(tamga, rows, names_of, changes, dump, lists):
    for row, answer in zip(rows, tamga.screen(rows, ["name", "schema"])):
        if "error" in answer:
            common.fail(f"{row['name']}: {answer['error']}")
        ids = [hit["id"] for hit in answer["hits"]]
        row["rank"] = ids.index(row["listed_id"]) + 1 if row["listed_id"] in ids else 0
        row["found"] = row["rank"] > 0
        row["hits"] = len(ids)
    groups = {group: collections.defaultdict(list) for group in GROUPS}
    for row in rows:
        for kind in set(row["kinds"].split()):
            groups["kind of change"][kind].append(row)
        groups["schema"][row["schema"]].append(row)
        groups["where"][row["where"]].append(row)
        groups["length"][length_of(row["letters"])].append(row)
        groups["words"][str(row["words"]) if row["words"] < 6 else "6 or more"].append(row)
    seconds = tamga.seconds
    missed = [row for row in rows if not row["found"]]
    for row, (score, with_name) in zip(missed, tamga.best_scores([(row["name"], names_of[row["listed_id"]], row["schema"]) for row in missed])):
        row["compare_score"], row["with"] = score, with_name
    result = {"changes": changes, "lists": lists, "all": counts(rows), "rows_per_second": round(len(rows) / seconds),
              "hits_per_query": round(sum(row["hits"] for row in rows) / len(rows), 2),
              "missed_though_compare_reaches_threshold": sum(row["compare_score"] >= common.THRESHOLD for row in missed)}
    order = [label for _, label in LENGTHS]
    for group, parts in groups.items():
        result[group] = {key: counts(parts[key]) for key in sorted(parts, key=lambda key: (order.index(key) if key in order else 0, key))}
    if dump:
        os.makedirs(dump, exist_ok=True)
        columns = ["name", "schema", "listed_id", "listed", "kinds", "where", "kind_of_name", "letters", "words"]
        common.write_csv(os.path.join(dump, f"queries_{changes}.csv"), columns, rows)
        missed.sort(key=lambda row: (row["kinds"], -row["compare_score"]))
        columns = ["compare_score", "kinds", "name", "listed", "with", "schema", "listed_id", "hits"]
        common.write_csv(os.path.join(dump, f"missed_{changes}.csv"), columns, missed)
    return result


def text(results):
    lines = []
    for result in results:
        goal = GOALS.get(result["changes"])
        rows = [["all", "", result["all"]]] + [[group, key, part] for group in GROUPS
                                               for key, part in result[group].items()]
        lines.append(f"{result['changes']} change(s){f', goal {100 * goal:.1f} %' if goal else ''}; {result['hits_per_query']} hits a query, "
                     f"{result['rows_per_second']} queries/s; of the missed, {result['missed_though_compare_reaches_threshold']} "
                     f"reach the threshold when compared one to one")
        lines.append(common.table(["group", "", "queries", "found", "recall", "95 % interval", "first hit"],
                                  [[group, key, part["queries"], part["found"], f"{100 * part['recall']:.2f} %",
                                    f"{100 * part['low']:.2f} to {100 * part['high']:.2f}", f"{100 * part['first']:.1f} %"]
                                   for group, key, part in rows]))
    return "\n".join(lines)


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--count", type=int, default=20000, help="queries in all [20000]")
    parser.add_argument("--changes", type=int, action="append", choices=(1, 2), help="changes in a name; can be given twice [both]")
    parser.add_argument("--seed", type=int, default=common.SEED, help=f"of the queries [{common.SEED}]")
    parser.add_argument("--dump", metavar="DIR", help="where the queries and the missed ones go")
    parser.add_argument("--only-generate", action="store_true", help="write the queries to the --dump folder, and end; needs no program")
    options = parser.parse_args()
    if not options.only_generate:
        common.check_program(options)
    changes = sorted(set(options.changes or (1, 2)))
    entries = common.read_ofac() + common.read_un()
    names = list(suitable(entries))
    common.progress(f"{len(names)} names of {len({entry.id for _, entry in names})} entries")
    queries = {n: generate(names, options.count // len(changes), n, options.seed) for n in changes}
    if options.only_generate:
        if not options.dump:
            common.fail("--only-generate needs --dump DIR")
        os.makedirs(options.dump, exist_ok=True)
        for n, rows in queries.items():
            common.write_csv(os.path.join(options.dump, f"queries_{n}.csv"), [key for key in rows[0] if key != "found"], rows)
        return
    names_of = {entry.id: [name.text for name in entry.names] for entry in entries}
    with common.Tamga(options) as tamga:
        tamga.import_lists([*common.ofac_files(), common.un_file()], common.OFAC_DAY)
        results = []
        for n, rows in queries.items():
            results.append(measure(tamga, rows, names_of, n, options.dump, [common.OFAC_DAY, common.UN_DAY]))
            common.progress(f"{n} change(s): {results[-1]['all']['found']} of {len(rows)} found")
    common.show(results, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
