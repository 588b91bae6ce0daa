import assert from 'node:assert/strict';
import type { Law } from './law.js';
import { expectError } from './expect-error.js';
import { codedValues, illegalValues, legalKeys, legalValues } from './sample-values.js';

export const valueLaws: readonly Law[] = [
  {
    id: 'V1',
    name: 'a request reads what it wrote, before and after each way of committing it',
    needs: [],
    async check(subject) {
      const request = await subject.open();
      const { session } = request;
      session.set('count', 1).set('list', ['a']).set('gone', true);
      (session.get('list') as string[]).push('b');
      session.delete('gone');
      const expected = { count: 1, list: ['a', 'b'] };
      assert.deepEqual(session.toObject(), expected);
      await session.save();
      assert.deepEqual(session.toObject(), expected);
      assert.equal(await session.increment('count'), 2);
      assert.equal(session.get('count'), 2);
      await session.regenerate({ keep: 'all' });
      await session.reload();
      assert.deepEqual(session.toObject(), { ...expected, count: 2 });
      assert.equal(session.size, 2);
      await request.finish();
    },
  },
  {
    id: 'V1',
    name: 'what is set while a commit is under way is neither lost nor taken for committed',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 0 });
      const request = await subject.open(token);
      const { session } = request;
      for (const [key, commit] of [
        ['saved', () => session.save()],
        ['updated', () => session.update('a', () => 1)],
        ['regenerated', () => session.regenerate({ keep: 'all' })],
      ] as const) {
        session.set('a', key);
        const gate = subject.here.store.hold('replace');
        const committing = commit();
        await gate.reached;
        session.set(key, 'meanwhile');
        gate.open();
        await committing;
        assert.equal(session.get(key), 'meanwhile');
      }
      await request.finish();
      const found = await subject.read(session.token ?? '');
      assert.deepEqual(Object.keys(found ?? {}).sort(), ['a', 'regenerated', 'saved', 'updated']);
    },
  },
  {
    id: 'V2',
    name: 'every legal value survives under every key',
    needs: [],
    async check(subject) {
      const values = legalKeys.map((key, index): [string, unknown] => [
        key,
        legalValues[index % legalValues.length],
      ]);
      const { codec } = subject.parts;
      const coded = codedValues.filter(({ part }) => codec?.carries(part)).map(({ value }) => value);
      for (const [index, value] of [...legalValues, ...coded].entries())
        values.push([`value ${index}`, value]);
      const request = await subject.open();
      for (const [key, value] of values) request.session.set(key, value);
      await request.finish();
      const { session } = await subject.open(request.session.token ?? '');
      for (const [key, value] of values)
        assert.deepEqual(session.get(key), value, `at ${JSON.stringify(key)}`);
      assert.deepEqual([...session.keys()].sort(), values.map(([key]) => key).sort());
    },
  },
  {
    id: 'V2',
    name: 'an illegal value is refused where it is set, by its path, and the record stays as it was',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ cart: ['tea'] });
      const { codec } = subject.parts;
      for (const { what, value, path, part } of illegalValues()) {
        if (part !== undefined && codec?.carries(part)) continue;
        const request = await subject.open(token);
        const refusal = (async (): Promise<void> => void request.session.set('cart', value))();
        const error = await expectError('ILLEGAL_VALUE', refusal);
        assert.ok(error.message.includes(`"${path}"`), `${what}: "${path}" is not named`);
        assert.deepEqual(request.session.get('cart'), ['tea']);
        await request.finish();
      }
      assert.deepEqual(await subject.read(token), { cart: ['tea'] });
    },
  },
  {
    id: 'V2',
    name: 'a value that becomes illegal in place is refused at the commit, and the record stays as it was',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ cart: { items: ['tea'] }, other: 1 });
      const request = await subject.open(token);
      const cart = request.session.get('cart') as { items: unknown[] };
      cart.items.push(cart);
      request.session.set('other', 2);
      await expectError('ILLEGAL_VALUE', request.finish());
      assert.deepEqual(await subject.read(token), { cart: { items: ['tea'] }, other: 1 });
    },
  },
  {
    id: 'V3',
    name: 'a missing key and a present null differ',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ nothing: null, falsy: 0 });
      const { session } = await subject.open(token);
      assert.equal(session.get('nothing', 'fallback'), null);
      assert.equal(session.get('falsy', 'fallback'), 0);
      assert.equal(session.has('nothing'), true);
      assert.equal(session.get('missing', 'fallback'), 'fallback');
      assert.equal(session.get('missing'), undefined);
      assert.equal(session.has('missing'), false);
      assert.deepEqual(session.toObject(), { nothing: null, falsy: 0 });
    },
  },
  {
    id: 'V4',
    name: 'a removed key stays removed, also when another request saves after it',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 1, b: 2, c: 3 });
      const other = await subject.elsewhere.open(token);
      other.session.get('a');
      const request = await subject.open(token);
      request.session.set('a', ['changed']);
      assert.equal(request.session.delete('a'), true);
      assert.equal(request.session.pull('b'), 2);
      await request.session.save();
      await request.session.reload();
      assert.deepEqual(request.session.toObject(), { c: 3 });
      other.session.set('d', 4);
      await other.finish();
      assert.deepEqual(await subject.read(token), { c: 3, d: 4 });
    },
  },
  {
    id: 'V5',
    name: 'a change inside a loaded object is saved',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ cart: { items: [{ name: 'tea', count: 1 }] } });
      const request = await subject.open(token);
      const cart = request.session.get('cart') as { items: { name: string; count: number }[] };
      cart.items[0] = { name: 'tea', count: 2 };
      await request.session.save();
      cart.items.push({ name: 'milk', count: 1 });
      await request.finish();
      assert.deepEqual(await subject.read(token), {
        cart: {
          items: [
            { name: 'tea', count: 2 },
            { name: 'milk', count: 1 },
          ],
        },
      });
    },
  },
  {
    id: 'V5',
    name: 'a value that was only read is not written back',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ cart: ['tea'], page: 1 });
      const reader = await subject.open(token);
      reader.session.toObject();
      const writer = await subject.elsewhere.open(token);
      writer.session.set('cart', ['milk']);
      await writer.finish();
      reader.session.set('page', 2);
      await reader.finish();
      assert.deepEqual(await subject.read(token), { cart: ['milk'], page: 2 });
    },
  },
  {
    id: 'V6',
    name: 'what a request holds is not what a store or another request holds',
    needs: [],
    async check(subject) {
      const cart = { items: ['tea'] };
      const { token } = await subject.begin({ cart });
      cart.items.push('after the response');
      assert.deepEqual(await subject.read(token), { cart: { items: ['tea'] } });
      const requests = [await subject.open(token), await subject.open(token)];
      const carts = requests.map(({ session }) => session.get('cart') as { items: string[] });
      carts[0]?.items.push('in one request');
      assert.deepEqual(carts[1], { items: ['tea'] });
      assert.deepEqual(await subject.read(token), { cart: { items: ['tea'] } });
    },
  },
];
