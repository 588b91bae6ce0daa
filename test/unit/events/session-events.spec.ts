import { describe, expect, it } from '@jest/globals';
import type { SessionEvent } from '../../../lib/events/session-event.js';
import { SessionEvents } from '../../../lib/events/session-events.js';
import { settled } from '../../support/deferred.js';

const CREATED: SessionEvent = { type: 'created', id: 'a' };
const LOGIN: SessionEvent = { type: 'login', id: 'a', principal: 'ada' };

function makeEvents() {
  const failures: [unknown, unknown][] = [];
  return { failures, events: new SessionEvents((event, error) => failures.push([event, error])) };
}

describe('SessionEvents', () => {
  it('tell every listener, in the order in which they came', () => {
    const { events } = makeEvents();
    const heard: string[] = [];
    events.subscribe(() => heard.push('one'));
    events.on('created', () => heard.push('two'));
    events.subscribe(() => heard.push('three'));
    events.tell(CREATED);
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('tell a listener of one type of no other', () => {
    const { events } = makeEvents();
    const heard: string[] = [];
    events.on('login', ({ principal }) => heard.push(principal));
    for (const event of [CREATED, LOGIN]) events.tell(event);
    expect(heard).toEqual(['ada']);
  });

  it('know one function that listens twice as two listeners, each with its own end', () => {
    const { events } = makeEvents();
    const heard: SessionEvent[] = [];
    const listener = (event: SessionEvent) => heard.push(event);
    const stops = [events.subscribe(listener), events.subscribe(listener)];
    for (const stop of stops) {
      events.tell(CREATED);
      stop();
      stop();
    }
    events.tell(CREATED);
    expect(heard).toHaveLength(3);
  });

  it('may be stopped by a listener while they are told', () => {
    const { events } = makeEvents();
    const heard: string[] = [];
    const stop = events.subscribe(() => {
      heard.push('one');
      stop();
    });
    events.subscribe(() => heard.push('two'));
    for (const event of [CREATED, LOGIN]) events.tell(event);
    expect(heard).toEqual(['one', 'two', 'two']);
  });

  it('tell one that comes while they are told of the next event only', () => {
    const { events } = makeEvents();
    let times = 0;
    const again = (): void => {
      times += 1;
      stop();
      stop = events.subscribe(again);
    };
    let stop = events.subscribe(again);
    for (const event of [CREATED, LOGIN]) events.tell(event);
    expect(times).toBe(2);
  });

  it('tell of a listener whose promise, of whatever library, rejects', async () => {
    const { events, failures } = makeEvents();
    const error = new Error('rejected');
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library is what this is about
    events.subscribe(() => ({ then: (_: unknown, reject: (reason: Error) => void) => reject(error) }));
    events.tell(LOGIN);
    await settled();
    expect(failures).toEqual([[LOGIN, error]]);
  });

  it('tell of a listener that throws or rejects, and go on', async () => {
    const { events, failures } = makeEvents();
    const heard: SessionEvent[] = [];
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
    events.subscribe(() => {
      throw thrown;
    });
    events.subscribe(() => Promise.reject(rejected));
    events.subscribe((event) => heard.push(event));
    events.tell(LOGIN);
    await Promise.resolve();
    expect(heard).toEqual([LOGIN]);
    expect(failures).toEqual([
      [LOGIN, thrown],
      [LOGIN, rejected],
    ]);
  });
});
