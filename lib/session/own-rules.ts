import { unfitMigration } from '../errors/schema.js';
import type { SessionMigration } from '../record/migration.js';
import type { SessionSchema } from '../record/standard-schema.js';
import { ValueSchema } from '../record/value-schema.js';
import type { SessionType } from './session.js';
import type { SessionManagerParts } from './session-manager.js';

/** What `forRoot()` says of the values; it wins over the statics of the session class. */
export interface GivenRules {
  readonly schema?: SessionSchema | undefined;
  readonly migration?: SessionMigration | undefined;
}

/**
 * The rules for the values of one kind of session.
 *
 * @throws SessionError CONFIG_INVALID for a schema or a migration that cannot work
 */
export function ownRules(
  type: SessionType,
  given: GivenRules = {},
): Pick<SessionManagerParts, 'schema' | 'migration'> {
  const schema = given.schema ?? type.schema;
  const migration = given.migration ?? type.migration;
  if (migration) assertMigration(migration, given.migration ? 'migration' : `${type.name}.migration`);
  return {
    schema: schema && new ValueSchema(schema, given.schema ? 'schema' : `${type.name}.schema`),
    migration,
  };
}

/** What a caller without a type checker got wrong would show at the first old record only. */
function assertMigration(migration: SessionMigration, where: string): void {
  const { version } = migration;
  if (!Number.isSafeInteger(version) || version < 1)
    throw unfitMigration(`${where}.version`, String(version));
  if (typeof migration.migrate !== 'function')
    throw unfitMigration(`${where}.migrate`, `a ${typeof migration.migrate}`);
}
