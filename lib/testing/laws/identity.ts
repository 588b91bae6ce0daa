import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { CredentialProvider } from '../../credentials/credential-provider.js';
import { HMACCredentialProvider } from '../../credentials/hmac-credential-provider.js';
import { splitToken } from '../../credentials/token.js';
import { etagOf } from '../../record/record-text.js';
import type { Subject } from '../subject.js';
import type { Law } from './law.js';
import { badTokens } from './bad-tokens.js';

const TOKENS = 256;
const SECRET_BITS = 256;

/** 256 tosses of a fair coin stay within 8 standard deviations of 128, but for one bit in 10^15. */
const FAIR = { least: 64, most: 192 };

export const identityLaws: readonly Law[] = [
  {
    id: 'I1',
    name: 'of two creations with one id exactly one succeeds, and its record stays',
    needs: [],
    async check(subject) {
      const { id } = await subject.reserve();
      const deadline = subject.clock.now() + subject.policy.idleTimeout;
      const texts = [subject.textOf({ from: 'here' }), subject.textOf({ from: 'elsewhere' })];
      const outcomes = await Promise.all(
        subject.instances.map(async ({ store }, index) => store.create(id, texts[index] ?? '', deadline)),
      );
      assert.deepEqual([...outcomes].sort(), ['exists', 'ok']);
      const stored = await subject.here.store.load(id);
      assert.equal(stored && etagOf(stored.text), etagOf(texts[outcomes.indexOf('ok')] ?? ''));
    },
  },
  {
    id: 'I2',
    name: 'a dump of the store holds no token and no secret, whatever a session went through',
    needs: [],
    async check(subject) {
      const first = await subject.begin({ cart: ['tea'] });
      const request = await subject.open(first.token);
      await request.session.regenerate({ keep: 'all' });
      await request.finish();
      const dump = await subject.dump();
      for (const token of [first.token, request.session.token ?? ''])
        assert.ok(!dump.includes(token), 'the dump holds a token');
      for (const secret of subject.secrets) assert.ok(!dump.includes(secret), 'the dump holds a secret');
    },
  },
  {
    id: 'I3',
    name: 'a malformed token makes the request anonymous and costs no call to the store',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      for (const bad of badTokens(token)) await assertRefusedUnread(subject, bad);
    },
  },
  {
    id: 'I3',
    name: 'a wrongly signed token makes the request anonymous and costs no call to the store',
    needs: [],
    async check(plain) {
      const signing = (): CredentialProvider =>
        new HMACCredentialProvider({ secrets: [randomBytes(32).toString('base64url')] });
      const subject = plain.with({ credentials: signing() });
      const [mine, another] = [await subject.begin({ a: 1 }), await subject.begin({ a: 2 })];
      const { secret } = splitToken(mine.token) ?? { secret: '' };
      await assertRefusedUnread(subject, `${another.id}.${secret}`);
      await assertRefusedUnread(subject, `${mine.id}.${signing().createSessionToken(mine.id)}`);
    },
  },
  {
    id: 'I3',
    name: 'a well-formed token that opens nothing is never adopted, and nothing is written for it',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const [unknown, guessed] = [await subject.reserve(), await subject.reserve()];
      const { secret } = splitToken(guessed.token) ?? { secret: '' };
      for (const bad of [unknown.token, `${id}.${secret}`]) await assertNotAdopted(subject, bad);
      assert.deepEqual(await subject.read(token), { a: 1 });
    },
  },
  {
    id: 'I3',
    name: 'the token of a dead session is never adopted',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      await subject.here.manager.end(id, 'invalidated');
      await assertNotAdopted(subject, token);
    },
  },
  {
    id: 'I4',
    name: 'tokens carry 256 random bits, and their length and alphabet tell nothing',
    needs: [],
    async check(subject) {
      const tokens = Array.from({ length: TOKENS }, () => subject.reserve());
      const secrets = (await Promise.all(tokens)).map(({ token }) => splitToken(token)?.secret ?? '');
      assert.equal(new Set(secrets).size, TOKENS, 'a secret came twice');
      assert.equal(new Set(secrets.map((secret) => secret.length)).size, 1, 'the length differs');
      const bytes = secrets.map((secret) => Buffer.from(secret.split('.')[0] ?? '', 'base64url'));
      for (let bit = 0; bit < SECRET_BITS; bit++) {
        const ones = bytes.filter((secret) => ((secret[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
        assert.ok(ones > FAIR.least && ones < FAIR.most, `bit ${bit} is not random`);
      }
    },
  },
  {
    id: 'I4',
    name: 'when the random source fails, the request fails, and nothing takes its place',
    needs: [],
    async check(plain) {
      const subject = plain.with({ credentials: new NoRandomness() });
      const request = await subject.open();
      request.session.set('a', 1);
      await assert.rejects(request.finish(), /random source/);
      assert.equal(request.session.token, null);
      assert.equal(subject.here.store.calls.create, 0);
    },
  },
  {
    id: 'I5',
    name: 'a load creates no record',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.reserve();
      for (const presented of [[], [token]]) {
        const request = await subject.open(...presented);
        request.session.get('a');
        assert.deepEqual(await request.finish(), { kind: 'keep' });
      }
      assert.equal(subject.here.store.calls.create, 0);
      const deadline = subject.clock.now() + subject.policy.idleTimeout;
      assert.equal(await subject.here.store.create(id, subject.textOf(), deadline), 'ok');
    },
  },
];

class NoRandomness extends CredentialProvider {
  override createSessionToken(): string {
    throw new Error('The random source failed.');
  }

  override validateSessionToken(): boolean {
    return false;
  }
}

async function assertRefusedUnread(subject: Subject, token: string): Promise<void> {
  const before = subject.here.store.calls.load;
  const { session } = await subject.open(token);
  assert.equal(session.isNew, true);
  assert.equal(
    subject.here.store.calls.load,
    before,
    'the store was asked about a token that cannot be ours',
  );
}

async function assertNotAdopted(subject: Subject, token: string): Promise<void> {
  const { calls } = subject.here.store;
  const before = { ...calls };
  const request = await subject.open(token);
  assert.equal(request.session.isNew, true);
  assert.equal(request.session.token, null);
  assert.deepEqual(await request.finish(), { kind: 'keep' });
  assert.deepEqual({ ...calls, load: 0 }, { ...before, load: 0 }, 'something was written');
  request.session.set('mine', true);
  const cookie = await request.finish();
  assert.ok(
    cookie.kind === 'set' && cookie.token.split('.')[0] !== token.split('.')[0],
    'the id was adopted',
  );
  assert.equal(await subject.read(token), undefined);
}
