import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { isEncrypted, requestLine } from '../../../lib/http/request-facts.js';

function requestWith(facts: Partial<IncomingMessage>, socket: object = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(Object.assign(new Socket(), socket)), facts);
}

describe('requestLine()', () => {
  it.each([
    [{ method: 'POST', url: '/cart' }, 'POST /cart'],
    [{ method: 'GET', url: '/reset?token=secret' }, 'GET /reset'],
    [{ method: 'GET', url: '?token=secret' }, 'GET '],
  ])('shows %j as %j', (facts, line) => {
    expect(requestLine(requestWith(facts))).toBe(line);
  });
});

describe('isEncrypted()', () => {
  it.each([
    ['a plain connection', {}, {}, false],
    ['a TLS connection', { encrypted: true }, {}, true],
    ['a stand-in for a socket that says no', { encrypted: false }, {}, false],
    ['a proxy that the platform trusts', {}, { protocol: 'https' }, true],
    ['a proxy in front of plain HTTP', {}, { protocol: 'http' }, false],
  ])('knows %s', (_, socket, platform, encrypted) => {
    expect(isEncrypted(requestWith({}, socket), platform)).toBe(encrypted);
  });
});
