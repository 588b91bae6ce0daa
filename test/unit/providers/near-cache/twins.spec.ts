import { describe, expect, it } from '@jest/globals';
import { SCENES } from '../../../support/near-cache-scenes.js';
import { NEAR_CACHE_TWINS } from '../../../support/near-cache-twins.js';

const FAULTS = Object.keys(SCENES) as (keyof typeof SCENES)[];

describe.each(FAULTS)('a near-cache that %s', (fault) => {
  it('is not ours', async () => {
    const { found, wanted } = await SCENES[fault]({});
    expect(found).toBe(wanted);
  });

  it('is told from ours', async () => {
    const { found, wanted } = await SCENES[fault](NEAR_CACHE_TWINS[fault]);
    expect(found).not.toBe(wanted);
  });
});
