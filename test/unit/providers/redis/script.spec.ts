import { describe, expect, it } from '@jest/globals';
import type { RedisPort } from '../../../../lib/providers/redis/redis-port.js';
import { Script } from '../../../../lib/providers/redis/script.js';

const script = new Script(new URL('../../../../lib/providers/redis/end.lua', import.meta.url));

/** A port that answers each command in turn, or fails with the error that is in its place. */
function port(...answers: (number | Error)[]) {
  const sent: (string | undefined)[] = [];
  const exec: RedisPort['exec'] = (_, [name]) => {
    sent.push(name);
    const answer = answers.shift() ?? 0;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { sent, exec } as unknown as RedisPort & { readonly sent: string[] };
}

describe('a script', () => {
  it('is sent as its hash', async () => {
    const server = port(1);
    expect(await script.run(server, ['key'], [])).toBe(1);
    expect(server.sent).toEqual(['EVALSHA']);
  });

  it('is sent as a whole to a server that does not know it', async () => {
    const server = port(new Error('NOSCRIPT No matching script.'), 1);
    expect(await script.run(server, ['key'], [])).toBe(1);
    expect(server.sent).toEqual(['EVALSHA', 'EVAL']);
  });

  it('is sent once when it fails otherwise', async () => {
    const server = port(new Error('OOM'));
    await expect(script.run(server, ['key'], [])).rejects.toThrow('OOM');
    expect(server.sent).toEqual(['EVALSHA']);
  });
});
