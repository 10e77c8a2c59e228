#!/usr/bin/env python3
"""Make the tables of src/text/*.inc: what each character of Unicode is, how it is romanised, and how Chinese characters are read.

usage: gen_text_tables.py [--ucd FOLDER]    FOLDER is the Unicode Character Database with Unihan; default /usr/share/unicode,
                                            where Debian's package unicode-data puts it

Reads data/text/ as well (our own tables). Whoever builds Tamga does not run this: the results are in the repository. The same input gives
the same bytes. What the tables mean is said where they are used: src/text/characters.h, han.h, abjad.h.
"""
import argparse
import bz2
import os
import re
import unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(ROOT, "data", "text")
OUT = os.path.join(ROOT, "src", "text")
COLUMNS = 150

# The enumerators of Kind, System and Role in src/text/characters.h, in their order.
KINDS = ["separator", "letter", "digit", "mark", "invisible", "apostrophe", "dot", "middle_dot", "hyphen", "quote", "disguise", "expand"]
SYSTEMS = ["none", "latin", "cyrillic", "greek", "armenian", "georgian", "arabic", "hebrew", "indic_north", "indic_south", "thai", "lao", "khmer",
           "myanmar", "ethiopic", "han", "kana", "hangul", "other"]
ROLES = ["none", "consonant", "vowel", "sign", "virama", "final", "medial", "numbered"]
KIND, SYSTEM, ROLE = ({name: at for at, name in enumerate(names)} for names in (KINDS, SYSTEMS, ROLES))

SYSTEM_OF_SCRIPT = {
    "Latin": "latin", "Cyrillic": "cyrillic", "Greek": "greek", "Armenian": "armenian", "Georgian": "georgian", "Arabic": "arabic",
    "Hebrew": "hebrew", "Thai": "thai", "Lao": "lao", "Khmer": "khmer", "Myanmar": "myanmar", "Ethiopic": "ethiopic", "Han": "han",
    "Hiragana": "kana", "Katakana": "kana", "Hangul": "hangul",
    # The inherent vowel of a last consonant is silent in the north of India and heard in the south.
    "Devanagari": "indic_north", "Bengali": "indic_north", "Gurmukhi": "indic_north", "Gujarati": "indic_north", "Kaithi": "indic_north",
    "Syloti_Nagri": "indic_north", "Tirhuta": "indic_north", "Khojki": "indic_north", "Mahajani": "indic_north", "Modi": "indic_north",
    "Oriya": "indic_south", "Tamil": "indic_south", "Telugu": "indic_south", "Kannada": "indic_south", "Malayalam": "indic_south",
    "Sinhala": "indic_south", "Tibetan": "indic_south", "Javanese": "indic_south", "Balinese": "indic_south", "Sundanese": "indic_south",
    "Grantha": "indic_south", "Brahmi": "indic_south", "Chakma": "indic_south", "Newa": "indic_south", "Cham": "indic_south",
    "Limbu": "indic_south", "Lepcha": "indic_south", "Saurashtra": "indic_south", "Meetei_Mayek": "indic_south", "Buginese": "indic_south",
    "Rejang": "indic_south", "Batak": "indic_south", "Tagalog": "indic_south", "Hanunoo": "indic_south", "Buhid": "indic_south",
    "Tagbanwa": "indic_south", "Sharada": "indic_north", "Takri": "indic_north", "Khudawadi": "indic_north", "Gunjala_Gondi": "indic_north",
    "Masaram_Gondi": "indic_north", "Dogra": "indic_north", "Nandinagari": "indic_south", "Siddham": "indic_south", "Kharoshthi": "indic_south",
}
ROLE_OF_CATEGORY = {
    "Consonant": "consonant", "Consonant_Dead": "final", "Consonant_Final": "final", "Consonant_Medial": "medial",
    "Consonant_Subjoined": "medial", "Consonant_Prefixed": "consonant", "Consonant_Preceding_Repha": "consonant",
    "Consonant_Succeeding_Repha": "final", "Consonant_With_Stacker": "consonant", "Consonant_Placeholder": "consonant",
    "Vowel_Independent": "vowel", "Vowel": "vowel", "Vowel_Dependent": "sign", "Virama": "virama", "Pure_Killer": "virama",
    "Invisible_Stacker": "virama", "Bindu": "final", "Visarga": "final",
}
# Names of letters in the scripts that descend from Brahmi, romanised as ISO 15919 without its marks, C as names are written (ch).
INDIC = {
    "KA": "k", "KHA": "kh", "GA": "g", "GHA": "gh", "NGA": "ng", "CA": "ch", "CHA": "ch", "JA": "j", "JHA": "jh", "NYA": "ny", "TTA": "t",
    "TTHA": "th", "DDA": "d", "DDHA": "dh", "NNA": "n", "TA": "t", "THA": "th", "DA": "d", "DHA": "dh", "NA": "n", "PA": "p", "PHA": "ph",
    "BA": "b", "BHA": "bh", "MA": "m", "YA": "y", "RA": "r", "LA": "l", "VA": "v", "WA": "w", "SHA": "sh", "SSA": "sh", "SA": "s", "HA": "h",
    "LLA": "l", "LLLA": "zh", "RRA": "r", "NNNA": "n", "QA": "q", "KHHA": "kh", "GHHA": "gh", "ZA": "z", "ZHA": "zh", "DDDHA": "r", "RHA": "rh",
    "FA": "f", "YYA": "y", "GGA": "g", "JJA": "j", "DDDA": "d", "BBA": "b", "JNYA": "gy", "TSA": "ts", "TSHA": "ts", "DZA": "dz", "DZHA": "dz",
    "KSSA": "ksh", "HEAVY YA": "y", "MARWARI DDA": "d", "TTTA": "t", "GLOTTAL STOP": "", "AYIN": "",
    "A": "a", "AA": "a", "I": "i", "II": "i", "U": "u", "UU": "u", "VOCALIC R": "ri", "VOCALIC RR": "ri", "VOCALIC L": "li", "VOCALIC LL": "li",
    "E": "e", "EE": "e", "AI": "ai", "O": "o", "OO": "o", "AU": "au", "SHORT E": "e", "SHORT O": "o", "CANDRA A": "a", "CANDRA E": "e",
    "CANDRA O": "o", "SHORT A": "a", "OE": "o", "OOE": "o", "AW": "o", "AY": "e", "UE": "u", "UUE": "u", "PRISHTHAMATRA E": "e", "AE": "e",
    "CANDRA LONG E": "e", "TTAMOE": "t", "AU LENGTH MARK": "", "LENGTH MARK": "", "AI LENGTH MARK": "i", "REVERSED I": "i", "TALL AA": "a",
}
# The last words of Ethiopic syllables: the fourth order is the plain a, the first a short one that names write e or a, the sixth mute.
ETHIOPIC_ORDERS = {"WAA": "wa", "WEE": "we", "WI": "wi", "WE": "w", "WA": "wa", "OA": "wa", "AA": "a", "EE": "e", "YA": "ya", "A": "e", "U": "u",
                   "I": "i", "E": "", "O": "o"}
