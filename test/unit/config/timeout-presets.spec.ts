import { describe, expect, it } from '@jest/globals';
import { TIMEOUT_PRESETS, type TimeoutPreset } from '../../../lib/config/timeout-presets.js';
import { formatDuration, parseDuration } from '../../../lib/providers/duration.js';
import { read } from '../../meta/project-files.js';
import { load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const PRESETS = Object.keys(TIMEOUT_PRESETS) as TimeoutPreset[];

/** The numbers of a preset in docs/timeouts.md: idle, absolute, renewal. */
function numbersIn(preset: string): (number | undefined)[] {
  const row = read('docs/timeouts.md')
    .split('\n')
    .find((line) => line.startsWith(`| \`${preset}\``));
  return (row ?? '')
    .split('|')
    .slice(2, 5)
    .map((cell) => parseDuration(cell.trim()));
}

describe.each(PRESETS)('the preset %s', (preset) => {
  it('is a sound policy, as the docs say', async () => {
    const { timeouts } = await load({ options: { timeouts: { preset } } });
    expect([timeouts.idle, timeouts.absolute, timeouts.renewal]).toEqual(numbersIn(preset));
    expect(timeouts).toMatchObject({ touch: 60_000, grace: 30_000 });
  });

  it('means the same in the file', async () => {
    const yaml = await loadYaml(sound(`  timeouts: { preset: ${preset} }`));
    expect(yaml.timeouts).toEqual((await load({ options: { timeouts: { preset } } })).timeouts);
  });

  it('gives way to what stands beside it, in the same place or in another', async () => {
    const { absolute } = (await load({ options: { timeouts: { preset } } })).timeouts;
    const beside = await load({ options: { timeouts: { preset, idle: '4m' } } });
    const above = await loadYaml(sound(`  timeouts: { preset: ${preset} }`), {
      options: { timeouts: { idle: '4m' } },
    });
    for (const { timeouts } of [beside, above]) expect(timeouts).toMatchObject({ idle: 240_000, absolute });
  });
});

describe('a preset that there is not', () => {
  it.each(['Bank', 'aal4', '__proto__', 'toString', ''])(
    'is refused, with those that there are: %p',
    async (name) => {
      const [problem, ...more] = await problemsIn(loadYaml(sound(`  timeouts: { preset: '${name}' }`)));
      expect(more).toEqual([]);
      expect(problem?.key).toBe('session.timeouts.preset');
      for (const preset of PRESETS) expect(problem?.wanted).toContain(preset);
    },
  );
});

describe('timeouts that contradict each other', () => {
  it.each([
    ['10m', '10m', true],
    ['10m', '9m', false],
    ['5s', '30s', true],
    ['off', '10m', false],
  ])('renewal %s with a grace of %s', async (renewal, grace, refused) => {
    const loading = loadYaml(sound(`  timeouts: { renewal: ${renewal}, grace: ${grace} }`));
    const ms = parseDuration(renewal) ?? 0;
    const wanted = `less than session.timeouts.renewal, ${formatDuration(ms)}`;
    const problem = { key: 'session.timeouts.grace', seen: grace, wanted };
    if (refused) expect(await problemsIn(loading)).toMatchObject([problem]);
    else expect((await loading).timeouts.renewal).toBe(ms);
  });

  it.each([
    ['400d', false],
    ['401d', true],
  ])('a persistent cookie for %s', async (absolute, refused) => {
    const yaml = sound(`  timeouts: { absolute: ${absolute} }`, '  cookie: { persistent: true }');
    const wanted: unknown = expect.stringContaining('at most 400d');
    const problem = { key: 'session.timeouts.absolute', seen: '401d', wanted };
    if (refused) expect(await problemsIn(loadYaml(yaml))).toMatchObject([problem]);
    else expect((await loadYaml(yaml)).cookie.persistent).toBe(true);
  });
});
