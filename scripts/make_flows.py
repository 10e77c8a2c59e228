#!/usr/bin/env python3
"""Write invented trade statistics for measurements, shaped as Comext's months: make_flows.py ROWS > FILE. The same number gives the same rows."""
import random
import sys

REPORTERS = "AT BE BG CZ DE DK EE ES FI FR GR HU IE IT LT LV NL PL PT RO SE SI SK".split()
PARTNERS = "AM AZ BY CN GE KG KZ RS RU TJ TM TR AE UZ US GB CH IN".split()


def main():
    wanted = int(sys.argv[1])
    random.seed(1)
    print("reporter,partner,cn8,month,value_eur,weight_kg,quantity")
    written, code = 0, 84000000
    while True:
        code += random.randrange(1, 9)
        for partner in PARTNERS:
            for reporter in random.sample(REPORTERS, 8):
                size = 10 ** random.uniform(2, 6)
                lines = []
                for month in range(36):
                    if random.random() < 0.7:
                        value = int(size * random.uniform(0.3, 3))
                        lines.append(f"{reporter},{partner},{code},{2020 + month // 12}-{month % 12 + 1:02},{value},{value // 40},{value // 90}")
                lines = lines[:wanted - written]
                written += len(lines)
                if lines:
                    print("\n".join(lines))
                if written == wanted:
                    return


if __name__ == "__main__":
    main()
