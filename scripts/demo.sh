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

rm -rf build/demo build/demo-real build/demo-earlier
export TAMGA_DATA=build/demo

heading "Import the sample lists (from public facts; not for compliance use)"
# An edition of eight days before, without one entry and with another's name changed, so that the watch has something to tell.
cp -r $samples/ofac build/demo-earlier
sed -i -e '/^36025,/d' -e 's/"LUKOIL OAO"/"LUKOIL"/' build/demo-earlier/sdn.csv
$tamga lists import build/demo-earlier --published 2026-11-12
$tamga lists import $samples/eu --published $sample_date
$tamga lists import $samples/uk $samples/un

heading "Put a book of customers under watch, import OFAC's newer edition, and see whom it concerns: tamga watch run"
decided $tamga --quiet watch add examples/watch/book.csv --as-of $as_of
$tamga lists import $samples/ofac --published $sample_date
decided $tamga watch run --as-of $as_of

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

heading "People, a licence by two of them, a question to an authority, invented trade statistics: what the desk shows"
export TAMGA_USER=Dana
$tamga --quiet people add Dana --role administrator
for one in Aslan:analyst Gulnara:approver Marat:liaison; do $tamga --quiet people add "${one%:*}" --role "${one#*:}"; done
proposal=$(TAMGA_USER=Aslan $tamga licence add examples/licences/licence.json --json | grep -o 'prop-[0-9a-f]*' | head -1)
TAMGA_USER=Gulnara $tamga approve "$proposal"
licensed=$(decided $tamga clear examples/licences/deal.json --as-of $as_of --json | sed 's/^{"id":"\([^"]*\)".*/\1/')
chips=$(decided $tamga clear examples/deals/09-*.json --as-of $as_of --json | sed 's/^{"id":"\([^"]*\)".*/\1/')
TAMGA_USER=Marat $tamga consult open "$chips" --to bis --ask "May 800 signal processors go to Yekaterinburg?"
$tamga flows import samples/flows/invented.csv
printf 'the licence permits %s\n' "$licensed"

heading "Verify the record"
$tamga audit verify

desk() {
  heading "The web desk, with all of this in it"
  printf '    TAMGA_DATA=build/demo %s --max-list-age 0 serve        # http://127.0.0.1:8484/\n\nSign in with a token of this demonstration:\n' $tamga
  for one in Aslan Gulnara Marat Dana; do
    role=$(TAMGA_DATA=build/demo $tamga people list --json | tr '{' '\n' | grep "\"name\":\"$one\"" | grep -o '"roles":\["[a-z]*' | sed 's/.*"//')
    secret=$(TAMGA_DATA=build/demo TAMGA_USER=Dana $tamga people token "$one" | grep -o 'tamga_[^ ]*' | head -1)
    printf '    %-8s %-14s %s\n' "$one" "$role" "$secret"
  done
}

real=../shared/data
if [[ ! -d $real ]]; then
  heading "The full lists are not here (../shared/data), so the demonstration ends with the samples"
  desk
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

desk
