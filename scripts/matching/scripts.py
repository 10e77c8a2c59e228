#!/usr/bin/env python3
"""Names that the lists themselves give in two scripts: does the name in the other script find the entity among Latin names alone?

    scripts/matching/scripts.py                       UN, EU, UK, OFAC: each list an index of its own
    scripts/matching/scripts.py --sources ua,ca,au    other lists that hold two scripts (Ukraine's register, Canada, Australia)
    scripts/matching/scripts.py --together            the sources in one index: harder, for the same person then stands there several times
    scripts/matching/scripts.py --dump DIR            also writes DIR/failures.csv, one line a name that did not find its entity first

The index is a house list (FollowTheMoney JSON lines) of all entities of the source, with only those of their names that are Latin throughout. Every
other name is asked for with its entity's schema at the default threshold. First: the best hit is the entity. Tied: another hit has the same score
and comes before it, or is an entry that shares a Latin name with it, so evidently the same person or firm. Found: it is among the hits at all.
The numbers are of entities: an entity with several names in one script counts as the mean of them. Entities without a Latin name are left out.
Names that cannot be known from the Latin ones (translations, other names) stay in the count; "alike" in the failures says how much of the
consonants of the name stands in the best Latin name (0 to 1), and the last columns count only those of 0.5 or more.
Goals: Russian, Ukrainian and Kazakh 97 %, Arabic 90 %, Chinese 85 % first.
"""
import collections
import difflib
import json
import os
import re
import sys
import unicodedata
import xml.etree.ElementTree

import common

OFFICIAL = ("un", "eu", "eu833", "uk", "ofac")
CYRILLIC_NAMED = ("Russian", "Ukrainian", "Kazakh")  # those of the goal
SCRIPTS = {"CYRILLIC": "Cyrillic", "ARABIC": "Arabic", "CJK": "Han", "HANGUL": "Hangul", "HIRAGANA": "Kana", "KATAKANA": "Kana", "GREEK": "Greek",
           "HEBREW": "Hebrew", "ARMENIAN": "Armenian", "GEORGIAN": "Georgian", "THAI": "Thai", "KHMER": "Khmer", "ETHIOPIC": "Ethiopic"}
LANGUAGE_TAGS = {"RU": "Russian", "UK": "Ukrainian", "BE": "Belarusian", "BG": "Bulgarian", "SR": "Serbian", "KK": "Kazakh", "AR": "Arabic",
                 "FA": "Persian", "PS": "Pashto", "KO": "Korean", "ZH": "Chinese", "EL": "Greek", "HE": "Hebrew"}
SCRIPT_OF = {"Russian": "Cyrillic", "Ukrainian": "Cyrillic", "Belarusian": "Cyrillic", "Bulgarian": "Cyrillic", "Serbian": "Cyrillic",
             "Kazakh": "Cyrillic", "Arabic": "Arabic", "Persian": "Arabic", "Pashto": "Arabic", "Urdu": "Arabic", "Korean": "Hangul",
             "Chinese": "Han", "Japanese": "Kana"}


def script_of_letter(c):
    return unicodedata.name(c, "").replace("-", " ").split(" ")[0]


def letters_by_script(text):
    return collections.Counter(script_of_letter(c) for c in text if c.isalpha() and unicodedata.category(c) != "Lm")


def is_latin(text):
    found = letters_by_script(text)
    return bool(found) and set(found) == {"LATIN"}


