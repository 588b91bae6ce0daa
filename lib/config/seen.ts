/** A key that is likely to hold a secret: everything below a free-form `config` and `encryption`, and names that say so. */
const CONFIDENTIAL =
  /(^|\.)(config|encryption)(\.|$)|secret|passw|pwd|token|ur[li](\.|_|$)|dsn|api_?key|private/i;
const CREDENTIALS_IN_URL = /:\/\/[^/]*@/;
const LONGEST = 60;

/** Whether the value of a key must not be shown. */
export const isConfidential = (key: string): boolean => CONFIDENTIAL.test(key);

/** A value as an error may show it: short JSON; of what may be a secret, of long texts and of whole maps no more than {@link shapeOf}. */
export function seenValue(key: string, value: unknown): string {
  if (isConfidential(key)) return shapeOf(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || CREDENTIALS_IN_URL.test(value)) return shapeOf(value);
  const json = JSON.stringify(value);
  return json.length <= LONGEST ? json : shapeOf(value);
}

/** Type and length of a value: enough to recognise it, nothing to abuse. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `a string of ${counted(value.length, 'character')}`;
  if (typeof value === 'function') return `a function${nameOf(value)}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return `a list of ${counted(value.length, 'item')}`;
  return `a map of ${counted(Object.keys(value).length, 'key')}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A class may call a static member `name`, whatever it holds. */
const nameOf = ({ name }: { readonly name: unknown }): string =>
  typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? ` named ${name}` : '';
