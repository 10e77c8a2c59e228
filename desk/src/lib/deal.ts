import { readTable, type ReadTable } from './table';
import type { Deal, Decision, Finding, Match, Outcome, Permission } from './types';

/** What a dropped file is, by its bytes and not by its name. */
export type Dropped = { kind: 'deal'; deal: Deal } | { kind: 'deals'; deals: Deal[] } | { kind: 'table'; table: ReadTable } | { kind: 'payment'; text: string } | { kind: 'unknown'; why: 'empty' | 'json' | 'other' };

export function readDropped(text: string): Dropped {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (!start) return { kind: 'unknown', why: 'empty' };
  if (start.startsWith('{1:') || start.startsWith('<') || /^:20:/m.test(start)) return { kind: 'payment', text };
  if (start.startsWith('{') || start.startsWith('[')) {
    const deals = jsonDeals(start);
    if (!deals || deals.length === 0) return { kind: 'unknown', why: 'json' };
    return deals.length === 1 ? { kind: 'deal', deal: deals[0] } : { kind: 'deals', deals };
  }
  const table = readTable(text);
  if (table) return { kind: 'table', table };
  return { kind: 'unknown', why: 'other' };
}

/** One deal, a list of them, or one a line. */
function jsonDeals(text: string): Deal[] | null {
  const objects = (told: unknown): Deal[] | null => {
    const list = Array.isArray(told) ? told : [told];
    return list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one)) ? list.map((one) => whole(one)) : null;
  };
  try {
    return objects(JSON.parse(text));
  } catch {
    try {
      return objects(text.trim().split(/\r?\n/).filter((line) => line.trim()).map((line) => JSON.parse(line)));
    } catch {
      return null;
    }
  }
}

/** A deal whose lists are there, for the form to write into. */
export function whole(deal: Partial<Deal>): Deal {
  return { ...deal, id: deal.id ?? '', parties: deal.parties ?? [], goods: deal.goods ?? [] } as Deal;
}

/** Without what nobody filled in: an empty field says nothing, and the server must not read it as "none". Empty lists of owners stay: they say that there are none. */
export function stated(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => stated(item)).filter((item) => item !== undefined);
    return items.length || key === 'owners' || key === 'parties' || key === 'goods' ? items : undefined;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .map(([name, inner]) => [name, stated(inner, name)] as const)
      .filter(([, inner]) => inner !== undefined);
    return entries.length ? Object.fromEntries(entries) : undefined;
  }
  return value === '' || value === null || value === undefined ? undefined : value;
}

/** A JSON pointer as the thing it points at: whose field, and the field's name. */
export interface Pointed {
  owner: string; // the party's, bank's or line's own name; empty: of the deal
  role: string;
  field: string; // the last member's name; empty: the thing itself
}

export function pointed(pointer: string, deal: Deal | undefined): Pointed {
  const parts = pointer.split('/').slice(1);
  let owner = '';
  let role = '';
  const field = [...parts].reverse().find((part) => !/^\d+$|^\*$/.test(part)) ?? '';
  let value: unknown = deal;
  for (const part of parts) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
    if (typeof value === 'object' && value !== null) {
      const thing = value as Record<string, unknown>;
      const name = thing.name ?? thing.description ?? thing.hs ?? thing.place ?? thing.bic;
      if (typeof name === 'string') {
        owner = name;
        role = typeof thing.role === 'string' ? thing.role : '';
      }
    }
  }
  const itself = /^\d+$/.test(parts[parts.length - 1] ?? '');
  return { owner, role, field: itself ? '' : field };
}

/** The finding that decides, and the permission to ask for. */
export function headline(decision: Decision): { finding?: Finding; permission?: Permission } {
  const finding =
    decision.findings.find((one) => one.outcome === decision.outcome && one.outcome !== 'pass') ?? decision.findings.find((one) => one.rule === 'licence.covers');
  const permission = finding?.evidence?.permission ?? decision.findings.find((one) => one.outcome !== 'pass' && one.evidence?.permission)?.evidence?.permission;
  return { finding, permission };
}

/** Every pair of a party and a listed entity that a finding rests on, once. */
export function hitsOf(decision: Decision): { match: Match; rules: Finding[] }[] {
  const found = new Map<string, { match: Match; rules: Finding[] }>();
  for (const finding of decision.findings) {
    for (const match of finding.evidence?.matches ?? []) {
      const key = `${match.subject} ${match.entity}`;
      const known = found.get(key);
      if (!known) found.set(key, { match: { ...match, designations: [...(match.designations ?? [])] }, rules: [finding] });
      else {
        if (!known.rules.includes(finding)) known.rules.push(finding);
        for (const one of match.designations ?? [])
          if (!known.match.designations!.some((other) => other.program === one.program && other.measure === one.measure)) known.match.designations!.push(one);
      }
    }
  }
  return [...found.values()];
}

/** What the reasons about the route say: a country is on it against a rule. */
export function countriesOfFindings(decision: Decision): Map<string, { outcome: Outcome; findings: Finding[] }> {
  const found = new Map<string, { outcome: Outcome; findings: Finding[] }>();
  const rank: Outcome[] = ['pass', 'review', 'licence_required', 'prohibited'];
  for (const finding of decision.findings) {
    if (finding.outcome === 'pass') continue;
    const facts = finding.evidence?.facts ?? {};
    for (const key of ['transit', 'destination', 'place', 'port', 'region']) {
      const told = facts[key];
      if (typeof told !== 'string') continue;
      for (const word of told.replace(/\(.*\)/, '').match(/\b[A-Z]{2}(?:[A-Z2-9]{3})?\b/g) ?? []) {
        const known: { outcome: Outcome; findings: Finding[] } = found.get(word) ?? { outcome: finding.outcome, findings: [] };
        if (rank.indexOf(finding.outcome) > rank.indexOf(known.outcome)) known.outcome = finding.outcome;
        if (!known.findings.includes(finding)) known.findings.push(finding);
        found.set(word, known);
      }
    }
  }
  return found;
}
