import { setImmediate } from 'node:timers/promises';

/** Lets everything run that is ready to. */
export const turn = (): Promise<void> => setImmediate();
