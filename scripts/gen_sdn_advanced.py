#!/usr/bin/env python3
"""Makes a full-size SDN_ADVANCED.XML, OFAC's file of 127 MB, out of the real entries in ../shared/data/ofac.

    scripts/gen_sdn_advanced.py OUT [--size-mb 127] [--shared ../shared/data]

The file itself could not be had; what it holds could, in pieces: names, programmes and remarks (the CSV set), non-Latin names, papers,
locations, relations, dates and legal bases (a flattening of the real file of March 2024), the texts behind its numbers
(CONS_ADVANCED.XML of March 2020, in the same form). They are put together again by OFAC's own numbers, in the layout of the real
file: two spaces a level, CRLF, `<Comment />`. Where the entries do not fill the size they are repeated under other numbers, with a
roman numeral behind the name. The result is valid against sdn_advanced.xsd and the same bytes each time. It is read from
../shared/data at run time and is test data: nothing of it belongs into the repository or into a product.
"""
import argparse
import collections
import csv
import gzip
import io
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape, quoteattr

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMESPACE = "http://www.un.org/sanctions/1.0"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

# The texts of the numbers that the flattened tables use and CONS_ADVANCED.XML of 2020 does not define.
ALIAS_TYPES = {1402: "N.K.A."}
NAME_PART_TYPES = {1522: "Middle Name", 1524: "Aircraft Name", 1526: "Vessel Name", 91708: "Patronymic", 91709: "Matronymic"}
RELATION_TYPES = {
    1555: "Associate Of", 15001: "Providing support to:", 15002: "Acting for or on behalf of", 15004: "Family member of",
    91422: "Playing a significant role in", 91725: "Leader or official of", 91900: "Principal Executive Officer",
    92019: "Owns, controls, or operates", 92122: "Property in the interest of",
}
SCRIPTS = {
    160: ("Arabic", "Arab"), 230: ("Armenian", "Armn"), 501: ("Chinese Simplified", "Hans"), 502: ("Chinese Traditional", "Hant"),
    220: ("Cyrillic", "Cyrl"), 240: ("Georgian", "Geor"), 200: ("Greek", "Grek"), 125: ("Hebrew", "Hebrew"),
    413: ("Japanese", "Japanese"), 287: ("Korean", "Korean"),
}
# Made up: what these numbers say is not known.
OTHER = {"RelationQuality": {1541: "Low", 1542: "Medium"}, "Reliability": {1561: "Probable", 91479: "Reported"}}

