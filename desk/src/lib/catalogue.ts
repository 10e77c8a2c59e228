// What src/language/catalogue.cpp does, for the browser: a decision is recorded in English, and a translation is made when it is shown, out of the
// recorded sentence. The entries are those of data/language/*.po.

interface Entry {
  text: string;
  translation: string;
  pieces: string[]; // fixed words and names of slots in turn
  fixed: number;
  whole: boolean; // has a slot that holds sentences
}
type Filled = [slot: string, value: string][];

const bytes = (text: string) => new TextEncoder().encode(text).length;

export function cut(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{([a-z_]+)\}/g)) {
    pieces.push(text.slice(from, match.index), match[1]);
    from = match.index + match[0].length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

const withFirst = (text: string, capital: boolean) => {
  const first = text.slice(0, 1);
  return (capital ? first.toUpperCase() : first.toLowerCase()) + text.slice(1);
};

const marks: Record<string, string> = { sentence: '', verify: '', condition: '', sentences: '. ', reasons: '; ', changes: '; ', shown: ' and ' };
const holdsSentences = (slot: string) => slot in marks;
const better = (a: Entry, b: Entry) => (a.whole !== b.whole ? a.whole : a.fixed > b.fixed);

export class Catalogue {
  private byText = new Map<string, Entry>();
  private withSlots: Entry[] = [];
  private known = new Map<string, string>();

  constructor(entries: [string, string][]) {
    for (const [text, translation] of entries) {
      const pieces = cut(text);
      let fixed = 0;
      let whole = false;
      pieces.forEach((piece, i) => {
        if (i % 2 === 0) fixed += bytes(piece);
        else whole ||= holdsSentences(piece);
      });
      const entry = { text, translation, pieces, fixed, whole };
      this.byText.set(text, entry);
      if (pieces.length > 1 && fixed > 0) this.withSlots.push(entry);
    }
    // By bytes, as C++ compares texts; the fixed words of a whole are longer than those around it.
    this.withSlots.sort((a, b) => Number(b.whole) - Number(a.whole) || b.fixed - a.fixed || (a.text < b.text ? -1 : 1));
  }

  /** The recorded sentence in this language; as it is where no entry fits. */
  sentence(text: string): string {
    let said = this.known.get(text);
    if (said === undefined) {
      said = this.translated(text, 0) ?? text;
      this.known.set(text, said);
    }
    return said;
  }

  private fits(pieces: string[], at: number, text: string, strict: boolean, filled: Filled): boolean {
    if (!text.startsWith(pieces[at])) return false;
    text = text.slice(pieces[at].length);
    if (at === pieces.length - 1) return text === '';
    const slot = pieces[at + 1];
    const next = pieces[at + 2];
    const known = filled.find(([name]) => name === slot);
    if (known) return text.startsWith(known[1]) && this.fits(pieces, at + 2, text.slice(known[1].length), strict, filled);
    if (at + 2 === pieces.length - 1) {
      if (text.length <= next.length || !text.endsWith(next)) return false;
      filled.push([slot, text.slice(0, text.length - next.length)]);
      return true;
    }
    for (let end = text.indexOf(next, 1); end !== -1 && end <= text.length; end = text.indexOf(next, end + 1)) {
      if (!(strict && slot === 'role' && !this.byText.has(text.slice(0, end)))) {
        filled.push([slot, text.slice(0, end)]);
        if (this.fits(pieces, at + 2, text.slice(end), strict, filled)) return true;
        filled.pop();
      }
      if (next === '' && end === text.length) break;
    }
    return false;
  }

  private value(slot: string, text: string, depth: number): string {
    if (holdsSentences(slot)) return this.several(text, marks[slot], depth);
    return this.byText.get(text)?.translation ?? text;
  }

  private several(text: string, mark: string, depth: number): string {
    if (mark === '') return this.translated(text, depth + 1) ?? text;
    const ends: number[] = [];
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) ends.push(at);
    ends.push(text.length);
    const kept = mark[0] === '.' ? 1 : 0;
    const saidMark = this.byText.get(mark)?.translation ?? mark;
    let out = '';
    let from = 0;
    for (let i = 0; i < ends.length; ) {
      let until = i;
      let said: string | undefined;
      for (let j = i; j < Math.min(ends.length, i + 4) && said === undefined; ++j) {
        const end = ends[j] === text.length ? ends[j] : ends[j] + kept;
        said = this.translated(text.slice(from, end), depth + 1);
        until = j;
      }
      if (said === undefined) until = i;
      const end = ends[until] === text.length ? ends[until] : ends[until] + kept;
      if (out) out += saidMark.slice(kept);
      out += said ?? text.slice(from, end);
      from = Math.min(text.length, ends[until] + mark.length);
      i = until + 1;
    }
    return out;
  }

  private find(text: string, depth: number): { entry: Entry; said: string } | undefined {
    const whole = this.byText.get(text);
    if (whole) return { entry: whole, said: whole.translation };
    for (const entry of this.withSlots) {
      if (!text.startsWith(entry.pieces[0]) || !text.endsWith(entry.pieces[entry.pieces.length - 1])) continue;
      let filled: Filled = [];
      if (!this.fits(entry.pieces, 0, text, true, filled)) {
        filled = [];
        if (!this.fits(entry.pieces, 0, text, false, filled)) continue;
      }
      const said = cut(entry.translation)
        .map((piece, i) => (i % 2 === 0 ? piece : this.value(piece, filled.find(([slot]) => slot === piece)?.[1] ?? '', depth)))
        .join('');
      return { entry, said };
    }
    return undefined;
  }

  private translated(text: string, depth: number): string | undefined {
    if (text === '' || depth > 6) return undefined;
    const stopped = text.endsWith('.');
    const look = (whole: string): string | undefined => {
      const found = this.find(whole, depth);
      if (!stopped) return found?.said;
      const other = this.find(whole.slice(0, -1), depth);
      if (!other || (found && !better(other.entry, found.entry) && found.entry.pieces[found.entry.pieces.length - 1].endsWith('.'))) return found?.said;
      return other.said.endsWith('.') ? other.said : other.said + '.';
    };
    const said = look(text);
    if (said !== undefined) return said;
    const small = withFirst(text, false);
    if (small === text) return undefined;
    const other = look(small);
    return other === undefined ? undefined : withFirst(other, true);
  }
}
