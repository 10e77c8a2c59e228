#!/usr/bin/env python3
"""Makes src/names/tables*.inc, the tables by which names are read, from data/names/*.csv.

    scripts/gen_name_tables.py            write them and print how many rows each table has
    scripts/gen_name_tables.py --check    write nothing; exit status 1 if they are not what the CSV files give
    scripts/gen_name_tables.py --keys     print the forms that are written differently but have one key, with different meanings
    scripts/gen_name_tables.py --read N   print how the name N of an organisation is read by the tables
    scripts/gen_name_tables.py --words T  print every form of table T after expansion, one a line (for looking and for measuring)

The notation of the forms is in data/names/README.md. A form with two meanings in tables that are used on the same names is an
error: both places are printed, nothing is written. A form whose key says nothing new is left out. The key is a copy of
text::comparison_key, near enough to find what would meet there; a word of up to SHORT letters counts as it is written, since
so little of it is left ("lp", "llp"). The program normalises the forms with its own functions.
The result is the same bytes each time.
"""
import csv
import hashlib
import pathlib
import re
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "names"
# Several files, because a file of the repository stays below SIZE_MAX bytes.
TARGETS = {ROOT / "src" / "names" / "tables.inc": ("LegalForms", "Places", "PersonWords", "Nicknames", "Numbers", "VesselWords", "AddressWords",
                                                   "WordWeights"),
           ROOT / "src" / "names" / "tables_organisations.inc": ("OrganisationWords",),
           ROOT / "src" / "names" / "tables_common_names.inc": ("CommonNames",)}
COLUMNS = 150
SIZE_MAX = 450_000
SHORT = 4
LITERAL_MAX = 12_000  # compilers must take 65,536 bytes in a literal; the forms of one row stay well below
FORMS_MAX = 500  # of common names in one row

CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўәғқңөұүһҳҷӣӯѓјљњћђџѕќ",
                    "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g u a gh q n o u u h h j i u g j "
                    "lj nj c dj dz dz k".replace("_", "-").split()))
GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split()))
LATIN = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "a", "ħ": "h", "ŋ": "n"}
APOSTROPHES = "'`‘’ʼʻ′´ʹʺʿʾ"
KEY_RULES = [("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("gh", "g"),
             ("th", "t"), ("ph", "f"), ("dh", "d"), ("bh", "b"), ("ts", "c"), ("tz", "c"), ("ck", "k"), ("qu", "k"), ("ou", "u"), ("oo", "u"),
             ("ee", "i"), ("x", "ks"), ("q", "k"), ("w", "v"), ("y", "i"), ("j", "i")]
VOWELS = "aeiou"

# Endings of Russian adjectives: nominative of three genders, plural, genitive of both numbers. "хороший" has е for о.
ENDINGS = {"ый": "ый ая ое ые ого ой ых", "ой": "ой ая ое ые ого ых", "hard ий": "ий ая ое ие ого ой их", "soft ий": "ий ая ее ие его ей их"}


class Wrong(Exception):
    """Something in a CSV file that a person has to put right."""


def expand(pattern):
    """The forms that a pattern stands for: завод[|а|ы] and государственный+."""
    bracket = re.search(r"\[([^\[\]]*)\]", pattern)
    if bracket:
        return [form for part in bracket.group(1).split("|") for form in expand(pattern[:bracket.start()] + part + pattern[bracket.end():])]
    if not pattern.endswith("+"):
        return [pattern]
    word = pattern[:-1]
    ending = word[-2:]
    if ending == "ий":
        ending = "hard ий" if word[-3] in "кгх" else "soft ий"
    if ending not in ENDINGS:
        raise Wrong(f"'{pattern}': + stands behind a Russian adjective in -ый, -ий or -ой")
    return [word[:-2] + ending for ending in ENDINGS[ending].split()]


def words_of(text):
    """Words as text::tokenize cuts them: dotted letters are one word, apostrophes are dropped."""
    words, word, dotted, after_dot = [], "", 0, False
    for at, c in enumerate(text):
        if c.isalnum() or unicodedata.category(c)[0] == "M":
            if after_dot:
                follows = text[at + 1:at + 2]
                if (follows and (follows.isalnum() or unicodedata.category(follows)[0] == "M")) or len(word) != dotted:
                    words, word, dotted = words + [word], "", 0
                after_dot = False
            word += c
        elif c in APOSTROPHES and word:
            continue
        elif c == "." and word and len(word) == dotted + 1:
            dotted, after_dot = len(word), True
        else:
            words, word, dotted, after_dot = words + [word], "", 0, False
    return [w for w in words + [word] if w]


def romanise(word):
    latin = ""
    for c in word:
        if c in CYRILLIC:
            latin += CYRILLIC[c].strip("-")
            continue
        for part in unicodedata.normalize("NFKD", c):
            if not unicodedata.combining(part) or part > "\u0800":
                latin += LATIN.get(part) or CYRILLIC.get(part, "").strip("-") or GREEK.get(part) or part
    return latin


def comparison_key(latin):
    single = "".join(c for i, c in enumerate(latin) if not (i and latin[i - 1] == c and "a" <= c <= "z" and c not in VOWELS))
    folded, at = "", 0
    while at < len(single):
        source, target = next(((f, t) for f, t in KEY_RULES if single.startswith(f, at)), (single[at], single[at]))
        folded += target
        at += len(source)
    key = ""
    for c in folded:
        if key.endswith(c) and c < "\x80" and not c.isdigit():
            continue
        if c == "e" and key.endswith("i"):
            key = key[:-1]
        if not (c == "e" and key.endswith("e")):
            key += c
    return key[:-1] if len(key) > 3 and key[-1] == "h" and key[-2] in VOWELS else key


def key_of(form):
    words = [romanise(word) for word in words_of(form.lower())]
    if len(words) == 1 and len(words[0]) <= SHORT:
        return words[0]
    return " ".join(comparison_key(word) for word in words)


def read(name, columns):
    """Rows of a table as (place in the file, dict)."""
    path = DATA / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    if not lines[0].startswith("#") or not any(line.startswith("# Date: ") for line in lines[:12]):
        raise Wrong(f"{path.name}: begins with # lines that say what it is, its sources and '# Date: '")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    header = next(csv.reader([numbered[0][1]]))
    if header != columns:
        raise Wrong(f"{path.name}:{numbered[0][0]}: columns are {','.join(header)}, expected {','.join(columns)}")
    rows = []
    for number, line in numbered[1:]:
        fields = next(csv.reader([line]))
        if len(fields) != len(columns):
            raise Wrong(f"{path.name}:{number}: {len(fields)} fields, expected {len(columns)}; a form has no comma")
        rows.append((f"{path.name}:{number}", dict(zip(columns, fields))))
    return rows


def forms_of(where, field):
    forms = []
    for pattern in field.split(";"):
        pattern = pattern.strip().lower()
        if not pattern:
            raise Wrong(f"{where}: an empty form")
        try:
            forms += expand(pattern)
        except Wrong as wrong:
            raise Wrong(f"{where}: {wrong}") from None
    return forms


class Meaning:
    """What each form means, and where that was said; finds forms that two rows claim."""

    def __init__(self, by_key=True):
        self.by_key = by_key
        self.said, self.keys = {}, {}
        self.clashes, self.shared = [], []
        self.dropped = 0

    def new_forms(self, where, forms, meaning):
        """The forms that say something new. One whose key is known with this meaning is dropped; one that is written like a form
        of another meaning is a clash; one that only shares the key with it is kept, since words are looked up as written first."""
        new = []
        for form in forms:
            written = as_written(form)
            key = key_of(form) if self.by_key else written
            if not written:
                self.clashes.append(f"{where}: '{form}' has no letter")
                continue
            other, there, as_form = self.said.setdefault(written, (meaning, where, form))
            if other != meaning:
                self.clashes.append(f"{where}: '{form}' is {meaning}, but {there}: '{as_form}' is {other}")
                continue
            other, there, as_form = self.keys.setdefault(key, (meaning, where, form))
            if other != meaning and there != where:
                self.shared.append(f"{where}: '{form}' ({meaning}) has the key of {there}: '{as_form}' ({other})")
            if as_form == form and there == where or other != meaning and form not in new:
                new.append(form)
            else:
                self.dropped += 1
        return new


def as_written(form):
    """For numbers and ships, where a letter more or less is another meaning: xviii, xxvii; MV, MMV."""
    return " ".join(romanise(word) for word in words_of(form.lower()))


def one_of(where, word, allowed):
    if word not in allowed:
        raise Wrong(f"{where}: '{word}', expected one of {', '.join(allowed)}")
    return word


def common_names():
    """Rows of common names. A name that several cultures share stays once a kind, in the first row of those with its lowest level."""
    rows, lowest = [], {}
    for where, row in read("common_names", ["kind", "culture", "level", "names"]):
        kind = one_of(where, row["kind"], ("given", "family"))
        level = int(one_of(where, row["level"], ("1", "2", "3")))
        if not re.fullmatch(r"[a-z_]+", row["culture"]):
            raise Wrong(f"{where}: '{row['culture']}', expected a culture in a-z and _")
        forms = {}
        for form in forms_of(where, row["names"]):
            written = as_written(form)
            if not re.fullmatch(r"[a-z]{2,}", written):
                raise Wrong(f"{where}: '{form}', expected one word of at least two Latin letters")
            if written in forms:
                raise Wrong(f"{where}: '{form}' stands twice in the row, the other time as '{forms[written]}'")
            forms[written] = form
            lowest[kind, written] = min(level, lowest.get((kind, written), level))
        rows.append((forms, kind, level))
    kept = []
    for forms, kind, level in rows:
        new = [form for written, form in forms.items() if lowest.get((kind, written)) == level]
        for written in forms:
            if lowest.get((kind, written)) == level:
                del lowest[kind, written]
        kept += [(new[at:at + FORMS_MAX], f"NameKind::{kind}", str(level)) for at in range(0, len(new), FORMS_MAX)]
    return kept


class Table:
    def __init__(self, name, struct, columns, rows):
        self.name, self.struct, self.columns, self.rows = name, struct, columns, rows


def make_tables(with_weights=True):
    """The tables, and the forms of different meanings that share a key. Without the weights for the script that makes them."""
    organisation, placed, person, number, vessel, address = Meaning(), Meaning(), Meaning(), Meaning(False), Meaning(False), Meaning(False)
    tables = []

    rows = []
    classes = ("limited", "joint_stock", "sole_trader", "partnership", "state_enterprise", "cooperative", "nonprofit")
    for where, row in read("legal_forms", ["class", "country", "place", "forms"]):
        one_of(where, row["class"], classes)
        place = one_of(where, row["place"] or "any", ("any", "start", "end", "edge"))
        # A form that counts only at the edge of a name may be a word elsewhere: "N.A." and the Russian "na".
        meanings = organisation if place == "any" else placed
        forms = meanings.new_forms(where, forms_of(where, row["forms"]), f"legal form {row['class']}")
        rows.append((forms, f"LegalClass::{row['class']}", f"FormPlace::{place}"))
    tables.append(Table("LegalForms", "LegalFormRow", "forms, class, place", rows))

    rows = []
    for where, row in read("organisation_words", ["canonical", "weight_class", "forms"]):
        one_of(where, row["weight_class"], ("particle", "generic", "activity", "institution"))
        forms = [row["canonical"]] + (forms_of(where, row["forms"]) if row["forms"] else [])
        forms = organisation.new_forms(where, forms, f"organisation word {row['canonical']}")
        rows.append((forms, f'"{row["canonical"]}"', f"WordClass::{row['weight_class']}"))
    tables.append(Table("OrganisationWords", "OrganisationWordRow", "forms, canonical, class", rows))

    rows = []
    for where, row in read("places", ["canonical", "type", "forms"]):
        one_of(where, row["type"], ("country", "region", "city"))
        forms = [row["canonical"]] + (forms_of(where, row["forms"]) if row["forms"] else [])
        forms = organisation.new_forms(where, forms, f"place {row['canonical']}")
        rows.append((forms, f'"{row["canonical"]}"', f"PlaceType::{row['type']}"))
    tables.append(Table("Places", "PlaceRow", "forms, canonical, type", rows))

    rows = []
    classes = ("title", "honorific", "article", "particle", "son_of", "daughter_of", "father_of", "mother_of", "servant_of", "religious",
               "suffix", "common")
    for where, row in read("person_words", ["class", "forms"]):
        one_of(where, row["class"], classes)
        rows.append((person.new_forms(where, forms_of(where, row["forms"]), f"person word {row['class']}"), f"PersonClass::{row['class']}"))
    tables.append(Table("PersonWords", "PersonWordRow", "forms, class", rows))

    rows = []
    for group, (where, row) in enumerate(read("nicknames", ["strength", "names"])):
        one_of(where, row["strength"], ("strong", "weak"))
        names = Meaning().new_forms(where, forms_of(where, row["names"]), "name")
        if len(names) < 2:
            raise Wrong(f"{where}: a group has at least two names that differ")
        rows.append((names, str(group), f"Strength::{row['strength']}"))
    tables.append(Table("Nicknames", "NicknameRow", "names, group, strength", rows))

    rows = []
    for where, row in read("numbers", ["value", "number_class", "needs_context", "forms"]):
        one_of(where, row["number_class"], ("unit", "ten", "hundred", "ordinal", "roman"))
        context = one_of(where, row["needs_context"] or "no", ("yes", "no"))
        forms = number.new_forms(where, forms_of(where, row["forms"]), f"number {row['number_class']} {row['value']}")
        rows.append((forms, str(int(row["value"])), f"NumberClass::{row['number_class']}", "true" if context == "yes" else "false"))
    tables.append(Table("Numbers", "NumberRow", "forms, value, class, needs_context", rows))

    rows = []
    for where, row in read("vessel_words", ["class", "forms"]):
        one_of(where, row["class"], ("prefix", "former", "word"))
        rows.append((vessel.new_forms(where, forms_of(where, row["forms"]), f"vessel word {row['class']}"), f"VesselClass::{row['class']}"))
    tables.append(Table("VesselWords", "VesselWordRow", "forms, class", rows))

    rows = []
    for where, row in read("address_words", ["canonical", "forms"]):
        forms = address.new_forms(where, [row["canonical"]] + forms_of(where, row["forms"]), f"address word {row['canonical']}")
        rows.append((forms, f'"{row["canonical"]}"'))
    tables.append(Table("AddressWords", "AddressWordRow", "forms, canonical", rows))

    tables.append(Table("CommonNames", "CommonNameRow", "names, kind, level", common_names()))

    if with_weights:
        rows, seen = [], {}
        for where, row in read("word_weights", ["kind", "word", "weight"]):
            one_of(where, row["kind"], ("person", "organisation", "vessel"))
            if not re.fullmatch(r"[a-z0-9]+", row["word"]) or not 0 <= int(row["weight"]) <= 1000:
                raise Wrong(f"{where}: a word of a-z and 0-9 and a weight from 0 to 1000")
            if (row["kind"], row["word"]) in seen:
                raise Wrong(f"{where}: '{row['word']}' stands already in {seen[row['kind'], row['word']]}")
            seen[row["kind"], row["word"]] = where
            rows.append(([row["word"]], f"Kind::{row['kind']}", str(int(row["weight"]))))
        tables.append(Table("WordWeights", "WeightRow", "word, kind, weight", rows))

    clashes = organisation.clashes + placed.clashes + person.clashes + number.clashes + vessel.clashes + address.clashes
    if clashes:
        raise Wrong("\n".join(clashes))
    for table in tables:
        table.rows = [row for row in table.rows if row[0]]
    return tables, organisation.shared + person.shared


class Reader:
    """Reads a name of an organisation by the tables, as the program is to do: the longest form first, as written before by key."""

    def __init__(self, tables):
        self.forms, self.longest = {}, 1
        wanted = [table for table in tables if table.name in ("LegalForms", "OrganisationWords", "Places")]
        for exact in (True, False):
            for table in wanted:
                for forms, *rest in table.rows:
                    for form in forms:
                        words = tuple(romanise(word) for word in words_of(form))
                        if exact or len(words) > 1 or len(words[0]) > SHORT:
                            key = words if exact else ("key", *map(comparison_key, words))
                            self.forms.setdefault(key, []).append((table.name, *rest))
                            self.longest = max(self.longest, len(words))

    def fits(self, meaning, at_start, at_end):
        place = meaning[2].removeprefix("FormPlace::") if meaning[0] == "LegalForms" else "any"
        return place == "any" or (at_start and place in ("start", "edge")) or (at_end and place in ("end", "edge"))

    def read(self, name):
        """Pieces of the name: (words, meaning or None)."""
        words = [romanise(word) for word in words_of(name.lower())]
        pieces, at = [], 0
        while at < len(words):
            for count in range(min(self.longest, len(words) - at), 0, -1):
                piece = tuple(words[at:at + count])
                found = list(self.forms.get(piece, []))
                if count > 1 or len(piece[0]) > SHORT:
                    found += self.forms.get(("key", *map(comparison_key, piece)), [])
                meaning = next((m for m in found if self.fits(m, at == 0, at + count == len(words))), None)
                if meaning or count == 1:
                    pieces.append((piece, meaning))
                    at += count
                    break
        return pieces


def literal(forms, indent, first):
    """A C++ string literal of forms joined by ';', broken into lines. `first` is the column at which it begins."""
    lines, line, room = [], "", COLUMNS - first - 4
    for at, form in enumerate(forms):
        piece = form.replace("\\", "\\\\").replace('"', '\\"') + (";" if at + 1 < len(forms) else "")
        if line and len(line) + len(piece) > room:
            lines.append(line)
            line, room = "", COLUMNS - indent - 4
        line += piece
    return ("\n" + " " * indent).join(f'"{line}"' for line in lines + [line])


def render(tables, fingerprint=None):
    out = ["// Generated by scripts/gen_name_tables.py from data/names/*.csv; do not edit, run it again.",
           "//",
           "// To be included in namespace tamga::names by the one file that declares the row types. The first member of each row is one form",
           "// or several, separated by ';', lower case, as people write them: normalise each with text::tokenize before comparing.",
           "// clang-format off"]
    if fingerprint:
        out += ["", "// Changes with every row of all these files: a list that was compiled with other tables is out of date.",
                f"constexpr std::uint64_t kTablesFingerprint = 0x{fingerprint}ULL;"]
    for table in tables:
        out += ["", f"// {table.columns}", f"constexpr {table.struct} k{table.name}[] = {{"]
        line = ""
        for forms, *rest in table.rows:
            if sum(len(form.encode()) + 1 for form in forms) > LITERAL_MAX:
                raise Wrong(f"{table.name}: the forms of one row are longer than {LITERAL_MAX} bytes; split it: {forms[0]}")
            row = "{" + literal(forms, 1, 1) + "," + ",".join(rest) + "},"
            if "\n" not in row and line and "\n" not in line and len(line) + len(row) <= COLUMNS:
                line += row
                continue
            if line:
                out.append(line)
            line = row
        out += [line, "};"]
    return "\n".join(out + ["// clang-format on", ""])


def main(arguments):
    try:
        tables, shared = make_tables()
        fingerprint = hashlib.sha256(render(tables).encode()).hexdigest()[:16]
        files = {path: render([table for table in tables if table.name in names], fingerprint if path.name == "tables.inc" else None)
                 for path, names in TARGETS.items()}
        for path, text in files.items():
            if len(text.encode()) > SIZE_MAX:
                raise Wrong(f"{path.name} would be {len(text.encode())} bytes; at most {SIZE_MAX}")
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if "--words" in arguments:
        wanted = arguments[arguments.index("--words") + 1].replace("_", "").lower()
        for forms, *rest in next((table.rows for table in tables if table.name.lower() == wanted), []):
            for form in forms:
                print(form, *rest, sep="\t")
        return 0
    if "--read" in arguments:
        for piece, meaning in Reader(tables).read(arguments[arguments.index("--read") + 1]):
            print(" ".join(piece), *(meaning or ["-"]), sep="\t")
        return 0
    if "--keys" in arguments:
        print("\n".join(shared))
        return 0
    if "--check" in arguments:
        stale = [path.name for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        for name in stale:
            print(f"src/names/{name} is not what data/names gives; run scripts/gen_name_tables.py", file=sys.stderr)
        return 1 if stale else 0
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(text.encode())} bytes")
    for table in tables:
        print(f"  {table.name:18} {len(table.rows):6} rows {sum(len(row[0]) for row in table.rows):7} forms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
