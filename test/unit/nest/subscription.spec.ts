import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { rememberServer } from '../../../lib/nest/platform/server-runtimes.js';
import { rememberSockets, type SocketRoute } from '../../../lib/nest/web-socket/upgraded-sockets.js';
import { subscriptionBearer } from '../../../lib/nest/web-socket/subscription.js';
import { MessageContext } from '../../../lib/http/socket/message-context.js';
import { thrownBy } from '../../support/thrown-by.js';

/** The request that became a socket, to a server that a SessionModule serves, or to another one. */
function upgrade({ served = true } = {}) {
  const server = {};
  if (served) rememberServer(server, []);
  const raw = { headers: {}, method: 'GET', url: '/graphql', socket: { server } };
  return { ws: true, raw, ...raw } as never;
}

const socket = Object.assign(new EventEmitter(), { close: () => undefined, terminate: () => undefined });

describe('an operation of GraphQL over a socket that nobody saw opening', () => {
  it('is an error that says how the context is to hold it', () => {
    expect(thrownBy(() => subscriptionBearer({ request: upgrade() }))).toMatchObject({
      code: 'NO_REQUEST',
      message: expect.stringContaining(
        'subscription: { context: (socket, request) => ({ extra: { socket, request } }) }',
      ),
    });
  });

  it('has a session where the context holds it so', () => {
    const request = upgrade();
    const bearer = subscriptionBearer({ request, extra: { socket, request } });
    expect(bearer).toBeInstanceOf(MessageContext);
  });

  it('is an error as well where what the context holds is no socket that could be closed', () => {
    const request = upgrade();
    const extra = { socket: new EventEmitter(), request };
    expect(thrownBy(() => subscriptionBearer({ extra }))).toMatchObject({ code: 'NO_REQUEST' });
  });

  it('is none of ours in an app without SessionModule', () => {
    expect(subscriptionBearer({ request: upgrade({ served: false }) })).toBeUndefined();
  });

  it.each([[undefined], [{}], [{ request: { ws: false } }], [{ request: null }]])(
    'is not taken for one that came by HTTP: %j',
    (root) => expect(subscriptionBearer(root)).toBeUndefined(),
  );
});

describe('the routes of Fastify', () => {
  const routed = (route: SocketRoute): SocketRoute => {
    rememberSockets({ addHook: (_, hook) => hook(route) });
    return route;
  };

  it('that answer with a socket are called as before', () => {
    const calls: unknown[] = [];
    const request = upgrade();
    const { wsHandler } = routed({
      wsHandler(...given) {
        calls.push(this, ...given);
        return 'answer';
      },
    });
    expect(wsHandler?.call('app', socket, request, 1)).toBe('answer');
    expect(calls).toEqual(['app', socket, request, 1]);
    expect(subscriptionBearer({ request })).toBeInstanceOf(MessageContext);
  });

  it('that do not are left alone', () => expect(routed({})).toEqual({}));
});
