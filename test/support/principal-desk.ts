import { randomUUID } from 'node:crypto';
import { newSessionId } from '../../lib/credentials/token.js';
import type { Admission, AdmitOutcome, AdmittedWrite } from '../../lib/providers/atomic-session-store.js';
import { etagOf } from '../../lib/record/record-text.js';
import type { PrincipalScene } from './principal-programs.js';
import { sampleRecord } from './sample-record.js';

export const IDLE_MS = 10_000;

/** A session as a client of the store knows it. */
export interface KnownSession {
  readonly id: string;
  readonly text: string;
  readonly deadline: number;
}

/** How somebody logs in; a known session logs in again. */
export interface Login extends Partial<Admission> {
  readonly session?: KnownSession | undefined;
  readonly at?: PrincipalScene['store'];
}

/** The moves of the tests about principals. Each login is a millisecond after the one before. */
export class PrincipalDesk {
  readonly ada = `ada-${randomUUID()}`;
  readonly bob = `bob-${randomUUID()}`;

  constructor(readonly scene: PrincipalScene) {}

  get store(): PrincipalScene['store'] {
    return this.scene.store;
  }

  get #deadline(): number {
    return this.scene.clock.now() + IDLE_MS;
  }

  /** A session that nobody has logged in to. */
  async visit(): Promise<KnownSession> {
    const session = { id: newSessionId(), text: sampleRecord(), deadline: this.#deadline };
    await this.store.create(session.id, session.text, session.deadline);
    return session;
  }

  /** Ada logs in, unless another principal is given. */
  async login(login: Login = {}): Promise<KnownSession & { readonly outcome: AdmitOutcome }> {
    const { session, at = this.store, ...rule } = login;
    this.scene.clock.advance(1);
    const admission: Admission = { principal: this.ada, whenFull: 'reject', ...rule };
    const write = this.write(admission.principal, session);
    return { ...write, outcome: await at.admit(write, admission) };
  }

  /** What a login writes. */
  write(principal: string, session?: KnownSession): AdmittedWrite {
    const text = sampleRecord({ principal, authenticatedAt: this.scene.clock.now() });
    const target = session ? { id: session.id, etag: etagOf(session.text) } : { id: newSessionId() };
    return { ...target, text, deadline: this.#deadline };
  }

  /** The commit of a request that has the session loaded. */
  async commit({ id, text }: KnownSession): Promise<unknown> {
    return this.store.replace(id, etagOf(text), sampleRecord(), this.#deadline);
  }

  async idsOf(principal: string = this.ada): Promise<readonly string[]> {
    return (await this.store.sessionsOf(principal)).map(({ id }) => id);
  }
}

/** A limit as it is often kept: look, then act. Between the two another login comes in. */
export async function checkThenAdmit(
  store: PrincipalScene['store'],
  write: AdmittedWrite,
  { limit = Infinity, ...admission }: Admission,
): Promise<AdmitOutcome> {
  const sessions = await store.sessionsOf(admission.principal);
  return sessions.length < limit ? store.admit(write, admission) : 'full';
}
