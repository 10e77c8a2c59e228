import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rank, readScenario, worse, type Exposure, type Scenarios } from '../../src/lib/exposure';
import { amountText, byPartner, holds, monthOf, onScale, percentText, ratioText, runsOf, smallText, ticks, type Gaps, type Roundabout, type SeriesAnswer, type Surges } from '../../src/lib/flows';
import { middleOf } from '../../src/lib/world';

const recorded = <T>(name: string) => JSON.parse(readFileSync(new URL(`../recorded/${name}.json`, import.meta.url), 'utf8')) as T;

describe('a series', () => {
  it('is cut where months are missing, and put in order', () => {
    const points = ['2021-03', '2021-01', '2021-02', '2021-06'].map((period, value) => ({ period, value }));
    expect(runsOf(points, 1).map((run) => run.map((point) => point.period))).toEqual([['2021-01', '2021-02', '2021-03'], ['2021-06']]);
    expect(runsOf([{ period: '2020', value: 1 }, { period: '2021', value: 2 }], 12)).toHaveLength(1);
    expect(monthOf('2022-03') - monthOf('2020-01')).toBe(26);
    expect(monthOf('2022')).toBe(monthOf('2022-01'));
    const told = recorded<SeriesAnswer>('series');
    expect(runsOf(told.total!.points, 1).flat()).toHaveLength(told.total!.points.length);
  });
  it('has round numbers at its side', () => {
    for (const most of [0.7, 1, 9, 37, 99_999, 5e6]) {
      const list = ticks(most);
      expect(list[0]).toBe(0);
      expect(list[list.length - 1]).toBeGreaterThanOrEqual(most);
      expect(list.length).toBeLessThan(8);
    }
    expect(ticks(37)).toEqual([0, 10, 20, 30, 40]);
    expect(ticks(0)).toEqual([0, 1]);
  });
});

describe('codes that are counted together', () => {
  it('are found by each of their numbers', () => {
    const one = { code: '880730', joined: ['880330', '880390', '880730', '880790'] };
    expect(['', '88', '8803', '880790'].every((digits) => holds(one, digits))).toBe(true);
    expect(holds(one, '8517') || holds({ code: '880730' }, '8803')).toBe(false);
  });
});

describe('ratios and shares', () => {
  it('lie on their scale, and stop at its edge', () => {
    expect(onScale(1, 10)).toBe(0.5);
    expect(onScale(10, 10)).toBe(1);
    expect(onScale(1000, 10)).toBe(1);
    expect(onScale(0.1, 10)).toBeCloseTo(0);
    expect(onScale(0, 10)).toBe(0);
  });
  it('are read with three digits', () => {
    expect([ratioText(2.434), ratioText(24.34), ratioText(243.4)]).toEqual(['2.43', '24.3', '243']);
    expect([percentText(0.312), percentText(0.0312), percentText(0), percentText(-0.2)]).toEqual(['31', '3.1', '0', '-20']);
    expect([smallText(0.00001), smallText(0.0123), smallText(0.5)]).toEqual(['0.0001', '0.012', '0.5']);
    expect([amountText(1234.56), amountText(12.3)]).toEqual(['1235', '12.30']);
  });
});

describe('partners', () => {
  it('are summed over the results, surges alone for money', () => {
    const told = recorded<Surges>('surges');
    const sums = byPartner(told.results);
    expect(sums.reduce((all, one) => all + one.surges, 0)).toBe(told.results.filter((one) => one.verdict === 'surge').length);
    expect(sums.reduce((all, one) => all + one.tests + one.cannotSay, 0)).toBe(told.results.length);
    for (const one of sums) if (!one.surges) expect(one.excess).toEqual({});
    expect(sums[0].surges).toBeGreaterThanOrEqual(sums[sums.length - 1].surges);
  });
  it('have a middle, those over the edge of the map too', () => {
    expect(middleOf([[[0, 0], [10, 0], [10, 10]], [[50, 50], [51, 51]]] as [number, number][][])).toEqual({ longitude: 5, latitude: 5 });
    expect(middleOf([[[170, 60], [-170, 60], [-170, 70], [30, 70]]] as [number, number][][]).longitude).toBe(110);
  });
});

describe('recorded answers have the shape that the pages read', () => {
  it('of gaps and the roundabout', () => {
    const gaps = recorded<Gaps>('gaps');
    for (const one of gaps.results) if (one.missing_share) expect(one.missing_share.low).toBeLessThanOrEqual(one.missing_share.high);
    const round = recorded<Roundabout>('roundabout');
    expect(round.dynamic.filter((one) => one.base)).toHaveLength(1);
    expect(round.effect.ratio).toBeCloseTo(Math.exp(round.effect.coefficient), 1);
  });
  it('of exposure and scenarios', () => {
    const told = recorded<Exposure>('exposure');
    for (const row of told.rows) expect(rank.reduce((sum, outcome) => sum + row.outcomes[outcome], 0)).toBe(row.deals);
    for (const one of recorded<Scenarios>('scenarios').scenarios) expect(one.moves.every((move) => rank.includes(move.from) && rank.includes(move.to))).toBe(true);
  });
});

describe('a scenario', () => {
  it('is an object or nothing', () => {
    expect(readScenario(' ')).toBeNull();
    expect(readScenario('\uFEFF{"title":"x"}')).toEqual({ title: 'x' });
    for (const bad of ['[]', '1', '"x"', 'null', '{']) expect(() => readScenario(bad), bad).toThrow();
    expect(worse({ from: 'pass', to: 'review' })).toBe(true);
    expect(worse({ from: 'prohibited', to: 'review' })).toBe(false);
  });
});
