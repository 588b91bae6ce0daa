import { etagOf } from '../../record/record-text.js';
import {
  type CreateOutcome,
  type EndReason,
  IN_FLIGHT_WINDOW_MS,
  type ReplaceOutcome,
  type StoredRecord,
} from '../atomic-session-store.js';
import type { PostgresQueries, PostgresResult } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

/** What the server says of a row that somebody else has just changed, where the default isolation is above READ COMMITTED. */
const SERIALIZATION_FAILURE = '40001';
const MAX_ATTEMPTS = 20;

/** What is written into a row. */
export interface NewRow {
  readonly id: string;
  readonly text: string;
  readonly deadline: number;
  /** The digest of the principal whose it becomes, and who has just logged in. Empty: it stays whose it is. */
  readonly principal?: string;
}

/** The five operations as statements, one each; a `replace` that wrote nothing takes a second one to say why. */
export class SessionRows {
  constructor(
    private readonly queries: PostgresQueries,
    private readonly statements: SessionStatements,
  ) {}

  async load(id: string, now: number): Promise<StoredRecord | undefined> {
    return recordIn(await this.#run('load', id, forgotten(now)));
  }

  async create(row: NewRow, now: number): Promise<CreateOutcome> {
    const isNew = await this.#written('create', row, forgotten(now));
    return isNew ? 'ok' : 'exists';
  }

  /** @param known the etag that the record is expected to have. */
  async replace(row: NewRow, known: string, now: number): Promise<ReplaceOutcome> {
    if (await this.#written('replace', row, forgotten(now), known)) return 'ok';
    const current = await this.load(row.id, now);
    if (!current) return 'gone';
    return etagOf(current.text) === etagOf(row.text) ? 'ok' : current;
  }

  async touch(id: string, deadline: number, now: number): Promise<void> {
    await this.#changed('touch', id, deadline, forgotten(now));
  }

  async end(id: string, reason: EndReason, now: number): Promise<boolean> {
    return this.#changed('end', id, reason, now, forgotten(now));
  }

  /** Leaves the rows as they are, to the sweep. */
  async endEverything(): Promise<void> {
    if (!(await this.#changed('end_everything')))
      throw new Error('The generation of the sessions has no row.');
  }

  /** Whether a record was written, as that of a login when it says whose it becomes. */
  #written(name: 'create' | 'replace', row: NewRow, ...values: unknown[]): Promise<boolean> {
    const { id, text, deadline, principal } = row;
    const all = [id, etagOf(text), deadline, text, ...values];
    return principal === undefined
      ? this.#changed(name, ...all)
      : this.#changed(`admit_${name}`, ...all, principal);
  }

  #run(name: string, ...values: unknown[]): Promise<PostgresResult> {
    return this.statements.run(this.queries, name, values);
  }

  /** Whether the statement changed a row. Nothing was changed by one that the server would not order among others. */
  async #changed(name: string, ...values: unknown[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#run(name, ...values)).rowCount === 1;
      } catch (error) {
        const { code } = error as { readonly code?: unknown };
        if (code !== SERIALIZATION_FAILURE || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

/** A `bigint` comes as text, unless the app has told pg otherwise. */
function recordIn({ rows: [row] }: PostgresResult): StoredRecord | undefined {
  return row && { text: String(row['record']), deadline: Number(row['deadline']) };
}

/** Whatever ended or expired by then is out of reach of any request. */
export const forgotten = (now: number): number => now - IN_FLIGHT_WINDOW_MS;