ETHIOPIC = {"H": "h", "L": "l", "HH": "h", "M": "m", "SZ": "s", "R": "r", "S": "s", "SH": "sh", "Q": "q", "QH": "q", "B": "b", "V": "v", "T": "t",
            "C": "ch", "X": "h", "N": "n", "NY": "ny", "GLOTTAL ": "", "K": "k", "KX": "kh", "W": "w", "PHARYNGEAL ": "", "Z": "z", "ZH": "zh",
            "Y": "y", "D": "d", "DD": "d", "J": "j", "G": "g", "GG": "g", "TH": "t", "CH": "ch", "PH": "p", "TS": "ts", "TZ": "ts", "F": "f",
            "P": "p", "SS": "s", "CC": "ch", "ZZ": "z", "QW": "qw", "KW": "kw", "GW": "gw", "XW": "hw", "MY": "my", "RY": "ry", "FY": "fy"}
COPTIC = {"ALFA": "a", "VIDA": "v", "GAMMA": "g", "DALDA": "d", "EIE": "e", "SOU": "s", "ZATA": "z", "HATE": "i", "THETHE": "th",
          "IAUDA": "i", "KAPA": "k", "LAULA": "l", "MI": "m", "NI": "n", "KSI": "x", "O": "o", "PI": "p", "RO": "r", "SIMA": "s", "TAU": "t",
          "UA": "u", "FI": "f", "KHI": "kh", "PSI": "ps", "OOU": "o"}
APOSTROPHES = "'`´‘’‛ʹʺʻʼʽʾʿˈ′‵＇׳ʽꞌ"
QUOTES = "\"״“”„"
HYPHENS = "-‐‑‒–−﹣－־᠆"
MIDDLE_DOTS = "·・‧•∙⋅･ꞏ᛫"
DOTS = ".．․｡。"
DISGUISES = {"$": "s", "@": "a", "!": "i", "|": "l", "€": "e", "¡": "i", "£": "l", "¢": "c", "¥": "y", "§": "s"}


