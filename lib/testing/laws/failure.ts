import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { encodeRecord, newEtag } from '../../record/record-text.js';
import { eventsDuring } from '../event-log.js';
import type { OpenRequest } from '../open-request.js';
import type { PlantedSession, Subject } from '../subject.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';

const CANARY = 'canary-8f14e45f';

export const failureLaws: readonly Law[] = [
  {
    id: 'F3',
    name: 'a corrupt, foreign or later record counts as absent, with an event, and never as an error',
    needs: ['opaque'],
    async check(subject) {
      for (const [what, spoil] of SPOILED) {
        const session = await subject.reserve();
        const deadline = subject.clock.now() + subject.policy.idleTimeout;
        await subject.here.store.create(session.id, spoil(healthyText(subject, session)), deadline);
        const request = subject.here.arrive(session.token);
        const events = await eventsDuring(() => request.session.load());
        assert.ok(
          events.some((event) => event.type === 'corrupt-record' && event.id === session.id),
          `${what}: no event`,
        );
        assert.equal(request.session.isNew, true, what);
        request.session.set('a', 1);
        await request.finish();
        assert.deepEqual(await subject.read(request.session.token ?? ''), { a: 1 });
      }
    },
  },
  {
    id: 'F3',
    name: 'a record that goes bad while a request is under way is a dead session to it',
    needs: ['opaque'],
    async check(subject) {
      for (const [, spoil] of SPOILED) {
        const session = await subject.plant({ a: 1 });
        const request = await subject.open(session.token);
        const stored = await subject.here.store.load(session.id);
        const { text = '', deadline = 0 } = stored ?? {};
        await subject.elsewhere.store.replace(
          session.id,
          text.slice(0, 12),
          spoil(newEtag() + text.slice(12)),
          deadline,
        );
        request.session.set('a', 2);
        await expectError('SESSION_GONE', request.finish());
      }
    },
  },
  {
    id: 'F3',
    name: 'a value whose JSON is damaged counts as missing, with an event',
    needs: ['opaque'],
    async check(subject) {
      const session = await subject.reserve();
      const meta = subject.newMeta(session.token.split('.').slice(1).join('.'));
      const segments = new Map([
        ['good', '1'],
        ['bad', '{"half":'],
      ]);
      const deadline = subject.clock.now() + subject.policy.idleTimeout;
      await subject.here.store.create(session.id, encodeRecord(newEtag(), meta, segments), deadline);
      const request = await subject.open(session.token);
      const events = await eventsDuring(async () => {
        await request.session.load();
        assert.equal(request.session.get('bad', 'fallback'), 'fallback');
      });
      assert.deepEqual(events, [{ type: 'corrupt-record', id: session.id }]);
      assert.equal(request.session.get('good'), 1);
      request.session.set('bad', 'mended');
      await request.finish();
      assert.deepEqual(await subject.read(session.token), { good: 1, bad: 'mended' });
    },
  },
  {
    id: 'F4',
    name: 'a flood leaves no more records than the bound allows',
    needs: ['bounded'],
    async check(subject) {
      const { alive } = await flood(subject, 3 * capacityOf(subject));
      assert.ok((await alive()).length <= capacityOf(subject));
      assert.ok((await alive()).length >= capacityOf(subject) / 2, 'the bound is not used');
    },
  },
  {
    id: 'F4',
    name: 'expired records go before live ones',
    needs: ['bounded', 'clock'],
    async check(subject) {
      const half = capacityOf(subject) / 2;
      const live = await flood(subject, half);
      await flood(subject, half, { seenAt: subject.clock.now() - subject.policy.idleTimeout + 1 });
      subject.clock.advance(1);
      await flood(subject, half);
      assert.equal((await live.alive()).length, half);
    },
  },
  {
    id: 'F4',
    name: 'the records of nobody go before those of somebody',
    needs: ['bounded'],
    async check(subject) {
      const half = capacityOf(subject) / 2;
      const somebodys = await flood(subject, half, { principal: 'ada' });
      await flood(subject, 4 * capacityOf(subject));
      assert.equal((await somebodys.alive()).length, half);
    },
  },
  {
    id: 'F4',
    name: 'among equals the one that was not used for the longest time goes first',
    needs: ['bounded'],
    async check(subject) {
      const first = await flood(subject, capacityOf(subject));
      const [used, unused] = [first.sessions[0], first.sessions[1]];
      if (!used || !unused) throw new Error('F4 needs a capacity of at least 4.');
      const request = await subject.open(used.token);
      request.session.set('a', 2);
      await request.finish();
      await flood(subject, capacityOf(subject) / 2);
      assert.notEqual(await subject.read(used.token), undefined);
      assert.equal(await subject.read(unused.token), undefined);
    },
  },
  {
    id: 'F5',
    name: 'printing what the library hands out shows no token and no value',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ secret: CANARY, nested: { secret: [CANARY] } });
      const request = await subject.open(token);
      request.session.toObject();
      request.session.set('more', CANARY);
      assertSilent(subject, request.session);
      assertSilent(subject, request.handle);
      await request.session.transaction((draft) => assertSilent(subject, draft));
      await request.finish();
    },
  },
  {
    id: 'F5',
    name: 'no error and no event tells a token or a value',
    needs: [],
    async check(subject) {
      const told: unknown[] = [];
      const events = await eventsDuring(async () => {
        for (const provoke of PROVOCATIONS) {
          const { token } = await subject.begin({ secret: CANARY });
          const request = await subject.open(token);
          told.push(
            await provoke(subject, request).then(
              () => undefined,
              (error: unknown) => error,
            ),
          );
        }
      });
      assert.equal(told.includes(undefined), false, 'a provocation did not fail');
      for (const fact of [...told, ...events]) assertSilent(subject, fact);
    },
  },
];

