#!/bin/bash
# What `make demo` shows: sample lists in, sample deals cleared, a decision replayed, the record verified. Where ../shared/data is
# (the published lists at full size), the same on real lists. Everything lands in build/demo*, made anew each time.
set -euo pipefail
cd "$(dirname "$0")/.."

tamga=build/release/tamga
samples=samples/lists
sample_date=2026-11-20
as_of=2026-11-23

heading() { printf '\n== %s\n' "$*"; }
# 3, 4 and 5 say what was decided (review, licence required, prohibited); only 1 and 2 are failures.
decided() { "$@" || { local status=$?; [[ $status -ge 3 ]] || exit "$status"; }; }

rm -rf build/demo build/demo-real
export TAMGA_DATA=build/demo

heading "Import the sample lists (from public facts; not for compliance use)"
$tamga lists import $samples/ofac $samples/eu --published $sample_date
$tamga lists import $samples/uk $samples/un

heading "Screen a name in Cyrillic: tamga screen 'Банк ВТБ' --explain"
decided $tamga screen 'Банк ВТБ' --explain

heading "Look a goods code up: tamga goods 8457 10"
decided $tamga goods 8457 10 --as-of $as_of

heading "Import the sample register of owners, and ask who owns a company: tamga owners show 'Sarmat Trading'"
$tamga owners import samples/owners/sample-register.csv --published $sample_date
decided $tamga owners show 'Sarmat Trading' --as-of $as_of

for deal in examples/deals/[0-9]*.json; do
  heading "tamga clear $deal --as-of $as_of"
  decided $tamga clear "$deal" --as-of $as_of
done

heading "Replay a recorded decision on its own basis"
decision=$(decided $tamga clear examples/deals/02-*.json --as-of $as_of --json | sed 's/^{"id":"\([^"]*\)".*/\1/')
$tamga replay "$decision"

heading "Verify the record"
$tamga audit verify

real=../shared/data
if [[ ! -d $real ]]; then
  heading "The full lists are not here (../shared/data), so the demonstration ends with the samples"
  exit 0
fi
export TAMGA_DATA=build/demo-real
sdn=$real/ofac/sdn_csv
heading "Import the full real lists"
$tamga lists import $sdn/sdn_2022-02-23.csv.gz $sdn/sdn_2022-02-25.csv.gz $sdn/{sdn,add,alt}_2023-12-28.csv.gz \
  $real/un/UN_consolidated_2026-02-27.xml.gz $real/eu/eu_269_2014_annex_I_2026-08.csv.gz $real/eu/eu_833_2014_annex_entities_2026-08.csv.gz
heading "tamga lists status"
$tamga lists status
heading "Screen by name and by number"
decided $tamga screen --quiet 'Мордашов Алексей Александрович'
decided $tamga screen --quiet 220340015320
for day in 2022-02-24 2022-02-26; do
  heading "VTB was blocked on 24 February 2022; OFAC's list of the 25th is the first to say so: --as-of $day"
  decided $tamga clear examples/deals/vtb-2022.json --as-of $day --max-list-age 0 | head -12
done
heading "Verify the record"
$tamga audit verify
