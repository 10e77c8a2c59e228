import { describe, expect, it } from 'vitest';
import { around } from '../../src/lib/bytes';
import { countriesOfFindings, headline, hitsOf, pointed, readDropped, stated } from '../../src/lib/deal';
import { ownershipOf } from '../../src/lib/graph';
import { frameOf, pathOf, project } from '../../src/lib/map';
import { messages } from '../../src/lib/messages';
import type { Deal, Decision, Finding } from '../../src/lib/types';

const finding = (more: Partial<Finding>): Finding => ({ rule: 'r', regime: 'us', outcome: 'review', authority: 'A', citation: 'C', about: '', because: 'B', ...more });
const decision = (findings: Finding[], outcome: Decision['outcome'] = 'prohibited'): Decision =>
  ({ id: 'dec-1', deal: 'D', outcome, decided_at: '', as_of: '', basis: { lists: [], policy: '', engine: '', ledger: { sequence: 1, hash: '' } }, regimes: [], findings, missing: [] });

describe('a dropped file', () => {
  it('is told by its bytes', () => {
    expect(readDropped('{"id":"1"}')).toMatchObject({ kind: 'deal', deal: { id: '1', parties: [], goods: [] } });
    expect(readDropped('\uFEFF {"id":"1"}').kind).toBe('deal');
    expect(readDropped('<?xml version="1.0"?><Document/>').kind).toBe('payment');
    expect(readDropped('{1:F01BANKKZKX}{4:\n:20:REF\n-}').kind).toBe('payment');
    expect(readDropped(':20:REF\n:32A:1')).toMatchObject({ kind: 'payment' });
    expect(readDropped('{"id":')).toEqual({ kind: 'unknown', why: 'json' });
    expect(readDropped(' ')).toEqual({ kind: 'unknown', why: 'empty' });
    expect(readDropped('hello')).toEqual({ kind: 'unknown', why: 'other' });
  });
});

describe('the form', () => {
  it('says nothing of what nobody filled in, and keeps what says that there is none', () => {
    expect(stated({ id: 'x', date: '', parties: [{ role: 'buyer', name: 'A', identifiers: {}, owners: [], country: '' }], goods: [{}], route: [], payment: { banks: [{}] }, end_use: { military: false } })).toEqual({
      id: 'x', parties: [{ role: 'buyer', name: 'A', owners: [] }], goods: [], end_use: { military: false },
    });
  });
});

describe('what is missing', () => {
  const deal = { id: 'x', parties: [{ role: 'buyer', name: 'A' }, { role: 'seller', name: 'B' }], goods: [{ description: 'chips' }], payment: { banks: [{ bic: 'ABCDEF22' }] } } as Deal;
  it('is named by whose it is', () => {
    expect(pointed('/parties/1/identifiers', deal)).toEqual({ owner: 'B', role: 'seller', field: 'identifiers' });
    expect(pointed('/goods/0/made_with', deal)).toEqual({ owner: 'chips', role: '', field: 'made_with' });
    expect(pointed('/end_use/country', deal)).toEqual({ owner: '', role: '', field: 'country' });
    expect(pointed('/parties/0', deal)).toEqual({ owner: 'A', role: 'buyer', field: '' });
    expect(pointed('/payment/banks/0/country', deal)).toEqual({ owner: 'ABCDEF22', role: '', field: 'country' });
    expect(pointed('/parties/7/name', undefined)).toEqual({ owner: '', role: '', field: 'name' });
  });
});

describe('the card', () => {
  it('shows the finding that decides, and the permission even where a later finding names it', () => {
    const permission = { what: 'w', whom: 'x', citation: 'c' };
    const told = headline(decision([finding({ outcome: 'prohibited', rule: 'one' }), finding({ outcome: 'licence_required', evidence: { permission } })]));
    expect(told.finding?.rule).toBe('one');
    expect(told.permission).toBe(permission);
    expect(headline(decision([finding({ outcome: 'pass', rule: 'basis' })], 'pass')).finding).toBeUndefined();
    expect(headline(decision([finding({ outcome: 'pass', rule: 'licence.covers' })], 'pass')).finding?.rule).toBe('licence.covers');
  });
  it('shows each pair once, with every programme', () => {
    const match = { subject: '/parties/0', name: 'A', list: 'l', entity: 'e', caption: 'E', score: '1', how: 'name', certain: true };
    const told = hitsOf(decision([finding({ evidence: { matches: [{ ...match, designations: [{ program: 'P' }] }, { ...match, designations: [{ program: 'Q' }] }] } }), finding({ rule: 's', evidence: { matches: [match] } })]));
    expect(told).toHaveLength(1);
    expect(told[0].match.designations?.map((one) => one.program)).toEqual(['P', 'Q']);
    expect(told[0].rules.map((one) => one.rule)).toEqual(['r', 's']);
  });
  it('finds the countries that rules speak of, with the worst outcome', () => {
    const told = countriesOfFindings(decision([finding({ evidence: { facts: { transit: 'BY, RU', shipped_from: 'DE' } } }), finding({ outcome: 'prohibited', evidence: { facts: { transit: 'RU' } } }), finding({ outcome: 'pass', evidence: { facts: { transit: 'CN' } } })]));
    expect([...told.keys()].sort()).toEqual(['BY', 'RU']);
    expect(told.get('RU')?.outcome).toBe('prohibited');
  });
});

