import type { SessionEvent } from '../events/session-event.js';
import type { Announcement } from '../providers/atomic-session-store.js';
import { ConnectionLine, type EndOfConnection, type HeldConnection } from './connection-line.js';
import { DeathWatch } from './death-watch.js';
import type { LiveRecord } from './live-record.js';
import { Patrol } from './patrol.js';
import type { SessionManager } from './session-manager.js';

/** How the open connections of an app are looked after. */
export interface ConnectionRules {
  /**
   * How often, in milliseconds, the sessions are looked at of which nobody else would tell; less often where they are too many for the
   * pace of a {@link Patrol}.
   */
  readonly check: number;
}

/**
 * The connections of an app that stay open and live by a session: sockets, and streams of events. Each is cut when its session dies or
 * gets a new token by a change of privilege; inject it to see how many there are, or to cut them all.
 *
 * It learns of the end of a session from the events of this process, at once; from the store where that can tell what other processes
 * do ({@link Watches}), and by looking otherwise, once in `session.web_socket.check` at each session, however many connections it
 * has. While nothing is open it has no timer, and asks the store nothing.
 */
export class SessionConnections {
  readonly #lines = new Map<string, ConnectionLine>();
  readonly #manager: SessionManager;
  readonly #watch: DeathWatch;
  readonly #patrol: Patrol;
  #closed = false;

  /** Made by the module, not by you. */
  constructor(manager: SessionManager, rules: ConnectionRules) {
    this.#manager = manager;
    this.#watch = new DeathWatch(manager, (announcement) => this.#heard(announcement));
    this.#patrol = new Patrol({
      roundMs: rules.check,
      list: () => this.#due(),
      lookAt: (id) => this.#lookAt(id),
    });
  }

  /** How many connections are open. */
  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  /** Cuts every connection, as for a shutdown; those that come later are cut at once. */
  closeAll(): void {
    this.#closed = true;
    this.#cutAll('shutdown');
  }

  /**
   * Holds a connection as long as the session lives that it was opened with.
   *
   * @param cut called once, with the reason; what it throws reaches nobody.
   * @returns what to call when the connection is over by itself
   */
  hold({ id, record }: LiveRecord, cut: (why: EndOfConnection) => void): () => void {
    const connection: HeldConnection = { epoch: record.meta.epoch, cut };
    const line = this.#lines.get(id) ?? new ConnectionLine(() => this.#forget(id));
    this.#lines.set(id, line);
    line.add(connection);
    if (this.#closed) line.cut('shutdown');
    else this.#start();
    return () => line.remove(connection);
  }

  /** Told what happens to the sessions of this process. */
  hear(event: SessionEvent): void {
    switch (event.type) {
      case 'invalidated':
      case 'revoked':
      case 'evicted':
      case 'reuse-detected':
      case 'expired':
        return this.#lines.get(event.id)?.cut('ended');
      case 'regenerated':
      case 'login':
        return this.#lines.get(event.id)?.cut('superseded');
      case 'everything-revoked':
        return this.#cutAll('ended');
      default:
    }
  }

  /** Looks at the next few sessions whose end nobody would tell; a store that is out changes nothing, and the next round tries again. */
  look(): Promise<void> {
    return this.#patrol.step();
  }

  /** Lets go of timer and store. */
  async close(): Promise<void> {
    this.closeAll();
    await this.#watch.stop();
  }

  #heard(announcement: Announcement): void {
    if (announcement.kind === 'everything') return this.#cutAll('ended');
    const line = this.#lines.get(announcement.id);
    if (announcement.kind === 'ended') line?.cut('ended');
    else if (line) void this.#lookAt(announcement.id);
  }

  #due(): readonly string[] {
    const now = this.#manager.now();
    const everything = !this.#watch.tells(now);
    return [...this.#lines].filter(([, line]) => everything || line.isDue(now)).map(([id]) => id);
  }

  async #lookAt(id: string): Promise<void> {
    if (!this.#lines.has(id)) return;
    try {
      const live = await this.#manager.load(id);
      this.#lines.get(id)?.saw(live);
    } catch {
      // The manager has told of the outage. Nobody is cut for it: a message that comes meanwhile fails by itself.
    }
  }

  #cutAll(why: EndOfConnection): void {
    for (const line of [...this.#lines.values()]) line.cut(why);
  }

  #start(): void {
    this.#watch.start();
    this.#patrol.start();
  }

  #forget(id: string): void {
    this.#lines.delete(id);
    if (this.#lines.size === 0) this.#patrol.stop();
  }
}
