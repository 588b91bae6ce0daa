import type { SessionSettings } from '../../config/settings.js';
import type { ProviderFacts } from '../provider-facts.js';

/** The one line of YAML that makes a row met. */
export interface YamlFix {
  /** Such as `session.cookie.prefix`. */
  readonly key: string;
  /** As YAML writes it. */
  readonly value: string;
}

/**
 * What settings say about a row.
 *
 * `met`: by them and by the library, whatever the app does. `unmet`: by them, whatever the app does. `app`: neither, so the app has to do its part.
 */
export type Verdict =
  | { readonly status: 'met'; readonly because: string }
  | { readonly status: 'unmet'; readonly because: string; readonly fix: YamlFix }
  | { readonly status: 'app'; readonly task: string };

/** What a row is judged by. Never a secret: the two maps `config` are no part of it. */
export interface DoctorFacts {
  readonly settings: Pick<SessionSettings, 'cookie' | 'timeouts' | 'principals' | 'creation'>;
  readonly provider: ProviderFacts;
  /** Whether the tokens come from a class of this library. */
  readonly ownTokens: boolean;
}

/** A requirement of OWASP ASVS 5.0.0 that is about sessions or their cookie. */
export interface AsvsRow {
  readonly id: string;
  readonly level: 1 | 2 | 3;
  /** In our words; the standard's own are at https://github.com/OWASP/ASVS. */
  readonly requirement: string;
  /** What is done without the app. */
  readonly provided: string;
  readonly judge: (facts: DoctorFacts) => Verdict;
  /** `file › sentence`, from the root of the repository. */
  readonly tests: readonly string[];
}

export const met = (because: string): Verdict => ({ status: 'met', because });

export const app = (task: string): Verdict => ({ status: 'app', task });

export const unmet = (because: string, key: string, value: string): Verdict => ({
  status: 'unmet',
  because,
  fix: { key, value },
});
