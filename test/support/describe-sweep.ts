import { describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../lib/providers/atomic-session-store.js';
import { decodeRecord } from '../../lib/record/record-text.js';
import { IDLE_MS, PrincipalDesk } from './principal-desk.js';
import type { PrincipalScene } from './principal-programs.js';

/** What a sweep tells of the records that it removes, in a store that is otherwise empty. Each test has a scene of its own. */
export function describeSweep(makeScene: () => PrincipalScene | Promise<PrincipalScene>): void {
  describe('a sweep', () => {
    it('tells once of each record whose time was over, and whose it was', async () => {
      const { desk, told, sweep } = await newScene(makeScene);
      const [visitor, member] = [await desk.visit(), await desk.login()];
      desk.scene.clock.advance(IDLE_MS + IN_FLIGHT_WINDOW_MS - 2);
      await sweep();
      expect(told).toEqual([]);
      desk.scene.clock.advance(2);
      await sweep();
      await sweep();
      const expected: Told[] = [
        [visitor.id, visitor.deadline, null],
        [member.id, member.deadline, desk.ada],
      ];
      expect(new Set(told)).toEqual(new Set(expected));
      expect(told).toHaveLength(expected.length);
    });

    it('tells of no session that was ended, was evicted or made room as it had expired', async () => {
      const { desk, told, sweep } = await newScene(makeScene);
      const rule = { limit: 1, whenFull: 'evict-oldest' } as const;
      await desk.login(rule);
      await desk.login(rule);
      desk.scene.clock.advance(IDLE_MS);
      const { id } = await desk.login(rule);
      await desk.store.end(id, 'invalidated');
      desk.scene.clock.advance(IN_FLIGHT_WINDOW_MS + IDLE_MS);
      await sweep();
      expect(told).toEqual([]);
    });

    it('tells of nothing that was ended with everything', async () => {
      const { desk, told, sweep } = await newScene(makeScene);
      await desk.visit();
      await desk.store.endEverything?.();
      desk.scene.clock.advance(IDLE_MS + IN_FLIGHT_WINDOW_MS);
      await sweep();
      expect(told).toEqual([]);
    });
  });
}

type Told = readonly [id: string, deadline: number, principal: string | null | undefined];

async function newScene(makeScene: () => PrincipalScene | Promise<PrincipalScene>): Promise<{
  readonly desk: PrincipalDesk;
  readonly told: Told[];
  sweep(): Promise<void>;
}> {
  const desk = new PrincipalDesk(await makeScene());
  const told: Told[] = [];
  const sweep = async (): Promise<void> => {
    await desk.store.sweep?.(1000, (id, { text, deadline }) => {
      told.push([id, deadline, decodeRecord(text)?.meta.principal]);
    });
  };
  await sweep();
  told.length = 0;
  return { desk, told, sweep };
}
