import { createRequire } from 'node:module';
import { join } from 'node:path';
import session from 'express-session';
import createMemoryStore from 'memorystore';
import { type ExpressStore, Store } from '../../lib/providers/express-store/index.js';
import { folderWith } from './temporary-folder.js';

type StoreFactory = (session: { readonly Store: typeof Store }) => new (options: object) => ExpressStore;

const require = createRequire(import.meta.url);
/** It has no types. */
const createFileStore = require('session-file-store') as StoreFactory;

const MemoryStore = (createMemoryStore as unknown as StoreFactory)({ Store });
const FileStore = createFileStore({ Store });

/** A store of files in a new folder, without the wait for a file that is not there. */
export const fileStore = (): ExpressStore =>
  new FileStore({
    path: join(folderWith({}), 'sessions'),
    retries: 0,
    reapInterval: -1,
    logFn: () => undefined,
  });

/** Stores that others wrote, for `describe.each`; each call makes a new, empty one. */
export const EXPRESS_STORES: readonly (readonly [name: string, make: () => ExpressStore])[] = [
  ['the MemoryStore of express-session', () => new session.MemoryStore()],
  ['memorystore', () => new MemoryStore({})],
  ['session-file-store', fileStore],
];
