import { setTimeout as delay } from 'node:timers/promises';
import { sessionConflict, sessionGone } from '../errors/outage.js';
import type { SessionEvent } from '../events/session-event.js';
import type { Admission, AdmittedWrite, ReplaceOutcome } from '../providers/atomic-session-store.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { RecordMeta } from '../record/meta.js';
import { newEtag, type Segments } from '../record/record-text.js';
import { admitted } from './admitted.js';
import type { GuardedStore } from './guarded-store.js';
import { committedDeadline, type LiveRecord, readRecord } from './live-record.js';
import type { Attention } from './store-call.js';

const MAX_ATTEMPTS = 24;
/** The first retries go at once: a conflict came with the current record, and most races are between two. */
const EAGER_ATTEMPTS = 3;
const MAX_BACKOFF_MS = 40;

/** What a record is to become. */
export interface Rewritten {
  readonly meta: RecordMeta;
  readonly segments: Segments;
}

/**
 * What a commit writes, from what is in the store by then; `undefined` when that may stay as it is (law C5). May run more than
 * once.
 */
export type Rewrite = (current: LiveRecord) => MaybePromise<Rewritten | undefined>;

/** Where a commit happens. */
export interface CommitGround {
  readonly store: Pick<GuardedStore, 'load' | 'replace' | 'admit' | 'confirm'>;
  /** Of the policy, in milliseconds. */
  readonly idleTimeout: number;
  now(): number;
  encode(etag: string, meta: RecordMeta, segments: Segments): string;
  report(event: SessionEvent): void;
  /** The record with the values of this release of the app. */
  upToDate(live: LiveRecord): LiveRecord;
}

/** One commit: what it starts from, what it does, and from which epoch it was asked for. */
export interface CommitTask {
  readonly epoch: number;
  readonly start: LiveRecord;
  readonly rewrite: Rewrite;
  readonly attention: Attention;
  /** For a login: whose session it becomes. */
  readonly admission?: Admission | undefined;
}

/**
 * Compare-and-swap until it holds: rewrite the record as known, send it with the etag it was known by, and on a conflict start
 * again from what the store says the record is now. Whoever loses a race loses no data, only a round trip.
 */
export async function commitLoop(ground: CommitGround, task: CommitTask): Promise<LiveRecord> {
  let current = task.start;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await attemptCommit(ground, task, current);
    if (outcome.done) return outcome.live;
    current = attempt > EAGER_ATTEMPTS ? await afterAWhile(ground, outcome.live, attempt) : outcome.live;
  }
  throw sessionConflict(MAX_ATTEMPTS);
}

/** Waits, and looks again: what was current before the wait is not when somebody else writes all the time. */
async function afterAWhile(ground: CommitGround, known: LiveRecord, attempt: number): Promise<LiveRecord> {
  await delay(Math.random() * Math.min(2 ** (attempt - EAGER_ATTEMPTS), MAX_BACKOFF_MS));
  const stored = await ground.store.load(known.id);
  return (stored && readRecord(known.id, stored)) ?? known;
}

interface AttemptOutcome {
  readonly done: boolean;
  readonly live: LiveRecord;
}

async function attemptCommit(
  ground: CommitGround,
  task: CommitTask,
  current: LiveRecord,
): Promise<AttemptOutcome> {
  assertCommittable(ground, task, current);
  const rewritten = await task.rewrite(current);
  if (!rewritten) return { done: true, live: current };
  const { meta, segments } = rewritten;
  const text = ground.encode(newEtag(), meta, segments);
  const deadline = committedDeadline(current, meta, ground.now(), ground.idleTimeout);
  task.attention.check();
  const reply = await send(ground, task, { id: current.id, etag: current.record.etag, text, deadline });
  if (reply === 'gone') throw sessionGone('ended');
  const live = readRecord(current.id, reply === 'ok' ? { text, deadline } : reply);
  if (!live) throw sessionGone('ended');
  if (reply !== 'ok') {
    ground.report({ type: 'conflict', id: current.id });
    return { done: false, live: ground.upToDate(live) };
  }
  if (current.isMigrated) ground.report({ type: 'migrated', id: current.id });
  if (meta.digest !== current.record.meta.digest) await ground.store.confirm();
  return { done: true, live };
}

async function send(
  ground: CommitGround,
  { admission }: CommitTask,
  write: Required<AdmittedWrite>,
): Promise<ReplaceOutcome> {
  if (!admission) return ground.store.replace(write.id, write.etag, write.text, write.deadline);
  const outcome = await admitted(ground, write, admission);
  return outcome === 'exists' ? 'gone' : outcome;
}

/** Laws R1 and T3: an older epoch is refused, and so is a commit past the absolute deadline; a passed idle deadline is not. */
function assertCommittable(ground: CommitGround, task: CommitTask, { record }: LiveRecord): void {
  if (record.meta.epoch !== task.epoch) throw sessionGone('superseded');
  if (ground.now() >= record.meta.absoluteAt) throw sessionGone('ended');
}
