const MIN_BYTES = 32;
const MIN_DISTINCT = 8;
const MIN_OWN_CHARACTERS = 20;
const RANDOM = `at least ${MIN_BYTES} random bytes`;

/**
 * What the secrets of tutorials and templates are made of. Long words only: a random secret holds one of them once in a million,
 * and is refused even then only if hardly anything else is in it.
 */
const EXAMPLE_WORDS =
  /averylogphrasebiggerthanthirtytwochars|keyboardcat|placeholder|character|development|production|password|insecure|minimum|replace|example|default|session|atleast|secret|change|random|string|cookie|please|serving|nestjs/g;

/** What is too short anyway, but deserves a clearer word. */
const EXAMPLES: ReadonlySet<string> = new Set(['keyboardcat', 'secret', 'changeme', 'shhhhh', 'test', 'dev']);

/** A reason to refuse a secret: what it is, and what is wanted instead. Never holds any part of the secret. */
export interface SecretWeakness {
  readonly seen: string;
  readonly wanted: string;
}

/** Why `secret` must not sign anything, or `undefined` when nothing speaks against it (ATTACKS A49). */
export function weaknessOf(secret: string): SecretWeakness | undefined {
  const bytes = Buffer.byteLength(secret);
  const size = `a string of ${bytes} bytes`;
  const plain = secret.toLowerCase().replace(/[\s\p{P}\p{S}]/gu, '');
  if (EXAMPLES.has(plain)) return { seen: `${size}, known from examples`, wanted: RANDOM };
  if (bytes < MIN_BYTES) return { seen: size, wanted: `at least ${MIN_BYTES} bytes` };
  if (isExample(plain)) return { seen: `${size} that reads like an example`, wanted: RANDOM };
  if (isMonotonous(secret)) return { seen: `${size} that follows a simple pattern`, wanted: RANDOM };
  return undefined;
}

function isExample(plain: string): boolean {
  const own = plain.replace(EXAMPLE_WORDS, '');
  return own.length < plain.length && own.length < MIN_OWN_CHARACTERS;
}

const isMonotonous = (secret: string): boolean =>
  new Set(secret).size < MIN_DISTINCT || isRepetition(secret) || isSequence(secret);

/** One piece twice or more, the last time perhaps cut short. */
function isRepetition(secret: string): boolean {
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret.startsWith(secret.slice(period))) return true;
  }
  return false;
}

/** More than half of the characters follow the one before them: `abcdef…`, `012345…`. */
function isSequence(secret: string): boolean {
  let steps = 0;
  for (let at = 1; at < secret.length; at++) {
    if (secret.charCodeAt(at) - secret.charCodeAt(at - 1) === 1) steps++;
  }
  return steps > secret.length / 2;
}
