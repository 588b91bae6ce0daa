import type { SessionSettings } from '../config/settings.js';
import { doctorFacts, type Unmet, unmetRows } from './diagnose.js';

/**
 * What the log at boot says of the rows that the settings break, a line each.
 *
 * | `session.doctor` | development | production                                  |
 * |------------------|-------------|---------------------------------------------|
 * | not set          | nothing     | the first row of level 1, in one line       |
 * | `off`            | nothing     | nothing                                     |
 * | `warn`, `fail`   | every row   | every row                                   |
 *
 * One line by default, because a log that scolds at each boot is a log that nobody reads. Level 1 alone, because what an app needs of the higher
 * levels is for its risk analysis to say. Not the provider's rows: the line about its laws has just told of them.
 */
export function bootLines(settings: SessionSettings, production: boolean): readonly string[] {
  const { doctor } = settings;
  if (doctor === 'off' || (doctor === undefined && !production)) return [];
  const unmet = unmetRows(doctorFacts(settings));
  return doctor === undefined ? unmet.filter(isNews).slice(0, 1).map(lineOf) : unmet.map(lineOf);
}

const isNews = ({ row, verdict }: Unmet): boolean =>
  row.level === 1 && verdict.fix.key !== 'session.session_provider';

const lineOf = ({ row, verdict: { because, fix } }: Unmet): string =>
  `${because} Fix: \`${fix.key}: ${fix.value}\`. (ASVS 5.0 ${row.id}; \`npx nestjs-sessions doctor\` tells more.)`;