/** Ways in which a record goes bad. */
const SPOILED: readonly (readonly [what: string, spoil: (healthy: string) => string])[] = [
  ['empty', () => ''],
  ['noise', () => 'x'.repeat(1000)],
  ['foreign', () => '{"cookie":{"maxAge":60000},"passport":{"user":1}}'],
  ['foreign, two lines', () => '{"cookie":{}}\n{}\n'],
  ['cut off in its meta', (healthy) => healthy.slice(0, 40)],
  ['cut off in its body', (healthy) => healthy.slice(0, -1)],
  ['cut off after a key', (healthy) => healthy.slice(0, -3)],
  ['of a later format', (healthy) => healthy.replace(/^(.{12}\[)1,/, '$199,')],
  ['with a longer meta', (healthy) => healthy.replace(/\]\n/, ',0]\n')],
  ['with a number that is none', (healthy) => healthy.replace(/,\d+,null\]\n/, ',"soon",null]\n')],
  ['with a key that is none', (healthy) => healthy.replace('"a"', 'a')],
];

/** Use that has to fail, each with a value or a token near to the error. */
const PROVOCATIONS: readonly ((subject: Subject, request: OpenRequest) => Promise<unknown>)[] = [
  // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
  async (_, { session }) => session.set('secret', { [CANARY]: undefined, f: Symbol(CANARY) }),
  // oxlint-disable-next-line typescript/require-await -- a throw is to become a rejection
  async (_, { session }) => session.set('secret', new Map([[CANARY, () => CANARY]])),
  (_, { session }) => session.increment('secret'),
  (_, { session }) => session.set('big', CANARY.repeat(10_000)).save(),
  async ({ elsewhere }, request) => {
    await elsewhere.manager.end(request.session.id ?? '', 'revoked');
    await request.session.set('secret', `${CANARY}!`).save();
  },
  ({ here }, { session }) => {
    here.store.next('replace', 'fail-before');
    return session.set('secret', `${CANARY}!`).save();
  },
  ({ here }, { session }) => {
    here.store.next('load', 'fail-before');
    return here.open(session.token ?? '');
  },
];

const healthyText = (subject: Subject, { token }: PlantedSession): string =>
  subject.textOf({ a: 1 }, subject.newMeta(token.split('.').slice(1).join('.')));

function capacityOf(subject: Subject): number {
  const { capacity } = subject.parts;
  if (capacity === undefined) throw new Error('A subject with "bounded" has to name its capacity.');
  return capacity;
}

/** Many new sessions; `alive` answers those that a load still finds. */
async function flood(
  subject: Subject,
  count: number,
  meta: { readonly principal?: string; readonly seenAt?: number } = {},
): Promise<{ readonly sessions: PlantedSession[]; alive: () => Promise<PlantedSession[]> }> {
  const sessions: PlantedSession[] = [];
  for (let n = 0; n < count; n++) sessions.push(await subject.plant({ a: n }, meta));
  const alive = async (): Promise<PlantedSession[]> => {
    const found = await Promise.all(sessions.map(async ({ id }) => subject.here.store.load(id)));
    return sessions.filter((_, index) => found[index] !== undefined);
  };
  return { sessions, alive };
}

function assertSilent(subject: Subject, fact: unknown): void {
  const said = [
    inspect(fact, { depth: 20, showHidden: true }),
    String(fact),
    JSON.stringify(fact),
    fact instanceof Error ? `${fact.stack}` : '',
  ].join('\n');
  for (const secret of [CANARY, ...subject.secrets]) assert.ok(!said.includes(secret), `it says ${said}`);
}
