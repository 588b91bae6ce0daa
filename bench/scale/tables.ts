import { Chance } from './chance.js';
import { recovery } from './failover.js';
import { hitRate } from './near-cache.js';
import { busiest, sharesOf, withHotSessions } from './shards.js';
import { OFFICE, waves } from './storm.js';
import { shareThatTouches } from './touches.js';
import { ORDINARY, visit } from './visits.js';

/** A table of docs/scale.md: its name there, its head and its rows. */
export interface Table {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const SEED = 20_261_123;
const HOUR = 3600;
const percent = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)} %`;
const times = (number: number, digits = 2): string => number.toFixed(digits);

/** What docs/scale.md shows. The same numbers each time, for the same number of visits. */
export function tables(visits = 1500): readonly Table[] {
  const chance = new Chance(SEED);
  const seen = Array.from({ length: visits }, () => visit(chance, ORDINARY));
  return [touches(seen), nearCache(seen), shards(), failover(), storms()];
}

function touches(visits: readonly (readonly number[])[]): Table {
  const of = (interval: number, writes: number): string =>
    percent(shareThatTouches(visits, { interval, writes }, new Chance(SEED)), 1);
  return {
    name: 'touches',
    head: ['`touch_interval`', 'nothing written', '5 % write', '20 % write'],
    rows: [0, 15, 60, 300].map((interval) => [
      interval === 0 ? 'every request' : `${interval} s`,
      ...[0, 0.05, 0.2].map((writes) => of(interval, writes)),
    ]),
  };
}

function nearCache(visits: readonly (readonly number[])[]): Table {
  const of = (nodes: number, affinity: number, lease: number): string =>
    percent(hitRate(visits, { nodes, affinity, lease, writes: 0.05 }, new Chance(SEED)));
  return {
    name: 'near-cache',
    head: ['nodes', 'kept for 10 s', '60 s', 'without end', '90 % to one node, 10 s', '60 s', 'without end'],
    rows: [1, 2, 4, 10, 50, 200].map((nodes) => [
      String(nodes),
      ...[10, 60, Infinity].map((lease) => of(nodes, 0, lease)),
      ...[10, 60, Infinity].map((lease) => of(nodes, 0.9, lease)),
    ]),
  };
}

function shards(): Table {
  const HOT = [
    { sessions: 1, share: 0.01 },
    { sessions: 20, share: 0.1 },
  ];
  return {
    name: 'shards',
    head: ['primaries', 'all sessions alike', 'one session with 1 % of all', '20 with 10 % of all'],
    rows: [3, 8, 16, 32, 64].map((count) => {
      const shares = sharesOf(count);
      return [
        String(count),
        times(busiest(shares)),
        ...HOT.map((hot) => {
          const draws = Array.from({ length: 101 }, (_, seed) =>
            busiest(withHotSessions(shares, hot, new Chance(SEED + seed))),
          );
          return times(draws.sort((one, other) => one - other)[50] ?? Number.NaN);
        }),
      ];
    }),
  };
}

function failover(): Table {
  const of = (load: number, again: number): readonly string[] => {
    const { refused, waited, until } = recovery({ load, lasts: 5, timeout: 2, again, after: 3 });
    return [times(refused, 1), times(waited, 1), until > 500 ? 'never' : `${times(until, 1)} s`];
  };
  return {
    name: 'failover',
    head: ['load before', 'comes again', 'refused', 'waited at once', 'until nobody waits'],
    rows: [0.3, 0.5, 0.7, 0.9].flatMap((load) =>
      [0, 0.8].map((again) => [percent(load), percent(again), ...of(load, again)]),
    ),
  };
}

function storms(): Table {
  const days = {
    'an ordinary day': OFFICE,
    'all sessions ended at 11:00': { ...OFFICE, revoked: 11 * HOUR },
    'idle timeout of 8 hours': { ...OFFICE, idle: 8 * HOUR },
    'all come within two minutes': { ...OFFICE, deviation: 60 },
  };
  return {
    name: 'storms',
    head: ['a day of an office', 'logins a person', 'logins, busiest minute', 'ends, busiest minute'],
    rows: Object.entries(days).map(([name, day]) => {
      const { loginsPerPerson, logins, ends } = waves(day, ORDINARY, new Chance(SEED));
      return [name, times(loginsPerPerson, 1), `${times(logins, 0)} ×`, `${times(ends, 0)} ×`];
    }),
  };
}
