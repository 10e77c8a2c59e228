#!/usr/bin/env python3
"""Write invented deals as JSON lines, to measure exposure and scenarios: the shapes of examples/deals, with firms, banks, routes and goods drawn
from pools.

usage: make_deals.py COUNT [--seed N] [--firms N] > deals.jsonl

Few firms have many deals and many have few (weights 1/rank). Every hundredth deal has the parties of one of examples/deals, some of whom the
sample lists name. The same arguments give the same bytes.
"""
import argparse
import datetime
import glob
import itertools
import json
import os
import random
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIRST = """
Altyn Tobyl Saryarka Zhetysu Dala Kokshe Nura Balqash Torgai Ulytau Semey Aqtau Ertis Esil Shu Talas Naryn Osh Fergana Sirdaryo
Zarafshon Amudaryo Hansa Isar Neckar Elbe Donau Weser Alster Vltava Morava Odra Wisla Nemunas Daugava Neva Volga Kama Ural Ob Tobol
Anadolu Marmara Toros Ege Pearl Jade Lotus Huang Yangtze Han Mekong Zhu
""".split()
SECOND = """
Astyk Metall Chip Telekom Energo Agro Stroi Trans Rail Motor Optik Pharma Textil Kabel Pumpen Elektronik Bauteile Maschinen Logistik
Handels Import Export Trade Invest Tekhnika Pribor Avtomatika Neft Munai Gaz Komir Temir Mys Zhabdyk Sauda Kurylys Kolik
""".split()
THIRD = """
Group Service Plus Partner Line Pro Systems Union Center Nord Ost West Sued Asia Eurasia Global Prime Alliance
""".split()
FORMS = {
    "KZ": "LLP", "RU": "OOO", "DE": "GmbH", "PL": "Sp. z o.o.", "CN": "Co., Ltd.", "TR": "A.S.", "UZ": "MCHJ", "KG": "OsOO", "LT": "UAB",
    "IT": "S.r.l.", "AE": "FZE", "US": "LLC", "GE": "LLC", "AM": "LLC"}
PEOPLE_FIRST = """
Nurlan Yerlan Assel Gulnara Bolat Arman Shavkat Dilnoza Martin Anna Piotr Mehmet Ayse Wei Li Marco Giulia Ivan Olga Aibek
""".split()
PEOPLE_LAST = """
Bekov Omarova Seitkali Rahmonov Huber Kowalski Yilmaz Chen Wang Rossi Petrov Asanov Tulegenova Kenzhebekov Novak Baltas Grigoryan
""".split()
GOODS = [line.split(" ", 1) for line in """
854231 Microcontrollers, 32 bit
854239 Integrated circuits, other
851762 Routers for data networks
847150 Processing units of servers
850440 Static converters for base stations
848210 Ball bearings, deep groove
845710 Machining centres, vertical
901380 Optical devices, other
852691 Receivers for satellite navigation
853400 Printed circuits
100199 Wheat, third class
110100 Wheat flour
270900 Crude oil
271019 Gas oil
740311 Copper cathodes
720851 Hot-rolled steel plate
760110 Aluminium ingots
281820 Aluminium oxide
300490 Medicaments in doses
870323 Passenger cars, petrol
870899 Parts of motor vehicles
840999 Parts of diesel engines
841370 Centrifugal pumps
848180 Taps and valves
390210 Polypropylene granules
401120 Tyres for lorries
610910 T-shirts of cotton
640399 Leather shoes
940161 Upholstered seats
180690 Chocolate in bars
220421 Wine in bottles
330499 Cosmetics
844399 Parts of printers
852872 Television receivers
850760 Lithium-ion batteries
854370 Electrical machines, other
902710 Gas analysers
284410 Natural uranium
720241 Ferro-chromium
520100 Cotton, not carded
""".strip().split("\n")]
ROUTES = """
DEFRA DE air|KZALA KZ air
DEBER DE road|PLWAW PL road|BYMSQ BY road|RUMOW RU road|KZAKX KZ road
DEHAM DE sea|GEPTI GE sea|AZBAK AZ rail|KZAAU KZ sea
CNSHA CN sea|CNLYG CN rail|KZALA KZ rail
CNURC CN road|KZALA KZ road
KZKSN KZ rail|UZTAS UZ rail
TRIST TR road|GETBS GE road|AZBAK AZ road|KZAAU KZ sea
KZALA KZ road|KGFRU KG road
LTVNO LT road|LVRIX LV road|RUMOW RU road|KZAKX KZ road
ITMIL IT road|TRIST TR road|GETBS GE road|KZAAU KZ sea
AEDXB AE air|KZALA KZ air
PLMLA PL rail|BYBQT BY rail|RUMOW RU rail|KZAKX KZ rail
KZPAV KZ rail|RUOVB RU rail
USNYC US air|KZALA KZ air
CNSZX CN air|KZALA KZ air|KGFRU KG air
KZSCO KZ sea|AZBAK AZ rail|GEPTI GE sea|TRIST TR sea
""".strip().split("\n")
CURRENCIES = ["USD", "USD", "EUR", "EUR", "KZT", "CNY", "RUB", "AED"]
BANKS = ["Damu", "Sauda", "Invest", "Kapital", "Nord", "Kommerz", "Agro", "Halyk Union"]


