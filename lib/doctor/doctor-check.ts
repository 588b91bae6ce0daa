import type { SettingsCheck } from '../config/settings-check.js';
import { doctorFacts, type Unmet, unmetRows } from './diagnose.js';

/** What the rows look at. While one of them is wrong by itself, its own problem is enough. */
const LOOKED_AT = ['cookie', 'timeouts', 'principals', 'creation', 'sessionProvider', 'auth'];

/** With `session.doctor: fail`, a problem for each row that the settings break; they join the others in the one error. */
export const doctorCheck: SettingsCheck = (settings, sound) =>
  settings.doctor === 'fail' && LOOKED_AT.every(sound) ? unmetRows(doctorFacts(settings)).map(problemOf) : [];

const problemOf = ({ row, verdict: { because, fix } }: Unmet): ReturnType<SettingsCheck>[number] => ({
  key: fix.key,
  seen: 'not enough for session.doctor: fail',
  wanted: `what meets ASVS 5.0 ${row.id}: ${row.requirement}`,
  fix: `write ${fix.value}. ${because}`,
});
