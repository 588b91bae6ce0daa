import { CredentialProvider } from '../../credentials/credential-provider.js';
import { digestOf } from '../../credentials/token.js';
import type { CreateOutcome, StoredRecord } from '../../providers/atomic-session-store.js';
import type { Clock } from '../../providers/clock.js';
import { newMeta } from '../../record/meta.js';
import { encodeRecord, newEtag } from '../../record/record-text.js';
import { RecordedCredentials } from '../recorded-credentials.js';
import { LAW_POLICY } from '../subject.js';
import { PlainStore } from './plain-store.js';
import { flowTwin, storeTwin, type Twin } from './twin.js';

class OverwritesOnCreate extends PlainStore {
  override create(id: string, text: string, deadline: number): CreateOutcome {
    this.records.set(id, { text, deadline });
    return 'ok';
  }
}

/** Makes room for whoever asks, as a cache that is filled on a miss. */
class CreatesOnLoad extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    if (!this.records.has(id)) this.records.set(id, { text: '', deadline: 0 });
    return super.load(id) as StoredRecord | undefined;
  }
}

/** Credentials with one fault; the rest is as it was. */
class BrokenCredentials extends CredentialProvider {
  constructor(protected readonly inner: CredentialProvider) {
    super();
  }

  override createSessionToken(id?: string): string {
    return this.inner.createSessionToken(id);
  }

  override validateSessionToken(secret: string, id?: string): boolean {
    return this.inner.validateSessionToken(secret, id);
  }
}

class AcceptAnything extends BrokenCredentials {
  override validateSessionToken(): boolean {
    return true;
  }
}

/** 256 bits, of which a counter fills the last 32. */
class Predictable extends BrokenCredentials {
  #made = 0;

  override createSessionToken(): string {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32BE(++this.#made, 28);
    return bytes.toString('base64url');
  }
}

class FallBack extends BrokenCredentials {
  override createSessionToken(id?: string): string {
    try {
      return super.createSessionToken(id);
    } catch {
      return String(Math.random()).padEnd(43, '0');
    }
  }
}

/** Session fixation: a token that names no session gets one. */
class Adopting extends BrokenCredentials {
  constructor(
    inner: CredentialProvider,
    private readonly clock: Clock,
    private readonly store: PlainStore,
  ) {
    super(inner);
  }

  override validateSessionToken(secret: string, id: string): boolean {
    const { idleTimeout, absoluteTimeout } = LAW_POLICY;
    const now = this.clock.now();
    const meta = newMeta({ digest: digestOf(secret), now, idleTimeout, absoluteTimeout });
    void this.store.create(id, encodeRecord(newEtag(), meta, new Map()), now + idleTimeout);
    return super.validateSessionToken(secret, id);
  }
}

export const identityTwins: readonly Twin[] = [
  storeTwin('a create that overwrites', ['I1', 'D1'], OverwritesOnCreate),
  storeTwin('a load that creates', ['I5'], CreatesOnLoad),
  flowTwin('tokens at rest', ['I2'], (_, store) => {
    const kept: RecordedCredentials[] = [];
    return {
      wrapCredentials: (inner) => {
        const recorded = new RecordedCredentials(inner);
        kept.push(recorded);
        return recorded;
      },
      dump: () => [store.dump(), ...kept.flatMap(({ secrets }) => secrets)].join('\n'),
    };
  }),
  flowTwin('an unchecked token', ['I3'], () => ({
    wrapCredentials: (inner) => new AcceptAnything(inner),
  })),
  flowTwin('an adopted token', ['I3'], (clock, store) => ({
    wrapCredentials: (inner) => new Adopting(inner, clock, store),
  })),
  flowTwin('a predictable token', ['I4'], () => ({ wrapCredentials: (inner) => new Predictable(inner) })),
  flowTwin('a token without a random source', ['I4'], () => ({
    wrapCredentials: (inner) => new FallBack(inner),
  })),
];
