import { describe, expect, it } from '@jest/globals';
import * as devalue from 'devalue';
import { isSecret, splitToken } from '../../../../lib/credentials/token.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { devalueCodec } from '../../../../lib/record/devalue-codec.js';
import { etagOf, newEtag } from '../../../../lib/record/record-text.js';
import { NaiveSessionProvider } from '../../../support/naive-session-provider.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';

describe.each([
  ['InMemorySessionProvider', () => new InMemorySessionProvider()],
  ['the chapter class', () => new NaiveSessionProvider()],
])('the four methods of %s', (_, make) => {
  it('create, update, get and invalidate a session', async () => {
    const provider = make();
    const token = await provider.createSession();
    expect(await provider.getSession(token)).toEqual({});
    await provider.updateSession(token, { a: 1, b: null });
    expect(await provider.getSession(token)).toEqual({ a: 1, b: null });
    await provider.invalidateSession(token);
    expect((await provider.getSession(token)) ?? undefined).toBeUndefined();
  });

  it('merge an update into what is there', async () => {
    const provider = make();
    const token = await provider.createSession();
    await provider.updateSession(token, { a: 1, b: 2 });
    await provider.updateSession(token, { b: 3 });
    expect(await provider.getSession(token)).toEqual({ a: 1, b: 3 });
  });

  it('neither create nor complain when the session is missing', async () => {
    const provider = make();
    const missing = 'missing'.padEnd(66, '-');
    await provider.updateSession(missing, { a: 1 });
    await provider.invalidateSession(missing);
    expect((await provider.getSession(missing)) ?? undefined).toBeUndefined();
  });
});

describe('the four methods of InMemorySessionProvider', () => {
  it('remove a key whose value is undefined', async () => {
    const provider = new InMemorySessionProvider();
    const token = await provider.createSession();
    await provider.updateSession(token, { a: 1, b: 2 });
    await provider.updateSession(token, { a: undefined });
    expect(Object.keys((await provider.getSession(token)) ?? {})).toEqual(['b']);
  });

  it('carry what the codec of the app carries, and leave out what another one wrote', async () => {
    const context = { codec: devalueCodec(devalue), clock: new FakeClock() };
    const provider = new InMemorySessionProvider({}, context);
    const token = await provider.createSession();
    const values = { at: new Date(5), tags: new Set(['a']), plain: ['a'] };
    await provider.updateSession(token, values);
    expect(await provider.getSession(token)).toEqual(values);
    const { id } = splitToken(token) ?? { id: '' };
    const { text, deadline } = provider.load(id) ?? { text: '', deadline: 0 };
    provider.replace(
      id,
      etagOf(text),
      text.replace('~devalue ', '~other ').replace(/^.{12}/, newEtag()),
      deadline,
    );
    expect(await provider.getSession(token)).toEqual({ tags: values.tags, plain: ['a'] });
  });

  it('share no reference with the caller', async () => {
    const provider = new InMemorySessionProvider();
    const token = await provider.createSession();
    const cart = ['apple'];
    await provider.updateSession(token, { cart });
    cart.push('stolen');
    const held = (await provider.getSession(token)) as { cart: string[] };
    held.cart.push('stolen');
    expect(await provider.getSession(token)).toEqual({ cart: ['apple'] });
  });

  it('open a session to its token only, and store no secret', async () => {
    const provider = new InMemorySessionProvider();
    const token = await provider.createSession();
    const [id = '', secret = ''] = token.split('.');
    expect(isSecret(secret)).toBe(true);
    expect(provider.load(id)?.text).not.toContain(secret);
    expect(await provider.getSession(`${id}.${'x'.repeat(43)}`)).toBeUndefined();
  });

  it.each([
    [-1, true],
    [0, false],
  ])('keep to the idle timeout: at %p ms from it, there is a session: %p', async (offset, alive) => {
    const clock = new FakeClock();
    const provider = new InMemorySessionProvider({}, { clock, timeouts: { idle: 1000, absolute: 5000 } });
    const token = await provider.createSession();
    clock.advance(1000 + offset);
    expect((await provider.getSession(token)) !== undefined).toBe(alive);
  });
});