class Ucd:
    def __init__(self, folder):
        self.folder = folder
        self.name, self.category, self.decomposition, self.lower, self.digit = {}, {}, {}, {}, {}
        self.ranges = []
        first = None
        for line in self.lines("UnicodeData.txt"):
            fields = line.split(";")
            code = int(fields[0], 16)
            if fields[1].endswith(", First>"):
                first = code
                continue
            if fields[1].endswith(", Last>"):
                self.ranges.append((first, code, fields[1][1:-7]))
                continue
            self.name[code], self.category[code] = fields[1], fields[2]
            if fields[5]:
                parts = fields[5].split()
                canonical = not parts[0].startswith("<")
                self.decomposition[code] = (canonical, [int(p, 16) for p in (parts if canonical else parts[1:])])
            if fields[6]:
                self.digit[code] = fields[6]
            if fields[13]:
                self.lower[code] = int(fields[13], 16)
        self.script = self.property("Scripts.txt")
        self.syllabic = self.property("IndicSyllabicCategory.txt")
        self.version = re.search(r"Scripts-([\d.]+)\.txt", self.lines("Scripts.txt", comments=True)[0]).group(1)

    def lines(self, name, comments=False):
        path = os.path.join(self.folder, name)
        opener = bz2.open if path.endswith(".bz2") else open
        with opener(path, "rt", encoding="utf-8") as file:
            return [line.rstrip("\n") for line in file if comments or (line.strip() and not line.startswith("#"))]

    def property(self, name):
        values = {}
        for line in self.lines(name):
            codes, value = [part.strip() for part in line.split("#")[0].split(";")[:2]]
            low, _, high = codes.partition("..")
            for code in range(int(low, 16), int(high or low, 16) + 1):
                values[code] = value
        return values

    def nfkd(self, code):
        if code not in self.decomposition:
            return [code]
        return [part for piece in self.decomposition[code][1] for part in self.nfkd(piece)]

    def unihan(self, field, name="Unihan_Readings.txt.bz2"):
        values = {}
        for line in self.lines(name):
            code, which, value = line.split("\t")
            if which == field:
                values[int(code[2:], 16)] = value
        return values


def read_letters():
    """data/text/letters.txt: lower-case letter to latin."""
    letters = {}
    with open(os.path.join(DATA, "letters.txt"), encoding="utf-8") as file:
        for line in file:
            if line.startswith(("#", "[")):
                continue
            for pair in line.split():
                letter, _, latin = pair.partition("=")
                assert len(letter) == 1, pair
                assert re.fullmatch("[a-z]*", latin), pair
                letters[ord(letter)] = latin
    return letters


def ascii_of(codes, ucd):
    """Letters and digits of a decomposition that is ASCII apart from marks, lower case; None when it is not."""
    out = ""
    for code in codes:
        if ucd.category.get(code, "Cn").startswith("M"):
            continue
        if code >= 0x80 or not chr(code).isalnum():
            return None
        out += chr(code).lower()
    return out or None


def latin_by_name(name):
    words = re.sub(r" WITH .*", "", name).split()
    for word in reversed(words):
        if len(word) == 1:
            return word.lower()
    return re.sub("[^a-z]", "", words[-1].lower())[:4]


