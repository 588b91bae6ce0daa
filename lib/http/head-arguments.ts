import type { ServerResponse } from 'node:http';

type HeaderValue = string | number | readonly string[];

/**
 * Sets the headers that `writeHead(status, [reason], [headers])` was given on the response, where ours can be added to them.
 *
 * Node overwrites repeated names of the array form, and a `Set-Cookie` given here would replace one that was set before; both are
 * kept. Answers the reason phrase, if there is one.
 */
export function applyHeaders(res: ServerResponse, rest: readonly unknown[]): string | undefined {
  const reason = typeof rest[0] === 'string' ? rest[0] : undefined;
  const headers = rest[0] !== undefined && reason === undefined ? rest[0] : rest[1];
  const named = new Map<string, { name: string; values: string[]; single: HeaderValue | undefined }>();
  for (const [name, value] of pairsOf(headers)) {
    const known = named.get(name.toLowerCase());
    if (known) known.values.push(...textsOf(value));
    else named.set(name.toLowerCase(), { name, values: textsOf(value), single: value });
  }
  for (const [key, { name, values, single }] of named) {
    if (key === 'set-cookie') res.appendHeader(name, values);
    else res.setHeader(name, values.length === 1 && single !== undefined ? single : values);
  }
  return reason;
}

function pairsOf(headers: unknown): [string, HeaderValue][] {
  if (typeof headers !== 'object' || headers === null) return [];
  if (!Array.isArray(headers))
    return Object.entries(headers as Record<string, HeaderValue | undefined>).filter(isSet);
  if (Array.isArray(headers[0])) return headers as [string, HeaderValue][];
  const pairs: [string, HeaderValue][] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    pairs.push([headers[index] as string, headers[index + 1] as HeaderValue]);
  }
  return pairs;
}

const isSet = (entry: [string, HeaderValue | undefined]): entry is [string, HeaderValue] =>
  entry[1] !== undefined;

const textsOf = (value: HeaderValue): string[] =>
  Array.isArray(value) ? [...(value as string[])] : [String(value)];
