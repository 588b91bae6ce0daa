import { hash } from 'node:crypto';
import { newEtag } from '../../record/record-text.js';
import {
  type CacheCoherence,
  EXPELLED_STATE,
  GENERATION_NAME,
  type MailListener,
  MEMBER_STATE,
  type Roster,
  rosterOf,
} from '../near-cache/cache-coherence.js';
import { notify } from './announcements.js';
import { Listening } from './listening.js';
import type { PostgresOptions } from './postgres-options.js';
import type { PostgresPool, PostgresResult } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

/** The roster of caching processes in rows of the table, and their mail by `NOTIFY` and `LISTEN`. */
export class PostgresCoherence implements CacheCoherence {
  /** @param connect answers the pool. */
  constructor(
    private readonly connect: () => Promise<PostgresPool>,
    private readonly statements: SessionStatements,
    private readonly options: PostgresOptions,
  ) {}

  async roster(): Promise<Roster> {
    const { rows } = await this.#run('roster');
    return rosterOf(rows.map(({ name, state }) => [String(name), String(state)]));
  }

  async join(member: string): Promise<void> {
    await this.#run('roster_join', member, MEMBER_STATE, GENERATION_NAME, newEtag());
  }

  async expel(member: string): Promise<void> {
    await this.#run('roster_expel', member, EXPELLED_STATE);
  }

  async remove(member: string): Promise<void> {
    await this.#run('roster_remove', member);
  }

  async send(channel: string, text: string): Promise<void> {
    await notify(await this.connect(), this.options, { channel: this.#nameOf(channel), text });
  }

  /** On a connection of its own. */
  async listen(channels: readonly string[], listener: MailListener): Promise<() => Promise<void>> {
    const names = channels.map((channel) => this.#nameOf(channel));
    const listening = new Listening(this.options, names, {
      heard: (text) => listener.heard(text),
      lost: () => listener.lost(),
      back: () => listener.lost(),
    });
    await listening.start();
    return () => listening.stop();
  }

  async #run(name: string, ...values: unknown[]): Promise<PostgresResult> {
    return this.statements.run(await this.connect(), name, values);
  }

  #nameOf(channel: string): string {
    const digest = hash('sha256', `${this.statements.table} ${channel}`, 'hex').slice(0, 32);
    return `nestjs_sessions_near_${digest}`;
  }
}
