import { expectTypeOf } from 'expect-type';
import type { Session } from '../../lib/index.js';

interface Shop {
  cart: string[];
  user?: { name: string };
  note: string | null;
}

declare const session: Session<Shop>;

// A fallback of the key's own type gives that type, so that an empty list can be filled.
session.get('cart', []).push('tea');
expectTypeOf(session.get('cart', [])).toEqualTypeOf<string[]>();
expectTypeOf(session.get('user', { name: 'nobody' })).toEqualTypeOf<{ name: string }>();

// Any other fallback joins the type.
expectTypeOf(session.get('cart', null)).toEqualTypeOf<string[] | null>();
expectTypeOf(session.get('user', null)).toEqualTypeOf<{ name: string } | null>();

// A stored null is passed, whatever the fallback.
expectTypeOf(session.get('note', '')).toEqualTypeOf<string | null>();

// Without a fallback a key may be missing.
expectTypeOf(session.get('cart')).toEqualTypeOf<string[] | undefined>();

// @ts-expect-error -- nobody declared that key
session.get('basket');
// @ts-expect-error -- the key holds another type
session.set('cart', 'tea');
