import { createHash } from 'node:crypto';
import { decodeRecord } from '../../record/record-text.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  CreateOutcome,
  EndReason,
  OwnedRecord,
  ReplaceOutcome,
} from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import { SessionQueue } from '../session-queue.js';
import type { PostgresClient, PostgresPool, PostgresQueries, PostgresResult } from './postgres-pool.js';
import { forgotten, type NewRow, SessionRows } from './session-rows.js';
import type { SessionStatements } from './session-statements.js';
import { inTransaction } from './transaction.js';

/** A row of a principal. */
interface OwnedRow extends OwnedRecord {
  readonly loginAt: number;
  /** Of logins at the same instant. */
  readonly order: number;
}

/**
 * The sessions of a principal.
 *
 * Logins within a limit stand in line, one line a principal, in the whole cluster: an advisory lock that the server gives back with
 * the transaction, whatever ends it. Logins without a limit hold the same lock together, and so wait for nobody but for those who
 * have to know all sessions of the principal.
 */
export class PrincipalRows {
  /** Many logins of one principal would otherwise wait for each other on a connection each. */
  readonly #lines: SessionQueue;

  constructor(
    private readonly pool: PostgresPool,
    private readonly statements: SessionStatements,
    private readonly clock: Clock,
  ) {
    this.#lines = new SessionQueue(clock);
  }

  async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const principal = digestOf(admission.principal);
    const row = { ...write, principal };
    if (admission.limit !== undefined)
      return this.#lines.run(principal, 'admit', () => this.#admitInTurn(row, admission));
    const outcome = await this.#write(this.pool, row);
    return outcome === 'ok' ? { evicted: [] } : outcome;
  }

  /** One statement. */
  async sessionsOf(principal: string): Promise<OwnedRecord[]> {
    const { rows } = await this.statements.run(this.pool, 'sessions_of', [
      digestOf(principal),
      this.clock.now(),
    ]);
    return oldestFirst(rows.map(ownedRow)).map(({ id, text, deadline }) => ({ id, text, deadline }));
  }

  endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<string[]> {
    const digest = digestOf(principal);
    return inTransaction(this.pool, this.statements, async (client) => {
      await this.statements.run(client, 'principal_turn', [digest]);
      const now = this.clock.now();
      const values = [digest, reason, now, forgotten(now), except ?? null];
      const { rows } = await this.statements.run(client, 'end_sessions_of', values);
      return rows.map(({ id }) => String(id));
    });
  }

  /** What is ended is ended in the same transaction: nobody sees it without the new session, nor the new one beside it. */
  #admitInTurn(row: LoginRow, { limit = Infinity, whenFull }: Admission): Promise<AdmitOutcome> {
    return inTransaction(this.pool, this.statements, async (client) => {
      const { live, expired } = await this.#others(client, row);
      const excess = Math.max(live.length + 1 - limit, 0);
      if (excess > 0 && whenFull === 'reject') return 'full';
      const outcome = await this.#write(client, row);
      if (outcome !== 'ok') return outcome;
      const evicted = oldestFirst(live)
        .slice(0, excess)
        .map(({ id }) => id);
      await this.#makeRoom(client, [...evicted, ...expired.map(({ id }) => id)]);
      return { evicted };
    });
  }

  /** The sessions of the principal beside the one that logs in, which stay as they are from here on. */
  async #others(
    client: PostgresClient,
    { id, principal }: LoginRow,
  ): Promise<{ readonly live: OwnedRow[]; readonly expired: OwnedRow[] }> {
    await this.statements.run(client, 'principal_turn', [principal]);
    const now = this.clock.now();
    const { rows } = await this.statements.run(client, 'lock_sessions_of', [principal, id, forgotten(now)]);
    const others = rows.map(ownedRow).filter((row) => row.id !== id);
    return {
      live: others.filter(({ deadline }) => deadline > now),
      expired: others.filter(({ deadline }) => deadline <= now),
    };
  }

  async #makeRoom(client: PostgresClient, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.statements.run(client, 'make_room', [ids, this.clock.now()]);
  }

  #write(queries: PostgresQueries, row: LoginRow): Promise<CreateOutcome | ReplaceOutcome> {
    const rows = new SessionRows(queries, this.statements);
    const now = this.clock.now();
    return row.etag === undefined ? rows.create(row, now) : rows.replace(row, row.etag, now);
  }
}

type LoginRow = Required<NewRow> & Pick<AdmittedWrite, 'etag'>;

function ownedRow({ id, record, deadline, login_order: order }: PostgresResult['rows'][number]): OwnedRow {
  const text = String(record);
  const loginAt = decodeRecord(text)?.meta.login?.authenticatedAt ?? 0;
  return { id: String(id), text, deadline: Number(deadline), loginAt, order: Number(order) };
}

const oldestFirst = (rows: readonly OwnedRow[]): OwnedRow[] =>
  [...rows].sort((one, other) => one.loginAt - other.loginAt || one.order - other.order);

const digestOf = (principal: string): string => createHash('sha256').update(principal).digest('base64url');
