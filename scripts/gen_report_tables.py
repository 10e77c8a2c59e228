#!/usr/bin/env python3
"""Write data/report/outlines.csv and data/report/countries.csv, from what npm installed for the desk (world-atlas) and from Node.js (CLDR's names):
gen_report_tables.py DESK_NODE_MODULES. Both tables are in the repository, so it is not needed to build."""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# Where the name that CLDR has is not the one in use where the report is read.
OWN = {("KG", 2): "Кыргызстан", ("HK", 1): "Hong Kong", ("HK", 2): "Гонконг", ("HK", 3): "Гонконг",
       ("MO", 1): "Macao", ("MO", 2): "Макао", ("MO", 3): "Макао"}


def codes():
    with open(os.path.join(ROOT, "src", "flows", "countries.cpp"), encoding="utf-8") as file:
        return {int(number): two for two, number in re.findall(r'\{"([A-Z]{2})", "[A-Z]{3}", (\d+)\}', file.read())}


def main():
    numbers = codes()
    with open(os.path.join(sys.argv[1], "world-atlas", "countries-110m.json"), encoding="utf-8") as file:
        world = json.load(file)
    (sx, sy), (tx, ty) = world["transform"]["scale"], world["transform"]["translate"]
    arcs = []
    for arc in world["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(indices):
        points = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc if not points else arc[1:]
        # Russia and Fiji cross the edge of the map: what lies beyond it is drawn where it joins.
        if max(x for x, _ in points) - min(x for x, _ in points) > 300:
            points = [(x + 360 if x < 0 else x, y) for x, y in points]
        tenths = [(round(x * 10), round(y * 10)) for x, y in points]
        return [point for i, point in enumerate(tenths) if i == 0 or point != tenths[i - 1]]

    rows = []
    for shape in world["objects"]["countries"]["geometries"]:
        two = numbers.get(int(shape.get("id", 0)), "XK" if shape["properties"]["name"] == "Kosovo" else "")
        for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
            points = ring(polygon[0])
            if len(points) < 4:
                continue
            x = y = 0
            steps = []
            for px, py in points:
                steps.append(f"{px - x} {py - y}")
                x, y = px, py
            rows.append((two, " ".join(steps)))
    rows.sort()
    with open(os.path.join(ROOT, "data", "report", "outlines.csv"), "w", encoding="utf-8") as file:
        file.write("# title: Outlines of countries, by ISO 3166-1; one ring a line, without holes; tenths of a degree (longitude latitude), each\n"
                   "# title: less the one before\n"
                   "# source: Natural Earth 1:110m (public domain), as world-atlas 2 (ISC licence, Michael Bostock) packs it;\n"
                   "# source: scripts/gen_report_tables.py\n"
                   "# note: who draws a border here takes no side. Small countries have no outline.\n"
                   "country,ring\n" + "".join(f"{two},{steps}\n" for two, steps in rows))
    wanted = sorted(set(numbers.values()) | {"EU"})
    script = ("const n={};for(const l of ['en','ru','kk'])n[l]=new Intl.DisplayNames([l],{type:'region'});"
              f"console.log(JSON.stringify({json.dumps(wanted)}.map(c=>[c,n.en.of(c),n.ru.of(c),n.kk.of(c)])))")
    names = json.loads(subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout)
    with open(os.path.join(ROOT, "data", "report", "countries.csv"), "w", encoding="utf-8") as file:
        file.write("# title: Names of countries, by ISO 3166-1 (EU: the Union)\n"
                   "# source: Unicode CLDR (Unicode licence), as Node.js 18 has it; scripts/gen_report_tables.py\n"
                   "country,en,ru,kk\n")
        for row in names:
            row = [OWN.get((row[0], i), cell) for i, cell in enumerate(row)]
            file.write(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n")


if __name__ == "__main__":
    main()