def weighted(pool):
    """1/rank, so that a few firms have most of the deals."""
    return list(itertools.accumulate(1.0 / (rank + 3) for rank in range(len(pool))))


def make_firms(draw, country, size):
    names = set()
    while len(names) < size:
        name = f"{draw.choice(FIRST)} {draw.choice(SECOND)}"
        if len(names) > 500 or draw.random() < 0.5:
            name += f" {draw.choice(THIRD)}"
        if len(names) > 3000:
            name += f" {draw.choice(PEOPLE_LAST)}"
        names.add(f"{name} {FORMS[country]}")
    firms = []
    for name in sorted(names):
        owner = {"name": f"{draw.choice(PEOPLE_FIRST)} {draw.choice(PEOPLE_LAST)}", "share": draw.choice([100, 100, 60, 51]), "country": country}
        since = f"{draw.randint(1992, 2022)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"
        firms.append({"name": name, "schema": "Company", "country": country, "incorporated": since, "owners": [owner]})
    draw.shuffle(firms)
    return firms


def make_banks(draw, country):
    letters = ["".join(draw.choice("BCDFGHKLMNPRST") for _ in range(4)) for _ in BANKS]
    return [{"name": f"{draw.choice(FIRST)} {kind} Bank", "bic": f"{letters[number]}{country}{number + 22}", "country": country}
            for number, kind in enumerate(BANKS)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--firms", type=int, default=0, help="of each country; default: by the number of deals")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    size = options.firms or max(10, min(8000, options.count // 40))
    firms = {country: make_firms(draw, country, size) for country in FORMS}
    weights = {country: weighted(firms[country]) for country in FORMS}
    banks = {country: make_banks(draw, country) for country in FORMS}
    examples = []
    for path in sorted(glob.glob(os.path.join(ROOT, "examples", "deals", "*.json"))):
        with open(path, encoding="utf-8") as file:
            examples.append(json.load(file))
    day = datetime.date(2026, 11, 20)

    def firm(country):
        country = country if country in FORMS else "KZ"
        return draw.choices(firms[country], cum_weights=weights[country])[0]

    def bank(country):
        return draw.choice(banks.get(country) or banks["KZ"])

    for number in range(options.count):
        route = [dict(zip(("place", "country", "mode"), leg.split())) for leg in draw.choice(ROUTES).split("|")]
        origin, destination = route[0]["country"], route[-1]["country"]
        if number % 100 == 99:
            parties = draw.choice(examples)["parties"]
        else:
            parties = [{"role": "exporter", **firm(origin)}, {"role": "consignee", **firm(destination)}, {"role": "carrier", **firm("KZ")}]
        currency = draw.choice(CURRENCIES)
        goods = []
        for code, words in draw.sample(GOODS, draw.choice([1, 1, 1, 2])):
            goods.append({"description": words, "hs": code, "origin": draw.choice([origin, origin, "DE", "CN", "KZ"]),
                          "quantity": draw.randint(1, 5000), "unit": "pcs", "value": int(draw.lognormvariate(10.5, 1.3)), "currency": currency})
        payment = {"amount": sum(line["value"] for line in goods), "currency": currency, "banks": [bank(origin), bank(destination)]}
        end_use = {"statement": "Own use and resale in the country of destination", "country": destination,
                   "no_reexport_clause": draw.random() < 0.8, "military": False}
        deal = {"id": f"GEN-{number + 1:08d}", "date": (day - datetime.timedelta(days=draw.randint(0, 30))).isoformat(), "parties": parties,
                "goods": goods, "route": route, "payment": payment, "end_use": end_use}
        sys.stdout.write(json.dumps(deal, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
