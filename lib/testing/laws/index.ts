import { commitLaws } from './commit.js';
import { deathLaws } from './death.js';
import { failureLaws } from './failure.js';
import { identityLaws } from './identity.js';
import { type Law, LAW_IDS } from './law.js';
import { loginLaws } from './login.js';
import { overrideLaws } from './overrides.js';
import { limitLaws } from './limit.js';
import { principalLaws } from './principals.js';
import { renewalLaws } from './renewal.js';
import { reuseLaws } from './reuse.js';
import { revocationLaws } from './revocation.js';
import { rotateLaws } from './rotate.js';
import { unannouncedLaws } from './unannounced.js';
import { rotationLaws } from './rotation.js';
import { timeLaws } from './time.js';
import { valueLaws } from './values.js';

const CHECKS: readonly Law[] = [
  ...identityLaws,
  ...valueLaws,
  ...commitLaws,
  ...deathLaws,
  ...revocationLaws,
  ...rotationLaws,
  ...loginLaws,
  ...unannouncedLaws,
  ...rotateLaws,
  ...renewalLaws,
  ...reuseLaws,
  ...timeLaws,
  ...overrideLaws,
  ...principalLaws,
  ...limitLaws,
  ...failureLaws,
];

/** Every law that can be checked without HTTP, in the order of {@link LAW_IDS}. docs/laws.md says what each means to a user. */
export const laws: readonly Law[] = LAW_IDS.flatMap((id) => CHECKS.filter((law) => law.id === id));
