import { describe, expect, it, jest } from '@jest/globals';
import { asAtomicStore } from '../../../../lib/providers/four-method/as-atomic-store.js';
import { FourMethodStore } from '../../../../lib/providers/four-method/four-method-store.js';
import { lawsNotHeld } from '../../../../lib/providers/four-method/laws-not-held.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { NaiveSessionProvider } from '../../../support/naive-session-provider.js';
import { thrownBy } from '../../../support/thrown-by.js';

class Half {
  getSession(): void {}
  createSession(): void {}
}

describe('asAtomicStore', () => {
  it('gives a provider with the five operations back as it is', () => {
    const provider = new InMemorySessionProvider();
    expect(asAtomicStore(provider)).toBe(provider);
  });

  it('wraps a class of four methods', () => {
    const provider = new NaiveSessionProvider();
    const store = asAtomicStore(provider);
    expect(store).toBeInstanceOf(FourMethodStore);
    expect(store).toHaveProperty('provider', provider);
  });

  it('wraps a plain object, such as the mock of a test', async () => {
    const mock = {
      createSession: jest.fn(() => 'token-of-the-mock'),
      updateSession: jest.fn(),
      getSession: jest.fn(() => ({})),
      invalidateSession: jest.fn(),
    };
    expect(await asAtomicStore(mock).newId?.()).toBe('token-of-the-mock');
    expect(mock.createSession).toHaveBeenCalledTimes(1);
  });

  it.each<[string, unknown, string]>([
    ['a class with two of them', new Half(), 'Half without updateSession, invalidateSession'],
    ['an empty object', {}, 'an object without createSession, updateSession, getSession, invalidateSession'],
    ['nothing', undefined, 'undefined without createSession'],
    ['null', null, 'null without createSession'],
    ['a class that was not instantiated', NaiveSessionProvider, 'function without createSession'],
    [
      'a method that is none',
      { ...new Half(), getSession: true },
      'an object without createSession, updateSession, getSession',
    ],
  ])('refuses %s and names what is missing', (_, provider, expected) => {
    const refused = { code: 'CONFIG_INVALID', message: expect.stringContaining(expected) };
    expect(thrownBy(() => asAtomicStore(provider))).toMatchObject(refused);
  });

  it('passes health and close on to a class that has them', async () => {
    const health = jest.fn(() => Promise.reject(new Error('down')));
    const close = jest.fn();
    const store = asAtomicStore(Object.assign(new NaiveSessionProvider(), { health, close }));
    await expect(store.health?.()).rejects.toThrow('down');
    await store.close?.();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('is content with a class that has neither', async () => {
    const store = asAtomicStore(new NaiveSessionProvider());
    await expect(store.health?.()).resolves.toBeUndefined();
    await expect(store.close?.()).resolves.toBeUndefined();
  });
});

describe('lawsNotHeld', () => {
  it('says in one line what a class of four methods cannot hold', () => {
    const line = lawsNotHeld(new NaiveSessionProvider());
    expect(line).toContain('NaiveSessionProvider has the four methods only');
    expect(line).toMatch(/\bC2, C3, C4, C6, D1\b/);
    expect(line).not.toContain('\n');
  });

  it('says nothing of a provider with the five operations', () => {
    expect(lawsNotHeld(new InMemorySessionProvider())).toBeUndefined();
  });
});
