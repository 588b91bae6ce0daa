import type { AtomicSessionStore, StoreCapabilities } from '../atomic-session-store.js';
import type { SessionProvider } from '../session-provider.js';
import { missingOf } from '../structure.js';

/** The chapter's contract: a class of one's own, an instance of {@link SessionProvider}, or a plain object of a test. */
export type FourMethodProvider = Pick<SessionProvider, (typeof FOUR_METHODS)[number]>;

/** What a provider may have beside its operations. */
export type AtomicStore = AtomicSessionStore & StoreCapabilities;

const FOUR_METHODS = ['createSession', 'updateSession', 'getSession', 'invalidateSession'] as const;
const FIVE_OPERATIONS = ['load', 'create', 'replace', 'touch', 'end'] as const;

/** Which of the four methods `provider` lacks, in the order of the contract. */
export const missingMethodsOf = (provider: unknown): readonly string[] => missingOf(provider, FOUR_METHODS);

export const isFourMethodProvider = (provider: unknown): provider is FourMethodProvider =>
  missingMethodsOf(provider).length === 0;

/** Whether `provider` has the five operations; the four methods do not count then. */
export const isAtomicStore = (provider: unknown): provider is AtomicStore =>
  missingOf(provider, FIVE_OPERATIONS).length === 0;
