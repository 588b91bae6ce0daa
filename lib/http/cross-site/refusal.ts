import type { DenyReason } from './decide-cross-site.js';

/** What a client is told. Nothing of its headers comes back: a message may end up in a page. */
const REFUSALS: Readonly<Record<DenyReason, string>> = {
  'same-site': 'Sec-Fetch-Site is same-site, and Origin is not among the allowed origins',
  'cross-site': 'Sec-Fetch-Site is cross-site, and Origin is not among the allowed origins',
  'unknown-site': 'Sec-Fetch-Site has a value that no browser sends',
  'opaque-origin': 'Origin is null',
  'malformed-origin': 'Origin is not written as browsers write it',
  'other-origin': 'Origin is neither this host nor among the allowed origins',
  'insecure-origin': 'Origin is a page without TLS, and this host has TLS',
  'no-origin': 'Origin is missing',
};

/** A sentence that says which header decided, so that whoever operates a client knows what to look at. */
export const refusalOf = (reason: DenyReason): string => `Cross-site request refused: ${REFUSALS[reason]}.`;
