import type { OnApplicationShutdown } from '@nestjs/common';
import type { SessionRuntime } from '../http/session-runtime.js';
import { Sweeper } from '../session/sweeper.js';

/** Sweeps while the app runs; at its end waits for the commits under way, then closes the store. */
export class SessionLifecycle implements OnApplicationShutdown {
  readonly #sweeper: Sweeper;

  /** @param ownsStore false when the app passed its own provider in: then the app closes it. */
  constructor(
    private readonly runtime: SessionRuntime,
    private readonly ownsStore: boolean,
  ) {
    this.#sweeper = new Sweeper(runtime.parts.manager);
    this.#sweeper.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const { active, parts } = this.runtime;
    this.#sweeper.stop();
    await active.idle(parts.manager.policy.operationTimeout);
    await parts.manager.drain();
    if (this.ownsStore) await parts.manager.parts.store.close?.();
  }
}
