import { inspect } from 'node:util';
import { splitToken } from '../../credentials/token.js';
import { fail } from './answer-cookies.js';

/**
 * Holds an output to law F5: no token in it, whole or its secret alone, plain or as base64 or hex.
 *
 * @param output a text, or anything else as `util.inspect()` shows it with all that is hidden: a body, an error with its causes, the
 *   lines of a log. Not the headers of an answer that is to set a cookie.
 * @param secrets tokens, or the secret parts of some. There has to be one, or nothing could ever be found.
 * @throws AssertionError that says where, and never repeats the secret
 */
export function expectNoTokenLeak(output: unknown, ...secrets: readonly string[]): void {
  if (secrets.length === 0) fail('There is no token yet that could leak. Fix: begin a session before.');
  const text = textOf(output);
  const forms = secrets.map(secretIn).flatMap(formsOf);
  for (const [as, form] of forms) {
    const at = text.indexOf(form);
    if (at < 0) continue;
    const before = forms.reduce((shown, [, each]) => shown.replaceAll(each, '…'), text.slice(0, at));
    fail(`A token leaks ${as}, behind ${JSON.stringify(before.slice(-40))}.`);
  }
}

const secretIn = (token: string): string => splitToken(token)?.secret ?? token;

const formsOf = (secret: string): readonly (readonly [as: string, form: string])[] => {
  const bytes = Buffer.from(secret);
  return [
    ['as it is', secret],
    ['as hex', bytes.toString('hex')],
    ...[0, 1, 2].map((shift) => ['as base64', inBase64(bytes, shift)] as const),
  ];
};

/** What base64 makes of bytes that stand at `shift` (mod 3) of a longer text, without the characters that its neighbours decide on. */
function inBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(shift === 0 ? 0 : shift + 1, -1);
}

const textOf = (output: unknown): string =>
  typeof output === 'string'
    ? output
    : inspect(output, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
