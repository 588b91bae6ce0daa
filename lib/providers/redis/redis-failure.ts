/**
 * What a client or server reported, without what it was about: ioredis hangs the command with all its arguments on an error, which
 * may be the text of a record or the password, and Redis repeats the arguments of a command that it does not know (law F5).
 */
export function bareFailure(error: unknown): Error {
  const { message = '', code } = error as { readonly message?: string; readonly code?: unknown };
  const [line = ''] = message.split('\n');
  const told = line.replace(/,? with args beginning with:.*/, '').trim();
  const bare = new Error(told || `The client failed${typeof code === 'string' ? ` with ${code}` : ''}.`);
  return typeof code === 'string' ? Object.assign(bare, { code }) : bare;
}

/** Settles as `task` does, but at the latest after `timeoutMs`: a server that is silent keeps most clients waiting for ever. */
export async function within<T>(timeoutMs: number, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return await Promise.race([task, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