class Characters:
    """What characters.h needs: a record for each character, the two-stage index, expansions and compositions."""

    def __init__(self, ucd):
        self.ucd, self.letters = ucd, read_letters()
        self.records, self.pool, self.expansions = [(0, 0, 0, 0, 0, 0)], "", []
        self.record_ids = {self.records[0]: 0}
        self.of = {}
        for code in sorted(ucd.name):
            if code < 0x20000:
                self.add(code)
        for first, last, name in ucd.ranges:
            if "Private" in name or "Surrogate" in name or first >= 0x20000:
                continue
            system = "han" if name.startswith("CJK") else "hangul" if name.startswith("Hangul") else "other"
            for code in range(first, last + 1):
                self.put(code, "letter", system, "numbered" if system == "other" else "none")
        # Iteration mark and zero are characters of names.
        for code in (0x3005, 0x3007):
            self.put(code, "letter", "han")

    def put(self, code, kind, system="none", role="none", upper=False, latin="", expansion=None):
        assert re.fullmatch("[a-z0-9]*", latin), (hex(code), latin)
        if expansion is not None:
            offset, size = len(self.expansions), len(expansion)
            self.expansions += expansion
        else:
            if latin not in self.pool:
                self.pool += latin
            offset, size = self.pool.index(latin), len(latin)
        record = (KIND[kind], SYSTEM[system], ROLE[role], int(upper), size, offset)
        if record not in self.record_ids:
            self.record_ids[record] = len(self.records)
            self.records.append(record)
        self.of[code] = self.record_ids[record]

    def add(self, code):
        ucd, char = self.ucd, chr(code)
        category, name, script = ucd.category[code], ucd.name[code], ucd.script.get(code, "Common")
        system = SYSTEM_OF_SCRIPT.get(script, "other")
        if script in ("Common", "Inherited"):
            system = "none"
        for kind, chars in (("apostrophe", APOSTROPHES), ("quote", QUOTES), ("hyphen", HYPHENS), ("middle_dot", MIDDLE_DOTS), ("dot", DOTS)):
            if char in chars:
                return self.put(code, kind)
        if char in DISGUISES:
            return self.put(code, "disguise", latin=DISGUISES[char])
        if category == "Cf" or code in (0x00AD, 0x034F, 0x180B, 0x180C, 0x180D, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800):
            # The four Hangul fillers and the braille blank are letters or symbols to Unicode, but nothing is seen of them.
            return self.put(code, "invisible")
        if 0xFE00 <= code <= 0xFE0F:
            return self.put(code, "invisible")
        if category == "Nd":
            return self.put(code, "digit", latin=ucd.digit[code])
        lower = ucd.lower.get(code, code)
        upper = category in ("Lu", "Lt")
        # Katakana are read as the hiragana 0x60 before them.
        if 0x30A1 <= code <= 0x30F6:
            return self.put(code, "letter", "kana", latin=self.letters.get(code - 0x60, ""))
        if lower in self.letters:
            role = ROLE_OF_CATEGORY.get(ucd.syllabic.get(code, ""), "none")
            if category.startswith("M") and script in ("Hebrew", "Arabic"):
                return self.put(code, "mark", system)
            return self.put(code, "letter", system, role, upper, self.letters[lower])
        parts = ucd.nfkd(code)
        plain = ascii_of(parts, ucd)
        if plain is not None and parts != [code]:
            if category[0] in "LN" or (category == "So" and re.search(r"(CIRCLED|SQUARED|PARENTHESIZED) LATIN", name)):
                digits = plain.isdigit()
                return self.put(code, "digit" if digits else "letter", "none" if digits else "latin", "none", upper, plain)
        if category == "So" and (found := re.fullmatch(r"(?:NEGATIVE|CROSSED NEGATIVE) (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])", name)):
            return self.put(code, "letter", "latin", "none", True, found.group(1).lower())
        if category[0] == "S" or category[0] in "ZC":
            return self.put(code, "separator")
        if parts != [code] and not self.native(code, system):
            return self.put(code, "expand", expansion=parts)
        if category[0] == "P":
            return self.put(code, "separator")
        if category[0] in "LMN":
            return self.add_letter(code, category, name, script, system, upper)
        raise AssertionError(hex(code))

    def native(self, code, system):
        """Precomposed, but read as it is."""
        return code in (0x0E33, 0x0EB3) or (system in ("indic_north", "indic_south", "khmer", "myanmar") and code < 0xF900)

    def add_letter(self, code, category, name, script, system, upper):
        ucd = self.ucd
        if system in ("thai", "lao", "khmer", "myanmar"):
            role = ROLE_OF_CATEGORY.get(ucd.syllabic.get(code, ""), "none")
            return self.put(code, "letter", system, role, False, self.generic_latin(code, name) if category[0] == "L" and role == "consonant" else "")
        if system in ("indic_north", "indic_south"):
            role = ROLE_OF_CATEGORY.get(ucd.syllabic.get(code, ""), "none")
            if role != "none":
                return self.put(code, "letter", system, role, False, self.indic_latin(code, name, role))
            if category[0] == "M":
                return self.put(code, "mark", system)
        if category[0] == "M":
            return self.put(code, "mark", "none" if script == "Inherited" else system)
        if category == "Lm" and script == "Common":
            return self.put(code, "letter", "kana") if code == 0x30FC else self.put(code, "mark")
        if system == "ethiopic" and " SYLLABLE " in name:
            latin = self.ethiopic_latin(name.split(" SYLLABLE ")[1])
            return self.put(code, "letter", system, "consonant" if latin and latin[-1] not in "aeiou" else "none", False, latin)
        if system == "latin":
            return self.put(code, "letter", system, "none", upper, latin_by_name(name))
        if system in ("han", "hangul"):
            return self.put(code, "letter", system)
        if system == "none":
            system = "other"
        if category == "No" or category == "Nl":
            return self.put(code, "letter", "other", latin=self.generic_latin(code, name))
        return self.put(code, "letter", system, "none", upper, self.generic_latin(code, name))

    def generic_latin(self, code, name):
        base = re.sub(r" (WITH|AND) .*", "", name)
        if base != name:
            for other in (base, base.replace("CAPITAL", "SMALL")):
                if other in self.codes_of_names() and self.codes_of_names()[other] in self.letters:
                    return self.letters[self.codes_of_names()[other]]
        if name.startswith("COPTIC ") and base.split()[-1] in COPTIC:
            return COPTIC[base.split()[-1]]
        word = re.sub("[^a-z0-9]", "", base.split()[-1].lower())
        return word if 0 < len(word) <= 8 else f"u{code:x}"

    def codes_of_names(self):
        if not hasattr(self, "by_name"):
            self.by_name = {name: code for code, name in self.ucd.name.items()}
        return self.by_name

    def indic_latin(self, code, name, role):
        if role == "virama":
            return ""
        if role == "final" and re.search("ANUSVARA|CANDRABINDU|TIPPI|BINDI|CHANDRABINDU", name):
            return "n"
        if "VISARGA" in name:
            return "h"
        words = re.split(r" (?:SUBJOINED LETTER|LETTER|VOWEL SIGN|CONSONANT SIGN|INDEPENDENT VOWEL|SIGN|CONSONANT) ", name)[-1]
        for candidate in (words, words.split()[-1]):
            if candidate in INDIC:
                return INDIC[candidate]
        if words.startswith("CHILLU"):
            return {"NN": "n", "N": "n", "RR": "r", "L": "l", "LL": "l", "K": "k", "M": "m", "Y": "y", "LLL": "zh"}[words.split()[-1]]
        word = re.sub("[^a-z]", "", words.split()[-1].lower())
        if role in ("consonant", "medial") and word.endswith("a"):
            word = word[:-1]
        return word if len(word) <= 6 else f"u{code:x}"

    def ethiopic_latin(self, syllable):
        syllable = {"GLOTTAL A": "GLOTTAL AA", "PHARYNGEAL A": "PHARYNGEAL AA", "HA": "HAA", "HHA": "HHAA", "XA": "XAA"}.get(syllable, syllable)
        for order in sorted(ETHIOPIC_ORDERS, key=len, reverse=True):
            base = syllable[:-len(order)]
            if syllable.endswith(order) and base in ETHIOPIC:
                latin = ETHIOPIC[base] + ETHIOPIC_ORDERS[order]
                return latin if latin or base not in ("GLOTTAL ", "PHARYNGEAL ") else "i"
        return re.sub("[^a-z]", "", syllable.lower())[:6]

    def compositions(self):
        """(base, mark) to a precomposed letter that has a reading of its own; Hangul is composed by arithmetic."""
        pairs = []
        for code, (canonical, parts) in self.ucd.decomposition.items():
            if not canonical or len(parts) != 2 or code not in self.of:
                continue
            kind, system = self.records[self.of[code]][:2]
            if kind == KIND["letter"] and system != SYSTEM["latin"]:
                pairs.append((parts[0], parts[1], code))
        return sorted(pairs)

    def write(self):
        block = 128
        blocks, stage1, stage2 = {}, [], []
        for start in range(0, 0x20000, block):
            ids = tuple(self.of.get(code, 0) for code in range(start, start + block))
            if ids not in blocks:
                blocks[ids] = len(blocks)
                stage2 += ids
            stage1.append(blocks[ids])
        out = Output("characters.inc", f"Unicode {self.ucd.version} (UnicodeData.txt, Scripts.txt, IndicSyllabicCategory.txt) and "
                     "data/text/letters.txt")
        out.numbers("std::uint16_t", "kStage1", stage1)
        out.numbers("std::uint16_t", "kStage2", stage2)
        out.text("kLatinPool", self.pool)
        out.rows("Character", "kCharacters", [f"{{{o},{s},{k},{y},{r},{u}}}" for k, y, r, u, s, o in self.records])
        out.numbers("char32_t", "kExpansions", self.expansions)
        out.rows("Composition", "kCompositions", [f"{{{a},{b},{c}}}" for a, b, c in self.compositions()])
        out.close()