describe('owners', () => {
  const deal = { id: 'x', goods: [], parties: [{ role: 'buyer', name: 'Shop', owners: [{ name: 'Holding', share: 51 }, { name: 'Fund', share: '25-50' }] }] } as Deal;
  it('stand above what they own, with the deciding path lit', () => {
    const told = ownershipOf(deal, decision([finding({ outcome: 'prohibited', evidence: { subject: { path: '/parties/0', name: 'Shop' }, owners: [{ name: 'Listed', of: 'Holding', share: '60' }, { name: 'Holding', share: '51' }], matches: [{ subject: '/parties/0/owners', name: 'Listed', list: 'us', entity: 'e', caption: 'L', score: '1', how: 'name', certain: true }] } })]), []);
    const layer = Object.fromEntries(told.nodes.map((node) => [node.name, node.layer]));
    expect(layer).toEqual({ Shop: 0, Holding: 1, Fund: 1, Listed: 2 });
    expect(told.edges.filter((edge) => edge.lit).map((edge) => edge.share).sort()).toEqual(['51', '60']);
    expect(told.nodes.find((node) => node.name === 'Listed')).toMatchObject({ listed: ['us'], lit: true });
    expect(told.nodes.find((node) => node.name === 'Fund')?.lit).toBe(false);
    for (const a of told.nodes) for (const b of told.nodes) if (a !== b && a.y === b.y) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual(190);
  });
  it('that own each other in a loop are drawn, once', () => {
    const holdings = [[0, 1], [1, 2], [2, 0]].map(([owner, asset]) => ({ owner, asset, kind: 'shares', share: '10', holds: true, decides: false }));
    const parties = [0, 1, 2].map((number) => ({ number, id: String(number), name: `N${number}`, schema: '', country: '', listed: [] }));
    const told = ownershipOf(undefined, decision([]), [{ parties, holdings }]);
    expect(told.nodes).toHaveLength(3);
    expect(told.edges).toHaveLength(3);
    expect(told.nodes.every((node) => Number.isFinite(node.x) && Number.isFinite(node.y))).toBe(true);
  });
});

describe('the map', () => {
  it('holds every place, unstretched', () => {
    const places = [{ latitude: 53.5, longitude: 10 }, { latitude: 43.7, longitude: 51.2 }];
    const frame = frameOf(places, 800 / 380);
    for (const place of places) {
      const { x, y } = project(frame, 800, place.longitude, place.latitude);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(800);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(380);
    }
    expect(((frame.east - frame.west) * frame.squeeze) / (frame.north - frame.south)).toBeCloseTo(800 / 380, 5);
    expect(pathOf([[[-100, 40], [-90, 40], [-95, 45]]], frame, 800)).toBe('');
    // A ring over the edge of the map joins on its own side of it.
    const across = pathOf([[[30, 50], [179, 50], [-179, 50], [-179, 55], [30, 55]]], frame, 800);
    expect(across).not.toBe('');
    expect(Math.min(...[...across.matchAll(/[ML](-?[\d.]+)/g)].map((match) => Number(match[1])))).toBeGreaterThan(0);
    expect(pathOf([[[20, 50], [21, 50], [20, 51]]], frame, 800)).toMatch(/^M.*Z$/);
  });
});

describe('bytes', () => {
  it('are shown around the one that differs, letters whole', () => {
    expect(around('abcdef', 2, 2)).toMatchObject({ before: 'ab', here: 'c', after: 'de', hex: '63 64 65 66' });
    // Byte 3 is the second of "б".
    expect(around('абв', 3, 10)).toMatchObject({ before: 'а', here: 'б', after: 'в' });
    expect(around('ab', 2, 9)).toMatchObject({ before: 'ab', here: '', after: '' });
  });
});

describe('messages', () => {
  it('have the same slots in every language, and no empty text', () => {
    const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    for (const [key, [en, ru, kk]] of Object.entries(messages)) {
      expect(en && ru && kk, key).toBeTruthy();
      expect(slots(ru), key).toEqual(slots(en));
      expect(slots(kk), key).toEqual(slots(en));
    }
  });
});
