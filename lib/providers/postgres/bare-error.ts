/** What the server or the driver reported: message and code. `detail` and `where` may repeat the values of a row (law F5). */
export function bareError(error: unknown): Error {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  const isTold = typeof message === 'string' && message !== '';
  const bare = new Error(isTold ? message : `PostgreSQL cannot be reached (${String(code)}).`);
  return typeof code === 'string' ? Object.assign(bare, { code }) : bare;
}

/** For a promise's `catch`. */
export const failBare = (error: unknown): never => {
  throw bareError(error);
};
