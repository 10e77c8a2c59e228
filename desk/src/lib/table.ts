// Tables: an invoice, or deals with a row for each line of goods. CSV with a header, split by comma, semicolon or tab.
import type { Deal, GoodsLine, Party } from './types';

export interface Row {
  line: number;
  cells: string[];
}
export interface Table {
  header: string[];
  rows: Row[];
}
export interface Note {
  line: number;
  what: 'nothing' | 'ambiguous' | 'cells';
  text: string;
}
export interface ReadTable {
  deals: Deal[];
  /** The table names its deals, or their parties: it is more than goods. */
  whole: boolean;
  lines: number;
  unread: string[];
  notes: Note[];
}

/** Bytes of a file as text: UTF-8, UTF-16 with its mark, else as Russian spreadsheets write (windows-1251). */
export function decode(bytes: ArrayBuffer): string {
  const head = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}

/** Quoted cells may hold the separator, quotes twice and line ends. */
export function split(text: string): Table | null {
  const plain = text.replace(/^\uFEFF/, '');
  const first = plain.slice(0, plain.search(/\r|\n|$/));
  const separator = [';', '\t', ','].map((one) => ({ one, count: first.split(one).length })).sort((a, b) => b.count - a.count)[0];
  if (separator.count < 2) return null;
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const end = () => {
    cells.push(cell.trim());
    cell = '';
    if (cells.some((one) => one !== '')) rows.push({ line: begun, cells });
    cells = [];
  };
  for (let i = 0; i < plain.length; ++i) {
    const c = plain[i];
    if (c === '\n') ++line;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (plain[i + 1] === '"') cell += plain[++i];
      else quoted = false;
    } else if (c === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (c === separator.one) {
      cells.push(cell.trim());
      cell = '';
    } else if (c === '\n') {
      end();
      begun = line;
    } else if (c !== '\r') cell += c;
  }
  end();
  const header = rows.shift();
  return header ? { header: header.cells, rows } : null;
}

const fold = (text: string) => text.toLowerCase().normalize('NFKC').replace(/ё/g, 'е').replace(/[^\p{L}\p{N}]/gu, '');

const goodsColumns: Record<string, keyof GoodsLine> = {};
for (const [field, names] of Object.entries({
  description: 'description goods product descriptionofgoods наименование наименованиетовара описание описаниетовара товар атауы тауар тауаратауы сипаттама',
  hs: 'hs hscode hs6 hscode6 cn cn8 cncode tnved code goodscode тнвэд кодтнвэд кодтнвэдеаэс кодтовара код коды тауаркоды сэқтн сэқтнкоды',
  quantity: 'quantity qty количество колво саны мөлшері',
  unit: 'unit uom единица единицаизмерения едизм ед бірлік өлшембірлігі',
  value: 'value total lineamount amount totalvalue стоимость сумма құны сомасы',
  currency: 'currency валюта кодвалюты валютасы',
  origin: 'origin countryoforigin origincountry странапроисхождения происхождение шыққанелі',
  net_kg: 'netkg netweight netweightkg netkgs веснетто веснеттокг нетто тазасалмағы тазасалмағыкг',
  eccn: 'eccn',
} satisfies Partial<Record<keyof GoodsLine, string>>)) for (const name of names.split(' ')) goodsColumns[name] = field as keyof GoodsLine;

const roles: Record<string, string> = {
  exporter: 'exporter', importer: 'importer', consignee: 'consignee', notify: 'notify', enduser: 'end_user', buyer: 'buyer', seller: 'seller', carrier: 'carrier',
  forwarder: 'forwarder', intermediary: 'intermediary', экспортер: 'exporter', импортер: 'importer', грузополучатель: 'consignee', получатель: 'consignee',
  отправитель: 'exporter', грузоотправитель: 'exporter', покупатель: 'buyer', продавец: 'seller', перевозчик: 'carrier', экспорттаушы: 'exporter', импорттаушы: 'importer',
  жүкалушы: 'consignee', алушы: 'consignee', сатыпалушы: 'buyer', сатушы: 'seller', тасымалдаушы: 'carrier',
};
const ofParty: Record<string, string> = {
  '': 'name', name: 'name', country: 'country', address: 'address', страна: 'country', адрес: 'address', елі: 'country', мекенжайы: 'address',
  bin: 'bin', iin: 'iin', inn: 'inn', ogrn: 'ogrn', lei: 'lei', reg: 'reg', imo: 'imo', бин: 'bin', иин: 'iin', инн: 'inn', огрн: 'ogrn', бсн: 'bin', жсн: 'iin',
};
const dealColumns: Record<string, string> = {
  deal: 'id', dealid: 'id', id: 'id', contract: 'id', invoice: 'id', сделка: 'id', номерсделки: 'id', контракт: 'id', счет: 'id', мәміле: 'id', келісімшарт: 'id',
  date: 'date', дата: 'date', күні: 'date', destination: 'destination', странаназначения: 'destination', баратынелі: 'destination',
  enduse: 'statement', purpose: 'statement', назначениетовара: 'statement', пайдалану: 'statement',
};

