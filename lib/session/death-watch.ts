import type { Announcement } from '../providers/atomic-session-store.js';
import type { SessionManager } from './session-manager.js';

/** After this long without a look at everything there is one all the same: a message may get lost on the way. */
const FULL_LOOK_MS = 30_000;
/** A store that could not be watched is asked again after this long. */
const RETRY_MS = 5000;

/** Listens to a store that can tell what other processes do to sessions; to one that cannot, it never tells anything. */
export class DeathWatch {
  #state: 'off' | 'starting' | 'on' | 'failed' = 'off';
  #stop: (() => unknown) | undefined;
  #triedAt = 0;
  #lookedAt = -Infinity;

  constructor(
    private readonly manager: SessionManager,
    private readonly heard: (announcement: Announcement) => void,
  ) {}

  /** Begins to listen; a second call changes nothing, save after a failure. */
  start(): void {
    const now = this.manager.now();
    const mayTry = this.#state === 'off' || (this.#state === 'failed' && now - this.#triedAt >= RETRY_MS);
    if (!this.manager.parts.store.watch || !mayTry) return;
    this.#state = 'starting';
    this.#triedAt = now;
    void this.#listen();
  }

  /**
   * Whether the store tells by itself what ends elsewhere, so that only what is due has to be looked at. Now and then, and after
   * something may have been missed, it answers no.
   */
  tells(now: number): boolean {
    this.start();
    if (this.#state !== 'on') return false;
    if (now - this.#lookedAt < FULL_LOOK_MS) return true;
    this.#lookedAt = now;
    return false;
  }

  async stop(): Promise<void> {
    const stop = this.#stop;
    this.#state = 'failed';
    this.#triedAt = Infinity;
    this.#stop = undefined;
    await stop?.();
  }

  async #listen(): Promise<void> {
    try {
      const stop = await this.manager.parts.store.watch?.({
        heard: (announcement) => this.heard(announcement),
        missed: () => {
          this.#lookedAt = -Infinity;
        },
      });
      if (this.#triedAt === Infinity) return await stop?.();
      this.#stop = stop;
      this.#state = 'on';
    } catch (error) {
      if (this.#triedAt !== Infinity) this.#state = 'failed';
      this.manager.report({ type: 'outage', operation: 'watch', error });
    }
  }
}
