import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from 'express-session';
import { type SessionModuleOptions } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { folderWith } from '../support/temporary-folder.js';
import { accounts } from './fixtures/account.js';

const SECRET = 'keyboard cat';

/** What the boot says that these options stop. */
const refusal = (session: SessionModuleOptions): Promise<string> =>
  TestApp.start(EXPRESS, { session }).then(
    async (app) => {
      await app.close();
      return 'it boots';
    },
    (error: unknown) => (error as Error).message,
  );

describe('session.migrate_from.express_session at boot', () => {
  it.each([
    ['store', { secrets: [SECRET] }, 'wanted the store of before'],
    ['secrets', { store: new MemoryStore() }, 'wanted the secrets that signed the cookie'],
    ['secrets', { secrets: [], store: new MemoryStore() }, 'wanted a list of at least one secret'],
    ['secrets', { secrets: [SECRET, 1], store: new MemoryStore() }, 'wanted a list of at least one secret'],
    ['store', { secrets: [SECRET], store: {} }, 'wanted'],
    [
      'cookie',
      { secrets: [SECRET], store: new MemoryStore(), cookie: 'serving_session' },
      'wanted another name',
    ],
  ])('names what is wrong with its %s', async (key, expressSession, wanted) => {
    const message = await refusal({ migrateFrom: { expressSession: expressSession as never } });
    expect(message).toMatch(new RegExp(`migrate_?[fF]rom\\.express_?[sS]ession\\.${key} is .*${wanted}`));
    expect(message).not.toContain(SECRET);
  });

  it('refuses a provider that chooses the names of its sessions itself', async () => {
    const expressSession = { secrets: [SECRET], store: new MemoryStore() };
    expect(await refusal({ sessionProvider: NaiveSessionProvider, migrateFrom: { expressSession } })).toMatch(
      /migrate_from\.express_session is given, wanted nothing/,
    );
  });

  it('takes a class of a YAML file for the store, a cookie of any name, and weak secrets', async () => {
    const row = { cookie: { expires: null }, user: 'ada' };
    const directory = folderWith({
      'package.json': '{ "type": "module" }',
      'former-store.js': `export class FormerStore {
        get(id, callback) { callback(null, id === 'known' ? ${JSON.stringify(row)} : null); }
        set(id, row, callback) { callback(); }
        destroy(id, callback) { callback(); }
      }`,
      'serving.dev.yaml': `
session:
  session_provider: serving.session:InMemorySessionProvider
  migrate_from:
    express_session:
      cookie: sid
      secrets: [cat, dog]
      store: ./former-store:FormerStore
`,
    });
    const signature = createHmac('sha256', 'dog').update('known').digest('base64').replace(/=+$/, '');
    const cookie = `sid=${encodeURIComponent(`s:known.${signature}`)}`;
    const parts = accounts({ directory, sessionProvider: undefined });
    await attacked(EXPRESS, parts, async (app) => {
      expect((await app.visitor().get('/me', { cookie })).body).toMatchObject({ values: { user: 'ada' } });
    });
  });
});
