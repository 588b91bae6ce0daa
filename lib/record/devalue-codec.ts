import { types } from 'node:util';
import type { ValueCodec } from './value-codec.js';

/** What we use of the package. */
export interface Devalue {
  readonly stringify: (value: unknown) => string;
  readonly parse: (text: string) => unknown;
}

/** `session.codec: devalue`. Carries `Date`, `Map`, `Set` and BigInt; devalue knows more types, which stay refused. */
export const devalueCodec = ({ stringify, parse }: Devalue): ValueCodec => ({
  name: 'devalue',
  carries: (part) => typeof part === 'bigint' || (isCarriedObject(part) && isBare(part)),
  stringify: (value) => stringify(value),
  parse: (text) => parse(text),
});

const isCarriedObject = (part: unknown): part is object =>
  types.isDate(part) || types.isMap(part) || types.isSet(part);

/** A subclass would come back as its base class, and a property of its own would be lost. */
function isBare(part: object): boolean {
  const base: unknown = Object.getPrototypeOf(Object.getPrototypeOf(part));
  return base !== null && Object.getPrototypeOf(base) === null && Reflect.ownKeys(part).length === 0;
}
