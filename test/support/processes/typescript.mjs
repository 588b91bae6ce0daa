import { register } from 'node:module';

/** For `node --import`: runs TypeScript as jest does, so that a test can start a process of its own from the sources. */
register('./typescript-hooks.mjs', import.meta.url);
