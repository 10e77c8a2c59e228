// The documents of the analysis of trade flows (docs/flows.md), and what their pictures need.

export interface Interval { low: number; high: number }
export interface Reason { reason: string; series?: number; pairs?: number; value?: number; currency?: string }
export type Verdict = 'surge' | 'fall' | 'no change shown' | 'cannot say';
export interface UnitValue { before?: number; after?: number; ratio?: number; ratio_interval?: Interval; p?: number; q?: number; reason?: string }
export interface Substitution { direct_partner?: string; direct_loss?: number; direct_loss_interval?: Interval; share?: number; share_interval?: Interval; reason?: string }
export interface Surge {
  rank: number; code: string; joined?: string[]; partner: string; reporter?: string; source: string; currency: string; frequency: string; lists: string[]; verdict: Verdict; reason?: string;
  months_before?: number; months_after?: number; months_with_trade?: number; mean_before?: number | null; mean_after?: number | null; ratio?: number | null; ratio_interval?: Interval | null;
  p?: number | null; q?: number | null; standard_error?: number | null; placebo_above?: number | null; excess?: number | null; excess_interval?: Interval | null; largest_month_share?: number | null;
  unit_value?: UnitValue | null; substitution?: Substitution | null;
}
export interface RiskCode {
  code: string; joined?: string[]; lists: string[]; words?: string; partners: number; surges: number; excess_least?: number | null; excess?: number | null; currency: string; direct_loss?: number | null; substituted?: number | null;
}
export interface Scope { tests: number; cannot_say: number; surges: number; falls: number; share_surges: number }
export interface Surges {
  break: string; as_of: string; policy: string; codes: string; by: string[]; digits: number; flow: string; q: number; trend: boolean; from: string; to: string;
  scope: Scope; placebo: Scope | null; placebo_reason?: string; cannot_say: Reason[]; left_out: Reason[]; codes_by_risk: RiskCode[]; results: Surge[]; files: { number: number; name: string }[]; more: number;
}
export interface Gap {
  rank: number; code: string; joined?: string[]; exporter: string; importer: string; currency: string; frequency: string; export_source?: string; import_source?: string; lists: string[];
  verdict: 'missing' | 'surplus' | 'no gap shown' | 'cannot say'; reason?: string; periods: number; exports?: number | null; imports?: number | null; gap?: Interval | null;
  missing_share?: Interval | null; missing_share_interval?: Interval | null; p?: number | null; q?: number | null; exporter_only?: { periods: number; value: number }; importer_only?: { periods: number; value: number };
  before?: { periods: number; exports: number; imports: number; missing_share: Interval | null } | null; after?: { periods: number; exports: number; imports: number; missing_share: Interval | null } | null;
  change?: { log_ratio: number; standard_error: number; p: number; q: number } | null; in_transit?: Interval | null;
  by_period?: { period: string; exports: number | null; imports: number | null; missing_share: Interval | null }[];
}
export interface Gaps {
  break: string; as_of: string; codes: string; factor: Interval; q: number; scope: { tests: number; cannot_say: number; missing: number; surplus: number }; not_compared: Reason[]; results: Gap[];
  by_pair: { exporter: string; importer: string; currency: string; exports: number; imports: number; missing_share: Interval | null; missing: number; tests: number }[]; files: unknown[]; more: number;
}
export interface Roundabout {
  break: string; contrast: string; method: string; digits: number; flow: string; codes: string; against: string; treated: string[]; controls: string[]; source: string; currency: string; from: string; to: string;
  fixed_effects: string[]; clusters: string; observations: number; left_out_zero: number; products: number; cluster_count?: number;
  effect: { term: string; coefficient: number; standard_error: number; p: number; interval: Interval; ratio: number; ratio_interval: Interval };
  dynamic: { from: string; to: string; coefficient?: number; standard_error?: number; interval?: Interval; base?: boolean }[];
  pre_trend: { f: number; p: number; numerator: number; denominator: number } | null; remarks: string[];
}
export interface Point { period: string; value: number; weight_kg?: number | null; quantity?: number | null; rows?: { file: number; line: number }[] }
export interface SeriesOf { source: string; currency: string; frequency: string; flow: string; code: string; partner: string; reporter: string; lists: string[]; points: Point[] }
export interface SeriesAnswer { files: { number: number; name: string }[]; series: SeriesOf[]; more: number; total: { currency: string; points: Point[] } | null }

/** Whether the code, or one that is counted with it, begins so. */
export const holds = (one: { code: string; joined?: string[] }, digits: string): boolean => [one.code, ...(one.joined ?? [])].some((code) => code.startsWith(digits));

/** Months since year 0: of a month, or of a year its January. */
export function monthOf(period: string): number {
  return Number(period.slice(0, 4)) * 12 + (period.length > 4 ? Number(period.slice(5, 7)) - 1 : 0);
}

/** Points in order, cut where periods are missing: a month without trade is no point at zero. */
export function runsOf(points: Point[], step: number): Point[][] {
  const runs: Point[][] = [];
  let last = -Infinity;
  for (const point of [...points].sort((a, b) => monthOf(a.period) - monthOf(b.period))) {
    const at = monthOf(point.period);
    if (at - last > step) runs.push([]);
    runs[runs.length - 1].push(point);
    last = at;
  }
  return runs;
}

/** Round numbers from 0 to at least `most`, four to six of them. */
export function ticks(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => most / one <= 5)!;
  const list = [0];
  while (list[list.length - 1] < most * (1 - 1e-9)) list.push(Number((step * list.length).toPrecision(12)));
  return list;
}

/** Where a ratio lies on a logarithmic scale from 1/most to most, 0 to 1; what is beyond lies at the edge. */
export function onScale(ratio: number, most: number): number {
  if (!(ratio > 0)) return 0;
  return Math.min(1, Math.max(0, 0.5 + Math.log(ratio) / Math.log(most) / 2));
}

export interface PartnerSum {
  partner: string; tests: number; surges: number; falls: number; cannotSay: number;
  excess: Record<string, number>; // by currency, of surges
}
/** What the results say of each partner. Results that `limit` left out are not in it. */
export function byPartner(results: Surge[]): PartnerSum[] {
  const found = new Map<string, PartnerSum>();
  for (const one of results) {
    const sum = found.get(one.partner) ?? { partner: one.partner, tests: 0, surges: 0, falls: 0, cannotSay: 0, excess: {} };
    found.set(one.partner, sum);
    if (one.verdict === 'cannot say') ++sum.cannotSay;
    else ++sum.tests;
    if (one.verdict === 'fall') ++sum.falls;
    if (one.verdict === 'surge') {
      ++sum.surges;
      if (typeof one.excess === 'number') sum.excess[one.currency] = (sum.excess[one.currency] ?? 0) + one.excess;
    }
  }
  const all = (sum: PartnerSum) => Object.values(sum.excess).reduce((a, b) => a + b, 0);
  return [...found.values()].sort((a, b) => b.surges - a.surges || all(b) - all(a) || (a.partner < b.partner ? -1 : 1));
}

/** Money for reading: whole above a hundred, else to the hundredth. */
export const amountText = (value: number): string => (Math.abs(value) >= 100 ? String(Math.round(value)) : value.toFixed(2));
/** A ratio for reading: three digits of it. */
export const ratioText = (value: number): string => (value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
export const percentText = (share: number): string => (Math.abs(share) < 0.0995 && share !== 0 ? (share * 100).toFixed(1) : String(Math.round(share * 100)));
export const smallText = (p: number): string => (p < 0.0001 ? '0.0001' : p.toPrecision(2).replace(/^(0\.\d*?)0+$/, '$1'));
