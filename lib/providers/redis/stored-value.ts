import { newEtag } from '../../record/record-text.js';
import { type EndReason, IN_FLIGHT_WINDOW_MS, type StoredRecord } from '../atomic-session-store.js';
import type { RedisReply } from './redis-port.js';

/**
 * What stands in the key of a record:
 *
 * ```text
 * epoch(8) owner(16) text
 * !reason:nonce
 * ```
 *
 * The epoch is the one that the bucket of the session was in when it was created; when the bucket is in another one or in none, the
 * session was ended with all others. The owner is whose session it is, sixteen dots before a login. The second form is a tombstone.
 */
const EPOCH_LENGTH = 8;
const HEAD_LENGTH = 24;

/** Begins no epoch, so it tells a tombstone from a record. */
const TOMBSTONE_MARK = '!';

/** A fresh epoch, for a bucket that is in none. */
export const newEpoch = (): string => newEtag().slice(0, EPOCH_LENGTH);

/** A tombstone of its own, so that a client may send it twice. */
export const newTombstone = (reason: EndReason): string => `${TOMBSTONE_MARK}${reason}:${newEtag()}`;

/**
 * Whether a tombstone says that a login was evicted while it was under way: it had logged in, as far as anybody can tell, and a later
 * one took its place at once.
 *
 * @param place the text of the place that the login has taken in the index.
 */
export const isEvictionOf = (place: string, tombstone: string): boolean =>
  tombstone.startsWith(`${TOMBSTONE_MARK}evicted:`) && tombstone.endsWith(`@${place}`);

/** How long the key of a record lives from `now`: to its deadline, and then as long as a request may be in flight. */
export const keyLife = (deadline: number, now: number): string =>
  String(Math.max(1, Math.ceil(deadline - now + IN_FLIGHT_WINDOW_MS)));

/** Whose session a record is; only of one that {@link isOfEpoch} holds for. */
export const ownerIn = (value: RedisReply): string => String(value).slice(EPOCH_LENGTH, HEAD_LENGTH);

/** Whether a record is of the epoch that its bucket is in; neither nothing nor a tombstone is. */
export const isOfEpoch = (value: RedisReply, epoch: RedisReply): boolean =>
  value !== null && epoch !== null && String(value).startsWith(String(epoch));

/**
 * A record from what GET and PTTL answered; `undefined` for a key that is gone by now or never expires, as that is none of ours.
 *
 * @param now when they were sent: by then the session had at least as long to live, so it is never believed to live longer.
 */
export const storedRecord = (value: RedisReply, ttl: RedisReply, now: number): StoredRecord | undefined =>
  value === null || Number(ttl) < 0
    ? undefined
    : { text: String(value).slice(HEAD_LENGTH), deadline: now + Number(ttl) - IN_FLIGHT_WINDOW_MS };
