import { describe, expect, it } from '@jest/globals';
import { InjectClient, type InjectedRequest } from '../../lib/testing/app/inject-client.js';
import { ChildProgram } from '../support/processes/child-program.js';

describe('the client on inject()', () => {
  it('signs in, keeps its cookie, and loses it at the logout', async () => {
    const program = ChildProgram.start('kit-inject.ts', {});
    await program.finished();
    expect(program.lines).toEqual(['"ada"', 'null', '"bob"', '""', 'null']);
  });

  it('sends the cookies of all answers, unless a request brings a header of its own', async () => {
    const requests: InjectedRequest[] = [];
    const answers = [['a=1; Path=/', 'b=2'], ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], [], []];
    const app = {
      inject: async (request: InjectedRequest) => {
        requests.push(request);
        return { headers: { 'set-cookie': answers.shift() } };
      },
    };
    const client = new InjectClient(app, async () => ({ id: 'id', cookie: 'sid=of.ada' }));
    await client.get('/');
    await client.post('/', { a: 1 });
    await client.as('ada');
    await client.get('/');
    await client.request({ method: 'PUT', url: '/', headers: { cookie: 'mine=1' } });
    expect(requests.map(({ headers }) => headers?.['cookie'])).toEqual([
      undefined,
      'a=1; b=2',
      'b=2; sid=of.ada',
      'mine=1',
    ]);
    expect(requests[1]?.payload).toEqual({ a: 1 });
  });
});
