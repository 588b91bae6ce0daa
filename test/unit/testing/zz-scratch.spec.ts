import { describe, expect, it } from '@jest/globals';
import { checkLaws, FakeClock, laws, PlainStore, Subject, twins } from '../../../lib/testing/index.js';
import { PLAIN_CAPABILITIES } from '../../../lib/testing/twins/twin.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';

const report = (outcomes: any) => outcomes.filter((o: any) => o.result === 'broken').map((o: any) => `${o.law.id}: ${o.law.name}\n      ${String(o.error?.stack).split('\n').slice(0, 14).join('\n      ')}`).join('\n');
describe('scratch', () => {
  it('plain', async () => {
    for (const make of [(clock: any) => new PlainStore(clock), (clock: any) => new InMemorySessionProvider({}, { clock })]) {
      const out = report(await checkLaws(laws, () => { const clock = new FakeClock(); return new Subject({ store: make(clock), clock, capabilities: PLAIN_CAPABILITIES }); }));
      process.stdout.write('=====\n' + out + '\n');
    }
    expect(1).toBe(1);
  });
});
