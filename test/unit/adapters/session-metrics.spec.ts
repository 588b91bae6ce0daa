import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { SessionMetrics } from '../../../lib/adapters/opentelemetry/session-metrics.js';
import { storeTimeout } from '../../../lib/errors/outage.js';
import type { SessionEvent } from '../../../lib/events/session-event.js';
import { type Points, RecordedMetrics } from '../../support/recorded-metrics.js';

const id = 'canary-id';
const ENDED = (reason: string): Points => ({ [`ended{${reason}}`]: 1, active: -1 });

/** What each event adds to, beside the count of its type. */
const ADDED: readonly (readonly [event: SessionEvent, points: Points])[] = [
  [
    { type: 'created', id },
    { created: 1, active: 1 },
  ],
  [{ type: 'invalidated', id }, ENDED('invalidated')],
  [{ type: 'revoked', id }, ENDED('revoked')],
  [{ type: 'evicted', id }, ENDED('evicted')],
  [{ type: 'reuse-detected', id }, ENDED('reuse-detected')],
  [{ type: 'expired', id, timeout: 'idle' }, ENDED('idle')],
  [{ type: 'expired', id, timeout: 'absolute' }, ENDED('absolute')],
  [{ type: 'conflict', id }, { 'commit.conflicts': 1 }],
  [
    { type: 'outage', operation: 'load', error: storeTimeout('load', 10) },
    { 'store.outages{load,STORE_TIMEOUT}': 1 },
  ],
  [
    { type: 'outage', operation: 'sweep', error: new Error(`canary of ${id}`) },
    { 'store.outages{sweep,_OTHER}': 1 },
  ],
  [{ type: 'login', id, principal: 'canary' }, {}],
  [{ type: 'everything-revoked' }, {}],
  [{ type: 'regenerated', id }, {}],
  [{ type: 'rotated', id }, {}],
  [{ type: 'touched', id }, {}],
  [{ type: 'unknown-token', id }, {}],
  [{ type: 'corrupt-record', id }, {}],
  [{ type: 'dropped', id }, {}],
  [{ type: 'unannounced-login', id }, {}],
  [{ type: 'malformed-token' }, {}],
  [{ type: 'ambiguous-cookie' }, {}],
  [{ type: 'late-write' }, {}],
];

describe('SessionMetrics', () => {
  let recorded: RecordedMetrics;
  let sessions: SessionMetrics;

  const points = async (): Promise<Points> => {
    const all = Object.entries(await recorded.points());
    return Object.fromEntries(all.map(([name, value]) => [name.replace('nestjs.session.', ''), value]));
  };

  beforeEach(() => {
    recorded = new RecordedMetrics();
    sessions = new SessionMetrics(metrics.getMeter('test'));
  });

  afterEach(() => recorded.stop());

  it.each(ADDED.map(([event, added]) => ({ event, added })))(
    'counts $event.type once',
    async ({ event, added }) => {
      sessions.count(event);
      expect(await points()).toEqual({ [`events{${event.type}}`]: 1, ...added });
      expect(await recorded.text()).not.toContain('canary');
    },
  );

  it('records durations in seconds, within bounds made for seconds', async () => {
    sessions.time({ operation: 'load', durationMs: 7, outcome: 'ok' });
    expect(await points()).toEqual({ 'store.operation.duration{load}': 1 });
    const text = await recorded.text();
    expect(text).toContain('"sum":0.007');
    expect(text).toContain('"boundaries":[0.001,0.005,0.01,0.05,0.1,0.5,1,5,10],"counts":[0,0,1,0');
  });

  it('says what kind of error a failed operation met, and nothing of it', async () => {
    sessions.time({ operation: 'commit', durationMs: 1, outcome: 'SESSION_CONFLICT' });
    sessions.time({ operation: 'commit', durationMs: 1, outcome: 'error' });
    expect(await points()).toEqual({
      'store.operation.duration{commit,SESSION_CONFLICT}': 1,
      'store.operation.duration{commit,_OTHER}': 1,
    });
  });
});
