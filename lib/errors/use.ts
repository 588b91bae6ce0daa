import { quotedKey } from './one-line.js';
import { SessionError } from './session-error.js';

/** @param where what the request asked for, such as `GET /cart`; never with its query. */
export const notLoaded = (where: string): SessionError =>
  new SessionError({
    code: 'NOT_LOADED',
    message: `${where} used the session before it was loaded.`,
    fix:
      'declare it on the handler with @CurrentSession(), @SessionParam() or @UseSession(); ' +
      'in a guard or middleware, `await session.load()` first; or set `session.interceptor: all`.',
  });

/** @param unseenSocket whether an operation of GraphQL asks, over a socket that is not known and so would outlive its session */
export const noRequest = (unseenSocket = false): SessionError =>
  new SessionError({
    code: 'NO_REQUEST',
    ...(unseenSocket
      ? {
          message:
            'A GraphQL operation used the session over a socket that SessionModule did not see opening.',
          fix:
            'hand the socket on, in the options of Mercurius: ' +
            '`subscription: { context: (socket, request) => ({ extra: { socket, request } }) }`.',
        }
      : {
          message: 'The session was used outside a request that SessionModule knows.',
          fix:
            'import SessionModule.forRoot() into the root module and use the session inside a request; ' +
            'a timer, a queue or a callback that outlives its request has none.',
        }),
  });

/** @param path the key path of the illegal part, such as `cart.0.when`; keys only, never a value. */
export const illegalValue = (path: string, what: string, instead: string): SessionError =>
  new SessionError({
    code: 'ILLEGAL_VALUE',
    message: `The session cannot keep ${what} at ${quotedKey(path)}.`,
    fix: instead,
  });

export const limitExceeded = (limit: string, seen: string, allowed: string): SessionError =>
  new SessionError({
    code: 'LIMIT_EXCEEDED',
    message: `The session has ${seen}, more than the ${allowed} that ${limit} allows.`,
    fix: `keep large data in your database and its id in the session, or raise ${limit}.`,
  });

export const notANumber = (key: string, seen: string): SessionError =>
  new SessionError({
    code: 'NOT_A_NUMBER',
    message: `increment(${quotedKey(key)}) found ${seen} there.`,
    fix: 'use a key that holds a number or nothing, or `update(key, fn)` for anything else.',
  });

export const insideTransaction = (): SessionError =>
  new SessionError({
    code: 'INSIDE_TRANSACTION',
    message:
      'The function of update() or transaction() used the session itself, which waits for that function.',
    fix: 'read and write through the argument that the function gets; call save() and the like after the transaction.',
  });

export const badCredential = (what: string): SessionError =>
  new SessionError({
    code: 'BAD_CREDENTIAL',
    message: `The credential provider returned ${what} from createSessionToken().`,
    fix: 'return a string of 16 to 512 characters out of A–Z a–z 0–9 - _ . ~ (base64url is fine).',
  });

/**
 * @param what what would need a new cookie, such as `login()`
 * @param never whether there is no response at all
 */
export const cookieCannotLeave = (what: string, never: boolean): SessionError =>
  new SessionError({
    code: 'COOKIE_CANNOT_LEAVE',
    ...(never
      ? {
          message: `${what} needs a new cookie, and a message over a socket has no response that could carry one.`,
          fix: 'do it in an HTTP request, and open the socket again with the cookie that it answers.',
        }
      : {
          message: `${what} needs a new cookie, and the head of the response has left without one.`,
          fix: 'do it, and await it, before the response begins.',
        }),
  });

export const noParameterName = (where: string, reason: string): SessionError =>
  new SessionError({
    code: 'NO_PARAMETER_NAME',
    message: `${where}: @SessionParam() cannot tell the name of the parameter (${reason}).`,
    fix: "name the key: @SessionParam('key').",
  });

export const sessionPropertyTaken = (by: string): SessionError =>
  new SessionError({
    code: 'SESSION_PROPERTY_TAKEN',
    message: `${by} wants to set request.session, which SessionModule already provides.`,
    fix: 'remove the other session middleware or plugin; nestjs-sessions replaces it.',
  });

/** @param seen what was given instead, by its kind; never the value, it may be somebody's name. */
export const badPrincipal = (seen: string): SessionError =>
  new SessionError({
    code: 'BAD_PRINCIPAL',
    message: `A principal cannot be ${seen}.`,
    fix: 'give what identifies the user for good, such as the primary key: a text of 1 to 255 characters, or a whole number.',
  });

/** @param name which duration, such as `idle timeout` */
export const badTimeout = (name: string, seen: string, wanted: string): SessionError =>
  new SessionError({
    code: 'BAD_TIMEOUT',
    message: `The ${name} cannot be ${seen}.`,
    fix: `give ${wanted}.`,
  });

/** @param what what the store was asked for */
export const noPrincipalIndex = (what: string): SessionError =>
  new SessionError({
    code: 'NO_PRINCIPAL_INDEX',
    message: `The session provider cannot ${what}: it does not know whose sessions it holds.`,
    fix:
      'use one of the built-in providers (memory, SQLite, Redis, PostgreSQL), ' +
      'or implement admit(), sessionsOf(), endSessionsOf() and endEverything() in yours.',
  });
