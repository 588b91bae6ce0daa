/**
 * What every library of schemas shares (https://standardschema.dev, version 1): zod, valibot, arktype and others. Only what is used here.
 */
export interface StandardSchema<Input = unknown, Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Answers the issues, or none when the value fits; what it makes of the value is not used. */
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
    /** For the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** Issues, or none when the value fits. */
export interface SchemaResult {
  readonly issues?: readonly SchemaIssue[] | undefined;
}

export interface SchemaIssue {
  /** May quote the value, so it is never shown. */
  readonly message: string;
  /** Empty when the issue is with the value as a whole. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The schemas of single keys. A key that is not in it may hold anything legal. */
export type KeySchemas = Readonly<Record<string, StandardSchema>>;

/** One schema of an object with a property for each key, or one schema a key. */
export type SessionSchema = StandardSchema | KeySchemas;

/** The values that a schema accepts, by key, for {@link SessionData} or `Session<…>`: what goes in, because nothing is transformed. */
export type SchemaValues<Schema extends SessionSchema> = Schema extends StandardSchema
  ? InputOf<Schema>
  : { [Key in keyof Schema]: Schema[Key] extends StandardSchema ? InputOf<Schema[Key]> : never };

type InputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];

/** Whether it is one schema; that of arktype is a function. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as Partial<StandardSchema>)['~standard'];
  return standard?.version === 1 && typeof standard.validate === 'function';
}
