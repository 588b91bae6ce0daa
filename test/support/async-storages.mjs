import { AsyncLocalStorage } from 'node:async_hooks';

/** Those in use, by whichever test file of this process. */
const used = new Set();

for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (...args) {
    used.add(this);
    return original.apply(this, args);
  };
}

/**
 * Takes out of use whatever storage a test file has used. The class is the one of the process, not of the file, and up to Node 22
 * each promise copies the value of every storage that was ever used: after a hundred files, an `await` costs a hundred times as much.
 */
export function retireAsyncStorages() {
  for (const storage of used) storage.disable();
  used.clear();
}
