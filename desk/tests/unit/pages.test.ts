import { describe, expect, it } from 'vitest';
import { readDropped } from '../../src/lib/deal';
import { blankLicence, formOf, licenceOf } from '../../src/lib/licence';
import { safeLink } from '../../src/lib/safe';
import { decode, number, readTable, split } from '../../src/lib/table';
import { readChange, readFields } from '../../src/lib/watched';
import { readFileSync } from 'node:fs';

describe('a link of a record', () => {
  it('is http or https, and nothing else', () => {
    expect(safeLink('https://sanctionssearch.ofac.treas.gov/Details.aspx?id=1')).toBe('https://sanctionssearch.ofac.treas.gov/Details.aspx?id=1');
    expect(safeLink(' http://a.example/x ')).toBe('http://a.example/x');
    for (const bad of ['javascript:alert(1)', ' JavaScript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd', 'blob:https://a/b', '//a.example/x', '#/deals', 'a.example', '', undefined])
      expect(safeLink(bad), String(bad)).toBeUndefined();
  });
});

describe('a table', () => {
  it('is split with quotes, separators and line ends within cells', () => {
    expect(split('a;b\n"x;""y""";"1\n2"\n\n;z\n')).toEqual({ header: ['a', 'b'], rows: [{ line: 2, cells: ['x;"y"', '1\n2'] }, { line: 5, cells: ['', 'z'] }] });
    expect(split('one column\nx')).toBeNull();
  });
  it('reads numbers as they are written, and none that can be two', () => {
    for (const [text, told] of [['1 234,50', '1234.50'], ['1,234.50', '1234.50'], ['1.234,50', '1234.50'], ['1 234', '1234'], ['12,5', '12.5'], ['1,234,567', '1234567'], ['$ 40', '40'], ['0.10', '0.10'], ['1,234', null], ['12,345', null], ['abc', null]] as const)
      expect(number(text), text).toBe(told);
  });
  it('of an invoice gives lines of goods, and says what it left out', () => {
    const told = readTable('№;Наименование товара;Код ТН ВЭД;Кол-во;Ед. изм.;Стоимость;Валюта\n1;Шины грузовые;4011 20 100 0;120;шт;30 000,00;eur\n2;;;;;1,234;EUR\n;Итого;;;;1,234;EUR\n')!;
    expect(told.deals).toEqual([{ id: '', parties: [], goods: [{ description: 'Шины грузовые', hs: '4011201000', quantity: '120', unit: 'шт', value: '30000.00', currency: 'EUR' }] }]);
    expect(told.whole).toBe(false);
    expect(told.unread).toEqual(['№']);
    expect(told.notes).toEqual([{ line: 3, what: 'ambiguous', text: '1,234' }, { line: 3, what: 'nothing', text: '2 1,234 EUR' }, { line: 4, what: 'ambiguous', text: '1,234' }, { line: 4, what: 'nothing', text: 'Итого 1,234 EUR' }]);
  });
  it('of deals gathers the rows of each, with its parties', () => {
    const told = readTable('deal,exporter,exporter_country,consignee,consignee_bin,description,hs,destination,date\nA-1,Altyn LLP,kz,Beta LLC,150740014571,pipes,730490,UZ,24.11.2026\nA-1,Altyn LLP,kz,Beta LLC,150740014571,tubes,730690,UZ,\nA-2,Altyn LLP,kz,Gamma,,"wheat, soft",100199,,\n')!;
    expect(told.whole).toBe(true);
    expect(told.deals.map((one) => [one.id, one.goods.length, one.parties.length])).toEqual([['A-1', 2, 2], ['A-2', 1, 2]]);
    expect(told.deals[0]).toMatchObject({ date: '2026-11-24', end_use: { country: 'UZ' }, parties: [{ role: 'exporter', name: 'Altyn LLP', country: 'KZ' }, { role: 'consignee', name: 'Beta LLC', identifiers: { bin: '150740014571' } }] });
    expect(told.deals[1].goods[0].description).toBe('wheat, soft');
  });
  it('is told from other texts', () => {
    expect(readDropped('name,birth_date\nx,1960-01-01').kind).toBe('unknown');
    expect(readDropped('description,hs\npipes,730490').kind).toBe('table');
    expect(readDropped('[{"id":"1"},{"id":"2"}]')).toMatchObject({ kind: 'deals', deals: [{ id: '1' }, { id: '2' }] });
    expect(readDropped('{"id":"1"}\n{"id":"2"}\n').kind).toBe('deals');
    expect(readDropped('[1,2]')).toEqual({ kind: 'unknown', why: 'json' });
  });
  it('is read in UTF-8, in UTF-16 and as Russian spreadsheets write', () => {
    expect(decode(new TextEncoder().encode('товар').buffer as ArrayBuffer)).toBe('товар');
    expect(decode(new Uint8Array([0xf2, 0xee, 0xe2, 0xe0, 0xf0]).buffer)).toBe('товар');
    expect(decode(new Uint8Array([0xff, 0xfe, 0x42, 0x04]).buffer)).toBe('т');
  });
});

