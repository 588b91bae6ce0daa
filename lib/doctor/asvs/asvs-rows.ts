import type { AsvsRow } from './asvs-row.js';
import { COOKIE_ROWS } from './cookie-rows.js';
import { ABUSE_ROWS, ENDING_ROWS } from './ending-rows.js';
import { TIMEOUT_ROWS, TOKEN_ROWS } from './token-rows.js';

/** Every row of OWASP ASVS 5.0.0 about sessions (V7) and cookies (V3.3), in the order of the standard. */
export const ASVS_ROWS: readonly AsvsRow[] = [
  ...COOKIE_ROWS,
  ...TOKEN_ROWS,
  ...TIMEOUT_ROWS,
  ...ENDING_ROWS,
  ...ABUSE_ROWS,
];
