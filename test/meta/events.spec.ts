import { describe, expect, it } from '@jest/globals';
import { filesEnding, read } from './project-files.js';

const SOURCE = 'lib/events/session-event.ts';

/** The union, without what an event has beside its type. */
const union = (read(SOURCE).split('export type SessionEventType')[0] ?? '').replace(/timeout: [^}]*/g, '');

/** The types of events, as the union lists them. */
const types = [...union.matchAll(/(?:type: |\| )'([\w-]+)'/g)].map(([, type = '']) => type);

const listed = [...read('docs/events.md').matchAll(/^\| `([\w-]+)` /gm)].map(([, type = '']) => type);
const tests = filesEnding('test', '.spec.ts').filter((path) => !path.startsWith('test/meta/'));
const sources = filesEnding('lib', '.ts').filter((path) => path !== SOURCE);

describe('docs/events.md', () => {
  it('has a row for each type of event, and for no other', () => {
    expect(types.length).toBeGreaterThan(0);
    expect(listed.toSorted()).toEqual(types.toSorted());
  });
});

describe.each(types)('the event %s', (type) => {
  it('is explained where the type is', () => {
    expect(read(SOURCE).split('*/')[0]).toContain(`\`${type}\``);
  });

  it('is told by the library', () => {
    expect(sources.filter((path) => read(path).includes(`'${type}'`))).not.toEqual([]);
  });

  it('is provoked by a test', () => {
    const named = new RegExp(`^  '?${type}'?[:,]|type: '${type}'`, 'm');
    expect(tests.filter((path) => named.test(read(path)))).not.toEqual([]);
  });
});
