import type { SessionRuntime } from '../../http/session-runtime.js';

/** The sessions of each HTTP server, for upgrades, which no middleware sees. */
const runtimesOf = new WeakMap<object, readonly SessionRuntime[]>();

/** Remembers whose server it is, once there is one. */
export const rememberServer = (server: unknown, runtimes: readonly SessionRuntime[]): void => {
  if (typeof server === 'object' && server !== null) runtimesOf.set(server, runtimes);
};

export const runtimesOfServer = (server: object | undefined): readonly SessionRuntime[] | undefined =>
  server && runtimesOf.get(server);
