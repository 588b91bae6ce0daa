import { oldestFirst, roomFor } from '../admission.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  CreateOutcome,
  EndReason,
  OwnedRecord,
  ReplaceOutcome,
} from '../atomic-session-store.js';
import { forgotten, type SessionTable } from './session-table.js';
import type { TableStatements } from './table-statements.js';

/** The sessions of principals in one table. All but `sessionsOf` belong into a transaction. */
export class PrincipalRows {
  constructor(
    private readonly statements: TableStatements,
    private readonly table: SessionTable,
  ) {}

  admit(write: AdmittedWrite, admission: Admission, now: number): AdmitOutcome {
    const { id } = write;
    const { principal } = admission;
    const room = roomFor(admission, () => this.#othersOf(principal, id, now), now);
    if (room === 'full') return room;
    const outcome = this.#write(write, now);
    if (outcome !== 'ok') return outcome;
    for (const expired of room.expired) this.table.end(expired.id, 'expired', now);
    for (const evicted of room.evicted) this.table.end(evicted.id, 'evicted', now);
    this.statements.run('assign', { id, principal });
    return { evicted: room.evicted.map((evicted) => evicted.id) };
  }

  sessionsOf(principal: string, now: number): readonly OwnedRecord[] {
    const rows = this.statements.rows('sessions_of', { principal, now }) as readonly OwnedRecord[];
    return oldestFirst(rows.map(({ id, text, deadline }) => ({ id, text, deadline })));
  }

  endSessionsOf(
    principal: string,
    { reason, except }: { readonly reason: EndReason; readonly except: string | undefined },
    now: number,
  ): readonly string[] {
    const parameters = { principal, reason, except: except ?? null, now, forgotten: forgotten(now) };
    const rows = this.statements.rows('end_sessions_of', parameters) as readonly { readonly id: string }[];
    return rows.map(({ id }) => id);
  }

  #othersOf(principal: string, id: string, now: number): readonly OwnedRecord[] {
    const parameters = { principal, id, forgotten: forgotten(now) };
    return this.statements.rows('others_of', parameters) as readonly OwnedRecord[];
  }

  #write(write: AdmittedWrite, now: number): CreateOutcome | ReplaceOutcome {
    return write.etag === undefined
      ? this.table.create(write, now)
      : this.table.replace(write, write.etag, now);
  }
}
