#!/usr/bin/env python3
"""Makes many realistic names, as FollowTheMoney JSON lines or CSV, for measurements on millions of them. The same seed makes the same bytes.

    scripts/matching/many_names.py names.jsonl                          4,000,000 names of 2,000,000 entities
    scripts/matching/many_names.py names.csv --names 100000 --aliases 0     id,name,schema: 100,000 entities with one name each
    scripts/matching/many_names.py --law                                how the vocabulary of the real lists grows; nothing is made

Persons (65 of 100) are put together from given names and surnames of one part of the OFAC or UN list (by programme) or of the invented innocents (by
script), in the numbers in which they stand there; firms (30) and vessels (5) from real names whose rarer words are exchanged. Words are drawn by how
often they occur in the lists. As in reality the vocabulary goes on growing: new words are made of two real ones (the front of one, the end of
another) whenever there are fewer different words than Heaps' law says, V = K n^b for n words; they are used again, half of the time any of them, else
the early ones more (Zipf). b is 0.66: the primary names of the OFAC, UN, EU and UK lists grow with 0.72, all their names with 0.61 (see --law), and K
is such that the law meets those lists. An alias is the name with one word
exchanged, dropped or misspelt, or in another order. Memory does not grow with the number of names: the words made are computed from their number.
"""
import bisect
import collections
import itertools
import math
import random
import re
import sys
import time
import zlib

import common
import scripts as two_scripts

K, B = 14.06, 0.66
WORD = re.compile(r"[\s,]+")
PROGRAMMES = (("slavic", ("RUSSIA", "UKRAINE", "BELARUS", "MAGNIT", "BALKANS", "CYBER2")),
              ("arabic", ("SDGT", "IRAN", "SYRIA", "IRAQ", "LEBANON", "YEMEN", "LIBYA", "IRGC", "HRIT", "SUDAN", "DARFUR", "SOMALIA")),
              ("hispanic", ("SDNT", "VENEZUELA", "CUBA", "ILLICIT", "NICARAGUA", "TCO")), ("eastern", ("DPRK", "CHINA", "BURMA", "NPWMD", "HK-")))
# How many of a hundred persons are of each part; innocents in other than Latin letters share the rest.
PARTS = {"slavic": 20, "arabic": 20, "hispanic": 12, "eastern": 8, "other": 5, "innocent": 29}
OTHER_SCRIPTS = 6
SPELLINGS = tuple(pair.split(":") for pair in """y:i ou:u kh:h ph:f f:ph z:s k:c v:w ei:ey ll:l ss:s mm:m sh:sch zh:j j:dj q:k w:v oo:u th:t c:k s:z
    i:y u:ou n:nn l:ll r:rr t:th h:kh d:dd""".split())
SEEN_BITS = 1 << 27  # of the filter that counts different words; at a million words one in a hundred is taken for another


def words_of(text):
    return [word for word in WORD.split(text) if word]