# Labels of Remarks that are papers in this format, and those that are features.
PAPERS = """Passport|Diplomatic Passport|Stateless Person Passport|Travel Document Number|National ID No.|Citizen's Card Number|Kenyan ID No.
National Foreign ID Number|Personal ID Card|Identification Number|Turkish Identification Number|Birth Certificate Number|Driver's License No.
Residency Number|Electoral Registry No.|Credencial electoral|Cedula No.|C.U.R.P.|C.U.I.|D.N.I.|I.F.E.|SSN|Tax ID No.|V.A.T. Number|Fiscal Code
Italian Fiscal Code|R.F.C.|RFC|NIT #|RUC #|RIF #|RTN|C.U.I.T.|US FEIN|Registration Number|Registration ID|Business Registration Number
Business Registration Document #|Public Registration Number|Business Number|Company Number|UK Company Number|Commercial Registry Number
Chamber of Commerce Number|Istanbul Chamber of Comm. No.|Central Registration System Number|Unified Social Credit Code (USCC)|Enterprise Number
Economic Register Number (CBLS)|Trade License No.|C.R. No.|Certificate of Incorporation Number|Dubai Chamber of Commerce Membership No.|LE Number
Registered Charity No.|Matricula Mercantil No|Folio Mercantil No.|Government Gazette Number|Legal Entity Number|MMSI
Vessel Registration Identification|License|Organization Code|Chinese Commercial Code|Afghan Money Service Provider License Number|Visa Number
Personal Identification Number|Tarjeta Profesional|Cartilla de Servicio Militar Nacional|Military Registration Number""".replace("\n", "|").split("|")
TEXTS = """Website|Email Address|Phone Number|SWIFT/BIC|BIK (RU)|D-U-N-S Number|Equity Ticker|ISIN|Issuer Name|Target Type|Vessel Call Sign
Vessel Type|Vessel Flag|Former Vessel Flag|Other Vessel Flag|Other Vessel Type|Other Vessel Call Sign|Vessel Year of Build|Aircraft Model
Aircraft Tail Number|Previous Aircraft Tail Number|Aircraft Operator|Aircraft Manufacture Date|Aircraft Mode S Transponder Code
Aircraft Manufacturer's Serial Number (MSN)|Aircraft Construction Number (also called L/N or S/N or F/N)|Secondary sanctions risk:
Additional Sanctions Information -|Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions:|Organization Type:
Executive Order 13662 Directive Determination -|Executive Order 13846 information:|Executive Order 14024 Directive Information|IFCA Determination -
CAATSA Section 235 Information:|Effective Date (EO 14024 Directive 2):|Listing Date (EO 14024 Directive 2):|PEESA Information:
Digital Currency Address - XBT|Digital Currency Address - ETH|Digital Currency Address - USDT|Digital Currency Address - TRX
Digital Currency Address - LTC|Digital Currency Address - XMR|Digital Currency Address - ARB
Digital Currency Address - BSC""".replace("\n", "|").split("|")
PAPERS.sort(key=len, reverse=True)
TEXTS.sort(key=len, reverse=True)
DAY = r"\d\d \w{3} \d{4}"
PAPER_NUMBER = re.compile(rf"^(?P<number>.*?)(?: \((?P<country>[^()]+)\))?(?: issued (?P<issued>{DAY}))?(?: expires (?P<expires>{DAY}))?$")


def rows_of(path, encoding="utf-8-sig"):
    with gzip.open(path) as packed:
        text = packed.read().decode(encoding).rstrip("\x1a")
    return list(csv.reader(io.StringIO(text, newline="")))


def records_of(path):
    rows = rows_of(path)
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def cell(text):
    text = text.strip()
    return "" if text == "-0-" else text


def days_of(text):
    """A date of Remarks as (first day, last day, circa); nothing when it is none."""
    circa = text.startswith("circa ")
    text = text.removeprefix("circa ")

    def one(part):
        words = part.split()
        if re.fullmatch(r"\d{4}", part):
            return (int(part), 1, 1), (int(part), 12, 31)
        if len(words) == 2 and words[0] in MONTHS and re.fullmatch(r"\d{4}", words[1]):
            year, month = int(words[1]), MONTHS.index(words[0]) + 1
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            return (year, month, 1), (year, month, [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1])
        if len(words) == 3 and words[1] in MONTHS and words[0].isdigit() and re.fullmatch(r"\d{4}", words[2]):
            day = (int(words[2]), MONTHS.index(words[1]) + 1, int(words[0]))
            return day, day
        return None

    ends = [one(part.strip()) for part in text.split(" to ")]
    if len(ends) > 2 or None in ends:
        return None
    return ends[0][0], ends[-1][1], circa