function meaning(name: string): { of: 'goods' | 'party' | 'deal'; field: string; role?: string } | null {
  const folded = fold(name);
  if (folded in goodsColumns) return { of: 'goods', field: goodsColumns[folded] };
  if (folded in dealColumns) return { of: 'deal', field: dealColumns[folded] };
  // The longest role that the name begins with: "consignee_country".
  const role = Object.keys(roles).filter((one) => folded.startsWith(one)).sort((a, b) => b.length - a.length)[0];
  const rest = role === undefined ? '' : folded.slice(role.length);
  return role !== undefined && rest in ofParty ? { of: 'party', field: ofParty[rest], role: roles[role] } : null;
}

/** "1 234,50" and "1,234.50" as "1234.50". Of "1,234" nobody can know which it is: null. */
export function number(text: string): string | null {
  const plain = text.replace(/[\s\u00a0\u202f']/g, '').replace(/^[^\d-]+|[^\d]+$/g, '');
  if (/^-?\d+(\.\d+)?$/.test(plain)) return plain;
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(plain) || /^-?\d{1,3}(,\d{3}){2,}$/.test(plain)) return plain.replaceAll(',', '');
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(plain) || /^-?\d{1,3}(\.\d{3}){2,}$/.test(plain)) return plain.replaceAll('.', '').replace(',', '.');
  if (/^-?\d+,\d+$/.test(plain) && !/^-?\d{1,3},\d{3}$/.test(plain)) return plain.replace(',', '.');
  return null;
}

function day(text: string): string {
  const told = text.match(/^(\d{1,2})[./](\d{1,2})[./](\d{4})$/);
  return told ? `${told[3]}-${told[2].padStart(2, '0')}-${told[1].padStart(2, '0')}` : text;
}

/** The deals of a table, or null where its header names no goods. */
export function readTable(text: string): ReadTable | null {
  const table = split(text);
  if (!table) return null;
  const columns = table.header.map(meaning);
  if (!columns.some((one) => one?.of === 'goods' && (one.field === 'description' || one.field === 'hs'))) return null;
  const read: ReadTable = {
    deals: [], whole: columns.some((one) => one?.of === 'party' || (one?.of === 'deal' && one.field === 'id')), lines: 0,
    unread: table.header.filter((name, i) => !columns[i] && name), notes: [],
  };
  const deals = new Map<string, Deal>();
  for (const row of table.rows) {
    if (row.cells.length > table.header.length) read.notes.push({ line: row.line, what: 'cells', text: '' });
    const line: Record<string, string> = {};
    const own: Record<string, string> = {};
    const parties = new Map<string, Record<string, string>>();
    columns.forEach((column, i) => {
      const cell = row.cells[i];
      if (!column || !cell) return;
      if (column.of === 'deal') own[column.field] = column.field === 'date' ? day(cell) : cell;
      else if (column.of === 'party') parties.set(column.role!, { ...parties.get(column.role!), [column.field]: cell });
      else if (['quantity', 'value', 'net_kg'].includes(column.field)) {
        const told = number(cell);
        if (told === null) read.notes.push({ line: row.line, what: 'ambiguous', text: cell });
        else line[column.field] = told;
      } else if (column.field === 'hs') line.hs = cell.replace(/[\s.]/g, '');
      else if (column.field === 'currency' || column.field === 'origin') line[column.field] = cell.toUpperCase();
      else line[column.field] = cell;
    });
    // A sum at the end is no line of goods.
    if (!line.hs && (!line.description || /^(итого|всего|total|sub-?total|grand total|барлығы|жиыны)(?!\p{L})/iu.test(line.description))) {
      read.notes.push({ line: row.line, what: 'nothing', text: row.cells.filter(Boolean).join(' ').slice(0, 60) });
      continue;
    }
    const id = own.id ?? '';
    const deal = deals.get(id) ?? ({ id, parties: [], goods: [] } as Deal);
    deals.set(id, deal);
    deal.goods.push(line as GoodsLine);
    ++read.lines;
    if (own.date) deal.date ??= own.date;
    if (own.destination || own.statement) deal.end_use ??= { ...(own.destination && { country: own.destination.toUpperCase() }), ...(own.statement && { statement: own.statement }) };
    for (const [role, told] of parties) {
      if (!told.name || deal.parties.some((one) => one.role === role && one.name === told.name)) continue;
      const { name, country, address, ...identifiers } = told;
      deal.parties.push({ role, name, ...(country && { country: country.toUpperCase() }), ...(address && { address }), ...(Object.keys(identifiers).length && { identifiers }) } as Party);
    }
  }
  read.deals = [...deals.values()];
  return read.deals.length ? read : null;
}
