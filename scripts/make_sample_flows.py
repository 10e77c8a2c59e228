#!/usr/bin/env python3
"""Write samples/flows/invented.csv: invented statistics of invented trade, for the demonstration. The same bytes each time.

One reporter of the Union (DE) exports to seven partners, and two of them (KZ, KG) report what they received. Goods of the Common High Priority List
grow to three neighbours of Russia after March 2022 and fall to Russia; a part of what is sent to KG is not received there, and a larger one
afterwards. Goods of no list do neither.
"""
import os
import random

LISTED = {"85423190": 90, "85423990": 60, "85176200": 140, "85322100": 12, "84715000": 110, "84821010": 75, "84571010": 40}
OTHERS = {"61091000": 80, "94036010": 55, "08081080": 35, "33049900": 65, "69072100": 45, "95030075": 50, "19053119": 30, "48181010": 25}
PARTNERS = {"KZ": 1.0, "KG": 0.25, "AM": 0.3, "UZ": 0.8, "GE": 0.5, "TR": 3.0, "RU": 6.0}
GROWTH = {"KZ": 2.6, "KG": 4.5, "AM": 3.4, "TR": 1.25, "UZ": 1.05, "GE": 1.1, "RU": 0.12}
BREAK = 26  # months after 2020-01: March 2022
MONTHS = 42


def main():
    random.seed(20220301)
    lines = ["DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG"]
    for code, size in {**LISTED, **OTHERS}.items():
        for partner, share in PARTNERS.items():
            level = size * 1000 * share * random.uniform(0.5, 1.6)
            price = random.uniform(20, 90) if code in LISTED else random.uniform(2, 12)
            for month in range(MONTHS):
                factor = 1.0
                if month >= BREAK and code in LISTED:
                    # It takes some months until the new way is trodden.
                    factor = 1 + (GROWTH[partner] - 1) * min(1, (month - BREAK + 1) / 4)
                season = 1.15 if month % 12 in (9, 10, 11) else 0.97
                value = round(level * factor * season * random.lognormvariate(0, 0.28))
                if random.random() < 0.03:
                    continue
                period = f"{2020 + month // 12}{month % 12 + 1:02}"
                lines.append(f"DE,{partner},{code},2,{period},{value},{max(1, round(value / price))}")
                if partner in ("KZ", "KG") and random.random() < 0.95:
                    lost = (0.55 if month >= BREAK else 0.2) if partner == "KG" and code in LISTED else 0.0
                    received = round(value * 1.08 * (1 - lost) * random.lognormvariate(0, 0.06))
                    lines.append(f"{partner},DE,{code},1,{period},{received},{max(1, round(received / price / 1.08))}")
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "samples", "flows", "invented.csv")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
