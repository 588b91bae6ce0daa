import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { SessionRuntime } from '../http/session-runtime.js';
import { Sweeper } from '../session/sweeper.js';

/** What a lifecycle is told about the app. */
export interface AppFacts {
  /** False when the app passed its own provider in: then the app closes it. */
  readonly ownsStore: boolean;
  /** Throws when the requests of the app cannot have sessions. */
  readonly assertHooked: () => void;
  /** Lets go of the gateways of the app. */
  readonly leaveGateways: () => void;
}

/** Sweeps while the app runs; at its end cuts what stays open, waits for the commits under way, then closes the store. */
export class SessionLifecycle implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #sweeper: Sweeper;

  constructor(
    private readonly runtime: SessionRuntime,
    private readonly app: AppFacts,
  ) {
    this.#sweeper = new Sweeper(runtime.parts.manager);
    this.#sweeper.start();
  }

  onModuleInit(): void {
    this.app.assertHooked();
  }

  /** Before the server waits for its requests: a stream of events would keep it waiting for ever. */
  beforeApplicationShutdown(): void {
    this.runtime.parts.connections.closeAll();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#sweeper.stop();
    this.app.leaveGateways();
    await this.runtime.parts.connections.close();
    await this.runtime.drain();
    if (this.app.ownsStore) await this.runtime.parts.manager.parts.store.close?.();
  }
}
