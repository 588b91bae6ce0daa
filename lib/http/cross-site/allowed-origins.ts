import { type ConfigProblem, invalidConfiguration } from '../../errors/configuration.js';
import { parseOrigin, parseUrl } from './web-origin.js';

/** Who else may send requests that change something. */
export interface CrossSiteOptions {
  /**
   * Other origins whose pages may: `scheme://host[:port]`, exactly, as in `https://admin.example.com`. Default none; the app's own origin need
   * not be listed. No wildcards: every subdomain would include the one that somebody takes over next. Not the same as the origins of
   * CORS, which says who may read answers.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
}

/** Where options are given, which keys they know, and what else is wrong with them. */
export interface OptionsPlace {
  /** As the message names it: `CrossSiteGuard`. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly further?: readonly ConfigProblem[];
}

/**
 * The listed origins as browsers write them: lower case, without a port that goes without saying.
 *
 * @throws SessionError CONFIG_INVALID with everything that is wrong, if only a key that nobody knows: a misspelt list allows nobody, and
 * nobody would know why.
 */
export function allowedOrigins(
  options: CrossSiteOptions,
  { name, keys, further = [] }: OptionsPlace,
): ReadonlySet<string> {
  const listed: unknown = isObject(options) ? (options.allowedOrigins ?? []) : [];
  const problems = [...shapeProblems(options, keys), ...listProblems(listed), ...further];
  if (problems.length > 0)
    throw invalidConfiguration(problems.map((problem) => ({ file: name, ...problem })));
  return new Set((listed as string[]).map((text) => canonical(text) ?? text));
}

function shapeProblems(options: unknown, keys: readonly string[]): ConfigProblem[] {
  const wanted = `an object with ${keys.join(', ')}`;
  if (!isObject(options))
    return [{ key: 'options', seen: shown(options), wanted, fix: `write { ${keys[0]}: [] }` }];
  return Object.keys(options)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ key, seen: 'no option', wanted: keys.join(' or '), fix: 'remove or correct it' }));
}

function listProblems(listed: unknown): ConfigProblem[] {
  if (Array.isArray(listed)) return listed.flatMap((entry: unknown, index) => entryProblems(entry, index));
  const wanted = 'a list of origins';
  return [{ key: 'allowedOrigins', seen: shown(listed), wanted, fix: 'write ["https://admin.example.com"]' }];
}

function entryProblems(entry: unknown, index: number): ConfigProblem[] {
  const fix = fixOf(entry);
  const wanted = 'an origin: scheme://host[:port]';
  return fix === undefined ? [] : [{ key: `allowedOrigins[${index}]`, seen: shownEntry(entry), wanted, fix }];
}

/** What to write instead; `undefined` when the entry is fine. */
function fixOf(entry: unknown): string | undefined {
  if (typeof entry !== 'string') return 'write a string such as "https://admin.example.com"';
  if (entry === 'null') return 'remove it: any page on the web can have that origin, in a sandboxed frame';
  if (entry.includes('*')) return 'write each origin by itself';
  if (canonical(entry) !== undefined && !SOCKET.test(entry)) return undefined;
  const { protocol = '', host = '' } = parseUrl(entry) ?? {};
  if (host === '') return 'write "https://…" with the host, and the port if there is one';
  return `write ${shown(`${protocol.replace(SOCKET, 'http')}//${host}`)}`;
}

/** An upgrade to `wss:` carries the origin of the page, `https:`. */
const SOCKET = /^ws(?=s?:)/i;

function canonical(text: string): string | undefined {
  const origin = parseOrigin(text);
  return origin && `${origin.scheme}//${origin.authority}`;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Not what stands before an `@`: that may be a password. */
const shownEntry = (entry: unknown): string =>
  typeof entry === 'string' && entry.includes('@') ? 'a URL with credentials' : shown(entry);

/** Short, and on one line: JSON escapes what controls a terminal or ends a line. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 60);
