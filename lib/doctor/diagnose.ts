import type { SessionSettings } from '../config/settings.js';
import { HMACCredentialProvider } from '../credentials/hmac-credential-provider.js';
import { RandomCredentialProvider } from '../credentials/random-credential-provider.js';
import { TimedHMACCredentialProvider } from '../credentials/timed-hmac-credential-provider.js';
import type { AsvsRow, DoctorFacts, Verdict } from './asvs/asvs-row.js';
import { ASVS_ROWS } from './asvs/asvs-rows.js';
import { providerFacts } from './provider-facts.js';

/** What the rows are judged by, out of settings that are sound. Opens and constructs nothing. */
export const doctorFacts = (settings: SessionSettings): DoctorFacts => ({
  settings,
  provider: providerFacts(settings.sessionProvider),
  ownTokens: OWN.some((own) => isOrMakes(settings.auth.credentialProvider, own)),
});

const OWN = [RandomCredentialProvider, HMACCredentialProvider, TimedHMACCredentialProvider] as const;

/** The class itself or an object of it. A subclass may make its tokens in its own way. */
const isOrMakes = (given: object, own: NewableFunction): boolean =>
  given === own || Object.getPrototypeOf(given) === own.prototype;

/** A row and what the settings say about it. */
export interface Diagnosis {
  readonly row: AsvsRow;
  readonly verdict: Verdict;
}

/** A row that the settings break. */
export interface Unmet {
  readonly row: AsvsRow;
  readonly verdict: Extract<Verdict, { status: 'unmet' }>;
}

/** Every row with its verdict, in the order of the standard. */
export const diagnose = (facts: DoctorFacts): readonly Diagnosis[] =>
  ASVS_ROWS.map((row) => ({ row, verdict: row.judge(facts) }));

/** The rows that the settings break, in the order of the standard. */
export const unmetRows = (facts: DoctorFacts): readonly Unmet[] =>
  diagnose(facts).filter((each): each is Unmet => each.verdict.status === 'unmet');
