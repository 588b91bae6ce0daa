import { describe, expect, it } from '@jest/globals';
import { FakeClock, type OpenRequest, PlainStore, Subject } from '../../../lib/testing/index.js';
import { thrownBy } from '../../support/thrown-by.js';

/** A session that somebody has, and its token. */
async function begun(): Promise<{ readonly subject: Subject; next(): Promise<OpenRequest> }> {
  const clock = new FakeClock();
  const subject = new Subject({ clock, store: new PlainStore(clock) });
  const { token } = await subject.begin({ user: 'ada' });
  return { subject, next: () => subject.open(token) };
}

describe('a flash message', () => {
  it('is there for the next request that takes it, once', async () => {
    const { next } = await begun();
    const first = await next();
    first.session.flash('notice', 'Saved.');
    await first.finish();
    const second = await next();
    expect(await second.session.flash.take('notice')).toEqual(['Saved.']);
    expect(await second.session.flash.take('notice')).toEqual([]);
    const third = await next();
    expect(await third.session.flash.take()).toEqual({});
  });

  it('is taken by its name, or with all others in the order in which they came', async () => {
    const { next } = await begun();
    const first = await next();
    first.session.flash('notice', 1);
    first.session.flash('error', { field: 'name' });
    first.session.flash('notice', 2);
    first.session.flash('__proto__', 'odd');
    await first.finish();
    const second = await next();
    expect(await second.session.flash.take('error')).toEqual([{ field: 'name' }]);
    const rest = await second.session.flash.take();
    expect(Object.entries(rest)).toEqual([
      ['notice', [1, 2]],
      ['__proto__', ['odd']],
    ]);
    expect(second.session.toObject()).toEqual({ user: 'ada' });
  });

  it('is shown by exactly one of several requests that race for it (law C4)', async () => {
    const { next } = await begun();
    const first = await next();
    for (const text of ['a', 'b', 'c']) first.session.flash('notice', text);
    await first.finish();
    const racing = await Promise.all(Array.from({ length: 8 }, () => next()));
    const taken = await Promise.all(racing.map(({ session }) => session.flash.take('notice')));
    expect(taken.flat()).toEqual(['a', 'b', 'c']);
  });

  it('would be shown by all of them if it were any value that is read and removed: the twin', async () => {
    const { next } = await begun();
    const first = await next();
    first.session.set('notice', 'a');
    await first.finish();
    const racing = await Promise.all([next(), next()]);
    const shown = racing.map(({ session }) => session.pull('notice'));
    await Promise.all(racing.map((request) => request.finish()));
    expect(shown).toEqual(['a', 'a']);
  });

  it('is lost by none of several requests that flash at the same time', async () => {
    const { next } = await begun();
    const racing = await Promise.all(Array.from({ length: 8 }, () => next()));
    racing.forEach(({ session }, index) => session.flash('notice', index));
    await Promise.all(racing.map((request) => request.finish()));
    const { session } = await next();
    expect(new Set(await session.flash.take('notice'))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  });

  it('of now is for this request alone, and not stored', async () => {
    const { next, subject } = await begun();
    const first = await next();
    first.session.flash.now('error', 'Wrong.');
    expect(await first.session.flash.take('error')).toEqual(['Wrong.']);
    first.session.flash.now('error', 'Wrong again.');
    first.session.flash.reflash();
    await first.finish();
    expect(await (await next()).session.flash.take()).toEqual({});
    expect(subject.here.store.calls.replace).toBe(0);
  });

  it('can be kept for the next request after it was taken, by name or with all others', async () => {
    const { next } = await begun();
    const first = await next();
    first.session.flash('notice', 'Saved.');
    first.session.flash('error', 'Not all of it.');
    await first.finish();
    const second = await next();
    await second.session.flash.take();
    second.session.flash.keep('error');
    await second.finish();
    const third = await next();
    expect(await third.session.flash.take()).toEqual({ error: ['Not all of it.'] });
    third.session.flash.reflash();
    third.session.flash.reflash();
    await third.finish();
    expect(await (await next()).session.flash.take()).toEqual({ error: ['Not all of it.'] });
  });

  it('can be taken by the request that left it, also where nothing is stored', async () => {
    const clock = new FakeClock();
    const subject = new Subject({ clock, store: new PlainStore(clock) });
    const request = await subject.open();
    request.session.flash('notice', 'Hello.');
    expect(await request.session.flash.take('notice')).toEqual(['Hello.']);
    expect((await request.finish()).kind).toBe('keep');
  });

  it('costs no call to the store where there is none', async () => {
    const { next, subject } = await begun();
    const { session } = await next();
    const calls = { ...subject.here.store.calls };
    expect(await session.flash.take()).toEqual({});
    expect(subject.here.store.calls).toEqual(calls);
  });

  it('is refused where it is no legal value', async () => {
    const { session } = await (await begun()).next();
    expect(thrownBy(() => session.flash('notice', () => 1))).toMatchObject({ code: 'ILLEGAL_VALUE' });
  });
});
