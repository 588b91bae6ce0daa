/** What `act` throws, to be looked at closely; `undefined` when it throws nothing. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The error that a promise rejects with; rejects itself when the promise does not. */
export async function rejectionOf(promise: unknown): Promise<Error> {
  const settled = await Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (settled instanceof Error) return settled;
  throw new Error('It did not reject with an error.');
}
