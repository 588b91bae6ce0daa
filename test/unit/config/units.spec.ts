import { describe, expect, it } from '@jest/globals';
import { formatByteSize } from '../../../lib/providers/byte-size.js';
import { closest } from '../../../lib/config/did-you-mean.js';
import { formatDuration, parseDuration } from '../../../lib/providers/duration.js';
import { load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['7 d', 604_800_000],
    ['30 minutes', 1_800_000],
    ['0s', 0],
  ])('%s is %d ms', (text, value) => {
    expect(parseDuration(text)).toBe(value);
  });

  it.each([
    '30',
    '',
    ' 30m',
    '30m ',
    '-30m',
    '+1m',
    '1e3s',
    '30mm',
    '5 parsecs',
    '1h30m',
    'm',
    '.5h',
    '1_000s',
    '9'.repeat(99) + 's',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, '0ms'],
    [1, '1ms'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [86_400_000, '1d'],
  ])('%d ms is written %s, which is exact', (value, text) => {
    expect(formatDuration(value)).toBe(text);
    expect(parseDuration(text)).toBe(value);
  });

  it('is a number of milliseconds in forRoot(), or a text', async () => {
    const options = { timeouts: { idle: 90_000, absolute: '1h' as const }, operationTimeout: 1 };
    expect(await load({ options })).toMatchObject({
      timeouts: { idle: 90_000, absolute: 3_600_000 },
      operationTimeout: 1,
    });
  });

  it.each<[string, number | string]>([
    ['timeouts.idle', 0],
    ['timeouts.idle', 1.5],
    ['timeouts.idle', Number.NaN],
    ['timeouts.idle', Infinity],
    ['timeouts.absolute', '40000d'],
    ['timeouts.touch', -1],
    ['timeouts.touch', '25h'],
    ['operationTimeout', 0],
    ['operationTimeout', 2 ** 31],
  ])('of %s cannot be %p', async (path, value) => {
    const [group = '', name] = path.split('.');
    const options = { [group]: name === undefined ? value : { [name]: value } };
    expect(await problemsIn(load({ options }))).toMatchObject([{ file: 'forRoot()', key: path }]);
  });
});

describe('a size', () => {
  it.each([
    ['1MiB', 1_048_576],
    ['64 KiB', 65_536],
    ['4096', 4096],
  ])('%s in YAML is %d bytes', async (text, bytes) => {
    expect((await loadYaml(sound(`  limits: { size: ${text} }`))).limits.size).toBe(bytes);
  });

  it.each(['255', '17MiB', '-1', '1.5', 'big', '.inf', '.nan', 'true', '[1024]'])(
    'cannot be %s',
    async (text) => {
      expect(await problemsIn(loadYaml(sound(`  limits: { size: ${text} }`)))).toMatchObject([
        { key: 'session.limits.size', wanted: 'a size, 256B to 16MiB' },
      ]);
    },
  );

  it.each([
    [0, '0B'],
    [1000, '1000B'],
    [32_768, '32KiB'],
    [16 * 1024 ** 2, '16MiB'],
    [2 * 1024 ** 3, '2GiB'],
  ])('of %d bytes is written %s', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text);
  });
});

describe('a count', () => {
  it.each(['keys: 0', 'keys: 100001', 'keys: "12"', 'depth: 513', 'depth: 0.5'])(
    'cannot be %s',
    async (line) => {
      const [name] = line.split(':');
      expect(await problemsIn(loadYaml(sound(`  limits: { ${line} }`)))).toMatchObject([
        { key: `session.limits.${name ?? ''}` },
      ]);
    },
  );
});

describe('the closest name', () => {
  const known = ['same_site', 'secure', 'session_provider', 'idle', 'config'];

  it.each([
    ['sameSite', 'same_site'],
    ['same-site', 'same_site'],
    ['SECURE', 'secure'],
    ['secrue', 'secure'],
    ['sesion_provder', 'session_provider'],
    ['idl', 'idle'],
  ])('to %s is %s', (name, meant) => {
    expect(closest(name, known)).toBe(meant);
  });

  it.each(['', 'x', 'color', 'file', 'provider', 's'.repeat(10_000)])('to %j is none', (name) => {
    expect(closest(name, known)).toBeUndefined();
  });
});