describe('an alert of the watch', () => {
  it('says what changed, value by value', () => {
    expect(readChange('ПАО ЛУКОЙЛ still matches LUKOIL OAO on us_ofac_sdn (score 0.965, before 0.97, a true hit, RUSSIA-EO14024, UKRAINE-EO13662). Its entry has changed in the edition of 2026-11-20: caption is "LUKOIL OAO", no longer "LUKOIL"; other name "A", "B ""x"" " and 2 more was added; and 3 more.')).toMatchObject({
      kind: 'changed', name: 'ПАО ЛУКОЙЛ', caption: 'LUKOIL OAO', list: 'us_ofac_sdn', score: '0.965', before: '0.97', certain: true, programmes: ['RUSSIA-EO14024', 'UKRAINE-EO13662'], edition: '2026-11-20',
      fields: [{ field: 'caption', added: ['LUKOIL OAO'], removed: ['LUKOIL'] }, { field: 'other name', added: ['A', 'B ""x"" '], addedMore: 2 }], fieldsMore: 3, rest: '',
    });
    expect(readChange('Garantex Europe OU matches GARANTEX EUROPE OU on us_ofac_sdn (score 1, a true hit, RUSSIA-EO14024). The list holds it since its edition of 2026-11-20.')).toMatchObject({ kind: 'hit', since: '2026-11-20', score: '1', rest: '' });
    expect(readChange('Sberbank Kazakhstan matches PJSC Sberbank (Public Joint-Stock Company Sberbank) on gb_fcdo_sanctions (score 0.7306, RUS).')).toMatchObject({ kind: 'hit', caption: 'PJSC Sberbank (Public Joint-Stock Company Sberbank)', certain: false, programmes: ['RUS'] });
    expect(readChange('A matches B on un_sc_sanctions no more: the list dropped it (edition of 2026-11-20).')).toMatchObject({ kind: 'gone', dropped: true, edition: '2026-11-20' });
    expect(readChange('A matches B on un_sc_sanctions no more: its entry has changed in the edition of 2026-11-20: weak alias "C" was taken out.')).toMatchObject({ kind: 'gone', fields: [{ field: 'weak alias', removed: ['C'] }] });
    expect(readChange('A matches B on x (score 0.8). The mark mark-1 holds no more, since the list changed.')).toMatchObject({ kind: 'hit', rest: 'The mark mark-1 holds no more, since the list changed.' });
    expect(readChange('Somebody wrote something else.')).toBeNull();
    expect(readFields('what is this')).toBeNull();
  });
});

describe('the form of a licence', () => {
  const licence = JSON.parse(readFileSync(new URL('../../../examples/licences/licence.json', import.meta.url), 'utf8'));
  it('reads a licence and writes the same one', () => expect(licenceOf(formOf(licence))).toEqual(licence));
  it('leaves out what is empty, and keeps what a double would round', () => {
    const form = { ...blankLicence(), number: ' N ', authority: 'A', lifts: ['uk.x', ''], caps: [{ amount: '0.10', measure: 'gbp', of: 'value' as const, code: '' }, { amount: '', measure: 'x', of: 'quantity' as const, code: '' }] };
    expect(licenceOf(form)).toEqual({ number: 'N', authority: 'A', regime: 'uk', issued: '', from: '', to: '', lifts: ['uk.x'], parties: [], caps: [{ value: '0.10', currency: 'GBP' }] });
  });
});
