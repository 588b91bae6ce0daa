import { commitLaws } from './commit.js';
import { deathLaws } from './death.js';
import { failureLaws } from './failure.js';
import { identityLaws } from './identity.js';
import type { Law } from './law.js';
import { rotationLaws } from './rotation.js';
import { timeLaws } from './time.js';
import { valueLaws } from './values.js';

/** Every law that can be checked without HTTP. docs/laws.md says what each means to a user. */
export const laws: readonly Law[] = [
  ...identityLaws,
  ...valueLaws,
  ...commitLaws,
  ...deathLaws,
  ...rotationLaws,
  ...timeLaws,
  ...failureLaws,
];
