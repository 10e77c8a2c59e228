#!/usr/bin/env python3
"""data/places/places.csv against data that others collected: sea ports by UN/LOCODE, and country names. Skipped where ../shared/data is absent.

By hand: python3 tests/places_test.py -v
"""
import csv
import gzip
import io
import json
import os
import re
import tarfile
import unicodedata
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PORTS = os.path.join(ROOT, "..", "shared", "data", "ports")

# Names that the other data has in another language or spelling.
OTHER_NAMES = {
    "AEFJR": "Al Fujayrah", "AERUW": "Ar Ruways", "BEANR": "Antwerpen", "CUHAV": "La Habana", "DECGN": "Koln", "DKCPH": "Kobenhavn",
    "FRDKK": "Dunkerque", "IRZBR": "Chah Bahar", "ITGOA": "Genova", "ITMIL": "Milano", "ITNAP": "Napoli", "ITTRN": "Torino", "ITVCE": "Venezia",
    "JOAQJ": "Al Aqabah", "KHKOS": "Kampong Saom", "PTLIS": "Lisboa", "RUVYP": "Vostochnyy", "SEGOT": "Goteborg", "UAIEV": "Kiev",
    "UAILK": "Illichivs'k", "UAODS": "Odessa",
}
# Where the other data has plainly wrong coordinates: Ambarli in Georgia, Yantian in Fujian, Hyderabad in Andhra's south.
WRONG_THERE = {"TRAMB", "CNYTN", "INHYD"}
OTHER_COUNTRIES = {"TR": "Turkey"}


def words(text):
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).replace("ø", "o").replace("Ø", "O")
    return set(re.findall(r"[a-z]{2,}", plain.lower())) - {"the", "of", "and", "republic"}


def ours():
    with open(os.path.join(ROOT, "data", "places", "places.csv"), encoding="utf-8") as file:
        rows = [line for line in file if not line.startswith("#")]
    return {row["code"]: row for row in csv.DictReader(rows)}


class Places(unittest.TestCase):
    def setUp(self):
        if not os.path.isdir(PORTS):
            self.skipTest("../shared/data is not here")

    def test_sea_ports_agree_in_name_country_and_place(self):
        with gzip.open(os.path.join(PORTS, "sea-ports_ports.json.gz"), "rt", encoding="utf-8") as file:
            theirs = json.load(file)
        with tarfile.open(os.path.join(PORTS, "un_locode_aux.tar.gz")) as archive:
            text = archive.extractfile("data/country-codes.csv").read().decode("utf-8")
        countries = dict(list(csv.reader(io.StringIO(text)))[1:])
        both = agree = 0
        for code, place in ours().items():
            other = theirs.get(code)
            if other is None:
                continue
            both += 1
            name = words(OTHER_NAMES.get(code, place["name"])) & words(other["name"] + " " + other.get("city", ""))
            country = words(OTHER_COUNTRIES.get(code[:2], countries[code[:2]])) & words(other["country"])
            near = True
            if other.get("coordinates") and code not in WRONG_THERE:
                longitude, latitude = other["coordinates"]
                near = abs(longitude - float(place["longitude"])) <= 1 and abs(latitude - float(place["latitude"])) <= 1
            agree += bool(name and country and near)
            if not (name and country and near):
                print(f"{code} {place['name']}: {other['name']}, {other['country']}, {other.get('coordinates')}")
        print(f"of {len(ours())} places {both} are in the list of sea ports, {agree} agree in name, country and to a degree in place")
        self.assertGreaterEqual(both, 350)
        self.assertEqual(agree, both)

    def test_every_country_is_known(self):
        with tarfile.open(os.path.join(PORTS, "un_locode_aux.tar.gz")) as archive:
            text = archive.extractfile("data/country-codes.csv").read().decode("utf-8")
        countries = dict(list(csv.reader(io.StringIO(text)))[1:])
        for code in ours():
            self.assertIn(code[:2], countries, code)


if __name__ == "__main__":
    unittest.main()