class Reference:
    """The reference values of CONS_ADVANCED.XML, with what the other tables need besides."""

    def __init__(self, shared):
        with gzip.open(shared / "ofac" / "advanced_xml" / "cons_advanced_2020-03-17.xml.gz") as packed:
            document = ElementTree.parse(packed).getroot()
        self.sets = document.find(f"{{{NAMESPACE}}}ReferenceValueSets")
        self.by_kind = {}
        self.ids = {}
        for values in self.sets:
            kind = values.tag.split("}")[1].removesuffix("Values")
            self.by_kind[kind] = values
            self.ids[kind] = {(value.text or ""): int(value.get("ID")) for value in values}
        self.numbers = {kind: set(ids.values()) for kind, ids in self.ids.items()}
        for number, text in ALIAS_TYPES.items():
            self.define("AliasType", number, text)
        for number, text in NAME_PART_TYPES.items():
            self.define("NamePartType", number, text)
        for number, text in RELATION_TYPES.items():
            self.define("RelationType", number, text, Symmetrical="false")
        for number, (text, code) in SCRIPTS.items():
            self.define("Script", number, text, ScriptCode=code)
        for kind, values in OTHER.items():
            for number, text in values.items():
                self.define(kind, number, text)
        self.country_names = {}
        for row in records_of(shared / "ofac" / "advanced_derived_csv" / "reference_values.csv.gz"):
            number = int(row["ID"])
            if row["Element"] == "Country":
                self.define("Country", number, row["Description"])
            elif row["Element"] == "AreaCode":
                self.define("AreaCode", number, "", CountryID=row["CountryID"], Description=row["Description"], AreaCodeTypeID="1")
            elif row["Element"] == "LegalBasis":
                self.define("LegalBasis", number, row["LegalBasisShortRef"], LegalBasisShortRef=row["LegalBasisShortRef"],
                            LegalBasisTypeID="1", SanctionsProgramID="1")

    def define(self, kind, number, text, **attributes):
        if number in self.numbers[kind]:
            return
        values = self.by_kind[kind]
        value = ElementTree.SubElement(values, f"{{{NAMESPACE}}}{kind}", {"ID": str(number), **attributes})
        value.text = text
        self.numbers[kind].add(number)
        self.ids[kind].setdefault(text, number)

    def id_of(self, kind, text, **attributes):
        """The number of a text, a new one when it has none."""
        if text not in self.ids[kind]:
            self.define(kind, 95000 + len(self.numbers[kind]), text, **attributes)
        return self.ids[kind][text]

    def country(self, name):
        """The number of a country; None for "undetermined" and what the file does not know."""
        number = self.ids["Country"].get(name)
        return number if number in self.numbers["AreaCode"] else None

    def write(self, out):
        out.append("  <ReferenceValueSets>")
        for values in self.sets:
            name = values.tag.split("}")[1]
            if len(values) == 0:
                out.append(f"    <{name} />")
                continue
            out.append(f"    <{name}>")
            for value in values:
                tag = value.tag.split("}")[1]
                attributes = "".join(f" {key}={quoteattr(text)}" for key, text in value.attrib.items())
                out.append(f"      <{tag}{attributes}>{escape(value.text or '')}</{tag}>")
            out.append(f"    </{name}>")
        out.append("  </ReferenceValueSets>")


class Source:
    """The real entries, by OFAC's number."""

    def __init__(self, shared):
        csv_set = shared / "ofac" / "sdn_csv"
        derived = shared / "ofac" / "advanced_derived_csv"
        self.entries = {int(row[0]): [cell(field) for field in row] for row in rows_of(csv_set / "sdn_2024-02-23.csv.gz") if len(row) == 12}
        self.addresses = collections.defaultdict(list)
        for row in rows_of(csv_set / "add_2023-12-28.csv.gz"):
            if len(row) == 6:
                self.addresses[int(row[0])].append([cell(field) for field in row[1:]])
        self.aliases = collections.defaultdict(list)
        for row in rows_of(csv_set / "alt_2023-12-28.csv.gz"):
            if len(row) == 5:
                self.aliases[int(row[0])].append((cell(row[2]), cell(row[3])))
        self.other_scripts = collections.defaultdict(list)
        identities = {}
        for row in rows_of(derived / "distinct_party.csv.gz")[1:]:
            # FixedRef and Primary stand in several columns; these are the party's and the alias's.
            uid, identity, name, script = int(row[0]), int(row[3]), row[14], row[16]
            identities[identity] = uid
            if script not in ("", "215") and int(script) in SCRIPTS:
                self.other_scripts[uid].append((int(script), name))
        self.authorities = {}
        for row in records_of(derived / "idregdocuments.csv.gz"):
            uid = identities.get(int(row["IdentityID"]))
            if uid is not None:
                self.authorities[uid, row["IDRegistrationNo"]] = (row["IssuingAuthority"], row["ValidityID"])
        self.places = {int(row["ID"]): row for row in records_of(derived / "locations.csv.gz")}
        self.relations = collections.defaultdict(list)
        for row in records_of(derived / "profile_relationships.csv.gz"):
            self.relations[int(row["From-ProfileID"])].append(row)
        self.dates = {}
        for row in records_of(derived / "sanctions_entries.csv.gz"):
            if row["ListID"] == "1550":
                self.dates.setdefault(int(row["ProfileID"]), (row["LegalBasisID"], int(row["Year"]), int(row["Month"]), int(row["Day"])))


