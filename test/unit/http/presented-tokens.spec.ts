import { describe, expect, it } from '@jest/globals';
import { cookiePolicy } from '../../../lib/http/cookie/cookie-policy.js';
import { presentedTokens } from '../../../lib/http/presented-tokens.js';

const strict = cookiePolicy({ prefix: 'host' });
const migrating = cookiePolicy({ prefix: 'host', migrateFrom: 'sid' });

describe('the tokens that a request presents', () => {
  it.each([
    [undefined, strict, [], false],
    ['sid=a', strict, [], false],
    ['__Host-serving_session=a', strict, ['a'], false],
    [undefined, migrating, [], false],
    ['other=a', migrating, [], false],
    ['sid=a', migrating, ['a'], true],
    ['sid=a; sid=b', migrating, ['a', 'b'], true],
    ['__Host-serving_session=a; sid=b', migrating, ['a'], false],
    ['sid=b; __Host-serving_session=a', migrating, ['a'], false],
    ['SID=a; __host-serving_session=b', migrating, [], false],
  ])('in %p', (header, policy, tokens, outdated) => {
    expect(presentedTokens(header, policy)).toEqual({ tokens, outdated });
  });
});
