import { describe, expect, it } from '@jest/globals';
import type { SessionProviderClass } from '../../../lib/index.js';
import { providerFacts } from '../../../lib/doctor/provider-facts.js';
import { BUILT_IN_CLASSES } from '../../../lib/nest/built-in-classes.js';
import { KeyvSessionProvider } from '../../../lib/providers/keyv/index.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { NaiveSessionProvider } from '../../support/naive-session-provider.js';

async function builtIn(name: string): Promise<SessionProviderClass> {
  const found = BUILT_IN_CLASSES.get(name);
  return (typeof found === 'function' ? found : await found?.load()) as SessionProviderClass;
}

describe('what is known of a provider', () => {
  it.each([
    'serving.session:InMemorySessionProvider',
    'nestjs-sessions/sqlite:SqliteSessionProvider',
    'nestjs-sessions/redis:RedisSessionProvider',
    'nestjs-sessions/postgres:PostgresSessionProvider',
  ])('is everything with %s, by its class alone', async (name) => {
    const facts = providerFacts(await builtIn(name));
    expect(facts).toEqual({ name: name.split(':')[1], knowsPrincipals: true, endsEverything: true });
  });

  it('is which laws a bridge cannot hold, though that is state of its objects', () => {
    const facts = providerFacts(KeyvSessionProvider as unknown as SessionProviderClass);
    expect(facts).toMatchObject({
      name: 'KeyvSessionProvider',
      lawsNotHeld: expect.stringContaining('compare and swap'),
      knowsPrincipals: false,
    });
  });

  it('is which laws four methods cannot hold', () => {
    const facts = providerFacts(NaiveSessionProvider);
    expect(facts).toMatchObject({
      lawsNotHeld: expect.stringContaining('four methods'),
      knowsPrincipals: false,
    });
  });

  it('is the same of an object, and no class is constructed for it', () => {
    expect(providerFacts(new InMemorySessionProvider())).toEqual(providerFacts(InMemorySessionProvider));
    class Explodes extends InMemorySessionProvider {
      constructor() {
        super();
        throw new Error('it was constructed');
      }
    }
    expect(providerFacts(Explodes as never).name).toBe('Explodes');
  });
});
