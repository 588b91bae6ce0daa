import { importOptional } from '../providers/optional-import.js';
import { type Devalue, devalueCodec } from '../record/devalue-codec.js';
import type { ValueCodec } from '../record/value-codec.js';
import { keyOf } from './layer.js';
import type { MergedOptions } from './merged-options.js';
import { optionRow } from './option-table.js';
import type { ProblemList } from './problem-list.js';

/**
 * The codec that the options choose; `undefined` for JSON. A package is loaded only when it is chosen; that it is not installed joins
 * the problems.
 */
export async function codecOf(
  options: MergedOptions,
  problems: ProblemList,
  load: (name: string) => Promise<unknown> = importOptional,
): Promise<ValueCodec | undefined> {
  const chosen = options.value('codec');
  if (typeof chosen === 'object') return chosen as ValueCodec;
  if (chosen !== 'devalue') return undefined;
  const devalue = (await load('devalue')) as Devalue | undefined;
  if (devalue) return devalueCodec(devalue);
  const origin = options.origin('codec');
  const row = optionRow('codec');
  problems.add([
    {
      ...(origin && { file: origin.name }),
      key: row && origin ? keyOf(row, origin.dialect) : 'session.codec',
      seen: '"devalue"',
      wanted: 'the package devalue',
      fix: 'npm install devalue, or write json',
    },
  ]);
  return undefined;
}
