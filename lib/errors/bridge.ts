import { invalidConfiguration } from './configuration.js';
import type { SessionError } from './session-error.js';

/** What was handed to a bridge cannot be bridged. */
export interface UnfitStore {
  /** The function that was called, such as `fromKeyv()`. */
  readonly bridge: string;
  readonly seen: string;
  readonly wanted: string;
  readonly fix: string;
}

export const unfitStore = ({ bridge, seen, wanted, fix }: UnfitStore): SessionError =>
  invalidConfiguration([{ key: `session.session_provider, ${bridge}`, seen, wanted, fix }]);
