import type { SessionSettings } from '../config/settings.js';
import type { Verdict } from '../doctor/asvs/asvs-row.js';
import { type Diagnosis, diagnose, doctorFacts } from '../doctor/diagnose.js';
import { type EffectiveOption, effectivePolicy } from '../doctor/effective-policy.js';
import { type ProviderFacts, providerFacts } from '../doctor/provider-facts.js';
import type { LoadedSettings } from '../config/load-settings.js';
import type { StoreHealth } from './ask-store.js';
import { type Page, paragraph, table } from './layout.js';
import { FORMAT_VERSION } from './format-version.js';

/** What a doctor without a request has found. */
export interface PolicyReport {
  readonly settings: Pick<SessionSettings, 'environment' | 'file'>;
  readonly policy: readonly EffectiveOption[];
  readonly provider: ProviderFacts;
  readonly diagnoses: readonly Diagnosis[];
  /** Empty unless somebody asked for it. */
  readonly health?: StoreHealth;
}

export const policyReport = (loaded: LoadedSettings, health?: StoreHealth): PolicyReport => ({
  settings: loaded.settings,
  policy: effectivePolicy(loaded),
  provider: providerFacts(loaded.settings.sessionProvider),
  diagnoses: diagnose(doctorFacts(loaded.settings)),
  ...(health && { health }),
});

/** 1 for a row that the settings break, and for a store that does not answer. */
export const policyExitCode = ({ diagnoses, health }: PolicyReport): 0 | 1 =>
  health?.ok === false || diagnoses.some(({ verdict }) => verdict.status === 'unmet') ? 1 : 0;

/** The shape is documented in docs/doctor.md; a change of it that could break a reader raises the version. */
export const policyJson = ({ settings, policy, provider, diagnoses, health }: PolicyReport): object => ({
  version: FORMAT_VERSION,
  environment: settings.environment,
  file: settings.file ?? null,
  policy,
  provider: { name: provider.name, lawsNotHeld: provider.lawsNotHeld ?? null },
  store: health ?? null,
  asvs: diagnoses.map(({ row: { id, level, requirement, provided, tests }, verdict }) => ({
    id,
    level,
    requirement,
    provided,
    ...verdict,
    tests,
  })),
});

const NOT_SEEN = 'The options of forRoot() stand in code, and are not seen here. They win over the file.';

/** For a reader at a terminal. */
export function policyText(report: PolicyReport, page: Page): string {
  const { settings, policy, provider, health } = report;
  const file = settings.file ?? 'none, so the defaults apply';
  return [
    page.paint('bold', 'Configuration'),
    ...table(page, [
      ['environment', settings.environment],
      ['file', file],
      ['forRoot()', NOT_SEEN],
    ]),
    '',
    page.paint('bold', 'Policy in force'),
    ...table(
      page,
      policy.map(({ key, from, value }) => [key, from, value]),
    ),
    '',
    page.paint('bold', 'Provider'),
    ...paragraph(page, '  ', provider.lawsNotHeld ?? `${provider.name} holds every law.`),
    ...(health ? paragraph(page, '  ', health.says) : []),
    '',
    ...asvsText(report, page),
  ].join('\n');
}

const HEADINGS = {
  unmet: ['not met', 'red'],
  app: ['yours to do', 'yellow'],
  met: ['met', 'green'],
} as const;

function asvsText({ diagnoses }: PolicyReport, page: Page): string[] {
  return (['unmet', 'app', 'met'] as const).flatMap((status) => {
    const [heading, colour] = HEADINGS[status];
    const found = diagnoses.filter(({ verdict }) => verdict.status === status);
    const title = `ASVS 5.0: ${heading} (${found.length})`;
    return [page.paint(colour, title), ...found.flatMap((each) => rowText(each, page)), ''];
  });
}

function rowText({ row: { id, level, requirement }, verdict }: Diagnosis, page: Page): string[] {
  const head = `  ${id}  level ${level}  `;
  if (verdict.status === 'met') return paragraph(page, head, verdict.because);
  const below = ' '.repeat(head.length);
  return [
    ...paragraph(page, head, requirement),
    ...(verdict.status === 'unmet' ? paragraph(page, below, verdict.because) : []),
    ...paragraph(page, `${below}→ `, adviceOf(verdict)),
  ];
}

const adviceOf = (verdict: Exclude<Verdict, { status: 'met' }>): string =>
  verdict.status === 'app' ? verdict.task : `${verdict.fix.key}: ${verdict.fix.value}`;