def mix(number):
    """Splitmix64: many bits out of a counter, the same everywhere."""
    number = (number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    number = ((number ^ number >> 27) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 31


class Vocabulary:
    """Words of one kind: real ones, as often as they occur, and those made of them, by number."""

    count = 0

    def __init__(self, words):
        counted = collections.Counter(words)
        self.real = sorted(counted, key=lambda word: (-counted[word], word))
        self.sums = list(itertools.accumulate(counted[word] for word in self.real))
        least = 5 if any("a" <= c <= "z" for word in self.real[:50] for c in word.lower()) else 2
        self.bases = [word for word in self.real if len(word) >= least and (word.isalpha() or word.replace("-", "").isalpha())] or self.real
        self.made = 0
        Vocabulary.count += 1
        self.salt = Vocabulary.count << 40

    def make(self, number):
        bits = mix(self.salt + number)
        bases = self.bases
        one, other = bases[bits % len(bases)], bases[(bits >> 20) % len(bases)]
        word = one[:len(one) // 2 + (bits >> 50 & 1)] + other[len(other) // 2 + (bits >> 51 & 1):]
        if number >= 2 * len(bases):  # halves alone repeat themselves in time: one letter more comes from a third word
            third = bases[(bits >> 36) % len(bases)]
            word = word[:-2] + third[len(third) // 3] + word[-2:] if len(word) > 3 else word + third[-1]
        word = word or one + other
        return word if one.isupper() else word[0].upper() + word[1:].lower()


class Generator:
    def __init__(self, seed):
        Vocabulary.count = 0
        self.random = random.Random(seed)
        self.tokens = self.types = 0
        self.seen = bytearray(SEEN_BITS // 8)
        given, surnames, shapes = (collections.defaultdict(list) for _ in range(3))

        def person(part, given_words, surname_words):
            given[part] += given_words
            surnames[part] += surname_words
            shapes[part].append((len(given_words), len(surname_words)))

        parts = {}
        with common.open_text(common.ofac_files()[0]) as file:
            for row in common.csv.reader(file):
                if len(row) > 3:
                    parts["ofac-" + row[0].strip()] = next((part for part, keys in PROGRAMMES if any(key in row[3] for key in keys)), "other")
        firms, vessels = [], []
        for entry in common.read_ofac() + common.read_un():
            part = parts.get(entry.id, "arabic")
            for name in entry.names:
                if entry.schema == "Person" and two_scripts.is_latin(name.text) and '"' not in name.text and name.kind != "weak":
                    surname = words_of(name.surname)
                    person(part, words_of(name.given) if surname else words_of(name.text), surname)
                elif entry.schema == "Organization" and '"' not in name.text:
                    firms.append(name.text.split())
                elif entry.schema == "Vessel":
                    vessels.append(name.text.split())
        for file in ("us", "global"):
            for row in common.read_csv(common.data(f"bench/negatives_{file}.csv")):
                found = two_scripts.letters_by_script(row["full_name"])
                script = max(found, key=lambda s: (found[s], s)) if found else "LATIN"
                front = words_of(row["first_name"] + " " + row["middle_name"])
                person("innocent" if script == "LATIN" else script, front or words_of(row["full_name"]), words_of(row["last_name"]) if front else [])
        self.persons = {part: (Vocabulary(given[part]), Vocabulary(surnames[part] or given[part]), shapes[part]) for part in sorted(shapes)}
        others = [part for part in self.persons if part not in PARTS]
        total = sum(len(shapes[part]) for part in others)
        self.parts = sorted(self.persons)
        self.part_sums = list(itertools.accumulate(PARTS.get(part, OTHER_SCRIPTS * len(shapes[part]) / max(1, total)) for part in self.parts))
        self.firms = self.patterns(firms, 250)
        self.vessels = self.patterns(vessels, 20)
        self.due = self.again = 0.0

    @staticmethod
    def patterns(names, common_words):
        """Real names whose rarer words are holes (None), and the vocabulary that fills them."""
        counted = collections.Counter(word for name in names for word in name)
        kept = {word for word, _ in counted.most_common(common_words)}
        shapes = [tuple(word if word in kept else "0" if word.isdigit() else None for word in name) for name in names]
        rarer = [word for name in names for word in name if word not in kept and not word.isdigit()]
        return [shape for shape in shapes if None in shape], Vocabulary(rarer)

    def word(self, vocabulary):
        draw = self.random.random
        # One new word in two of the chances, so that a name has seldom more than one.
        if self.types < self.due and draw() < 0.5:
            vocabulary.made += 1
            return vocabulary.make(vocabulary.made - 1)
        made = vocabulary.made
        if made and draw() < self.again:
            return vocabulary.make(int(draw() * made) if draw() < 0.5 else int(made ** draw()) - 1)
        return vocabulary.real[bisect.bisect_right(vocabulary.sums, draw() * vocabulary.sums[-1])]

    def count(self, words):
        """Counts the words of a name that was made, and the different ones so far."""
        self.tokens += len(words)
        seen = self.seen
        for word in words:
            bit = zlib.crc32(word.casefold().encode()) % SEEN_BITS
            if not seen[bit >> 3] >> (bit & 7) & 1:
                seen[bit >> 3] |= 1 << (bit & 7)
                self.types += 1
        self.due = K * self.tokens ** B

    def entity(self):
        """(schema, words)."""
        draw = self.random.random
        # Words made before come back 1.2 times as often as new ones are made.
        self.again = min(0.35, 1.2 * K * B * max(self.tokens, 1000) ** (B - 1))
        kind = draw()
        if kind < 0.65:
            part = self.parts[bisect.bisect_right(self.part_sums, draw() * self.part_sums[-1])]
            given, surnames, shapes = self.persons[part]
            self.given = given
            front, back = shapes[int(draw() * len(shapes))]
            return "Person", [self.word(given) for _ in range(front)] + [self.word(surnames) for _ in range(back)]
        (shapes, vocabulary), schema = (self.firms, "Organization") if kind < 0.95 else (self.vessels, "Vessel")
        words = []
        for word in shapes[int(draw() * len(shapes))]:
            words.append(self.word(vocabulary) if word is None else str(int(10 ** (3 * draw()))) if word == "0" else word)
        return schema, words

    def alias(self, schema, words):
        draw = self.random.random
        kind, i = draw(), int(draw() * len(words))
        if kind < 0.25 and len(words) > 2:
            return words[:i] + words[i + 1:]
        if kind < 0.45 and schema == "Person" and len(words) > 1:
            return words[-1:] + words[:-1]
        if kind < 0.85:
            plain, start = words[i].lower(), int(draw() * len(SPELLINGS))
            for old, new in SPELLINGS[start:] + SPELLINGS[:start]:
                at = plain.find(old)
                if at >= 0:
                    return words[:i] + [words[i][:at] + (new.upper() if words[i].isupper() else new) + words[i][at + len(old):]] + words[i + 1:]
        if schema == "Person":
            return words[:i] + [self.word(self.given)] + words[i + 1:]
        return ["MV", *words] if schema == "Vessel" else words + ["GROUP"]


def make(options, out, as_csv):
    generator, names, entities, begin = Generator(options.seed), 0, 0, time.perf_counter()
    different = set() if options.count_words else None
    law = []
    if as_csv:
        out.write("id,name,schema\n")
    lines, report_at = [], 1000
    draw, stop = generator.random.random, options.aliases / (1 + options.aliases)
    while names < options.names:
        schema, words = generator.entity()
        text = " ".join(words)
        generator.count(words)
        entities += 1
        names += 1
        if as_csv:
            lines.append(f'm-{entities},{chr(34) + text + chr(34) if "," in text else text},{schema}\n')
            if different is not None:
                different.update(text.casefold().split())
        else:
            aliases = []
            while names < options.names and draw() < stop:
                alias = generator.alias(schema, words)
                if alias != words and (quoted := '"' + " ".join(alias) + '"') not in aliases:
                    aliases.append(quoted)
                    generator.count(alias)
                    names += 1
            rest = f',"alias":[{",".join(aliases)}]' if aliases else ""
            lines.append(f'{{"id":"m-{entities}","schema":"{schema}","datasets":["made_names"],"properties":{{"name":["{text}"]{rest}}}}}\n')
            if different is not None:
                different.update(" ".join([text, *aliases]).replace('"', "").casefold().split())
        if names >= report_at:
            law.append({"names": names, "words": generator.tokens, "different": len(different) if different is not None else generator.types})
            report_at *= 2
        if len(lines) >= 20000:
            out.write("".join(lines))
            lines.clear()
            if names % 500000 < 50000 and sys.stderr.isatty():
                common.progress(f"{names} names, {names / (time.perf_counter() - begin):.0f} a second")
    out.write("".join(lines))
    law.append({"names": names, "words": generator.tokens, "different": len(different) if different is not None else generator.types})
    return {"names": names, "entities": entities, "seconds": round(time.perf_counter() - begin, 1), "seed": options.seed, "law": law,
            "counted": "exactly" if different is not None else "by a filter, to a hundredth"}


def growth(names, seed):
    """Different words after so many names in a random order, and Heaps' law through the last three doublings."""
    names = list(names)
    random.Random(seed).shuffle(names)
    words, counted, points, at = 0, collections.Counter(), [], 1000
    for number, name in enumerate(names, 1):
        mine = [word for word in WORD.split(name.casefold()) if word]
        words += len(mine)
        counted.update(mine)
        if number == at or number == len(names):
            points.append({"names": number, "words": words, "different": len(counted)})
            at *= 2
    first, last = points[max(0, len(points) - 4)], points[-1]
    exponent = math.log(last["different"] / first["different"]) / math.log(last["words"] / first["words"])
    return {"points": points, "b": round(exponent, 3), "K": round(last["different"] / last["words"] ** exponent, 2),
            "once": round(sum(count == 1 for count in counted.values()) / len(counted), 2), "words_a_name": round(words / len(names), 2)}


def real_law(options):
    sources = {source: two_scripts.SOURCES[source]() for source in ("ofac", "un", "eu", "uk")}
    entries = [entry for found in sources.values() for entry in found]
    innocents = [row["full_name"] for file in ("us", "global") for row in common.read_csv(common.data(f"bench/negatives_{file}.csv"))]
    samples = {"OFAC, UN, EU, UK, primary names": [entry.names[0].text for entry in entries if entry.names],
               "the same, all names": [name.text for entry in entries for name in entry.names],
               "of these persons, primary": [entry.names[0].text for entry in entries if entry.names and entry.schema == "Person"],
               "of these firms and vessels, primary": [entry.names[0].text for entry in entries if entry.names and entry.schema != "Person"],
               "invented innocents": innocents}
    return {name: growth(sample, options.seed) for name, sample in samples.items()}


def law_text(result):
    rows = [[name, law["points"][-1]["names"], law["points"][-1]["words"], law["points"][-1]["different"], law["words_a_name"], law["b"], law["K"],
             law["once"]] for name, law in result.items()]
    return common.table(["", "names", "words", "different words", "words a name", "b", "K", "part of the different words that occur once"], rows)


def main():
    parser = common.arguments(__doc__, with_binary=False)
    parser.add_argument("out", nargs="?", default="-", help="the file, .jsonl or .csv [standard output, JSON lines]")
    parser.add_argument("--names", type=int, default=4_000_000, help="how many, aliases included [4000000]")
    parser.add_argument("--aliases", type=float, default=1.0, help="of an entity, on average; JSON lines only [1]")
    parser.add_argument("--seed", type=int, default=common.SEED, help=f"[{common.SEED}]")
    parser.add_argument("--count-words", action="store_true", help="count the different words exactly; takes memory")
    parser.add_argument("--law", action="store_true", help="how the vocabulary of the real lists grows")
    options = parser.parse_args()
    if options.law:
        common.show(real_law(options), options.json, law_text)
        return
    as_csv = options.out.endswith(".csv")
    if options.out == "-":
        result = make(options, sys.stdout, False)
    else:
        with open(options.out, "w", encoding="utf-8") as out:
            result = make(options, out, as_csv)
    if options.json and options.out != "-":
        common.show(result, True, None)
    else:
        law = result["law"][-1]
        common.progress(f"{result['names']} names of {result['entities']} entities in {result['seconds']} s; {law['words']} words, "
                        f"{law['different']} different, counted {result['counted']}")


if __name__ == "__main__":
    sys.exit(main())
