import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { type AskedRequest, crossSiteFacts } from '../../../../lib/http/cross-site/cross-site-facts.js';

const plain = (headers: AskedRequest['headers'], more: Partial<AskedRequest> = {}): AskedRequest => ({
  method: 'POST',
  headers,
  ...more,
});

describe('crossSiteFacts()', () => {
  it('are those of a request of Node', () => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request, {
      method: 'PUT',
      headers: { host: 'a', origin: 'https://a', 'sec-fetch-site': 'none' },
    });
    const { method, site, origin, host, encrypted } = crossSiteFacts(request);
    expect([method, site, origin, host, encrypted]).toEqual(['PUT', 'none', 'https://a', 'a', false]);
  });

  it('know TLS from the socket and from the platform', () => {
    expect(crossSiteFacts(plain({}, { socket: { encrypted: true } })).encrypted).toBe(true);
    expect(crossSiteFacts(plain({}, { protocol: 'https' })).encrypted).toBe(true);
    expect(crossSiteFacts(plain({ 'x-forwarded-proto': 'https' }, { socket: null })).encrypted).toBe(false);
  });

  it('take the host from the platform, which knows its proxies, and else from the headers', () => {
    const headers = { host: 'inside', 'x-forwarded-host': 'spoofed' };
    expect(crossSiteFacts(plain(headers)).host).toBe('inside');
    expect(crossSiteFacts(plain(headers, { host: 'outside' })).host).toBe('outside');
    expect(crossSiteFacts(plain({ ':authority': 'two' })).host).toBe('two');
    expect(crossSiteFacts(plain({ ':authority': 'two', host: 'two' })).host).toBe('two');
  });

  it('know no host where several are named', () => {
    expect(crossSiteFacts(plain({ ':authority': 'two', host: 'one' })).host).toBeUndefined();
    const raw = plain({ host: 'one' }, { headersDistinct: { host: ['one', 'two'] } });
    expect(crossSiteFacts(raw).host).toBeUndefined();
    expect(crossSiteFacts(plain({ host: 'one' }, { raw, host: 'one' })).host).toBeUndefined();
  });

  it('join values that are repeated', () => {
    const { site, origin } = crossSiteFacts(
      plain({ 'sec-fetch-site': ['none', 'none'], origin: 'https://a, https://b' }),
    );
    expect([site, origin]).toEqual(['none, none', 'https://a, https://b']);
  });
});
