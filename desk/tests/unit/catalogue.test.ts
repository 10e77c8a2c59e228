import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPo } from '../../scripts/po.mjs';
import { Catalogue, cut } from '../../src/lib/catalogue';

// The cases of src/language/catalogue_test.cpp: both read a recorded sentence back in the same way.
const ru = new Catalogue([
  ['consignee', 'грузополучатель'],
  ['{name} ({role}) is {caption} on {list}', '{caption} из {list} — это {name} ({role})'],
  ['goods of a transit ban cross Russia on the way to {destination}', 'товары под запретом транзита пересекают Россию по пути в {destination}'],
  ['{sentence} To be verified: {verify}', '{sentence} Не проверено: {verify}'],
  ['It cannot be told: {reasons}. If so: {sentence}', 'Неясно: {reasons}. Если да: {sentence}'],
  ['the owners of {name} are not stated', 'владельцы не указаны: {name}'],
  ['the codes of Annex 3', 'коды Приложения 3'],
  ['{count} flags: {sentences}', 'Признаки ({count}): {sentences}'],
]);

describe('the catalogue', () => {
  it('cuts a text at its slots', () => {
    expect(cut('{a} and {b}.')).toEqual(['', 'a', ' and ', 'b', '.']);
    expect(cut('no {Slot} {}')).toEqual(['no {Slot} {}']);
  });
  it.each([
    ['Altyn LLP (consignee) is DA GROUP 22 on eu_fsf.', 'DA GROUP 22 из eu_fsf — это Altyn LLP (грузополучатель).'],
    ['A (B) (consignee) is C on L', 'C из L — это A (B) (грузополучатель)'],
    ['Goods of a transit ban cross Russia on the way to KZ.', 'Товары под запретом транзита пересекают Россию по пути в KZ.'],
    ['Nobody wrote this.', 'Nobody wrote this.'],
    ['A (consignee) is C on L. To be verified: the codes of Annex 3.', 'C из L — это A (грузополучатель). Не проверено: коды Приложения 3.'],
    ['It cannot be told: the owners of A; B are not stated; something else. If so: A (x) is C on L.', 'Неясно: владельцы не указаны: A; B; something else. Если да: C из L — это A (x).'],
    ['2 flags: Goods of a transit ban cross Russia on the way to KZ. A Ltd. Co (x) is C on L.', 'Признаки (2): Товары под запретом транзита пересекают Россию по пути в KZ. C из L — это A Ltd. Co (x).'],
  ])('reads back: %s', (recorded, said) => expect(ru.sentence(recorded)).toBe(said));
  it('gives names back as they went in', () => {
    for (const name of ['a b c', '().;:{}', 'АБ (в)', 'x. y; z', ' and '])
      expect(ru.sentence(`the owners of ${name} are not stated`)).toBe(`владельцы не указаны: ${name}`);
  });
  it.each(['ru', 'kk'])('reads the whole of %s.po, and says every sentence without a slot in that language', (code) => {
    const entries = readPo(readFileSync(new URL(`../../../data/language/${code}.po`, import.meta.url), 'utf8'));
    expect(entries.length).toBeGreaterThan(1000);
    const catalogue = new Catalogue(entries);
    for (const [text, translation] of entries) if (!text.includes('{')) expect(catalogue.sentence(text)).toBe(translation);
  });
});
