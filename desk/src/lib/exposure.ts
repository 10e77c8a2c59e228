// The documents of exposure and scenarios (docs/exposure.md, docs/scenario.md).
import type { Outcome } from './types';

export type Amount = Record<string, string>;
export type Converted = { currency: string; amount: string } | string;
export interface Named { key: string; name?: string }
export interface ExposureRow extends Named { deals: number; value: Amount; converted?: Converted; share_deals: string; share_value?: string; outcomes: Record<Outcome, number> }
export interface Concentration { measure?: string; currency?: string; keys: number; top1: string; top5: string; herfindahl: number }
/** Why somebody falls: cut off, owned by the fallen, or for the share of deals that has failed. */
export interface Fall extends Named { because: 'cut_off' | 'owned' | 'deals'; share?: string; owners?: Named[] }
export interface Loss extends Named { deals: number; of: number; value: Amount; fallen?: boolean }
export interface Contagion {
  cut_off: (Named | string)[]; threshold: string; threshold_default: boolean; ownership: string; ownership_default: boolean; measure: string;
  rounds: { round: number; banks_total?: number; firms_total?: number; banks: Fall[]; firms: Fall[]; deals: number; value: Amount }[];
  losses: { banks: Loss[]; firms: Loss[] };
  deals: number; value: Amount;
}
export interface Exposure {
  as_of: string; source: 'record' | 'book'; deals: number; value: Amount; converted?: Converted; rates?: { currency: string; source?: string };
  outcomes: Record<Outcome, { deals: number; value: Amount }>; by: string; rows: ExposureRow[]; rows_total: number; concentration: Concentration; concentration_by_currency?: Concentration[]; contagion?: Contagion;
}
export interface Range { low: string; high: string | null }
export type BreakEven = Range & { of?: string; never?: boolean; may_never?: boolean };
export interface Option {
  option: string; offered: boolean; why?: string; condition?: string; margin_kept?: Range; loss_at_risk?: Range; cost?: Range; break_even?: BreakEven;
  losses?: { regime: string; what: string; deals: number; per: 'deal' | 'once'; low: string; high: string; break_even?: BreakEven }[];
}
export interface Move { from: Outcome; to: Outcome; deals: number; value: Amount }
export interface Scenario {
  title: string; decided_again: number; milliseconds?: number; changed: number; value: Amount; changes: string[]; moves: Move[];
  regimes: { regime: string; changed: number; value: Amount; moves: Move[] }[];
  customers: (Named & { deals: number; value: Amount })[]; sectors: (Named & { deals: number; value: Amount })[]; countries: (Named & { deals: number; value: Amount })[]; banks: (Named & { deals: number; value: Amount })[];
  shown: { deal: string; from: Outcome; to: Outcome; value: Amount; because: string; rule?: string; regime?: string; citation?: string }[];
  price?: { currency: string; rates_source?: string; outcomes: { outcome: Outcome; deals: number; value: string; options: Option[] }[] };
}
export interface Scenarios { as_of: string; source: 'record' | 'book'; deals: number; value: Amount; scenarios: Scenario[] }

/** What a column holds: a scenario file as text, or nothing. Throws where it is no JSON object. */
export function readScenario(text: string): Record<string, unknown> | null {
  if (!text.trim()) return null;
  const told: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  if (typeof told !== 'object' || told === null || Array.isArray(told)) throw new SyntaxError('expected an object');
  return told as Record<string, unknown>;
}

/** The worse of the moves first: by how far, then by how many. */
export const rank: Outcome[] = ['pass', 'review', 'licence_required', 'prohibited'];
export const worse = (move: { from: Outcome; to: Outcome }): boolean => rank.indexOf(move.to) > rank.indexOf(move.from);
