const KB = 1024;

/**
 * What clients do. `cookie` says what they bring: their own `valid` session of so many bytes of JSON, a `forged` one, or none.
 * HMAC tokens are another subject only for what they are for, so that nobody has to read the rest twice.
 */
export const SCENARIOS = [
  { name: 'does not look', path: '/plain', cookie: 'valid', bytes: 2 * KB },
  { name: 'reads one key, 200 B', path: '/read', cookie: 'valid', bytes: 200 },
  { name: 'reads one key, 1 KB', path: '/read', cookie: 'valid', bytes: KB },
  { name: 'reads one key, 2 KB', path: '/read', cookie: 'valid', bytes: 2 * KB },
  { name: 'reads one key, 50 KB', path: '/read', cookie: 'valid', bytes: 50 * KB },
  { name: 'reads one key, no cookie', path: '/read', cookie: 'absent', bytes: 2 * KB },
  { name: 'reads one key, forged cookie', path: '/read', cookie: 'forged', bytes: 2 * KB, hmac: true },
  { name: 'writes one key, 200 B', path: '/write', cookie: 'valid', bytes: 200 },
  { name: 'writes one key, 2 KB', path: '/write', cookie: 'valid', bytes: 2 * KB },
  { name: 'writes one key, 50 KB', path: '/write', cookie: 'valid', bytes: 50 * KB },
  { name: 'mutates a nested value, 2 KB', path: '/mutate', cookie: 'valid', bytes: 2 * KB },
  { name: 'logs in', path: '/login', cookie: 'absent', bytes: 200 },
];

/** A cookie holds 4 KB at most, so what lives in cookies has no session of 50 KB. */
export const fits = (scenario, subject) =>
  (subject.store !== 'cookie' || scenario.bytes < 4 * KB) && (!subject.hmac || scenario.hmac === true);
