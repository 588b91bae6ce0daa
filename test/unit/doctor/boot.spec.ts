import { describe, expect, it } from '@jest/globals';
import type { SessionOptions, SessionSettings } from '../../../lib/config/settings.js';
import { bootLines } from '../../../lib/doctor/boot-lines.js';
import { BOOT_CHECKS, CONFIG_CHECKS } from '../../../lib/nest/config-checks.js';
import { load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';
import { NaiveSessionProvider } from '../../support/naive-session-provider.js';

const settingsOf = (options: SessionOptions): Promise<SessionSettings> => load({ options });

describe('what the boot says of ASVS', () => {
  it('is one line by default, in production, about the first unmet row of level 1', async () => {
    const settings = await settingsOf({ creation: 'eager' });
    expect(bootLines(settings, true)).toEqual([
      'The session cookie has no prefix, so a sibling domain can plant one. Fix: `session.cookie.prefix: host-http`. ' +
        '(ASVS 5.0 3.3.1; `npx nestjs-sessions doctor` tells more.)',
    ]);
    expect(bootLines(settings, false)).toEqual([]);
  });

  it('is nothing by default where level 1 is met, whatever is unmet above', async () => {
    expect(bootLines(await settingsOf({ cookie: { prefix: 'secure' }, creation: 'eager' }), true)).toEqual(
      [],
    );
  });

  it('does not repeat by default what was said of the laws of the provider', async () => {
    const settings = await settingsOf({ cookie: { prefix: 'host' }, sessionProvider: NaiveSessionProvider });
    expect(bootLines(settings, true)).toEqual([]);
    expect(bootLines({ ...settings, doctor: 'warn' }, true)).toContainEqual(expect.stringContaining('7.4.1'));
  });

  it.each([true, false])(
    'is a line for each unmet row with doctor: warn (production: %p)',
    async (production) => {
      const lines = bootLines(await settingsOf({ doctor: 'warn' }), production);
      expect(lines.map((line) => /ASVS 5\.0 ([\d.]+);/.exec(line)?.[1])).toEqual(['3.3.1', '3.3.3', '7.1.2']);
      expect(lines.join('')).not.toContain('\n');
    },
  );

  it('is nothing with doctor: off', async () => {
    expect(bootLines(await settingsOf({ doctor: 'off' }), true)).toEqual([]);
  });
});

describe('session.doctor: fail', () => {
  const yaml = sound('  doctor: fail', '  cookie: { prefix: secure, same_site: none }');

  it('stops the boot with a problem for each unmet row, in the words of whoever decided', async () => {
    const problems = await problemsIn(loadYaml(yaml, { checks: BOOT_CHECKS }));
    expect(problems.map(({ file, key, wanted }) => [file, key, /[\d.]{5}/.exec(wanted)?.[0]])).toEqual([
      ['serving.dev.yaml', 'session.cookie.same_site', '3.3.2'],
      ['serving.dev.yaml', 'session.cookie.prefix', '3.3.3'],
      [undefined, 'session.principals.limit', '7.1.2'],
    ]);
    expect(problems[0]?.fix).toMatch(/^write lax\b/);
  });

  it('lets an app start that meets all of them', async () => {
    const met = sound('  doctor: fail', '  cookie: { prefix: host-http }', '  principals: { limit: 5 }');
    expect(await loadYaml(met, { checks: BOOT_CHECKS })).toMatchObject({ doctor: 'fail' });
  });

  it('stays silent while an option that it looks at is wrong by itself', async () => {
    const wrong = sound('  doctor: fail', '  cookie: { prefix: nonsense }');
    const problems = await problemsIn(loadYaml(wrong, { checks: BOOT_CHECKS }));
    expect(problems.map(({ key }) => key)).toEqual(['session.cookie.prefix']);
  });

  it('is no matter to the doctor itself', async () => {
    expect(await loadYaml(yaml, { checks: CONFIG_CHECKS })).toMatchObject({ doctor: 'fail' });
  });
});
