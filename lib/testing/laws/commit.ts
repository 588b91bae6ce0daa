import assert from 'node:assert/strict';
import type { AppInstance } from '../app-instance.js';
import type { OpenRequest } from '../open-request.js';
import type { Subject } from '../subject.js';
import { turn } from '../turn.js';
import type { Law } from './law.js';

const WORKERS = 8;
const COMMITS = 5;
const LOOKS_A_TURN = 10;

export const commitLaws: readonly Law[] = [
  {
    id: 'C1',
    name: 'no observer sees part of a commit',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ left: 0, right: 0 });
      for (let n = 1; n <= COMMITS; n++) {
        const request = await subject.open(token);
        request.session.set('left', n).set('right', n);
        await whileRunning(request.finish(), async () => {
          const seen = await subject.read(token, subject.elsewhere);
          assert.equal(seen?.['left'], seen?.['right'], 'half a commit was seen');
        });
      }
    },
  },
  {
    id: 'C2',
    name: 'two overlapping requests that change different keys both survive, whoever ends first',
    needs: [],
    async check(subject) {
      for (const pair of pairsOf(subject))
        for (const ending of ENDINGS) {
          const { token } = await subject.begin({ cart: ['tea'], old: true });
          const a = await pair[0].open(token);
          const b = await pair[1].open(token);
          a.session.set('a', 1).delete('old');
          b.session.set('b', 2);
          (b.session.get('cart') as string[]).push('milk');
          await ending(a, b);
          assert.deepEqual(await subject.read(token), { cart: ['tea', 'milk'], a: 1, b: 2 });
        }
    },
  },
  {
    id: 'C2',
    name: 'a commit that waits on its way to the store overtakes nothing',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 0 });
      const slow = await subject.open(token);
      slow.session.set('slow', 1);
      const gate = subject.here.store.hold('replace');
      const finishing = slow.finish();
      await gate.reached;
      const fast = await subject.elsewhere.open(token);
      fast.session.set('fast', 1).delete('a');
      await fast.finish();
      gate.open();
      await finishing;
      assert.deepEqual(await subject.read(token), { slow: 1, fast: 1 });
    },
  },
  {
    id: 'C3',
    name: 'no increment and no update is lost, whoever runs them',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ log: [] });
      const requests = await Promise.all(workersOf(subject).map((instance) => instance.open(token)));
      const counts = await Promise.all(
        requests.map(async ({ session }, worker) => {
          await session.update('log', (log) => [...(log as number[]), worker]);
          return session.increment('count');
        }),
      );
      const found = await subject.read(token);
      assert.equal(found?.['count'], WORKERS);
      assert.deepEqual(
        [...(found['log'] as number[])].sort(byNumber),
        requests.map((_, worker) => worker),
      );
      assert.deepEqual(
        counts.sort(byNumber),
        requests.map((_, worker) => worker + 1),
      );
    },
  },
  {
    id: 'C3',
    name: 'a write that the client of the store sends twice counts once',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ count: 1 });
      const { session } = await subject.open(token);
      subject.here.store.next('replace', 'resend');
      assert.equal(await session.increment('count'), 2);
      assert.equal((await subject.read(token))?.['count'], 2);
    },
  },
  {
    id: 'C4',
    name: 'two transactions that read what the other writes do not both act on what was',
    needs: [],
    async check(subject) {
      for (const pair of pairsOf(subject)) {
        const { token } = await subject.begin({ alice: 'on call', bob: 'on call' });
        const leave = async (instance: AppInstance, who: string): Promise<string> => {
          const { session } = await instance.open(token);
          return session.transaction((draft) => {
            const others = [...draft].filter(([name, state]) => name !== who && state === 'on call');
            draft.set(who, others.length > 0 ? 'off' : 'on call');
            return String(draft.get(who));
          });
        };
        const [alice, bob] = await Promise.all([leave(pair[0], 'alice'), leave(pair[1], 'bob')]);
        assert.deepEqual([alice, bob].sort(), ['off', 'on call']);
        assert.deepEqual(await subject.read(token), { alice, bob });
      }
    },
  },
  {
    id: 'C4',
    name: 'of many transactions that claim an absent key exactly one gets it',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 0 });
      const claims = workersOf(subject).map(async (instance, worker) => {
        const { session } = await instance.open(token);
        return session.transaction((draft) => {
          if (draft.has('owner')) return false;
          draft.set('owner', worker);
          return true;
        });
      });
      const owners = (await Promise.all(claims)).flatMap((won, worker) => (won ? [worker] : []));
      assert.deepEqual(owners, [(await subject.read(token))?.['owner']]);
    },
  },
  {
    id: 'C5',
    name: 'a request that changed nothing writes nothing',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ cart: ['tea'], page: 1 });
      const before = { ...subject.here.store.calls };
      const request = await subject.open(token);
      const { session } = request;
      session.toObject();
      session.set('page', 1).set('cart', ['tea']).set('draft', true).delete('draft');
      session.delete('missing');
      (session.get('cart') as string[]).push('milk');
      (session.get('cart') as string[]).pop();
      await session.save();
      assert.equal(await session.transaction((draft) => draft.set('page', 1).get('page')), 1);
      assert.deepEqual(await request.finish(), { kind: 'keep' });
      assert.deepEqual(subject.here.store.calls, { ...before, load: before.load + 1 });
      const anonymous = await subject.open();
      anonymous.session.set('draft', true).clear();
      await anonymous.session.transaction((draft) => draft.get('page'));
      assert.deepEqual(await anonymous.finish(), { kind: 'keep' });
      assert.deepEqual(subject.here.store.calls, { ...before, load: before.load + 1 });
    },
  },
  {
    id: 'C5',
    name: 'a key that was set to what it was already does not undo a change by another request',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ theme: 'light' });
      const request = await subject.open(token);
      request.session.set('theme', 'light').set('page', 1);
      const other = await subject.elsewhere.open(token);
      other.session.set('theme', 'dark');
      await other.finish();
      await request.session.save();
      request.session.set('page', 2);
      await request.finish();
      assert.deepEqual(await subject.read(token), { theme: 'dark', page: 2 });
    },
  },
  {
    id: 'C6',
    name: 'the version grows by one with each commit of data, also under a race',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 0 });
      const requests = await Promise.all(workersOf(subject).map((instance) => instance.open(token)));
      await Promise.all(
        requests.map((request, worker) => {
          request.session.set(`key ${worker}`, worker);
          return request.finish();
        }),
      );
      assert.equal((await subject.metaOf(id))?.version, WORKERS);
    },
  },
  {
    id: 'C6',
    name: 'a touch does not grow the version',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 0 });
      subject.clock.advance(subject.policy.touchInterval);
      await (await subject.open(token)).finish();
      await subject.drain();
      assert.equal(subject.here.store.calls.touch, 1, 'the touch was not due');
      assert.equal((await subject.metaOf(id))?.version, 0);
    },
  },
  {
    id: 'C7',
    name: 'a commit of data writes neither token nor epoch nor principal nor the absolute deadline',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.plant({ a: 0 }, { principal: 'ada', epoch: 3 });
      const before = await subject.metaOf(id);
      for (const instance of subject.instances) {
        subject.clock.advance(subject.policy.touchInterval);
        const request = await instance.open(token);
        request.session.set('a', subject.clock.now());
        await request.session.save();
        await request.session.transaction((draft) => draft.set('b', subject.clock.now()));
        request.session.delete('a');
        await request.finish();
      }
      const after = await subject.metaOf(id);
      const { version, seenAt } = after ?? {};
      assert.deepEqual(after, { ...before, version, seenAt });
    },
  },
];

/** Ways in which two requests come to their end. */
const ENDINGS: readonly ((a: OpenRequest, b: OpenRequest) => Promise<unknown>)[] = [
  async (a, b) => {
    await a.finish();
    await b.finish();
  },
  async (a, b) => {
    await b.finish();
    await a.finish();
  },
  (a, b) => Promise.all([a.finish(), b.finish()]),
];

const pairsOf = ({ here, elsewhere }: Subject): readonly (readonly [AppInstance, AppInstance])[] => [
  [here, here],
  [here, elsewhere],
];

const workersOf = ({ here, elsewhere }: Subject): readonly AppInstance[] =>
  Array.from({ length: WORKERS }, (_, worker) => (worker % 2 === 0 ? here : elsewhere));

const byNumber = (left: number, right: number): number => left - right;

/** Runs `observe` again and again until `task` is done, and once more. */
async function whileRunning(task: Promise<unknown>, observe: () => Promise<void>): Promise<void> {
  let running = true;
  const done = task.finally(() => {
    running = false;
  });
  while (running) {
    for (let look = 0; look < LOOKS_A_TURN; look++) await observe();
    await turn();
  }
  await done;
  await observe();
}
