import { sessionLimit } from '../errors/access.js';
import type { SessionEvent } from '../events/session-event.js';
import type {
  Admission,
  AdmittedWrite,
  CreateOutcome,
  ReplaceOutcome,
} from '../providers/atomic-session-store.js';
import type { GuardedStore } from './guarded-store.js';

/** Where a login is written, and who is told what it did to other sessions. */
interface AdmissionGround {
  readonly store: Pick<GuardedStore, 'admit'>;
  report(event: SessionEvent): void;
}

/**
 * Writes a session that somebody logs in to, and answers as the plain write would.
 *
 * @throws SessionError SESSION_LIMIT when the principal may not have another one
 */
export async function admitted(
  ground: AdmissionGround,
  write: AdmittedWrite,
  admission: Admission,
): Promise<CreateOutcome | ReplaceOutcome> {
  const outcome = await ground.store.admit(write, admission);
  if (outcome === 'full') throw sessionLimit(admission.limit);
  if (typeof outcome === 'string' || 'text' in outcome) return outcome;
  for (const id of outcome.evicted) ground.report({ type: 'evicted', id });
  return 'ok';
}
