interface StoredCookie {
  readonly name: string;
  readonly value: string;
  /** Two cookies of one name stand side by side when their scopes differ; a line replaces only the cookie of its own scope. */
  readonly scope: string;
}

/**
 * What a browser at `/` of one host makes of a `Set-Cookie` line, as far as RFC 6265bis 5.6, 5.7 and CHIPS say which lines it drops
 * and which cookie a line replaces. A line that is dropped leaves no trace, as in real life.
 */
export class ModelBrowser {
  readonly #cookies: StoredCookie[] = [];

  constructor(
    readonly host = 'app.example.com',
    readonly encrypted = true,
  ) {}

  /** The `Cookie` header of the next request; empty when there is none. */
  get header(): string {
    return this.#cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Answers whether the browser took the line. */
  receive(line: string): boolean {
    const { name, value, attributes } = parse(line);
    if (!this.#accepts(name, attributes)) return false;
    const domain = attributes.get('domain') ?? `only ${this.host}`;
    const partition = attributes.has('partitioned') ? 'partitioned' : 'shared';
    const scope = [name, domain, attributes.get('path') ?? '/', partition].join(' ');
    const at = this.#cookies.findIndex((cookie) => cookie.scope === scope);
    if (at >= 0) this.#cookies.splice(at, 1);
    if (attributes.get('max-age') !== '0') this.#cookies.push({ name, value, scope });
    return true;
  }

  #accepts(name: string, attributes: ReadonlyMap<string, string>): boolean {
    const secure = attributes.has('secure');
    const domain = attributes.get('domain');
    if (secure && !this.encrypted) return false;
    if (domain !== undefined && this.host !== domain && !this.host.endsWith(`.${domain}`)) return false;
    if (attributes.get('samesite') === 'None' && !secure) return false;
    if (attributes.has('partitioned') && !secure) return false;
    if (/^__(secure|host|http)-/i.test(name) && !secure) return false;
    if (/^__host-/i.test(name) && (domain !== undefined || attributes.get('path') !== '/')) return false;
    return !/^__(host-)?http-/i.test(name) || attributes.has('httponly');
  }
}

function parse(line: string): { name: string; value: string; attributes: Map<string, string> } {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
  const [name = '', value = ''] = pair.split('=');
  const attributes = rest.map((part): [string, string] => {
    const [key = '', text = ''] = part.split('=');
    return [key.toLowerCase(), text];
  });
  return { name, value, attributes: new Map(attributes) };
}