def language_of(text, tag=""):
    """What a name is written in, or "" for a Latin or a mixed one. A list's tag is believed when it fits the script."""
    found = letters_by_script(text)
    if not found:
        return ""
    main = max(found, key=lambda script: (found[script], script))
    if main not in SCRIPTS or found[main] + (found["HIRAGANA"] + found["KATAKANA"] if main == "CJK" else 0) < 0.8 * sum(found.values()):
        return ""
    script, tagged = SCRIPTS[main], LANGUAGE_TAGS.get(tag, "")
    if tagged and SCRIPT_OF.get(tagged, tagged) == script and tagged != "Russian":
        return tagged
    letters = set(text.casefold())
    if script == "Cyrillic":
        if letters & set("әғқңөұүһ"):
            return "Kazakh"
        if letters & set("ђјљњћџќѓѕ"):
            return "Serbian"
        if "ў" in letters or re.search(r"в[іi]ч\b", text.casefold()):
            return "Belarusian"
        if letters & set("їєґ"):
            return "Ukrainian"
        if "і" in letters or re.search("[а-я]i|i[а-я]", text.casefold()):
            return "Belarusian" if letters & set("ыэё") else "Ukrainian"
        if re.search(r"[бвгджзклмнпрстфхцчшщ]ъ([бвгджзклмнпрстфхцчшщ]|\b)", text.casefold()) and not letters & set("ыэ"):
            return "Bulgarian"
        return "Russian"
    if script == "Arabic":
        if letters & set("ټډړښځڅۍ"):
            return "Pashto"
        if letters & set("ٹڈڑے"):
            return "Urdu"
        return "Persian" if letters & set("پچژگیک") else "Arabic"
    if script == "Han":
        return "Japanese" if found["HIRAGANA"] + found["KATAKANA"] else "Chinese"
    return {"Hangul": "Korean", "Kana": "Japanese"}.get(script, script)


# How far two names correspond: their consonants, as far as most transcriptions agree on them.

CONSONANTS = {}
for _letters, _to in (("бпبپפֿפבベ", "b"), ("вффفوףפו", ""), ("дтدتطضدذثтדטת", "t"), ("гкғқґкكکقگغкגקכך", "k"), ("лلלل", "l"), ("мم מם", "m"),
                      ("нңن נן", "n"), ("рر ר", "r"), ("сзцчшщжсسصزشجژچظצץסשזђћџ", "s")):
    CONSONANTS.update({_letter: _to for _letter in _letters if _letter != " "})
CONSONANTS.update({"в": "f", "ф": "f", "ف": "f", "β": "f", "φ": "f", "љ": "l", "њ": "n", "ў": "", "π": "b", "μ": "m", "ν": "n", "ρ": "r", "λ": "l",
                   "σ": "s", "ς": "s", "ζ": "s", "τ": "t", "δ": "t", "θ": "t", "κ": "k", "γ": "k", "ξ": "ks", "ψ": "bs"})
LATIN_SOUNDS = [("shch", "s"), ("tch", "s"), ("kh", ""), ("zh", "s"), ("sh", "s"), ("ch", "s"), ("ts", "s"), ("tz", "s"), ("ph", "f"), ("th", "t"),
                ("dh", "t"), ("gh", "k"), ("ck", "k"), ("x", "ks")]
LATIN_LETTERS = {**dict.fromkeys("bp", "b"), **dict.fromkeys("vf", "f"), **dict.fromkeys("dt", "t"), **dict.fromkeys("gkq", "k"), "l": "l", "m": "m",
                 "n": "n", "r": "r", **dict.fromkeys("szcj", "s")}
# Consonants of Hangul by their places in a syllable; a silent or an aspirate one is nothing.
HANGUL_FIRST = "k k n t t r m b b s s  s s s k t b ".split(" ")
HANGUL_LAST = " k k k n n n t l k m b l l b l m b b s s nk s s k t b ".split(" ")


