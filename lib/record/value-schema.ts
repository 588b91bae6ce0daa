import { quotedKey } from '../errors/one-line.js';
import { asyncSchema, unfitSchema } from '../errors/schema.js';
import { illegalValue } from '../errors/use.js';
import {
  isStandardSchema,
  type SchemaIssue,
  type SchemaResult,
  type SessionSchema,
  type StandardSchema,
} from './standard-schema.js';

/**
 * Holds the values of a session against a schema, key by key.
 *
 * It judges and never changes: what was set is what is read, so that a round trip is stable whatever a schema transforms. A key that is
 * missing is never wrong, because a session fills by and by. Standard Schema has one function only, to validate a whole value; a schema
 * of an object is therefore asked about an object with the one key, and what it says of the others does not count.
 */
export class ValueSchema {
  /** Absent where each key has a schema of its own. */
  readonly #whole: StandardSchema | undefined;
  readonly #ofKeys: ReadonlyMap<string, StandardSchema>;

  /**
   * @param where its option, or the class that has it
   * @throws SessionError CONFIG_INVALID for what is no schema of an object, or answers promises as far as can be seen
   */
  constructor(schema: SessionSchema, where: string) {
    this.#whole = isStandardSchema(schema) ? schema : undefined;
    this.#ofKeys = this.#whole ? new Map() : keySchemas(schema, where);
    if (this.#whole) assertObjectSchema(this.#whole, where);
  }

  /** @throws SessionError ILLEGAL_VALUE with the path of keys that leads to what the schema refuses, CONFIG_INVALID */
  assertFits(key: string, value: unknown): void {
    const path = this.#refused(key, value);
    if (path) {
      throw illegalValue(
        [key, ...path].join('.'),
        'what its schema refuses',
        'set what the schema wants there, or change the schema.',
      );
    }
  }

  /** @throws SessionError CONFIG_INVALID for a schema that answers a promise */
  fits(key: string, value: unknown): boolean {
    return this.#refused(key, value) === undefined;
  }

  /** The path below the key of the first issue; `undefined` when there is none. */
  #refused(key: string, value: unknown): readonly string[] | undefined {
    if (!this.#whole) {
      const schema = this.#ofKeys.get(key);
      const issue = schema && issuesOf(schema, value, key)[0];
      return issue && pathOf(issue);
    }
    for (const issue of issuesOf(this.#whole, { [key]: value }, key)) {
      const [first, ...below] = pathOf(issue);
      if (first === undefined || first === key) return below;
    }
    return undefined;
  }
}

function issuesOf(schema: StandardSchema, value: unknown, key: string): readonly SchemaIssue[] {
  const result = validated(schema, value);
  if (isPromise(result)) throw asyncSchema('schema', key);
  return result.issues ?? [];
}

/** A rule that throws, at a value that it did not expect, has an issue with it: a record must not fail each request that reads it. */
function validated(schema: StandardSchema, value: unknown): SchemaResult | Promise<SchemaResult> {
  try {
    return schema['~standard'].validate(value);
  } catch {
    return { issues: [{ message: 'A rule threw.' }] };
  }
}

/** A promise that is not waited for must not end the process when it is rejected. */
function isPromise(result: SchemaResult | Promise<SchemaResult>): result is Promise<SchemaResult> {
  if (!('then' in result)) return false;
  result.then(undefined, () => undefined);
  return true;
}

/** Not `path.map`: the path of arktype is a subclass of `Array`, which makes another one of a length. */
const pathOf = ({ path = [] }: SchemaIssue): readonly string[] =>
  Array.from(path, (step) => String(typeof step === 'object' ? step.key : step));

function keySchemas(schema: unknown, where: string): ReadonlyMap<string, StandardSchema> {
  if (typeof schema !== 'object' || schema === null) throw unfitSchema(where, `a ${typeof schema}`);
  const entries = Object.entries(schema);
  for (const [key, each] of entries)
    if (!isStandardSchema(each)) throw unfitSchema(where, `an object without a schema at ${quotedKey(key)}`);
  return new Map(entries as [string, StandardSchema][]);
}

/** An empty session fits every schema of an object: what it lacks are single keys. */
function assertObjectSchema(schema: StandardSchema, where: string): void {
  const result = validated(schema, {});
  if (isPromise(result)) throw asyncSchema(where);
  if (result.issues?.some((issue) => pathOf(issue).length === 0))
    throw unfitSchema(where, 'a schema that refuses an empty object as a whole');
}
