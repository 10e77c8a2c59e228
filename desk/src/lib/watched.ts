// An alert of the watch as what it says: the program records one English text, written by src/app/watch_events.cpp, and this takes it apart again.

export interface FieldChange {
  field: string; // "other name", "birth date", or the property's own name
  added: string[];
  removed: string[];
  addedMore: number; // values that the text only counts
  removedMore: number;
}
export interface Change {
  kind: 'hit' | 'changed' | 'gone';
  name: string;
  caption: string;
  list: string;
  score?: string;
  before?: string;
  certain: boolean;
  programmes: string[];
  since?: string; // edition that brought the entry
  edition?: string; // edition that changed or dropped it
  dropped: boolean;
  fields: FieldChange[];
  fieldsMore: number;
  rest: string; // what is said beyond that, as it stands
}

function values(text: string): { list: string[]; more: number; rest: string } | null {
  const list: string[] = [];
  let rest = text;
  for (;;) {
    // A value may hold quotes: it ends before a comma and a quote, or before a word that only stands after values.
    const one = rest.match(/^"(.*?)"(?=(?:, "| and \d+ more\b| was added| was taken out|, no longer "|; |$))/s);
    if (!one) return list.length ? { list, more: 0, rest } : null;
    list.push(one[1]);
    rest = rest.slice(one[0].length);
    const more = rest.match(/^ and (\d+) more/);
    if (more) return { list, more: Number(more[1]), rest: rest.slice(more[0].length) };
    if (!rest.startsWith(', "')) return { list, more: 0, rest };
    rest = rest.slice(2);
  }
}

/** `alias "X" was added; birth date is "A", no longer "B"; and 2 more`. Null where it is not written so. */
export function readFields(text: string): { fields: FieldChange[]; more: number } | null {
  const fields: FieldChange[] = [];
  let rest = text;
  while (rest) {
    const more = rest.match(/^and (\d+) more$/);
    if (more) return { fields, more: Number(more[1]) };
    const field = rest.match(/^([A-Za-z ]+?)( is)? (?=")/);
    if (!field) return null;
    const first = values(rest.slice(field[0].length));
    if (!first) return null;
    const change: FieldChange = { field: field[1], added: [], removed: [], addedMore: 0, removedMore: 0 };
    rest = first.rest;
    if (field[2]) {
      if (!rest.startsWith(', no longer ')) return null;
      const then = values(rest.slice(', no longer '.length));
      if (!then) return null;
      [change.added, change.addedMore, change.removed, change.removedMore] = [first.list, first.more, then.list, then.more];
      rest = then.rest;
    } else if (rest.startsWith(' was added')) {
      [change.added, change.addedMore] = [first.list, first.more];
      rest = rest.slice(' was added'.length);
    } else if (rest.startsWith(' was taken out')) {
      [change.removed, change.removedMore] = [first.list, first.more];
      rest = rest.slice(' was taken out'.length);
    } else return null;
    fields.push(change);
    if (rest.startsWith('; ')) rest = rest.slice(2);
    else if (rest) return null;
  }
  return { fields, more: 0 };
}

export function readChange(because: string): Change | null {
  const change: Change = { kind: 'hit', name: '', caption: '', list: '', certain: false, programmes: [], dropped: false, fields: [], fieldsMore: 0, rest: '' };
  const fieldsOf = (text: string) => {
    const told = readFields(text);
    if (told) [change.fields, change.fieldsMore] = [told.fields, told.more];
    else change.rest = text;
  };
  const gone = because.match(/^(.+?) matches (.+?) on ([a-z0-9_]+) no more: (.*)\.$/s);
  if (gone) {
    [change.kind, change.name, change.caption, change.list] = ['gone', gone[1], gone[2], gone[3]];
    const dropped = gone[4].match(/^the list dropped it \(edition of (.+)\)$/);
    const changed = gone[4].match(/^its entry has changed in the edition of (\S+): (.*)$/s);
    if (dropped) [change.dropped, change.edition] = [true, dropped[1]];
    else if (changed) {
      change.edition = changed[1];
      fieldsOf(changed[2]);
    } else change.rest = gone[4];
    return change;
  }
  const told = because.match(/^(.+?) (still )?matches (.+?) on ([a-z0-9_]+) \(score ([\d.]+)(?:, before ([\d.]+))?(, a true hit)?((?:, [^()]+)?)\)\.\s?(.*)$/s);
  if (!told) return null;
  change.kind = told[2] ? 'changed' : 'hit';
  [change.name, change.caption, change.list, change.score, change.before] = [told[1], told[3], told[4], told[5], told[6]];
  change.certain = !!told[7];
  change.programmes = told[8].split(', ').filter(Boolean);
  let rest = told[9];
  const since = rest.match(/^The list holds it since its edition of (\d{4}-\d\d-\d\d)\.\s?/);
  if (since) {
    change.since = since[1];
    rest = rest.slice(since[0].length);
  }
  const entry = rest.match(/^Its entry has changed in the edition of (\S+): (.*?)\.(?=$| The mark | Marked as )\s?(.*)$/s);
  if (entry) {
    change.edition = entry[1];
    fieldsOf(entry[2]);
    rest = entry[3];
  }
  change.rest = [change.rest, rest].filter(Boolean).join(' ');
  return change;
}

/** Properties by the words that the text has for them; others stand under their own names. */
export const propertyOfWords: Record<string, string> = {
  'other name': 'alias', 'weak alias': 'weakAlias', 'former name': 'previousName', 'birth date': 'birthDate', listing: 'designations', INN: 'innCode', 'IMO number': 'imoNumber',
  passport: 'passportNumber', 'identity number': 'idNumber', number: 'registrationNumber', 'tax number': 'taxNumber', 'place of birth': 'birthPlace',
};
