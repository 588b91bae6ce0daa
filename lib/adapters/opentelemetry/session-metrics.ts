import type { Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';
import { SessionError } from '../../errors/session-error.js';
import type { SessionEvent } from '../../events/session-event.js';
import type { TimedOperation } from '../../events/timed-operation.js';

const EVENT_TYPE = 'nestjs.session.event.type';
const END_REASON = 'nestjs.session.end.reason';
const OPERATION_NAME = 'nestjs.session.store.operation.name';
/** As OpenTelemetry's conventions name it: absent after a success, `_OTHER` for an error that has no code. */
const ERROR_TYPE = 'error.type';
const OTHER_ERROR = '_OTHER';

/** Seconds, as the conventions for `db.client.operation.duration` draw them: the SDK's own bounds are meant for milliseconds. */
const DURATION_BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * The instruments, named by OpenTelemetry's conventions: singular namespaces, units in braces, durations in seconds. The namespace is
 * not `session`, which the conventions keep for sessions of browsers.
 *
 * Every attribute has a bounded set of values: types of events, names of operations, codes of errors. Never an id, a principal, a
 * token or a message.
 */
export class SessionMetrics {
  readonly #events: Counter;
  readonly #created: Counter;
  readonly #ended: Counter;
  readonly #active: UpDownCounter;
  readonly #conflicts: Counter;
  readonly #outages: Counter;
  readonly #durations: Histogram;

  constructor(meter: Meter) {
    this.#events = meter.createCounter('nestjs.session.events', {
      unit: '{event}',
      description: 'All that was told of sessions, by type.',
    });
    this.#created = meter.createCounter('nestjs.session.created', {
      unit: '{session}',
      description: 'Sessions created by this process.',
    });
    this.#ended = meter.createCounter('nestjs.session.ended', {
      unit: '{session}',
      description: 'Sessions that this process ended or saw expire, by reason.',
    });
    this.#active = meter.createUpDownCounter('nestjs.session.active', {
      unit: '{session}',
      description: 'Sessions created less sessions ended, as far as this process knows.',
    });
    this.#conflicts = meter.createCounter('nestjs.session.commit.conflicts', {
      unit: '{conflict}',
      description: 'Commits that had to start again because another process changed the session.',
    });
    this.#outages = meter.createCounter('nestjs.session.store.outages', {
      unit: '{outage}',
      description: 'Operations of the store that failed or were not answered in time.',
    });
    this.#durations = meter.createHistogram('nestjs.session.store.operation.duration', {
      unit: 's',
      description: 'Duration of operations on the store, retries included.',
      advice: { explicitBucketBoundaries: DURATION_BOUNDS },
    });
  }

  count(event: SessionEvent): void {
    this.#events.add(1, { [EVENT_TYPE]: event.type });
    if (event.type === 'created') this.#begin();
    else if (event.type === 'conflict') this.#conflicts.add(1);
    else if (event.type === 'outage')
      this.#outages.add(1, { [OPERATION_NAME]: event.operation, [ERROR_TYPE]: errorType(event.error) });
    const reason = endReason(event);
    if (reason !== undefined) this.#end(reason);
  }

  time({ operation, durationMs, outcome }: TimedOperation): void {
    const failure = outcome === 'ok' ? {} : { [ERROR_TYPE]: outcome === 'error' ? OTHER_ERROR : outcome };
    this.#durations.record(durationMs / 1000, { [OPERATION_NAME]: operation, ...failure });
  }

  #begin(): void {
    this.#created.add(1);
    this.#active.add(1);
  }

  #end(reason: string): void {
    this.#ended.add(1, { [END_REASON]: reason });
    this.#active.add(-1);
  }
}

const errorType = (error: unknown): string => (error instanceof SessionError ? error.code : OTHER_ERROR);

/** Why a session ended; empty for an event that ends none, or that does not say how many. */
function endReason(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'invalidated':
    case 'revoked':
    case 'evicted':
    case 'reuse-detected':
      return event.type;
    case 'expired':
      return event.timeout;
    default:
      return undefined;
  }
}
