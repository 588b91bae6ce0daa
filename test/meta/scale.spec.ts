import { describe, expect, it } from '@jest/globals';
import { Chance } from '../../bench/scale/chance.js';
import { recovery, untilWithoutReturn } from '../../bench/scale/failover.js';
import { hitRate, hitRateOfChance } from '../../bench/scale/near-cache.js';
import { busiest, sharesOf, slotOf, withHotSessions } from '../../bench/scale/shards.js';
import { OFFICE, waves } from '../../bench/scale/storm.js';
import { tables } from '../../bench/scale/tables.js';
import { shareThatTouches, touchesInRain } from '../../bench/scale/touches.js';
import { ORDINARY, rain, visit } from '../../bench/scale/visits.js';
import { read } from './project-files.js';

const SEED = 1;
const HOUR = 3600;

describe('docs/scale.md', () => {
  it('shows what the simulation prints', () => {
    const page = read('docs/scale.md').split('\n');
    const cellsOf = (line: string): string[] =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    for (const { name, head, rows } of tables()) {
      const [titles, , ...shown] = page.slice(page.indexOf(`<!-- simulated: ${name} -->`) + 2).map(cellsOf);
      expect([titles, ...shown.slice(0, rows.length + 1)]).toEqual([head, ...rows, []]);
    }
  });
});

describe('the simulation', () => {
  it('draws visits as they are described', () => {
    const chance = new Chance(SEED);
    const requests = Array.from({ length: 2000 }, () => visit(chance, ORDINARY)).flat().length / 2000;
    expect(requests / (ORDINARY.pages * ORDINARY.burst)).toBeCloseTo(1, 1);
    const gaps = Array.from({ length: 2001 }, () => chance.logNormal(ORDINARY.thinking, ORDINARY.spread));
    expect((gaps.sort((one, other) => one - other)[1000] ?? 0) / ORDINARY.thinking).toBeCloseTo(1, 0);
  });

  it.each([
    [60, 20],
    [60, 120],
    [15, 5],
  ])('touches as often as the closed form says, every %i s, requests %i s apart', (interval, apart) => {
    const requests = [rain(new Chance(SEED), 20_000, apart)];
    const share = shareThatTouches(requests, { interval, writes: 0 }, new Chance(SEED));
    expect(share / touchesInRain(interval, apart)).toBeCloseTo(1, 1);
  });

  it.each([1, 2, 10, 50])('hits a near-cache of %i nodes as often as the closed form says', (nodes) => {
    const requests = 10;
    const visits = Array.from({ length: 1500 }, () => rain(new Chance(SEED), requests, 1));
    const rules = { nodes, affinity: 0, lease: Infinity, writes: 0 };
    expect(hitRate(visits, rules, new Chance(SEED))).toBeCloseTo(hitRateOfChance(requests, nodes), 1);
    const lucky = hitRate(visits, { ...rules, affinity: 1 }, new Chance(SEED));
    expect(lucky).toBeCloseTo(hitRateOfChance(requests, 1), 10);
  });

  it('puts keys into the slots that Redis Cluster puts them into', () => {
    expect(slotOf('123456789')).toBe(0x31c3);
    expect(slotOf('foo')).toBe(12_182);
  });

  it('deals all sessions out, and all requests', () => {
    const shares = sharesOf(16);
    const loads = withHotSessions(shares, { sessions: 3, share: 0.2 }, new Chance(SEED));
    for (const parts of [shares, loads])
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 10);
    expect(busiest(sharesOf(1))).toBeCloseTo(1, 10);
    expect(Math.max(...loads) - 0.2 / 3).toBeGreaterThan(0.8 * Math.min(...shares));
  });

  it.each([0.3, 0.5, 0.7, 0.9])('recovers at a load of %d as the closed form says', (load) => {
    const outage = { load, lasts: 5, timeout: 2, again: 0, after: 3 };
    const { refused, waited, until } = recovery(outage);
    expect(until / untilWithoutReturn(outage)).toBeCloseTo(1, 1);
    expect([refused, waited]).toEqual([expect.closeTo(3, 1), expect.closeTo(2, 1)]);
  });

  it('ends each session once, an idle timeout after it was seen last', () => {
    const glance = { pages: 1, thinking: 1, spread: 0, burst: 1 };
    const once = { ...OFFICE, people: 300, pause: 1e9 * HOUR };
    const { loginsPerPerson, logins, ends } = waves(once, glance, new Chance(SEED));
    expect(loginsPerPerson).toBeCloseTo(1, 1);
    expect(ends).toBe(logins);
  });
});
