import { commitTwins } from './commit-twins.js';
import { deathTwins } from './death-twins.js';
import { failureTwins } from './failure-twins.js';
import { identityTwins } from './identity-twins.js';
import { loginTwins } from './login-twins.js';
import { principalTwins } from './principal-twins.js';
import { renewalTwins } from './renewal-twins.js';
import { rotationTwins } from './rotation-twins.js';
import { timeTwins } from './time-twins.js';
import type { Twin } from './twin.js';
import { valueTwins } from './value-twins.js';

/** Every broken twin: what the laws must convict to be worth anything. */
export const twins: readonly Twin[] = [
  ...identityTwins,
  ...valueTwins,
  ...commitTwins,
  ...deathTwins,
  ...rotationTwins,
  ...loginTwins,
  ...renewalTwins,
  ...timeTwins,
  ...principalTwins,
  ...failureTwins,
];