class Output:
    def __init__(self, name, sources):
        self.path, self.parts = os.path.join(OUT, name), [f"// Generated by scripts/gen_text_tables.py from {sources}. Do not edit.\n"]

    def wrap(self, items, separator=","):
        lines, line = [], ""
        for item in items:
            if len(line) + len(item) + 1 > COLUMNS:
                lines.append(line)
                line = ""
            line += item + separator
        return "\n".join(lines + [line]) + "\n"

    def numbers(self, of, name, values):
        self.parts.append(f"constexpr {of} {name}[] = {{\n{self.wrap(map(str, values))}}};\n")

    def rows(self, of, name, rows):
        self.parts.append(f"constexpr {of} {name}[] = {{\n{self.wrap(rows)}}};\n")

    def text(self, name, value):
        lines = "\n".join(f'"{value[at:at + COLUMNS - 2]}"' for at in range(0, max(len(value), 1), COLUMNS - 2))
        self.parts.append(f"constexpr std::string_view {name} =\n{lines};\n")

    def close(self):
        text = "".join(self.parts)
        assert len(text) < 450_000, (self.path, len(text))
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{os.path.relpath(self.path, ROOT)}: {len(text)} bytes")


def without_tone(syllable):
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c))
    return re.sub("[^a-z]", "", plain.lower())