ROMAN = ["", " II", " III", " IV", " V", " VI", " VII", " VIII", " IX", " X"]


class Writer:
    def __init__(self, reference, source):
        self.reference = reference
        self.source = source
        self.locations = []
        self.papers = []
        self.parties = []
        self.relations = []
        self.entries = []
        self.size = 0
        self.next_id = collections.Counter()
        self.written = []

    def number(self, kind):
        self.next_id[kind] += 1
        return self.next_id[kind]

    def put(self, part, lines):
        part.extend(lines)
        self.size += sum(len(line.encode()) + 2 for line in lines)

    # Dates.

    @staticmethod
    def point(indent, name, day):
        return [f"{indent}<{name}>", f"{indent}  <Year>{day[0]}</Year>", f"{indent}  <Month>{day[1]}</Month>", f"{indent}  <Day>{day[2]}</Day>",
                f"{indent}</{name}>"]

    def period(self, indent, days):
        first, last, circa = days
        lines = [f'{indent}<DatePeriod CalendarTypeID="1" YearFixed="false" MonthFixed="false" DayFixed="false">']
        for name, day in (("Start", first), ("End", last)):
            lines.append(f'{indent}  <{name} Approximate="{str(circa).lower()}" YearFixed="false" MonthFixed="false" DayFixed="false">')
            lines += self.point(indent + "    ", "From", day) + self.point(indent + "    ", "To", day)
            lines.append(f"{indent}  </{name}>")
        return lines + [f"{indent}</DatePeriod>"]

    # Parties.

    def party(self, uid, round_number):
        row = self.source.entries[uid]
        number = uid + 1_000_000 * round_number
        name, kind, programs, title = row[1], row[2], row[3], row[4]
        identity = self.number("identity")
        sub_type = {"individual": 4, "vessel": 1, "aircraft": 2}.get(kind, 3)
        names = [("1403", True, False, 215, name)]
        names += [({"aka": "1400", "fka": "1401", "nka": "1402"}[alias], False, False, 215, text) for alias, text in self.source.aliases[uid]]
        features, papers, comments = [], [], []
        if title:
            features.append(("Title", title, None, None))
        for label, text in (("Vessel Call Sign", row[5]), ("VESSEL TYPE", row[6]), ("Vessel Tonnage", row[7]),
                            ("Vessel Gross Registered Tonnage", row[8]), ("Vessel Flag", row[9]), ("Vessel Owner", row[10])):
            if text:
                features.append((label, text, None, None))
        for piece in row[11].rstrip(".").split("; "):
            self.remark(piece.strip().removeprefix("alt. "), names, features, papers, comments)
        names += [("1403", True, False, script, text) for script, text in self.source.other_scripts[uid]]
        first_name = self.next_id["name"] + 1
        lines = [f'    <DistinctParty FixedRef="{number}">', *self.comment("      ", "; ".join(comments)),
                 f'      <Profile ID="{number}" PartySubTypeID="{sub_type}">',
                 f'        <Identity ID="{identity}" FixedRef="{number}" Primary="true" False="false">']
        groups = []
        for alias_type, primary, weak, script, text in names:
            lines += self.alias(number, alias_type, primary, weak, script, self.parts(kind, text, ROMAN[round_number]), groups)
        lines.append("          <NamePartGroups>")
        for group, part_type in groups:
            lines += ["            <MasterNamePartGroup>", f'              <NamePartGroup ID="{group}" NamePartTypeID="{part_type}" />',
                      "            </MasterNamePartGroup>"]
        lines += ["          </NamePartGroups>", "        </Identity>"]
        for label, text, days, place in features:
            lines += self.feature(identity, label, text, days, place)
        for address in self.source.addresses[uid]:
            lines += self.address(identity, address)
        self.put(self.parties, lines + ["      </Profile>", "    </DistinctParty>"])
        for paper in papers:
            self.paper(uid, identity, first_name, paper)
        self.entry(uid, number, programs)
        self.written.append((uid, round_number))

    @staticmethod
    def comment(indent, text):
        return [f"{indent}<Comment>{escape(text)}</Comment>"] if text else [f"{indent}<Comment />"]

    def remark(self, piece, names, features, papers, comments):
        if not piece or piece.startswith("Linked To: "):
            return  # a relation in this format
        for prefix, label in (("DOB ", "Birthdate"), ("Organization Established Date ", "Organization Established Date")):
            if piece.startswith(prefix) and (days := days_of(piece[len(prefix):])):
                features.append((label, None, days, None))
                return
        for prefix, label in (("POB ", "Place of Birth"), ("Gender ", "Gender")):
            if piece.startswith(prefix):
                features.append((label, piece[len(prefix):], None, None))
                return
        for prefix, label in (("nationality ", "Nationality Country"), ("citizen ", "Citizenship Country"),
                              ("Nationality of Registration ", "Nationality of Registration")):
            if piece.startswith(prefix):
                features.append((label, None, None, piece[len(prefix):]))
                return
        if match := re.fullmatch(r"(a|f)\.k\.a\. '(.*)'", piece):
            names.append(("1400" if match[1] == "a" else "1401", False, True, 215, match[2]))
            return
        for label in PAPERS:
            if piece.startswith(label + " "):
                papers.append((label, PAPER_NUMBER.match(piece[len(label) + 1:])))
                return
        for label in TEXTS:
            if piece.startswith(label + " "):
                features.append((label, piece[len(label) + 1:], None, None))
                return
        comments.append(piece)

    @staticmethod
    def parts(kind, text, suffix):
        """A name by its parts, the family name first, as the file has them."""
        if kind != "individual":
            return [({"vessel": 1526, "aircraft": 1524}.get(kind, 1525), text + suffix)]
        last, _, given = text.partition(", ")
        parts = [(1520, last + suffix)]
        words = given.split()
        if words:
            parts.append((1521, words[0]))
        if len(words) > 1:
            patronymic = words[-1].endswith(("vich", "vna", "yevich", "yevna"))
            parts.append((91708 if patronymic else 1522, " ".join(words[1:])))
        return parts

    def alias(self, number, alias_type, primary, weak, script, parts, groups):
        documented = self.number("name")
        flags = f'Primary="{str(primary).lower()}" LowQuality="{str(weak).lower()}"'
        lines = [f'          <Alias FixedRef="{number}" AliasTypeID="{alias_type}" {flags}>',
                 f'            <DocumentedName ID="{documented}" FixedRef="{number}" DocNameStatusID="{1 if primary and script == 215 else 2}">']
        for part_type, text in parts:
            group = self.number("group")
            groups.append((group, part_type))
            lines += ["              <DocumentedNamePart>",
                      f'                <NamePartValue NamePartGroupID="{group}" ScriptID="{script}" ScriptStatusID="1" Acronym="false">'
                      f"{escape(text)}</NamePartValue>",
                      "              </DocumentedNamePart>"]
        return lines + ["            </DocumentedName>", "          </Alias>"]

    def feature(self, identity, label, text, days, place):
        feature, version = self.number("feature"), self.number("version")
        feature_type = self.reference.id_of("FeatureType", label, FeatureTypeGroupID="1")
        lines = [f'        <Feature ID="{feature}" FeatureTypeID="{feature_type}">',
                 f'          <FeatureVersion ID="{version}" ReliabilityID="{1 if version % 8 else 1560}">', "            <Comment />"]
        if days:
            lines += self.period("            ", days) + ['            <VersionDetail DetailTypeID="1430" />']
        elif place:
            location = self.number("location")
            lines += ['            <VersionDetail DetailTypeID="1433" />', f'            <VersionLocation LocationID="{location}" />']
            self.location(location, version, [("Unknown", place)], None)
        elif label == "Gender" or label.endswith(" -"):
            reference = self.reference.id_of("DetailReference", text)
            lines.append(f'            <VersionDetail DetailTypeID="1431" DetailReferenceID="{reference}" />')
        else:
            lines.append(f'            <VersionDetail DetailTypeID="1432">{escape(text)}</VersionDetail>')
        return lines + ["          </FeatureVersion>",
                        f'          <IdentityReference IdentityID="{identity}" IdentityFeatureLinkTypeID="1" />', "        </Feature>"]

    def address(self, identity, address):
        location, feature, version = self.number("location"), self.number("feature"), self.number("version")
        known = self.source.places.get(int(address[0]))
        if known:
            parts = [("ADDRESS1", known["Address"]), ("CITY", known["City"]), ("STATE/PROVINCE", known["State"])]
        else:
            parts = [("ADDRESS1", address[1]), ("CITY", address[2])]
        self.location(location, version, [(kind, text) for kind, text in parts if text], self.reference.country(address[3]))
        return [f'        <Feature ID="{feature}" FeatureTypeID="{self.reference.ids["FeatureType"]["Location"]}">',
                f'          <FeatureVersion ID="{version}" ReliabilityID="1">', "            <Comment />",
                f'            <VersionLocation LocationID="{location}" />', "          </FeatureVersion>",
                f'          <IdentityReference IdentityID="{identity}" IdentityFeatureLinkTypeID="1" />', "        </Feature>"]

    def location(self, number, version, parts, country):
        lines = [f'    <Location ID="{number}">']
        if country:
            lines += [f'      <LocationAreaCode AreaCodeID="{country}" />',
                      f'      <LocationCountry CountryID="{country}" CountryRelevanceID="1413" />']
        for kind, text in parts:
            lines += [f'      <LocationPart LocPartTypeID="{self.reference.ids["LocPartType"][kind]}">',
                      '        <LocationPartValue Primary="true" LocPartValueTypeID="1" LocPartValueStatusID="1">', "          <Comment />",
                      f"          <Value>{escape(text)}</Value>", "        </LocationPartValue>", "      </LocationPart>"]
        self.put(self.locations, lines + [f'      <FeatureVersionReference FeatureVersionID="{version}" />', "    </Location>"])

    def paper(self, uid, identity, name, paper):
        label, match = paper
        number = match["number"]
        country = self.reference.country(match["country"]) if match["country"] else None
        if match["country"] and not country:
            number += f" ({match['country']})"
        authority, validity = self.source.authorities.get((uid, match["number"]), ("", "1"))
        issued_by = f' IssuedBy-CountryID="{country}"' if country else ""
        lines = [f'    <IDRegDocument ID="{self.number("paper")}" IDRegDocTypeID="{self.reference.id_of("IDRegDocType", label)}" '
                 f'IdentityID="{identity}"{issued_by} ValidityID="{validity}">', "      <Comment />",
                 f"      <IDRegistrationNo>{escape(number)}</IDRegistrationNo>",
                 f"      <IssuingAuthority>{escape(authority)}</IssuingAuthority>" if authority else "      <IssuingAuthority />"]
        for kind, day in ((1480, match["issued"]), (1481, match["expires"])):
            if day and (days := days_of(day)):
                lines += [f'      <DocumentDate IDRegDocDateTypeID="{kind}">', *self.period("        ", days), "      </DocumentDate>"]
        self.put(self.papers, lines + [f'      <DocumentedNameReference DocumentedNameID="{name}" />', "    </IDRegDocument>"])

    def entry(self, uid, number, programs):
        # The flattening holds the dates of a third of the parties; the others get one by their number.
        basis, year, month, day = self.source.dates.get(uid, ("1", 2000 + uid % 24, 1 + uid % 12, 1 + uid % 28))
        if int(basis) not in self.reference.numbers["LegalBasis"]:
            basis = "1"
        lines = [f'    <SanctionsEntry ID="{number}" ProfileID="{number}" ListID="1550">',
                 f'      <EntryEvent ID="{number}" EntryEventTypeID="1" LegalBasisID="{basis}">', "        <Comment />",
                 '        <Date CalendarTypeID="1">', f"          <Year>{year}</Year>", f"          <Month>{month}</Month>",
                 f"          <Day>{day}</Day>", "        </Date>", "      </EntryEvent>"]
        period = '        <DatePeriod CalendarTypeID="1" YearFixed="true" MonthFixed="true" DayFixed="true" />'
        lines += [f'      <SanctionsMeasure ID="{self.number("measure")}" SanctionsTypeID="1705">', period, "      </SanctionsMeasure>"]
        for program in programs.split("] ["):
            lines += [f'      <SanctionsMeasure ID="{self.number("measure")}" SanctionsTypeID="1">', *self.comment("        ", program), period,
                      "      </SanctionsMeasure>"]
        self.put(self.entries, lines + ["    </SanctionsEntry>"])

    def relate(self):
        written = set(self.written)
        for uid, round_number in self.written:
            for row in self.source.relations[uid]:
                if (int(row["To-ProfileID"]), round_number) not in written:
                    continue
                offset = 1_000_000 * round_number
                self.put(self.relations, [
                    f'    <ProfileRelationship ID="{self.number("relation")}" From-ProfileID="{uid + offset}" '
                    f'To-ProfileID="{int(row["To-ProfileID"]) + offset}" RelationTypeID="{row["RelationTypeID"]}" '
                    f'RelationQualityID="{row["RelationQualityID"]}" Former="{row["Former"]}" SanctionsEntryID="{uid + offset}">',
                    "      <Comment />", "    </ProfileRelationship>"])


