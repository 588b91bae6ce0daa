import { firstWrite, responseBegun, setCookieLine } from './answer-rules.js';
import type { CookieFacts, CookieFinding } from './cookie-facts.js';
import {
  domainMatch,
  partitionedJar,
  pathMatch,
  prefixRules,
  sameSiteRule,
  sizeRule,
} from './keeping-rules.js';
import { duplicates, migrateFrom, unreadable } from './reading-rules.js';
import { proxyTrust, secureAttribute } from './transport-rules.js';

type Rule = (facts: CookieFacts) => CookieFinding | undefined;

/** In the order of a cookie's life: the app sets it, the browser keeps it, sends it back, and the app reads it. */
const RULES: readonly Rule[] = [
  firstWrite,
  responseBegun,
  setCookieLine,
  proxyTrust,
  secureAttribute,
  prefixRules,
  domainMatch,
  sizeRule,
  sameSiteRule,
  partitionedJar,
  pathMatch,
  duplicates,
  unreadable,
  migrateFrom,
];

/**
 * Why the cookie of a session was, or was not, set, kept, sent back and read.
 *
 * | name             | stops                                                        | warns                                        |
 * |------------------|--------------------------------------------------------------|----------------------------------------------|
 * | `first-write`    | nothing was written to the session                           | –                                            |
 * | `response-begun` | the first byte had left                                      | –                                            |
 * | `set-cookie`     | the answer has no line of the name                           | –                                            |
 * | `proxy-trust`    | –                                                            | app and browser disagree about TLS           |
 * | `secure`         | `Secure` from plain HTTP                                     | without `Secure` from HTTPS; Safari, localhost |
 * | `prefix`         | the line lacks what its prefix, None or Partitioned asks for | –                                            |
 * | `domain`         | the host is not of the domain                                | –                                            |
 * | `size`           | more than 4096 bytes                                         | –                                            |
 * | `same-site`      | another site caused the request                              | a third party's cookie                       |
 * | `partitioned`    | –                                                            | opened by itself                             |
 * | `path`           | the path is not below that of the cookie                     | –                                            |
 * | `duplicates`     | more than four of the name                                   | two to four of the name                      |
 * | `unreadable`     | the only value cannot be a token                             | one of several cannot                        |
 * | `migrate-from`   | –                                                            | both names came                              |
 *
 * A rule is left out where the facts do not tell, or where it has nothing to judge.
 */
export const explainCookie = (facts: CookieFacts): readonly CookieFinding[] =>
  RULES.map((rule) => rule(facts)).filter((finding) => finding !== undefined);