def consonants(word):
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    if word and "가" <= word[0] <= "힣":
        return "".join(HANGUL_FIRST[(ord(c) - 0xAC00) // 588] + HANGUL_LAST[(ord(c) - 0xAC00) % 28] for c in word if "가" <= c <= "힣")
    if any("a" <= c <= "z" for c in plain):
        for old, new in LATIN_SOUNDS:
            plain = plain.replace(old, new.upper())
        return "".join(LATIN_LETTERS.get(c, c.lower() if c.isupper() else "") for c in plain)
    return "".join(CONSONANTS.get(c, "") for c in plain)


# Words that every list translates; what is left of a firm's name decides.
LEGAL_FORMS = frozenset("""ооо оао зао пао ао нао тоо уп фгуп фгбу фкп гуп мчс с акционерное общество общества обществом публичное закрытое открытое
    ограниченной ответственностью непубличное адкрытае акцыянернае таварыства оод еоод ад ип чп тов пат ват им имени корпорация концерн компания
    предприятие شركة شرکت""".split())
HAN_FORMS = re.compile("股份有限公司|有限责任公司|有限公司|集团|公司|公社|（[^）]*）")
# Syllables of pinyin by their initials; "er", "a" and so on stand for themselves.
PINYIN = re.compile(
    "(?:zh|ch|sh|r|z|c|s)(?:uang|uai|uan|ang|eng|ong|iao|ai|ao|an|en|ei|ou|ui|un|uo|ua|a|e|i|u)|"
    "(?:b|p|m|f)(?:iao|ian|ing|ang|eng|ai|ao|an|en|ei|in|ie|ou|a|i|o|u)|"
    "(?:d|t|n|l)(?:iang|iao|ian|ing|ang|eng|ong|uan|ai|ao|an|ei|en|ia|ie|in|iu|ou|ui|un|uo|ue|a|e|i|u|v)|"
    "(?:g|k|h)(?:uang|uai|uan|ang|eng|ong|ai|ao|an|ei|en|ou|ua|ui|un|uo|a|e|u)|"
    "(?:j|q|x)(?:iang|iong|iao|ian|ing|uan|ia|ie|in|iu|ue|un|i|u)|"
    "y(?:uan|ang|ing|ong|ao|an|in|ou|ue|un|a|e|i|o|u)|w(?:ang|eng|ai|an|ei|en|a|o|u)|a(?:ng|i|n|o)?|e(?:ng|i|n|r)?|ou?")
NOT_PINYIN = frozenset("china asia sea machine one fine june he she we an or so no to on long song".split())


def pinyin_syllables(name):
    count = 0
    for word in re.findall(r"[a-z']+", name.casefold()):
        word = word.replace("'", "")
        parts = PINYIN.findall(word)
        if word not in NOT_PINYIN and "".join(parts) == word:
            count += len(parts)
    return count


def stands_nearly_in(key, other):
    return difflib.SequenceMatcher(None, key, other, False).ratio() >= 0.75


def alike(text, latin_names):
    """How far a name can be known from the best Latin name: the part of its words, by their consonants, whose consonants stand in a word of that
    name, nearly at least; of Han, for how many characters there is a syllable of pinyin. None when it cannot be told."""
    if language_of(text) == "Chinese":
        characters = sum(script_of_letter(c) == "CJK" for c in HAN_FORMS.sub("", text))
        return round(min(1.0, max(map(pinyin_syllables, latin_names)) / characters), 2) if characters else None
    shortest = 1 if language_of(text) == "Korean" else 3
    if shortest == 1:
        text = " ".join(text)  # syllables
    mine = [key for key in (consonants(word) for word in re.findall(r"[^\W_]+", text) if word.casefold() not in LEGAL_FORMS) if key]
    if not mine or language_of(text) == "Japanese":
        return None
    best = 0.0
    for name in latin_names:
        theirs = [key for key in map(consonants, re.findall(r"[\w'’‘`]+", name)) if key]
        joined = "".join(theirs)
        known = sum(len(key) for key in mine if len(key) >= shortest and key in joined or
                    any(key == other or min(len(key), len(other)) > 1 and stands_nearly_in(key, other) for other in theirs))
        best = max(best, known / sum(map(len, mine)))
        # Words may be written as one in one of the scripts.
        whole = difflib.SequenceMatcher(None, "".join(mine), joined, False).ratio()
        if whole >= 0.8:
            best = max(best, whole)
    return round(best, 2)


# Sources: entries with all their names; the `kind` of a name holds the list's language tag behind a colon.


def add_names(entry, text, kind):
    """A name may hold its short form in brackets, and several names may stand in one field."""
    for part in re.split(r"[;\n]| / ", text):
        part = part.strip(" ,")
        bracketed = re.fullmatch(r"(.{4,}?)\s*\(([^()]{3,})\)", part)
        if bracketed and not is_latin(part) and part:
            for piece in bracketed.groups():
                if is_latin(piece) or language_of(piece) and piece.casefold() not in LEGAL_FORMS:
                    entry.add(piece, kind)
        else:
            entry.add(part, kind)


def source_un():
    return common.read_un()


def source_eu():
    entries = []
    for record in common.read_json_lines(common.data("eu/eu_fsf_entities_2026-05-01.jsonl.gz")):
        entry = common.Entry("eu-" + record["logical_id"], "eu", "Person" if record["subject_type"]["code"] == "person" else "Organization")
        for alias in record["name_aliases"]:
            kind = "strong" if alias.get("strong", True) else "weak"
            add_names(entry, alias.get("whole_name") or "", kind + ":" + (alias.get("name_language") or ""))
        entries.append(entry)
    return entries


def source_eu833():
    entries = []
    for number, row in enumerate(common.read_csv(common.data("eu/eu_833_2014_annex_entities_2026-08.csv.gz"))):
        if row["schema"] in ("LegalEntity", "Vessel"):
            entry = common.Entry(f"eu833-{row['annex']}-{row['recordId']}-{number}", "eu833", row["schema"])
            for column, kind in (("name", "strong"), ("alias", "strong"), ("weakAlias", "weak"), ("previousName", "strong")):
                add_names(entry, row[column] or "", kind)
            entries.append(entry)
    return entries


def source_uk():
    entries, schemata = [], {"Individual": "Person", "Entity": "Organization", "Ship": "Vessel"}
    for record in common.read_json_lines(common.data("uk/uk_sanctions_list_2026-08-22.jsonl.gz")):
        entry = common.Entry("uk-" + record["unique_id"], "uk", schemata[record["individual_entity_ship"]])
        for name in record["names"]["names"]:
            parts = [name[key] for key in ("name1", "name2", "name3", "name4", "name5", "name6") if name.get(key)]
            entry.add(" ".join(parts), "weak" if (name.get("alias_strength") or "").startswith("Low") else "strong")
        for name in (record.get("non_latin_names") or {}).get("names", []):
            add_names(entry, name["name_non_latin_script"], "strong")
        entries.append(entry)
    return entries


def source_ofac():
    """The advanced list is here as a flattened table of March 2024 with one alias a party and one part a name: whole only for firms and vessels."""
    entries = {entry.id: entry for entry in common.read_ofac("2024-05-03", common.OFAC_DAY)}
    for row in common.read_csv(common.data("ofac/advanced_derived_csv/distinct_party.csv.gz")):
        entry = entries.get("ofac-" + row["FixedRef"])
        if entry and row["NamePartTypeID"] in ("1525", "1526"):  # entity name, vessel name
            add_names(entry, row["NamePartValue"], "strong")
    return list(entries.values())


def source_ua():
    entries = []
    for row in common.read_csv(common.data("opensanctions/ua_war_sanctions_targets.simple_2026-03-13.csv.gz")):
        entry = common.Entry("ua-" + row["id"], "ua", row["schema"])
        for text in [row["name"], *(row["aliases"] or "").split(";")]:
            entry.add(text, "strong")
        entries.append(entry)
    return entries


def source_ca():
    import gzip
    entries = []
    root = xml.etree.ElementTree.parse(gzip.open(common.data("other_lists/canada_sema_2025-03-20.xml.gz"))).getroot()
    for number, record in enumerate(root.iter("record")):
        person = bool(record.findtext("LastName"))
        entry = common.Entry(f"ca-{number}", "ca", "Person" if person else "Vessel" if record.findtext("ShipIMONumber") else "Organization")
        given = record.findtext("GivenName") or ""
        entry.add(f"{given} {record.findtext('LastName')}" if person else record.findtext("EntityOrShip") or "", "strong")
        add_names(entry, record.findtext("Aliases") or "", "strong")
        entries.append(entry)
    return entries


def source_au():
    entries, schemata = [], {"person": "Person", "organization": "Organization", "vessel": "Vessel"}
    for record in common.read_json_lines(common.data("other_lists/au_dfat_2026-08-22.jsonl.gz")):
        entry = common.Entry("au-" + record["reference"], "au", schemata[record["entity_type"]])
        for name in record["names"]:
            add_names(entry, name["text"], "weak" if name.get("alias_strength") == "Weak" else "strong")
        entries.append(entry)
    return entries


SOURCES = {"un": source_un, "eu": source_eu, "eu833": source_eu833, "uk": source_uk, "ofac": source_ofac, "ua": source_ua, "ca": source_ca,
           "au": source_au}


def collect(source):
    """(entries with Latin names, queries), a query being one name in another script of such an entry."""
    entries, queries, without = [], [], 0
    for entry in SOURCES[source]():
        entry.latin = [name for name in entry.names if is_latin(name.text)]
        others = []
        for name in entry.names:
            kind, _, tag = name.kind.partition(":")
            language = language_of(name.text, tag)
            if language and kind != "weak":
                others.append((language, name.text))
        if entry.latin:
            entries.append(entry)
            queries += [{"name": text, "schema": entry.schema, "entry": entry, "source": source, "language": language} for language, text in others]
        else:
            without += bool(others)
    holders = len({query["entry"].id for query in queries})
    common.progress(f"{source}: {len(entries)} entities, {holders} of them with {len(queries)} names in another script; "
                    f"{without} left out that have no Latin name")
    return entries, queries


def write_house_list(path, entries):
    with open(path, "w", encoding="utf-8") as file:
        seen = set()
        for entry in entries:
            if entry.id in seen:
                continue
            seen.add(entry.id)
            properties = {"name": [entry.latin[0].text]}
            for name in entry.latin[1:]:
                properties.setdefault("weakAlias" if name.kind.startswith("weak") else "alias", []).append(name.text)
            json.dump({"id": entry.id, "schema": entry.schema, "caption": entry.latin[0].text, "datasets": ["house_latin"], "properties": properties},
                      file, ensure_ascii=False)
            file.write("\n")


def ask(options, entries, queries):
    with common.Tamga(options) as tamga:
        path = os.path.join(tamga.folder, "house_latin.jsonl")
        write_house_list(path, entries)
        tamga.import_lists([path], "2026-11-01")
        answers = tamga.screen(queries, ["name", "schema"], threshold=options.threshold)
        keys = {entry.id: {common.same_name_key(name.text) for name in entry.latin} for entry in entries}
        for query, answer in zip(queries, answers):
            hits, own = answer.get("hits", []), query["entry"].id
            query["error"] = answer.get("error", "")
            query["hits"] = len(hits)
            query["best"] = (hits[0]["score"], hits[0]["matched_name"], hits[0]["id"]) if hits else (0, "", "")
            place = next((i for i, hit in enumerate(hits, 1) if hit["id"] == own), 0)
            query["place"], query["score"] = place, hits[place - 1]["score"] if place else 0
            query["first"] = place == 1
            query["tied"] = not query["first"] and bool(hits) and (place > 0 and query["score"] == hits[0]["score"]
                                                                    or bool(keys[own] & keys[hits[0]["id"]]))
        failed = [query for query in queries if not query["first"]]
        latin = [[name.text for name in query["entry"].latin] for query in failed]
        best = tamga.best_scores([(query["name"], names, query["schema"]) for query, names in zip(failed, latin)])
        for query, names, (score, name) in zip(failed, latin, best):
            query["compare"], query["compare_with"] = score, name
    for query in queries:
        query["alike"] = alike(query["name"], [name.text for name in query["entry"].latin])


def counts(queries):
    """Of entities: the mean over an entity's names, then over entities."""
    entities = collections.defaultdict(list)
    for query in queries:
        entities[query["source"], query["entry"].id].append(query)
    def mean(of):
        return round(sum(sum(map(of, group)) / len(group) for group in entities.values()) / len(entities), 4) if entities else None
    known = [query for query in queries if query["alike"] is None or query["alike"] >= 0.5]
    any_first = sum(any(q["first"] or q["tied"] for q in group) for group in entities.values())
    result = {"entities": len(entities), "names": len(queries), "first": mean(lambda q: q["first"]),
              "first_or_tied": mean(lambda q: q["first"] or q["tied"]), "found": mean(lambda q: q["place"] > 0),
              "any_name_first": round(any_first / max(1, len(entities)), 4), "names_not_alike": len(queries) - len(known)}
    if known and len(known) < len(queries):
        result["first_or_tied_of_alike"] = counts(known)["first_or_tied"]
    else:
        result["first_or_tied_of_alike"] = result["first_or_tied"]
    return result


def text(result):
    def cells(label, part):
        def share(key):
            return "–" if part[key] is None else f"{100 * part[key]:.1f} %"
        return [*label, part["entities"], part["names"], share("first"), share("first_or_tied"), share("found"), share("any_name_first"),
                part["names_not_alike"], share("first_or_tied_of_alike")]
    header = ["", "", "entities", "names", "first", "first or tied", "found", "any name of it first", "names not alike",
              "first or tied without them"]
    return common.table(header, [cells(row["label"], row) for row in result["rows"]])


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--sources", default=",".join(OFFICIAL), help=f"of {', '.join(SOURCES)} [{','.join(OFFICIAL)}]")
    parser.add_argument("--together", action="store_true", help="the sources in one index")
    parser.add_argument("--threshold", type=float, help="of the screens [the program's default]")
    parser.add_argument("--dump", metavar="DIR", help="where failures.csv goes")
    options = parser.parse_args()
    common.check_program(options)
    sources = options.sources.split(",")
    if unknown := [source for source in sources if source not in SOURCES]:
        common.fail(f"{unknown[0]}: is not a source, expected some of {', '.join(SOURCES)}")
    collected = {source: collect(source) for source in sources}
    if options.together:
        ask(options, [e for entries, _ in collected.values() for e in entries], [q for _, queries in collected.values() for q in queries])
    else:
        for entries, queries in collected.values():
            if queries:
                ask(options, entries, queries)
    queries = [query for _, asked in collected.values() for query in asked]
    rows = []

    def add(one, other, chosen):
        if chosen:
            rows.append({"label": [one, other], **counts(chosen)})

    def parts(chosen):
        add("", "persons", [q for q in chosen if q["schema"] == "Person"])
        firms = [q for q in chosen if q["schema"] != "Person"]
        add("", "firms and vessels", firms)
        if len(firms) >= 150:
            add("", "firms and vessels, alike 0.8 or more", [q for q in firms if q["alike"] is not None and q["alike"] >= 0.8])
            add("", "firms and vessels, alike 0.5 to 0.8", [q for q in firms if q["alike"] is not None and 0.5 <= q["alike"] < 0.8])
            add("", "firms and vessels, alike less than 0.5", [q for q in firms if q["alike"] is not None and q["alike"] < 0.5])

    named = [q for q in queries if q["language"] in CYRILLIC_NAMED]
    add("Russian, Ukrainian, Kazakh", "all", named)
    for source in sources:
        add("", source, [q for q in named if q["source"] == source])
    parts(named)
    by_language = collections.Counter(q["language"] for q in queries)
    for language, _ in by_language.most_common():
        chosen = [q for q in queries if q["language"] == language]
        add(language, "all", chosen)
        parts(chosen)
    arabic = [q for q in queries if SCRIPT_OF.get(q["language"]) == "Arabic"]
    add("Arabic script", "all", arabic)
    for source in sources:
        add("", source, [q for q in arabic if q["source"] == source])
    parts(arabic)
    if options.dump:
        os.makedirs(options.dump, exist_ok=True)
        columns = ["language", "source", "schema", "alike", "tied", "place", "score", "best_score", "name", "latin", "best_name", "best_id",
                   "compare", "compare_with", "id", "hits", "error"]
        failures = [dict(q, latin=" | ".join(name.text for name in q["entry"].latin[:4]), id=q["entry"].id, best_score=q["best"][0],
                         best_name=q["best"][1], best_id=q["best"][2]) for q in queries if not q["first"]]
        failures.sort(key=lambda q: (q["language"], q["tied"], -(q["alike"] if q["alike"] is not None else 1), q["name"]))
        common.write_csv(os.path.join(options.dump, "failures.csv"), columns, failures)
    common.show({"sources": sources, "together": options.together, "rows": rows}, options.json, text)


if __name__ == "__main__":
    sys.exit(main())
