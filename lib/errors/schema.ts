import { invalidConfiguration } from './configuration.js';
import { quotedKey } from './one-line.js';
import type { SessionError } from './session-error.js';

/** @param where the option, or the class that has it */
export const unfitSchema = (where: string, seen: string): SessionError =>
  invalidConfiguration([
    {
      key: where,
      seen,
      wanted: 'a Standard Schema of an object (zod, valibot, arktype), or an object with one for each key',
      fix: 'give z.object({ … }) or { key: schema, … }; rules that need several keys at once belong into the app',
    },
  ]);

export const unfitMigration = (where: string, seen: string): SessionError =>
  invalidConfiguration([
    {
      key: where,
      seen,
      wanted:
        'a whole number from 1 as the version, and a function migrate(old, context) that answers the new values',
      fix: 'give { version: 1, migrate: (old) => ({ ...old }) }',
    },
  ]);

/**
 * Values are read and set without waiting. Found at boot where the schema shows it, else when the key is first set or read.
 *
 * @param key the key of the session at which it shows; empty at boot
 */
export const asyncSchema = (where: string, key?: string): SessionError =>
  invalidConfiguration([
    {
      key: key === undefined ? where : `${where} at ${quotedKey(key)}`,
      seen: 'a schema that answers a promise: it is asynchronous, or a rule of it threw',
      wanted: 'a synchronous schema',
      fix: 'take the asynchronous rule out, and check it where the value is made',
    },
  ]);