# Jyutping to the spelling of names in Hong Kong (the Government Cantonese Romanisation): initials, then finals; the tone is dropped.
HK_INITIALS = {"b": "p", "p": "p", "m": "m", "f": "f", "d": "t", "t": "t", "n": "n", "l": "l", "g": "k", "k": "k", "ng": "ng", "h": "h", "gw": "kw",
               "kw": "kw", "w": "w", "z": "ch", "c": "ch", "s": "s", "j": "y", "": ""}
HK_FINALS = {"aa": "a", "aai": "ai", "aau": "au", "aam": "am", "aan": "an", "aang": "ang", "aap": "ap", "aat": "at", "aak": "ak", "ai": "ai",
             "au": "au", "am": "am", "an": "an", "ang": "ang", "ap": "ap", "at": "at", "ak": "ak", "e": "e", "ei": "ei", "eng": "eng", "ek": "ek",
             "eu": "iu", "em": "em", "ep": "ep", "i": "i", "iu": "iu", "im": "im", "in": "in", "ing": "ing", "ip": "ip", "it": "it", "ik": "ik",
             "o": "o", "oi": "oi", "ou": "o", "on": "on", "ong": "ong", "ot": "ot", "ok": "ok", "u": "u", "ui": "ui", "un": "un", "ung": "ung",
             "ut": "ut", "uk": "uk", "oe": "eu", "oeng": "eung", "oek": "euk", "eoi": "ui", "eon": "un", "eot": "ut", "yu": "u", "yun": "uen",
             "yut": "uet", "m": "m", "ng": "ng", "a": "a", "oet": "ut", "om": "om", "up": "up", "um": "um", "et": "et", "en": "en", "op": "op"}
# Whole syllables that custom writes otherwise: wong4 (not wong by rule alone), ci and zi are sze-like, jyu is yu, sau is sau.
HK_SYLLABLES = {"zi": "chi", "ci": "chi", "si": "sze", "ji": "yi", "jyu": "yu", "jyun": "yuen", "jyut": "yuet", "jan": "yan", "sang": "sang",
                "gau": "kau", "hoi": "hoi", "syu": "shu", "zyu": "chu", "cyu": "chu", "gyun": "kuen", "syun": "suen", "siu": "siu", "sek": "shek",
                "soeng": "sheung", "sing": "shing", "seng": "sheng", "sin": "sin", "san": "san", "sau": "sau", "seoi": "sui", "seon": "shun",
                "sam": "sam", "sap": "sap", "sat": "sat", "sik": "sik", "hyun": "huen", "ho": "ho", "hou": "ho", "mou": "mo", "tou": "to",
                "zang": "tsang", "ze": "tse",
                "zoeng": "cheung", "wui": "wui", "fui": "fui", "coeng": "cheung", "loeng": "leung", "kwok": "kwok", "gwok": "kwok"}


def hong_kong(jyutping):
    syllable = re.sub(r"\d", "", jyutping)
    if syllable in HK_SYLLABLES:
        return HK_SYLLABLES[syllable]
    for initial in sorted(HK_INITIALS, key=len, reverse=True):
        final = syllable[len(initial):]
        if syllable.startswith(initial) and final in HK_FINALS:
            latin = HK_INITIALS[initial] + HK_FINALS[final]
            return latin.replace("yy", "y").replace("yi", "yi")
    raise AssertionError(jyutping)


