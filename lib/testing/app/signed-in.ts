import { isSessionId, splitToken } from '../../credentials/token.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import type { LoginOptions } from '../../session/login.js';
import { type LooseSession, OpenRequest } from '../open-request.js';
import { fail } from './answer-cookies.js';

/** How a test signs somebody in. */
export interface SignInOptions extends Omit<LoginOptions, 'keep'> {
  /** What the session holds. Default: nothing. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** A session that a test began, without a request. */
export interface BegunSession {
  /** The public id, as in events and `Sessions.list()`. */
  readonly id: string;
  /** The `Cookie` header that presents it. */
  readonly cookie: string;
}

/** A session by its id, by the `Cookie` header that presents it, or as it was begun. */
export type WhichSession = string | Pick<BegunSession, 'id'>;

/**
 * Begins a session as an app does, through all that the settings say: limits, timeouts, encryption, credentials.
 *
 * @throws SessionError such as SESSION_LIMIT or ILLEGAL_VALUE, as in the app
 */
export async function begin(
  { parts, cookieName }: SessionRuntime,
  write: (session: LooseSession) => void | Promise<void>,
): Promise<BegunSession> {
  const request = new OpenRequest(parts.manager, [], parts.type);
  await request.session.load();
  await write(request.session);
  const change = await request.finish();
  const { id } = request.session;
  if (change.kind !== 'set' || id === null)
    throw new Error('A session that nothing was written to is none. Fix: give it a value.');
  return { id, cookie: `${cookieName}=${change.token}` };
}

/**
 * The id of a session, however it was named.
 *
 * @throws AssertionError for a text that names none, such as the cookie of another module: whatever a test says of it would be true
 *   of nothing
 */
export function idOf(which: WhichSession, cookieName: string): string {
  if (typeof which !== 'string') return which.id;
  const named: unknown = which;
  if (isSessionId(named)) return named;
  const pairs = which.split(';').map((pair) => pair.trim());
  const token = pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  return (
    splitToken(token ?? '')?.id ??
    fail(`This names no session: it is no id, and holds no cookie ${cookieName}.`)
  );
}
