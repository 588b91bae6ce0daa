/** A value that a session cannot carry, and the path that its refusal must name when it is set at `cart`. */
export interface IllegalValue {
  readonly what: string;
  readonly value: unknown;
  readonly path: string;
  /** A part like the one that JSON does not carry; empty where no codec may carry it. */
  readonly part?: unknown;
}

/** Keys that a careless store mangles, drops or mistakes for its own. */
export const legalKeys: readonly string[] = [
  '',
  ' ',
  '0',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'a.b',
  'a b',
  'two\nlines',
  '"quoted"',
  'back\\slash',
  '$where',
  'zażółć',
  '鍵',
  '🔑',
  '\ud800',
  '\u2028',
  '\u0000',
];

/** Values that a careless codec changes: falsy ones, empty ones, deep ones, and what lies outside ASCII. */
export const legalValues: readonly unknown[] = [
  null,
  '',
  0,
  false,
  [],
  {},
  true,
  -1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_VALUE,
  'gęślą jaźń 🎻',
  '\ud800',
  'two\nlines, "quotes", back\\slash, \u0000 and \u2028',
  [null, [], [[]], ''],
  { '': { '': '' }, 'a.b': { c: null }, constructor: 'own' },
  JSON.parse('{"__proto__":{"admin":true},"toString":null}'),
  deep(30),
];

/** Values that JSON does not carry: those with parts that a codec carries are legal beside it. */
export const codedValues: readonly { readonly part: unknown; readonly value: unknown }[] = [
  { part: 1n, value: 2n ** 80n },
  { part: 1n, value: { cents: -1n, list: [0n, 0n] } },
  { part: new Date(0), value: new Date(1_800_000_000_123) },
  { part: new Date(0), value: { 'a.b': [new Date(0), { '': new Date(-1) }] } },
  {
    part: new Map(),
    value: new Map<unknown, unknown>([
      ['tea', 1],
      [7, { list: [] }],
      [null, new Map([['', 'x']])],
    ]),
  },
  { part: new Map(), value: { empty: new Map(), constructor: 'own' } },
  { part: new Set(), value: new Set<unknown>(['a', 'two\nlines\u2028', '\ud800', null, 0, ['deep']]) },
];

function deep(levels: number): unknown {
  return levels === 0 ? 'bottom' : { down: deep(levels - 1) };
}

/** One of each kind; made anew each time, as one of them is a cycle. */
export function illegalValues(): readonly IllegalValue[] {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = { cycle };
  class Money {
    readonly cents = 1;
  }
  return [
    { what: 'a function', value: () => 1, path: 'cart' },
    { what: 'a nested function', value: { items: [{ pay: () => 1 }] }, path: 'cart.items.0.pay' },
    { what: 'a symbol', value: { tag: Symbol('tag') }, path: 'cart.tag' },
    { what: 'a symbol as a key', value: { a: { [Symbol('tag')]: 1 } }, path: 'cart.a' },
    { what: 'a BigInt', value: [1n], path: 'cart.0', part: 1n },
    { what: 'NaN', value: { price: Number.NaN }, path: 'cart.price', part: Number.NaN },
    { what: 'infinity', value: { price: -Infinity }, path: 'cart.price' },
    { what: 'undefined in an array', value: [1, undefined], path: 'cart.1' },
    { what: 'a hole in an array', value: Object.assign([], { length: 1, extra: 1 }), path: 'cart.0' },
    { what: 'a cycle', value: cycle, path: 'cart.self.cycle' },
    { what: 'a date', value: { when: new Date(0) }, path: 'cart.when', part: new Date(0) },
    { what: 'a map', value: { byName: new Map() }, path: 'cart.byName', part: new Map() },
    { what: 'a set', value: new Set(), path: 'cart', part: new Set() },
    { what: 'an instance of a class', value: [new Money()], path: 'cart.0' },
    { what: 'bytes', value: { hash: new Uint8Array(2) }, path: 'cart.hash' },
    { what: 'an object that prints itself', value: { toJSON: () => 1 }, path: 'cart' },
    {
      what: 'a getter that throws',
      value: Object.defineProperty({}, 'price', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      path: 'cart.price',
    },
  ];
}