def syllable_table(readings):
    syllables = [""] + sorted(set(readings.values()))
    return syllables, {code: syllables.index(reading) for code, reading in readings.items()}


def write_syllables(out, prefix, syllables):
    joined = "".join(syllables)
    offsets = [0]
    for syllable in syllables:
        offsets.append(offsets[-1] + len(syllable))
    out.text(f"{prefix}Letters", joined)
    out.numbers("std::uint16_t", f"{prefix}Offsets", offsets)


WADE_GILES_INITIALS = [("zh", "ch"), ("ch", "ch'"), ("sh", "sh"), ("b", "p"), ("p", "p'"), ("d", "t"), ("t", "t'"), ("g", "k"), ("k", "k'"),
                       ("j", "ch"), ("q", "ch'"), ("x", "hs"), ("r", "j"), ("z", "ts"), ("c", "ts'"), ("s", "s"), ("h", "h"), ("l", "l"), ("m", "m"),
                       ("n", "n"), ("f", "f"), ("w", "w"), ("y", "y"), ("", "")]
WADE_GILES_WHOLE = {"zhi": "chih", "chi": "ch'ih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tz'u", "si": "ssu", "yi": "i", "you": "yu",
                    "yu": "yv", "yue": "yveh", "yuan": "yvan", "yun": "yvn", "yan": "yen", "ye": "yeh", "yong": "yung", "e": "o", "er": "erh",
                    "ge": "ko", "ke": "k'o", "he": "ho", "gui": "kuei", "kui": "k'uei", "guo": "kuo", "kuo": "k'uo", "huo": "huo", "shuo": "shuo",
                    "ei": "ei", "o": "o"}


def wade_giles(pinyin):
    """A pinyin syllable in Wade-Giles (1892/1912, the library form); v is u with a diaeresis, ' the aspiration."""
    if pinyin in WADE_GILES_WHOLE:
        return WADE_GILES_WHOLE[pinyin]
    for initial, latin in WADE_GILES_INITIALS:
        if pinyin.startswith(initial):
            final = pinyin[len(initial):]
            if initial in ("j", "q", "x") and final.startswith("u"):
                final = "v" + final[1:]
            final = re.sub("^ian$", "ien", final)
            final = re.sub("^(ie|ve|ue)$", r"\1h", final)
            final = re.sub("^(i?)ong$", r"\1ung", final)
            final = re.sub("^uo$", "o", final)
            return latin + final
    raise AssertionError(pinyin)


def write_wade_giles(syllables):
    pairs = {}
    for pinyin in syllables:
        if pinyin and pinyin not in ("m", "n", "ng", "hm", "hng", "lo", "yo", "yai", "fiao", "dia", "lue", "nue"):
            pairs.setdefault(wade_giles(pinyin), pinyin)
    pairs.update({"szu": "si", "e": "e", "lv": "lu", "nv": "nu", "lveh": "lue", "nveh": "nue"})
    # Where the diaeresis was left out and the plain syllable is no other word.
    for latin, pinyin in list(pairs.items()):
        pairs.setdefault(latin.replace("v", "u"), pinyin)
    out = Output("wade_giles.inc", "the rules of Wade-Giles and the syllables of Unihan's kMandarin")
    out.rows("WadeGiles", "kWadeGiles", [f'{{"{latin}","{pairs[latin]}"}}' for latin in sorted(pairs)])
    out.rows("std::string_view", "kPinyin", [f'"{s}"' for s in syllables if s])
    out.close()


