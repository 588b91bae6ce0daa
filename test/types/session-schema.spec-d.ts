import { type } from 'arktype';
import { expectTypeOf } from 'expect-type';
import * as v from 'valibot';
import { z } from 'zod';
import { type SchemaValues, Session, SessionModule, type SessionSchema } from '../../lib/index.js';

const zodShop = z.object({ cart: z.array(z.string()), theme: z.enum(['light', 'dark']).optional() });
const valibotShop = v.object({
  cart: v.array(v.string()),
  theme: v.optional(v.picklist(['light', 'dark'])),
});
const arkShop = type({ cart: 'string[]', 'theme?': "'light' | 'dark'" });

// Each library's schema is a schema of sessions, as a whole or one a key.
expectTypeOf(zodShop).toExtend<SessionSchema>();
expectTypeOf(valibotShop).toExtend<SessionSchema>();
expectTypeOf(arkShop).toExtend<SessionSchema>();
expectTypeOf(zodShop.shape).toExtend<SessionSchema>();
expectTypeOf(valibotShop.entries).toExtend<SessionSchema>();
SessionModule.forRoot({ schema: zodShop });
SessionModule.forRoot({ schema: { cart: type('string[]'), theme: v.string() } });

// @ts-expect-error -- no schema
SessionModule.forRoot({ schema: { cart: 'string[]' } });

// The values that a schema accepts are the keys of a session.
expectTypeOf<SchemaValues<typeof zodShop>['cart']>().toEqualTypeOf<string[]>();
expectTypeOf<SchemaValues<typeof valibotShop>['cart']>().toEqualTypeOf<string[]>();
expectTypeOf<SchemaValues<typeof arkShop>['cart']>().toEqualTypeOf<string[]>();
expectTypeOf<SchemaValues<typeof zodShop.shape>['cart']>().toEqualTypeOf<string[]>();

declare const session: Session<SchemaValues<typeof zodShop>>;
expectTypeOf(session.get('cart')).toEqualTypeOf<string[] | undefined>();
expectTypeOf(session.get('theme', 'light')).toEqualTypeOf<'light' | 'dark'>();
// @ts-expect-error -- the schema has no such key
session.get('basket');
// @ts-expect-error -- the schema wants texts
session.set('cart', [7]);

// A schema that transforms says what goes in: that is what a session holds.
const transforming = z.object({ at: z.string().transform(Number) });
expectTypeOf<SchemaValues<typeof transforming>>().toEqualTypeOf<{ at: string }>();

// The keys of all sessions of an app, from its schema.
interface ShopData extends SchemaValues<typeof zodShop> {}
declare const shop: Session<ShopData>;
expectTypeOf(shop.get('cart')).toEqualTypeOf<string[] | undefined>();

// A session class has its schema as a static.
class ShopSession extends Session<SchemaValues<typeof zodShop>> {
  static override readonly schema = zodShop;
}
SessionModule.forRoot({ sessionType: ShopSession });

// A migration takes what may be anything, and answers values.
SessionModule.forRoot({
  migration: { version: 1, migrate: ({ name, ...rest }) => ({ ...rest, user: { name } }) },
});
// @ts-expect-error -- it answers nothing
SessionModule.forRoot({ migration: { version: 1, migrate: () => undefined } });
