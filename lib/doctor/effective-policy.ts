import { keyOf, type Layer, shownIn, valueAt } from '../config/layer.js';
import type { LoadedSettings } from '../config/load-settings.js';
import { OPTION_TABLE, type OptionRow } from '../config/option-table.js';
import { seenValue } from '../config/seen.js';

/** One option as it is in force. */
export interface EffectiveOption {
  /** As the file names it. */
  readonly key: string;
  /** As it was written; of what may be a secret, or came from the environment, type and length only. */
  readonly value: string;
  /** `default`, `the preset office`, the name of the file, or `forRoot()`. */
  readonly from: string;
}

/** Every option with its value and where that was decided, in the order of the docs. */
export const effectivePolicy = ({ settings, options }: LoadedSettings): readonly EffectiveOption[] =>
  OPTION_TABLE.map((row) => {
    const origin = options.origin(row.option);
    const value = origin ? written(row, origin) : standingIn(row, settings.cookie.name);
    return { key: row.yaml, value: unquoted(value), from: origin?.name ?? 'default' };
  });

function written(row: OptionRow, origin: Layer): string {
  const key = keyOf(row, origin.dialect);
  return shownIn(origin, key, valueAt(origin.tree, key));
}

function standingIn(row: OptionRow, cookieName: string): string {
  if (row.option === 'cookie.name') return cookieName;
  return row.otherwise?.replaceAll('`', '') ?? seenValue(row.yaml, row.default);
}

/** A text without the quotes of JSON, where none of its characters needs them. */
const unquoted = (shown: string): string => (/^"[\w ./:@-]+"$/.test(shown) ? shown.slice(1, -1) : shown);