def generate(shared, size_mb):
    reference = Reference(shared)
    writer = Writer(reference, Source(shared))
    wanted = size_mb * 1_000_000 - 100_000  # the reference values
    uids = sorted(writer.source.entries)
    for round_number in range(len(ROMAN)):
        for uid in uids:
            if writer.size >= wanted:
                break
            writer.party(uid, round_number)
    writer.relate()
    head = ['<?xml version="1.0" encoding="utf-8" standalone="yes"?>',
            f'<Sanctions xmlns="{NAMESPACE}" Version="3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://www.un.org/sanctions/1.0 http://www.treasury.gov/ofac/downloads/sanctions/1.0/sdn_advanced.xsd">',
            '  <DateOfIssue CalendarTypeID="1">', "    <Year>2024</Year>", "    <Month>3</Month>", "    <Day>15</Day>", "  </DateOfIssue>"]
    reference.write(head)
    yield head
    for name, part in (("Locations", writer.locations), ("IDRegDocuments", writer.papers), ("DistinctParties", writer.parties),
                       ("ProfileRelationships", writer.relations), ("SanctionsEntries", writer.entries)):
        yield [f"  <{name}>"]
        yield part
        yield [f"  </{name}>"]
    yield ["  <SanctionsEntryLinks />", "</Sanctions>"]


def main():
    parser = argparse.ArgumentParser(description="Makes a full-size SDN_ADVANCED.XML out of the real entries in ../shared/data/ofac.")
    parser.add_argument("out")
    parser.add_argument("--size-mb", type=float, default=127)
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT / ".." / "shared" / "data")
    arguments = parser.parse_args()
    if not (arguments.shared / "ofac").is_dir():
        sys.exit(f"gen_sdn_advanced.py: {arguments.shared}/ofac is not here")
    with open(arguments.out, "w", encoding="utf-8", newline="") as out:
        for lines in generate(arguments.shared, arguments.size_mb):
            out.writelines(line + "\r\n" for line in lines)


if __name__ == "__main__":
    main()
