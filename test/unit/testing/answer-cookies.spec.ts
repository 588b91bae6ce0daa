import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import {
  type AnswerLike,
  assertCookie,
  cookiesOf,
  isCleared,
} from '../../../lib/testing/app/answer-cookies.js';
import { thrownBy } from '../../support/thrown-by.js';

const LINE = 'sid=secret.part; Path=/; HttpOnly; SameSite=Lax';
const CLEARED = 'sid=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT';

const answers = (line: string): [string, AnswerLike][] => [
  ['supertest', { headers: { 'set-cookie': [line] } }],
  ['inject()', { headers: { 'set-cookie': line } }],
  ['fetch()', { headers: new Headers([['set-cookie', line]]) }],
];
const silent: AnswerLike = { headers: {} };
const [, [, answer]] = answers(LINE) as [unknown, [string, AnswerLike]];

describe('the cookies of an answer', () => {
  it.each(answers(LINE))('are read from %s', (_, each) => {
    expect(cookiesOf(each)).toEqual([
      { name: 'sid', value: 'secret.part', attributes: { path: '/', httponly: true, samesite: 'Lax' } },
    ]);
  });

  it('are none where none are set', () => {
    expect([cookiesOf(silent), cookiesOf({ headers: new Headers() })]).toEqual([[], []]);
  });
});

describe('isCleared', () => {
  it.each([
    ['Max-Age=0', true],
    ['Max-Age=-1', true],
    ['Expires=Thu, 01 Jan 1970 00:00:00 GMT', true],
    ['Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
    ['Expires=Fri, 01 Jan 2100 00:00:00 GMT', false],
    ['Expires=soon', false],
    ['Path=/', false],
  ])('reads %s as a browser does', (attributes, expected) => {
    const [cookie] = cookiesOf({ headers: { 'set-cookie': `a=; ${attributes}` } });
    expect(cookie && isCleared(cookie)).toBe(expected);
  });
});

describe('assertCookie', () => {
  it('acquits what is as it is said', () => {
    assertCookie(answer, 'sid', 'set', { HttpOnly: true, samesite: 'Lax', Domain: false, Secure: false });
    assertCookie({ headers: { 'set-cookie': [CLEARED] } }, 'sid', 'cleared', {});
    assertCookie(silent, 'sid', 'kept', {});
    assertCookie(answer, 'another', 'kept', {});
  });

  it.each<[what: string, ...Parameters<typeof assertCookie>]>([
    ['a cookie that is not set', silent, 'sid', 'set', {}],
    ['a cookie that is not cleared', answer, 'sid', 'cleared', {}],
    ['a cookie that nobody wanted', answer, 'sid', 'kept', {}],
    ['a missing attribute', answer, 'sid', 'set', { Secure: true }],
    ['an attribute too many', answer, 'sid', 'set', { HttpOnly: false }],
    ['another value', answer, 'sid', 'set', { SameSite: 'Strict' }],
    ['two of a name', { headers: { 'set-cookie': [LINE, LINE] } }, 'sid', 'set', {}],
  ])('convicts %s, and does not repeat its value', (_, ...parts) => {
    const error = thrownBy(() => assertCookie(...parts));
    expect(error).toBeInstanceOf(AssertionError);
    expect(String(error)).not.toContain('secret.part');
  });
});
