import { type ProviderChoice, PROVIDERS } from './providers.js';
import { taskOf, tell } from './task.js';

/** Does a little of everything with a store, lets go of it, and has nothing left to do: Node decides when that is the end. */
const task = taskOf<ProviderChoice>();
const provider = new PROVIDERS[task.provider](task.config);
try {
  if ('open' in provider) await provider.open();
  const token = await provider.createSession();
  await provider.updateSession(token, { a: 1 });
  await provider.health();
  if ('sweep' in provider) await provider.sweep(10);
  await provider.invalidateSession(token);
  tell('used');
} catch {
  tell('refused');
}
await provider.close();
tell('closed');
