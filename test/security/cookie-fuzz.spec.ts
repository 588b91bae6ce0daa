import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCookie } from '../../lib/http/cookie/read-cookie.js';

type Parser = (header: string, name: string) => readonly string[];

/** The rules as they are written down, one after the other, without a thought for speed. */
const reference: Parser = (header, name) => {
  const values = header
    .split(';')
    .map((pair) => [...pair].join('').replace(/^[ \t]+/, ''))
    .map((pair) =>
      [...pair]
        .toReversed()
        .join('')
        .replace(/^[ \t]+/, ''),
    )
    .map((pair) => [...pair].toReversed().join(''))
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((value) => value !== '' && [...value].every((character) => /[A-Za-z0-9_.~-]/.test(character)));
  return [...new Set(values)].slice(0, 5);
};

const NAMES = ['sid', '__Host-sid', 'a', 'a.b', '__proto__', 'sid-sid', "!#$%&'*+-.^_`|~"];
const PIECES = [
  ';',
  '; ',
  ' ',
  '\t',
  '=',
  '"',
  '%20',
  ',',
  '\\',
  '\0',
  '\n',
  '\u000b',
  '\u00a0',
  '\u00c2',
  '\ufeff',
  'é',
];

/** Headers out of what parsers stumble over: the name whole and in parts, separators, blanks of every kind, values. */
const headers = (name: string): fc.Arbitrary<string> => {
  const near = fc.constantFrom(
    name,
    name.slice(1),
    name.slice(0, -1),
    name.toUpperCase(),
    `x${name}`,
    `${name}x`,
  );
  const value = fc.stringMatching(/^[A-Za-z0-9_.~-]{0,4}$/);
  const pair = fc.tuple(near, fc.constantFrom('=', ' =', '= ', '=="'), value).map((parts) => parts.join(''));
  const piece = fc.oneof(
    pair,
    near,
    value,
    fc.constantFrom(...PIECES),
    fc.string({ maxLength: 3, unit: 'binary' }),
  );
  return fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
};

const cases = fc.constantFrom(...NAMES).chain((name) => fc.tuple(headers(name), fc.constant(name)));

const agrees = (parser: Parser): void =>
  fc.assert(
    fc.property(cases, ([header, name]) => {
      expect(parser(header, name)).toEqual(reference(header, name));
    }),
    { numRuns: 3000 },
  );

describe('readCookie against a reference parser', () => {
  it('agrees on every header', () => {
    agrees(readCookie);
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
    expect(() => agrees(parser)).toThrow(/Property failed/);
  });
});

/** What makes a careless parser slow: each is repeated until the header is as long as wanted. */
const BURDENS = [' ', '\t', ';', '; ', '=', 'sid', 'sid=', 'sid=;', 'sid=a;', ' sid ', 'a', 'sid="'];

/** The shortest time that the parser takes for a header of `length` characters, in nanoseconds a run. */
function cost(parser: Parser, burden: string, length: number, runs: number): number {
  const header = `x=1;${burden.repeat(Math.ceil(length / burden.length)).slice(0, length)}!; sid=T`;
  const samples = Array.from({ length: 7 }, () => {
    const start = process.hrtime.bigint();
    for (let run = 0; run < runs; run++) parser(header, 'sid');
    return Number(process.hrtime.bigint() - start) / runs;
  });
  return Math.min(...samples);
}

const GROWTH = 8;

/** How much longer a header takes that is eight times as long: 8 when time is linear, 64 when it is quadratic. */
function growth(parser: Parser, burden: string, length: number, runs: number): number {
  cost(parser, burden, length, runs);
  return cost(parser, burden, length * GROWTH, runs) / cost(parser, burden, length, runs);
}

describe('the time of readCookie', () => {
  it.each(BURDENS.map((burden) => [burden]))(
    'grows with the length of a header full of %j, up to 64 KiB',
    (burden) => {
      expect(growth(readCookie, burden, 8 * 1024, 20)).toBeLessThan(3 * GROWTH);
    },
  );

  it('is nothing but a search when our name is not there', () => {
    const header = 'a=1; '.repeat(13_000);
    const searched = cost((text) => [text.includes('zzz') ? 'T' : ''], 'a=1; ', header.length, 20);
    const missed = cost((text) => readCookie(text, 'zzz'), 'a=1; ', header.length, 20);
    expect(missed).toBeLessThan(5 * searched);
  });

  it('would grow with the square if blanks were trimmed by a regular expression', () => {
    const careless: Parser = (header) => [header.replace(/[ \t]+$/, '')];
    expect(growth(careless, ' ', 1024, 1)).toBeGreaterThan(3 * GROWTH);
  });
});
