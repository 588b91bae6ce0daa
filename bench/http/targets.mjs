import { BARE } from './subjects.mjs';

const ES = 'express-session';
const FS = '@fastify/session';

/** What is to be reached: `above` in the scenario at least so many times as fast as `below`, both on one platform. */
const TARGETS = [
  both('does not look', 'ours, memory', BARE, { express: 0.98, fastify: 0.98 }),
  both('reads one key, 2 KB', 'ours, memory', BARE, { express: 0.95, fastify: 0.9 }),
  both('reads one key, forged cookie', 'ours, memory, HMAC tokens', BARE, { express: 0.95, fastify: 0.95 }),
  one('express', 'reads one key, 2 KB', 'ours, memory', `${ES}, memory`, 1.5),
  one('fastify', 'reads one key, 2 KB', 'ours, memory', `${FS}, memory`, 2.5),
  one('express', 'reads one key, 2 KB', 'ours, Redis', `${ES}, connect-redis`, 1.5),
  one('fastify', 'reads one key, 2 KB', 'ours, Redis', `${FS}, connect-redis`, 2),
  one('express', 'writes one key, 2 KB', 'ours, Redis', `${ES}, connect-redis`, 1.4),
  one('fastify', 'writes one key, 2 KB', 'ours, Redis', `${FS}, connect-redis`, 1.8),
  both('reads one key, 2 KB', 'ours, Redis, cached', 'ours, memory', { express: 0.95, fastify: 0.95 }),
  one('express', 'reads one key, 2 KB', 'ours, PostgreSQL', `${ES}, connect-pg-simple`, 1.2),
  one('express', 'writes one key, 2 KB', 'ours, PostgreSQL', `${ES}, connect-pg-simple`, 1.2),
].flat();

function one(platform, scenario, above, below, least) {
  return { platform, scenario, above, below, least };
}

function both(scenario, above, below, least) {
  return Object.entries(least).map(([platform, ratio]) => one(platform, scenario, above, below, ratio));
}

/** Size must hardly matter: what a read of 50 KB costs, to one of 1 KB. */
const SIZES = [
  ['ours, memory', 1.2],
  ['ours, Redis', 1.5],
];

/** Each target with what was measured, as rows of a table; what was not measured is left out. */
export function judged(rows) {
  const find = (platform, scenario, subject) =>
    rows.find((row) => row.platform === platform && row.scenario === scenario && row.subject === subject)
      ?.work.median;
  const speeds = TARGETS.map(({ platform, scenario, above, below, least }) => {
    const ratio = find(platform, scenario, above) / find(platform, scenario, below);
    return [platform, `${scenario}: ${above}, to ${below}`, `≥ ${least}`, ratio, ratio >= least];
  });
  const sizes = ['express', 'fastify'].flatMap((platform) =>
    SIZES.map(([subject, most]) => {
      const ratio =
        find(platform, 'reads one key, 1 KB', subject) / find(platform, 'reads one key, 50 KB', subject);
      return [platform, `reads one key: ${subject}, 50 KB, to 1 KB`, `≤ ${most}`, ratio, ratio <= most];
    }),
  );
  return [...speeds, ...sizes]
    .filter(([, , , ratio]) => Number.isFinite(ratio))
    .map(([platform, what, target, ratio, reached]) => [
      platform,
      what,
      target,
      ratio.toFixed(2),
      reached ? 'reached' : 'missed',
    ]);
}
