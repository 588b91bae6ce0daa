import { illegalValue } from '../errors/use.js';
import { SessionError } from '../errors/session-error.js';
import { isTooDeep } from './nesting.js';
import { CODEC_MARK, codedLine, type ValueCodec, valueOfLine } from './value-codec.js';
import type { ValueRules } from './value-rules.js';
import { type Carrier, ValueWalk } from './value-walk.js';

export type { Limits } from './value-rules.js';

/**
 * Refuses what would be dropped or changed without a word: functions, symbols, `undefined` in an array, instances of classes,
 * cycles, and whatever only a codec carries, if there is none: BigInt, NaN, dates, maps, sets. A property whose value is `undefined`
 * counts as absent and is legal.
 *
 * @throws SessionError ILLEGAL_VALUE or LIMIT_EXCEEDED, with the path of keys that leads to the culprit.
 */
export function assertLegalValue(key: string, value: unknown, rules: ValueRules): Carrier {
  const walk = new ValueWalk(key, rules);
  walk.visit(value);
  return walk.carrier;
}

/** The line of a legal value: JSON wherever that carries it. */
export function encodeValue(key: string, value: unknown, rules: ValueRules): string {
  const carrier = assertLegalValue(key, value, rules);
  return carrier === 'codec' && rules.codec ? encodeCoded(key, value, rules.codec) : JSON.stringify(value);
}

/**
 * The value of a line in a record.
 *
 * @throws an error for a line that nobody here wrote: no JSON, none of this codec, nested deeper or wider than this library writes
 */
export function decodeValue(line: string, rules?: ValueRules): unknown {
  if (rules?.codec && line.startsWith(CODEC_MARK)) return decodeCoded(line, rules.codec, rules);
  if (isTooDeep(line)) throw new SyntaxError('The value is nested too deeply.');
  return JSON.parse(line);
}

function encodeCoded(key: string, value: unknown, codec: ValueCodec): string {
  try {
    return codedLine(codec, value);
  } catch (error) {
    if (error instanceof SessionError) throw error;
    throw illegalValue(key, `what the codec ${codec.name} cannot carry`, 'store plain data beside it.');
  }
}

/** The deepest nesting that any configuration allows (`session.limits.depth`). */
const MAX_DEPTH = 512;

/** Whoever can write to the store may have planted a cycle, or more than anybody can walk through (ATTACKS A50). */
function decodeCoded(line: string, codec: ValueCodec, rules: ValueRules): unknown {
  const value = valueOfLine(codec, line);
  assertLegalValue('', value, { ...rules, depth: MAX_DEPTH, size: Math.max(rules.size, line.length) });
  return value;
}
