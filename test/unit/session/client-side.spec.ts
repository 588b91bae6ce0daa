import { describe, expect, it } from '@jest/globals';
import { ClientSide } from '../../../lib/session/client-side.js';

describe('what a client is told about its cookie', () => {
  it('is nothing while nothing happens, whatever it presented', () => {
    const client = new ClientSide();
    client.presented();
    client.opened('token', 'current');
    expect([client.token, client.standing, client.cookie]).toEqual(['token', 'current', { kind: 'keep' }]);
  });

  it('is the token that it gets, with the end of its cookie where that outlives the browser', () => {
    const client = new ClientSide();
    client.issue('one');
    expect(client.cookie).toEqual({ kind: 'set', token: 'one' });
    client.issue('two', 5000);
    expect(client.cookie).toEqual({ kind: 'set', token: 'two', expiresAt: 5000 });
    expect(client.token).toBe('two');
  });

  it('is nothing when its session ended elsewhere: the jar may hold a newer token (law H3)', () => {
    const client = new ClientSide();
    client.presented();
    client.opened('token', 'current');
    client.issue('new');
    client.lose();
    expect([client.token, client.cookie]).toEqual([null, { kind: 'keep' }]);
  });

  it.each([
    [true, false, { kind: 'clear' }],
    [true, true, { kind: 'clear', loggedOut: true }],
    [false, false, { kind: 'keep' }],
    [false, true, { kind: 'keep' }],
  ])(
    'is to forget it when its own request ended it, if it brought one: %p, %p',
    (brought, loggedOut, told) => {
      const client = new ClientSide();
      if (brought) client.presented();
      client.issue('token');
      client.forget(loggedOut);
      expect([client.token, client.cookie]).toEqual([null, told]);
    },
  );

  it('tells of a logout also with the token of a session that began after it, and after another end', () => {
    const client = new ClientSide();
    client.presented();
    client.forget(true);
    client.issue('farewell');
    expect(client.cookie).toEqual({ kind: 'set', token: 'farewell', loggedOut: true });
    client.forget(false);
    expect(client.cookie).toEqual({ kind: 'clear', loggedOut: true });
  });

  it('stays to forget it when a session that began after the logout is lost as well', () => {
    const client = new ClientSide();
    client.presented();
    client.forget(true);
    client.issue('new');
    client.lose();
    expect(client.cookie).toEqual({ kind: 'clear', loggedOut: true });
  });
});
