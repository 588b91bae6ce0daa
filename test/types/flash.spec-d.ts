import { expectTypeOf } from 'expect-type';
import type { Flash, TakenMessages } from '../../lib/index.js';

interface Messages {
  notice: string;
  invalid: { field: string };
}

declare const flash: Flash<Messages>;

flash('notice', 'Saved.');
flash.now('invalid', { field: 'name' });
flash.keep('notice', 'invalid');

expectTypeOf(flash.take('notice')).resolves.toEqualTypeOf<string[]>();
expectTypeOf(flash.take()).resolves.toEqualTypeOf<TakenMessages<Messages>>();
expectTypeOf<TakenMessages<Messages>>().toEqualTypeOf<{ notice?: string[]; invalid?: { field: string }[] }>();

// @ts-expect-error -- nobody declared that name
flash('warning', 'Careful.');
// @ts-expect-error -- the message has another type
flash('notice', { field: 'name' });
// @ts-expect-error -- nobody declared that name
void flash.take('warning');

// While nothing is declared, every name is allowed.
declare const loose: Flash;
loose('anything', 1);
expectTypeOf(loose.take('anything')).resolves.toEqualTypeOf<any[]>();
