import { newSessionId } from '../../lib/credentials/token.js';
import { LEASES } from '../../lib/providers/near-cache/leases.js';
import type { NEAR_CACHE_TWINS } from './near-cache-twins.js';
import { type CacheKinds, type CacheProcess, NearCacheWorld } from './near-cache-world.js';
import { sampleRecord } from './sample-record.js';

/** What a scene ends with: the text that is found, and the one that has to be; empty for none. */
interface Verdict {
  readonly found: string | undefined;
  readonly wanted: string | undefined;
}

type Scene = (kinds: Partial<CacheKinds>) => Promise<Verdict>;

class Stage {
  readonly world = new NearCacheWorld();
  readonly id = newSessionId();
  readonly text = sampleRecord();

  async create(by: CacheProcess): Promise<void> {
    await by.cache.create(this.id, this.text, this.world.clock.now() + 60_000);
  }

  async find(by: CacheProcess): Promise<string | undefined> {
    return (await by.cache.load(this.id))?.text;
  }
}

/** A scene for each fault that a near-cache may have, under its name. */
export const SCENES: Readonly<Record<keyof typeof NEAR_CACHE_TWINS, Scene>> = {
  async 'does not wait for the others'(kinds) {
    const stage = new Stage();
    const [here, there] = await stage.world.members(kinds);
    await stage.create(there);
    await stage.find(here);
    await there.cache.end(stage.id, 'invalidated');
    return { found: await stage.find(here), wanted: undefined };
  },

  async 'keeps an answer over a change'(kinds) {
    const stage = new Stage();
    const [here, there] = await stage.world.members(kinds);
    await stage.create(there);
    const gate = here.store.holdAnswer('load');
    const loading = stage.find(here);
    await gate.reached;
    await there.cache.end(stage.id, 'invalidated');
    gate.open();
    await loading;
    return { found: await stage.find(here), wanted: undefined };
  },

  async 'serves beyond its lease'(kinds) {
    const stage = new Stage();
    const [here, there] = await stage.world.members(kinds);
    await stage.create(there);
    await stage.find(here);
    here.process.stop();
    const ending = there.cache.end(stage.id, 'invalidated');
    await stage.world.leaseClock.advance(LEASES.grace + LEASES.waitOut + 100);
    await ending;
    return { found: await stage.find(here), wanted: undefined };
  },

  async 'keeps that a session is absent'(kinds) {
    const stage = new Stage();
    const [here, there] = await stage.world.members(kinds);
    await stage.find(here);
    await stage.create(there);
    return { found: await stage.find(here), wanted: stage.text };
  },

  async 'serves a session past its deadline'(kinds) {
    const stage = new Stage();
    const here = await stage.world.member(kinds);
    await stage.create(here);
    stage.world.clock.advance('10m');
    return { found: await stage.find(here), wanted: undefined };
  },
};
