import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { Sessions } from '../../lib/index.js';
import { CLIENT_ID, type Claims, type IdentityProvider, ISSUER, LOGOUT_EVENT } from './identity-provider.js';

interface ReadToken {
  readonly header: Claims;
  readonly claims: Claims;
  readonly input: string;
  readonly signature: string;
}

/** Each check of a logout token, as an app would write it that takes no library for it. */
const CHECKS = {
  algorithm: ({ header }) => header['alg'] === 'RS256',
  signature: (token, { provider }) => isSigned(token, provider),
  type: ({ header }) => [undefined, 'logout+jwt'].includes(header['typ'] as undefined),
  issuer: ({ claims }) => claims['iss'] === ISSUER,
  audience: ({ claims }) => claims['aud'] === CLIENT_ID,
  age: ({ claims }, { provider }) => Math.abs(Number(claims['iat']) - provider.seconds()) <= 120,
  expiry: ({ claims }, { provider }) => Number(claims['exp']) > provider.seconds(),
  event: ({ claims }) => Object.hasOwn(Object(claims['events']) as object, LOGOUT_EVENT),
  nonce: ({ claims }) => !('nonce' in claims),
  name: ({ claims }) => typeof claims['jti'] === 'string',
  once: ({ claims }, { used }) => !used.has(claims['jti']),
  subject: ({ claims }) => 'sub' in claims || 'sid' in claims,
} satisfies Record<string, (token: ReadToken, at: LaxLogout) => boolean>;

export type Check = keyof typeof CHECKS;

/** A `BackChannelLogout` that leaves one check out: what it lets in is let in for the lack of that check, and of nothing else. */
export class LaxLogout {
  readonly used = new Set<unknown>();

  constructor(
    private readonly sessions: Sessions,
    readonly provider: IdentityProvider,
    private readonly without: Check | undefined,
  ) {}

  async logout(text: unknown): Promise<number> {
    const token = readToken(String(text));
    const broken = (Object.keys(CHECKS) as Check[]).filter((check) => !CHECKS[check](token, this));
    if (broken.some((check) => check !== this.without)) throw new Error(`refused for ${broken.join()}`);
    this.used.add(token.claims['jti']);
    return this.sessions.revokeAll(String(token.claims['sub']));
  }
}

function readToken(text: string): ReadToken {
  const [header = '', claims = '', signature = ''] = text.split('.');
  const parsed = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  return { header: parsed(header), claims: parsed(claims), input: `${header}.${claims}`, signature };
}

/** As the token itself says that it is signed, which is the fault of old. */
function isSigned({ header, input, signature }: ReadToken, provider: IdentityProvider): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (header['alg'] === 'none') return bytes.length === 0;
  if (header['alg'] !== 'HS256') return verify('sha256', Buffer.from(input), provider.publicKey, bytes);
  return timingSafeEqual(createHmac('sha256', provider.publicText).update(input).digest(), bytes);
}
