import type { ServerResponse } from 'node:http';

type Flag = 'headersSent' | 'writableEnded';

/** Lets a response say that it is further than it is, so that nobody sends a second answer while the first one is held. */
export const pretend = (res: ServerResponse, flag: Flag): void => {
  Object.defineProperty(res, flag, { value: true, configurable: true, writable: true });
};

/** Lets a response tell the truth again. */
export function unpretend(res: ServerResponse): void {
  const own = res as Partial<Record<Flag, boolean>>;
  delete own.headersSent;
  delete own.writableEnded;
}
