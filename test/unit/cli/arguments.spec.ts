import { describe, expect, it } from '@jest/globals';
import { readArguments, USAGE } from '../../../lib/cli/arguments.js';

describe('the arguments of the command', () => {
  it('are the doctor, with nothing asked for', () => {
    expect(readArguments(['doctor'])).toEqual({ json: false, connect: false, trustProxy: false, tls: false });
  });

  it('name the configuration as the options of forRoot() do', () => {
    expect(readArguments('doctor -e prod --config a.yaml -d sub --json --connect'.split(' '))).toMatchObject({
      environment: 'prod',
      config: 'a.yaml',
      directory: 'sub',
      json: true,
      connect: true,
    });
  });

  it('tell the circumstances of a request', () => {
    const words = 'doctor -r - --url https://a.example/x --trust-proxy --tls --unwritten --begun'.split(' ');
    expect(readArguments(words)).toMatchObject({
      request: '-',
      url: new URL('https://a.example/x'),
      trustProxy: true,
      tls: true,
      written: false,
      begun: true,
    });
    expect(readArguments(['doctor', '--written'])).toMatchObject({ written: true });
  });

  it.each([
    [[]],
    [['nurse']],
    [['doctor', 'again']],
    [['doctor', '--nonsense']],
    [['doctor', '--url', 'ftp://a']],
    [['doctor', '--url', 'nothing']],
    [['doctor', '--request']],
    [['doctor', '--written', '--unwritten']],
  ])('are refused with what is wrong and how it goes: %j', (words) => {
    const answer = readArguments(words);
    expect(answer).toMatchObject({ exitCode: 2, usage: expect.stringMatching(/^[^\n]+\n\nUsage: /) });
  });

  it('may ask for help', () => {
    expect(readArguments(['doctor', '--help'])).toEqual({ usage: USAGE, exitCode: 0 });
    expect(Math.max(...USAGE.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
