import { Body, Controller, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';

@Controller()
class Profile {
  @Post('profile')
  store(@CurrentSession() session: Session, @Body() body: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(body)) session.set(key, value);
  }

  @Post('like')
  async like(@CurrentSession() session: Session, @Body('what') what: string): Promise<void> {
    await session.increment(what);
  }
}

/** Breaks a line, closes a quotation, colours a terminal in both of its ways, and is long. */
const KEY = `k"\n[Nest] LOG root logged in \u001b[31m\u009b31m\u2028${'k'.repeat(10_000)}`;

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** Each way by which a key that a client chose comes into a line of the log. */
const WAYS = {
  'the key of a value that is too deep': (app) => app.visitor().post('/profile', { [KEY]: nested(40) }),
  'the key of a number': (app) => like(app, KEY),
} satisfies Record<string, (app: TestApp) => Promise<unknown>>;

async function like(app: TestApp, what: string): Promise<void> {
  const visitor = app.visitor();
  await visitor.post('/profile', { [what]: 'a text' });
  await visitor.post('/like', { what });
}

/** The lines that the library said. */
const said = (way: keyof typeof WAYS) => async (app: TestApp) => {
  await WAYS[way](app);
  return [...app.log.of('error'), ...app.log.of('warn')].filter((line) => line.includes('Fix: '));
};

const parts: AppParts = { controllers: [Profile] };

describe('a key that a client chose, in the log', () => {
  it.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('forges no line, and floods none: %s', async (way) => {
    const lines = await attacked(EXPRESS, parts, said(way));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(lines[0]?.length).toBeLessThan(500);
  });
});

describe('a key that a client chose, unprotected', () => {
  it('makes a line of its own where it stands in a message as it is', () => {
    const message = `The session cannot keep this at "${KEY}".`;
    expect(message.split('\n')[1]).toMatch(/^\[Nest\] LOG root logged in/);
    expect(message.length).toBeGreaterThan(500);
  });
});
