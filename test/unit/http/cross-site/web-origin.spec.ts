import { describe, expect, it } from '@jest/globals';
import { isServedBy, parseOrigin } from '../../../../lib/http/cross-site/web-origin.js';

const served = (origin: string, host: string): boolean => {
  const parsed = parseOrigin(origin);
  return parsed !== undefined && isServedBy(parsed, host);
};

describe('parseOrigin()', () => {
  it.each([
    ['https://app.example.com', 'https:', 'app.example.com'],
    ['https://app.example.com:8443', 'https:', 'app.example.com:8443'],
    ['HTTPS://App.Example.COM', 'https:', 'app.example.com'],
    ['https://app.example.com:443', 'https:', 'app.example.com'],
    ['http://app.example.com:443', 'http:', 'app.example.com:443'],
    ['https://app.example.com.', 'https:', 'app.example.com.'],
    ['http://[::1]:3000', 'http:', '[::1]:3000'],
    ['http://[::1]:80', 'http:', '[::1]'],
    ['http://127.0.0.1:3000', 'http:', '127.0.0.1:3000'],
    ['moz-extension://e2d0c5a1-0000-4000-8000-000000000000', 'moz-extension:', expect.any(String)],
  ])('reads %j', (text, scheme, authority) => {
    expect(parseOrigin(text)).toEqual({ scheme, authority });
  });

  it.each([
    ['null'],
    [''],
    ['app.example.com'],
    ['//app.example.com'],
    ['https://'],
    ['https:app.example.com'],
    ['https:/app.example.com'],
    ['https:\\\\app.example.com'],
    ['https://app.example.com/'],
    ['https://app.example.com/login'],
    ['https://app.example.com?'],
    ['https://app.example.com#'],
    ['https://ada@app.example.com'],
    ['https://evil.example@app.example.com'],
    ['https://app.example.com:'],
    ['https://app.example.com:0443'],
    ['https://app.example.com:65536'],
    ['https://app.example.com:8443:443'],
    ['https://app.example.com, https://evil.example'],
    ['https://app.example.com https://evil.example'],
    [' https://app.example.com'],
    ['https://app.exam\tple.com'],
    ['https://app%2eexample.com'],
    ['https://appé.example'],
    ['http://0x7f.1'],
    ['http://127.1'],
    ['http://[0:0:0:0:0:0:0:1]'],
    ['http://::1'],
    ['file://'],
    ['data:text/html,x'],
    ['about:blank'],
  ])('takes %j for no origin', (text) => {
    expect(parseOrigin(text)).toBeUndefined();
  });
});

describe('isServedBy()', () => {
  it.each([
    ['https://app.example.com', 'app.example.com'],
    ['https://app.example.com', 'APP.example.com'],
    ['https://app.example.com', 'app.example.com:443'],
    ['https://app.example.com:443', 'app.example.com'],
    ['http://app.example.com', 'app.example.com:80'],
    ['http://[::1]:3000', '[::1]:3000'],
    ['https://[::1]', '[::1]:443'],
    ['https://app.example.com.', 'app.example.com.'],
  ])('says that %j is where %j is', (origin, host) => {
    expect(served(origin, host)).toBe(true);
  });

  it.each([
    ['https://app.example.com', 'app.example.com:80'],
    ['https://app.example.com', 'app.example.com:8443'],
    ['https://app.example.com:8443', 'app.example.com'],
    ['http://app.example.com', 'app.example.com:443'],
    ['https://app.example.com', 'app.example.com.'],
    ['https://app.example.com', 'app.example.com.evil.example'],
    ['https://evilapp.example.com', 'app.example.com'],
    ['https://app.example.com', 'example.com'],
    ['https://app.example.com', 'app.example.com, app.example.com'],
    ['https://app.example.com', 'app.example.com:'],
    ['https://app.example.com', 'app.example.com:443:443'],
    ['https://app.example.com', ''],
    ['http://[::1]', '::1'],
    ['capacitor://localhost', 'localhost'],
  ])('says that %j is not where %j is', (origin, host) => {
    expect(served(origin, host)).toBe(false);
  });
});
