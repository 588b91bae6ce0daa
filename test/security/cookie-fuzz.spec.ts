import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCookie } from '../../lib/http/cookie/read-cookie.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

type Parser = (header: string, name: string) => readonly string[];

/** The rules as they are written down, one after the other, without a thought for speed. */
const reference: Parser = (header, name) => {
  const values = header
    .split(';')
    .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((value) => value !== '' && [...value].every((character) => /[A-Za-z0-9_.~-]/.test(character)));
  return [...new Set(values)].slice(0, 5);
};

const NAMES = ['sid', '__Host-sid', 'a', 'a.b', '__proto__', 'sid-sid', "!#$%&'*+-.^_`|~"];
const NOISE = ['%20', ...'; \t=",\\\0\n\u000b\u00a0\u00c2\ufeffé'];

/** Headers out of what parsers stumble over: the name and names like it, values in every dress, blanks and separators of every kind. */
function headers(name: string): fc.Arbitrary<string> {
  const concatenated = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((texts) => texts.join(''));
  const noise = fc.oneof(fc.constantFrom(...NOISE), fc.string({ maxLength: 2, unit: 'binary' }));
  const blank = fc.constantFrom('', '', ' ', '\t', ' \t', '\u00a0');
  const near = fc.constantFrom(name, name.toUpperCase(), `x${name}`, `${name}x`, name.slice(1));
  const token = fc.stringMatching(/^[A-Za-z0-9_.~-]{0,3}$/);
  const dressed = fc.oneof(
    token,
    token.map((text) => `"${text}"`),
    concatenated(token, noise, token),
  );
  const ours = fc.oneof(fc.constant(name), near);
  const pair = concatenated(blank, ours, fc.constantFrom('=', '=', '=', ' =', '= '), dressed, blank);
  const chunk = fc.oneof({ weight: 4, arbitrary: pair }, noise, near);
  const separated = concatenated(chunk, fc.constantFrom(';', '; ', '; ', ',', ''));
  return fc.array(separated, { maxLength: 12 }).map((chunks) => chunks.join(''));
}

const cases = fc.constantFrom(...NAMES).chain((name) => fc.tuple(headers(name), fc.constant(name)));

/** The first header on which the parser and the reference differ, shrunk, with the seed that finds it again. */
function disagreement(parser: Parser): unknown {
  const same = fc.property(cases, ([header, name]) =>
    isDeepStrictEqual(parser(header, name), reference(header, name)),
  );
  const { failed, counterexample, seed } = fc.check(same, { numRuns: fuzzRuns(2000) });
  return failed ? { counterexample, seed } : undefined;
}

describe('readCookie against a reference parser', () => {
  it('agrees on every header', () => {
    expect(disagreement(readCookie)).toBeUndefined();
  });

  it.each<[string, Parser]>([
    [
      'trims as String.trim() does',
      (header, name) =>
        reference(
          header
            .split(';')
            .map((part) => part.trim())
            .join(';'),
          name,
        ),
    ],
    ['decodes', (header, name) => reference(header.replaceAll('%20', ''), name)],
    ['drops quotes', (header, name) => reference(header.replaceAll('"', ''), name)],
    ['ignores case', (header, name) => reference(header.toLowerCase(), name.toLowerCase())],
    ['finds the name anywhere', (header, name) => reference(header.replaceAll(name, `;${name}`), name)],
    ['takes commas for semicolons', (header, name) => reference(header.replaceAll(',', ';'), name)],
    ['keeps the first value only', (header, name) => reference(header, name).slice(0, 1)],
    [
      'cuts the value at what it does not know',
      (header, name) => reference(header.replaceAll(/["\\é]/g, ';'), name),
    ],
  ])('convicts a parser that %s', (_, parser) => {
    expect(disagreement(parser)).toBeDefined();
  });
});

/** What makes a careless parser slow: each is repeated until the header is as long as wanted. */
const BURDENS = [' ', '\t', ';', '; ', '=', 'sid', 'sid=', 'sid=;', 'sid=a;', ' sid ', 'a', 'sid="'];

/** The shortest time that a header of `length` characters takes, in nanoseconds: what disturbs a measurement only adds to it. */
function cost(parser: Parser, name: string, burden: string, length: number): number {
  const header = `x=1;${burden.repeat(Math.ceil(length / burden.length)).slice(0, length)}!; sid=T`;
  const samples = Array.from({ length: 5 }, () => {
    const start = process.hrtime.bigint();
    for (let run = 0; run < 10; run++) parser(header, name);
    return Number(process.hrtime.bigint() - start);
  });
  return Math.min(...samples);
}

/** The smallest of several ratios: one undisturbed measurement acquits, and a parser that is slow indeed is slow each time. */
function ratio(dividend: () => number, divisor: () => number, acquits: number): number {
  let smallest = Infinity;
  for (let attempt = 0; attempt < 15 && smallest >= acquits; attempt++)
    smallest = Math.min(smallest, dividend() / divisor());
  return smallest;
}

const GROWTH = 8;

/** How much longer a header takes that is eight times as long: 8 when time is linear, 64 when it is quadratic. */
const growth = (parser: Parser, burden: string, length: number): number =>
  ratio(
    () => cost(parser, 'sid', burden, length * GROWTH),
    () => cost(parser, 'sid', burden, length),
    3 * GROWTH,
  );

/** How much longer a parser takes than a mere search, for a header without our name. */
const againstSearch = (parser: Parser): number =>
  ratio(
    () => cost(parser, 'zzz', 'a=1; ', 64 * 1024),
    () => cost((header, name) => (header.includes(name) ? ['T'] : []), 'zzz', 'a=1; ', 64 * 1024),
    5,
  );

describe('the time of readCookie', () => {
  it.each(BURDENS.map((burden) => [burden]))(
    'grows with the length of a header full of %j, up to 64 KiB',
    (burden) => {
      expect(growth(readCookie, burden, 8 * 1024)).toBeLessThan(3 * GROWTH);
    },
  );

  it('is that of a search where our name does not stand', () => {
    expect(againstSearch(readCookie)).toBeLessThan(5);
  });

  it('would grow with the square if blanks were trimmed by a regular expression', () => {
    const careless: Parser = (header) => [header.replace(/[ \t]+$/, '')];
    expect(growth(careless, ' ', 256)).toBeGreaterThan(3 * GROWTH);
  });

  it('would not be that of a search if every header were parted first', () => {
    const parting: Parser = (header, name) => header.split(';').filter((pair) => pair.startsWith(name));
    expect(againstSearch(parting)).toBeGreaterThan(5);
  });
});
