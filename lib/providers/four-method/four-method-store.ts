import type { AssignsIds, Closes, ReportsHealth, StoreCapabilities } from '../atomic-session-store.js';
import { type Clock, systemClock } from '../clock.js';
import { InProcessSwap } from '../in-process-swap.js';
import { classNameOf } from '../structure.js';
import { FourMethodRecords } from './four-method-records.js';
import { idOfInnerToken } from './inner-token.js';
import type { FourMethodProvider } from './provider-kind.js';

/** A class of the chapter's four methods behind the five operations, with what the class may have beside its methods. */
export class FourMethodStore extends InProcessSwap implements AssignsIds, ReportsHealth, Closes {
  constructor(
    readonly provider: FourMethodProvider & Pick<StoreCapabilities, 'health' | 'close'>,
    clock: Clock = systemClock,
  ) {
    super(new FourMethodRecords(provider), clock);
  }

  /** @throws SessionError BAD_SESSION_TOKEN when the token of the provider cannot name a session. */
  async newId(): Promise<string> {
    return idOfInnerToken(await this.provider.createSession(), classNameOf(this.provider));
  }

  /** Asks the provider, if it can tell. */
  async health(): Promise<void> {
    await this.provider.health?.();
  }

  /** Closes the provider, if it can be closed. */
  async close(): Promise<void> {
    await this.provider.close?.();
  }
}
