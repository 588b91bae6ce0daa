/** Tokens that no credential provider made, most of them near to `token`, which one did. */
export function badTokens(token: string): readonly string[] {
  const [id = '', secret = ''] = token.split('.');
  return [
    '',
    '.',
    id,
    `${id}.`,
    `.${secret}`,
    `${token}A`,
    `${token}.`,
    `${token}\n`,
    ` ${token}`,
    token.slice(0, -1),
    `${token.slice(0, -1)}${sibling(token.slice(-1))}`,
    token.replace('.', '%2E'),
    `s:${token}`,
    `j:${JSON.stringify({ token })}`,
    `${id}.${'A'.repeat(20_000)}`,
    `${'A'.repeat(20_000)}.${secret}`,
    `../../etc/passwd.${secret}`,
    `*.${secret}`,
    `' OR 1=1--.${secret}`,
    `\0.${secret}`,
    `{"$gt":""}.${secret}`,
    `__proto__.${secret}`,
    `é${token}`,
  ];
}

/** Another character that decodes to the same bits at the end of 43 characters of base64url: not canonical (RFC 4648 3.5). */
const sibling = (last: string): string => String.fromCharCode(last.charCodeAt(0) + 1);
