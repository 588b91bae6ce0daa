import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { RandomCredentialProvider } from '../../lib/credentials/random-credential-provider.js';
import type { AtomicSessionProvider, ProviderContext, SessionProvider } from '../../lib/index.js';
import { asAtomicStore } from '../../lib/providers/four-method/as-atomic-store.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { checkPrograms } from '../support/check-programs.js';
import { PageModules } from '../support/page-modules.js';

/** A class of the page. */
type Shown<Provider> = new (config: object, context: Partial<ProviderContext>) => Provider;

const page = new PageModules('docs/write-a-provider.md', 'write-a-provider');
const folder = page.write('shown');

async function shown<Provider>(name: string): Promise<Shown<Provider>> {
  const module: unknown = await import(join(folder, page.fileWith(`class ${name}`)));
  return (module as Record<string, Shown<Provider>>)[name] as Shown<Provider>;
}

const TableProvider = await shown<AtomicSessionProvider>('TableProvider');
const DictionaryProvider = await shown<SessionProvider>('DictionaryProvider');

function table(): Subject {
  const clock = new FakeClock();
  return new Subject({ clock, store: new TableProvider({}, { clock }) });
}

function dictionary(): Subject {
  const clock = new FakeClock();
  const provider = new DictionaryProvider({}, { clock, credentials: new RandomCredentialProvider() });
  return new Subject({ clock, store: asAtomicStore(provider, clock), capabilities: ['clock'] });
}

describe('the provider over a table that the docs show', () => {
  describeLaws({ describe, it }, table, {
    without: {
      bounded: 'a dictionary has no bound',
      principals: 'the page shows no index',
      everything: 'the page shows no epoch',
    },
  });

  it('does what the model says, in any program', async () => {
    expect(await checkPrograms(200, table)).toBeUndefined();
  });
});

describe('the class with four methods that the docs show, in one process', () => {
  describeLaws({ describe, it }, dictionary, {
    without: {
      opaque: 'it holds values, not texts',
      bounded: 'the class has no bound',
      principals: 'the four methods know no principals',
      everything: 'the four methods know no epoch',
    },
  });
});
