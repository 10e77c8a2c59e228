import { busy } from './busy';
import { Catalogue } from './catalogue';
import { kazakhCountries } from './countries';
import { messages, type Key } from './messages';

export type Language = 'en' | 'ru' | 'kk';
export const languages: { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'ru', name: 'Русский' },
  { code: 'kk', name: 'Қазақша' },
];
const column = { en: 0, ru: 1, kk: 2 } as const;
const locales = { en: 'en-GB', ru: 'ru-RU', kk: 'kk-KZ' } as const;
const numbers = { en: 'en-GB', ru: 'ru-RU', kk: 'ru-RU' } as const; // Kazakh groups digits as Russian does
const stored = 'tamga.language';
// Browsers know little Kazakh: Chromium writes its months as numbers and its countries as codes.
const kazakhMonths = ['қаң.', 'ақп.', 'нау.', 'сәу.', 'мам.', 'мау.', 'шіл.', 'там.', 'қыр.', 'қаз.', 'қар.', 'жел.'];

function preferred(): Language {
  const asked = [localStorage.getItem(stored), ...navigator.languages];
  for (const one of asked) {
    const found = languages.find(({ code }) => one?.toLowerCase().startsWith(code));
    if (found) return found.code;
  }
  return 'en';
}

class Words {
  language = $state<Language>('en');
  private catalogue = $state.raw<Catalogue | null>(null);

  async use(language: Language) {
    const entries =
      language === 'ru' ? (await busy(import('virtual:sentences/ru'))).default : language === 'kk' ? (await busy(import('virtual:sentences/kk'))).default : null;
    this.catalogue = entries && new Catalogue(entries);
    this.language = language;
    document.documentElement.lang = language;
  }
  async choose(language: Language) {
    localStorage.setItem(stored, language);
    await this.use(language);
  }
  start() {
    return this.use(preferred());
  }

  t(key: Key, values: Record<string, string | number> = {}): string {
    return messages[key][column[this.language]].replace(/\{(\w+)\}/g, (_, slot: string) => {
      const value = values[slot];
      return typeof value === 'number' ? this.number(value) : (value ?? '');
    });
  }
  /** A word of the API that has a message of its own ("state.open"); as it is where it has none. */
  word(group: string, word: string): string {
    const key = `${group}.${word}` as Key;
    return key in messages ? this.t(key) : word;
  }
  /** One of `few` forms by the number: Russian has three, English two, Kazakh one. */
  count(key: 'days' | 'hits' | 'entries' | 'alerts' | 'lines' | 'rules' | 'months', number: number): string {
    const form = new Intl.PluralRules(locales[this.language]).select(number);
    const full = `${key}.${form}` as Key;
    return this.t(full in messages ? full : (`${key}.other` as Key), { n: number });
  }
  /** A sentence of a decision or a rule: recorded in English, said in the reader's language. */
  say(sentence: string | undefined): string {
    if (!sentence) return '';
    return this.catalogue === null ? sentence : this.catalogue.sentence(sentence);
  }

  number(value: number | string): string {
    const text = String(value);
    if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
    const fraction = text.split('.')[1]?.length ?? 0;
    // Years are not amounts, but nothing here formats years; digits beyond a double's are left as they are.
    if (text.replace(/\D/g, '').length > 15) return text;
    return new Intl.NumberFormat(numbers[this.language], { minimumFractionDigits: fraction, maximumFractionDigits: fraction }).format(Number(text)).replace('-', '−');
  }
  /** "2026-11-23", or the day of a moment. */
  day(text: string): string {
    if (!/^\d{4}-\d\d-\d\d/.test(text)) return text;
    if (this.language === 'kk') return `${text.slice(0, 4)} ж. ${Number(text.slice(8, 10))} ${kazakhMonths[Number(text.slice(5, 7)) - 1]}`;
    return new Intl.DateTimeFormat(locales[this.language], { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(text.slice(0, 10)));
  }
  /** "2022-03", or a year. */
  month(text: string): string {
    if (!/^\d{4}-\d\d$/.test(text)) return text;
    if (this.language === 'kk') return `${text.slice(0, 4)} ж. ${kazakhMonths[Number(text.slice(5, 7)) - 1]}`;
    return new Intl.DateTimeFormat(locales[this.language], { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(text + '-01'));
  }
  /** A moment in UTC, as it is recorded. */
  moment(text: string): string {
    if (!/^\d{4}-\d\d-\d\dT/.test(text)) return this.day(text);
    if (this.language === 'kk') return `${this.day(text)}, ${text.slice(11, 16)} UTC`;
    return new Intl.DateTimeFormat(locales[this.language], {
      day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC', timeZoneName: 'short',
    }).format(new Date(text));
  }
  country(code: string): string {
    if (!/^[A-Za-z]{2}$/.test(code)) return code;
    if (this.language === 'kk') return kazakhCountries[code.toUpperCase()] ?? code;
    try {
      return new Intl.DisplayNames(locales[this.language], { type: 'region' }).of(code.toUpperCase()) ?? code;
    } catch {
      return code;
    }
  }
}

export const words = new Words();
export const t = (key: Key, values?: Record<string, string | number>) => words.t(key, values);
