import type { StoredRecord } from '../../lib/index.js';
import { CachedRecords, type Flight } from '../../lib/providers/near-cache/cached-records.js';
import type { Outdated } from '../../lib/providers/near-cache/mail.js';
import { Membership } from '../../lib/providers/near-cache/membership.js';
import { Revocations } from '../../lib/providers/near-cache/revocations.js';
import type { CacheKinds } from './near-cache-world.js';

/** A broken twin: it tells the others, and does not wait for what they say. */
class Impatient extends Revocations {
  override revoke(what: readonly Outdated[]): Promise<void> {
    super.revoke(what).catch(() => undefined);
    return Promise.resolve();
  }
}

/** A broken twin: it keeps whatever it is answered, and does not know what it has asked. */
class Forgetful extends CachedRecords {
  override depart(id: string): Flight {
    return { id, stale: false };
  }
}

/** A broken twin: it serves until it is told to stop. */
class Overstaying extends Membership {
  override serves(): boolean {
    return super.serves(-Infinity);
  }
}

const ABSENT: StoredRecord = { text: '', deadline: Infinity };

/** A broken twin: it spares the store a question about what was not there. */
class Dismissive extends CachedRecords {
  override arrive(flight: Flight, record: StoredRecord | undefined, until: number): void {
    super.arrive(flight, record ?? ABSENT, until);
  }
}

/** A broken twin: what it has kept does not grow old, as far as the session is concerned. */
class Timeless extends CachedRecords {
  override find(id: string, at: number): StoredRecord | undefined {
    return super.find(id, at, -Infinity);
  }
}

/** Caches with exactly one fault each. */
export const NEAR_CACHE_TWINS = {
  'does not wait for the others': { Revoker: Impatient },
  'keeps an answer over a change': { Records: Forgetful },
  'serves beyond its lease': { Member: Overstaying },
  'keeps that a session is absent': { Records: Dismissive },
  'serves a session past its deadline': { Records: Timeless },
} as const satisfies Readonly<Record<string, Partial<CacheKinds>>>;
