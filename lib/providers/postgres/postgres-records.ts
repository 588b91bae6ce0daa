import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  CreateOutcome,
  EndReason,
  OwnedRecord,
  ReplaceOutcome,
  StoredRecord,
} from '../atomic-session-store.js';
import type { Clock } from '../clock.js';
import type { CacheableStore } from '../near-cache/near-cache.js';
import type { PrincipalRows } from './principal-rows.js';
import type { SessionRows } from './session-rows.js';

/** What the operations are done with, once there is a connection. */
export interface RowAccess {
  readonly rows: SessionRows;
  readonly principals: PrincipalRows;
}

/** The records as they are in the table: each operation asks the server. */
export class PostgresRecords implements CacheableStore {
  constructor(
    private readonly connect: () => Promise<RowAccess>,
    private readonly clock: Clock,
  ) {}

  async load(id: string): Promise<StoredRecord | undefined> {
    const { rows } = await this.connect();
    return rows.load(id, this.clock.now());
  }

  async create(id: string, text: string, deadline: number): Promise<CreateOutcome> {
    const { rows } = await this.connect();
    return rows.create({ id, text, deadline }, this.clock.now());
  }

  async replace(id: string, etag: string, text: string, deadline: number): Promise<ReplaceOutcome> {
    const { rows } = await this.connect();
    return rows.replace({ id, text, deadline }, etag, this.clock.now());
  }

  async touch(id: string, deadline: number): Promise<void> {
    const { rows } = await this.connect();
    await rows.touch(id, deadline, this.clock.now());
  }

  async end(id: string, reason: EndReason): Promise<boolean> {
    const { rows } = await this.connect();
    return rows.end(id, reason, this.clock.now());
  }

  /** One statement without a limit; with one, a transaction for which other logins of the principal wait, in any process. */
  async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const { principals } = await this.connect();
    return principals.admit(write, admission);
  }

  async sessionsOf(principal: string): Promise<readonly OwnedRecord[]> {
    const { principals } = await this.connect();
    return principals.sessionsOf(principal);
  }

  /** A transaction that waits for the logins of the principal that are under way, and for which later ones wait. */
  async endSessionsOf(principal: string, reason: EndReason, except?: string): Promise<readonly string[]> {
    const { principals } = await this.connect();
    return principals.endSessionsOf(principal, reason, except);
  }

  /** Writes one row; the sweep removes the others by and by. */
  async endEverything(): Promise<void> {
    const { rows } = await this.connect();
    await rows.endEverything();
  }
}