def write_han(ucd):
    mandarin = {code: without_tone(value.split()[0]) for code, value in ucd.unihan("kMandarin").items()}
    cantonese = {code: hong_kong(value.split()[0]) for code, value in ucd.unihan("kCantonese").items() if 0x3400 <= code <= 0x9FFF}
    syllables, index = syllable_table(mandarin)
    write_wade_giles(syllables)
    out = Output("han_mandarin.inc", f"Unihan {ucd.version} kMandarin")
    write_syllables(out, "kMandarin", syllables)
    out.numbers("std::uint16_t", "kMandarinExtensionA", [index.get(code, 0) for code in range(0x3400, 0x4DC0)])
    out.numbers("std::uint16_t", "kMandarinUnified", [index.get(code, 0) for code in range(0x4E00, 0xA000)])
    rare = sorted(code for code in index if code >= 0x20000)
    out.numbers("std::uint16_t", "kMandarinSupplementary", [n for code in rare for n in (code - 0x20000, index[code])] if rare[-1] < 0x30000 else
                [n for code in rare if code < 0x30000 for n in (code - 0x20000, index[code])])
    out.close()
    syllables, index = syllable_table(cantonese)
    out = Output("han_cantonese.inc", f"Unihan {ucd.version} kCantonese, spelled as names in Hong Kong are")
    write_syllables(out, "kCantonese", syllables)
    out.numbers("std::uint16_t", "kCantoneseUnified", [index.get(code, 0) for code in range(0x4E00, 0xA000)])
    out.close()
    # kHangul: readings with the standards that list them; the first letter after the colon that counts is 0 (KS X 1001), then E (education).
    korean = {}
    for code, value in ucd.unihan("kHangul").items():
        options = [piece.split(":") for piece in value.split()]
        best = max(options, key=lambda o: ("N" in o[1], "E" in o[1], "0" in o[1]))
        if 0x4E00 <= code <= 0x9FFF:
            korean[code] = ord(best[0]) - 0xAC00 + 1
    out = Output("han_korean.inc", f"Unihan {ucd.version} kHangul: 1 + the number of the Hangul syllable, 0 where there is none")
    out.numbers("std::uint16_t", "kKoreanUnified", [korean.get(code, 0) for code in range(0x4E00, 0xA000)])
    out.close()
    simplified = {}
    for code, value in ucd.unihan("kSimplifiedVariant", "Unihan_Variants.txt.bz2").items():
        targets = [int(v[2:], 16) for v in value.split()]
        if 0x4E00 <= code <= 0x9FFF and code not in targets and 0x4E00 <= targets[0] <= 0x9FFF:
            simplified[code] = targets[0]
    simplified[0x4E7E] = 0x4E7E
    out = Output("han_simplified.inc", f"Unihan {ucd.version} kSimplifiedVariant, sorted pairs traditional, simplified; and data/text/han_words.csv")
    pairs = sorted((a, b) for a, b in simplified.items() if a != b)
    out.numbers("char16_t", "kSimplified", [n for pair in pairs for n in pair])
    words = {}
    with open(os.path.join(DATA, "han_words.csv"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip() or line.startswith("characters,"):
                continue
            characters, latin = line.rstrip("\n").split(",")
            assert re.fullmatch("[a-z0-9 ]*", latin), line
            key = "".join(chr(simplified.get(ord(c), ord(c))) for c in characters)
            assert all(0x4E00 <= ord(c) <= 0x9FFF or 0xAC00 <= ord(c) <= 0xD7A3 for c in key), line
            assert words.get(key, latin) == latin, line
            words[key] = latin
    out.rows("HanWord", "kHanWords", [f'{{u"{key}","{words[key]}"}}' for key in sorted(words, key=lambda w: [ord(c) for c in w])])
    out.close()


# The letters that a word of the abjad tables may hold, after normalisation; src/text/romanise_abjad.cpp folds the rest to these.
ABJAD_FOLD = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ے": "ي", "ې": "ي", "ۍ": "ي", "ێ": "ي", "ؤ": "و", "ۆ": "و",
              "ک": "ك",
              "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ة": "ه", "ۃ": "ه", "ە": "ه", "ء": "", "ں": "ن", "ڭ": "ك", "ګ": "گ",
              "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}


def write_abjad():
    words = {}
    with open(os.path.join(DATA, "abjad_words.csv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip() or line.startswith("word,"):
                continue
            word, latin, persian = line.rstrip("\n").split(",")
            key = "".join(ABJAD_FOLD.get(c, c) for c in word)
            assert re.fullmatch("[a-z]+", latin) and re.fullmatch("[a-z]*", persian), (number, line)
            assert all("\u05d0" <= c <= "\u06d5" for c in key), (number, line, key)
            assert key not in words, (number, line)
            words[key] = (latin, persian or latin)
    out = Output("abjad_words.inc", "data/text/abjad_words.csv")
    out.rows("AbjadWord", "kAbjadWords", [f'{{u"{key}","{words[key][0]}","{words[key][1]}"}}'
                                           for key in sorted(words, key=lambda w: [ord(c) for c in w])])
    out.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ucd", default="/usr/share/unicode")
    ucd = Ucd(parser.parse_args().ucd)
    Characters(ucd).write()
    write_han(ucd)
    write_abjad()


if __name__ == "__main__":
    main()
