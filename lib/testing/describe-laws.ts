import type { MakeSubject } from './check-laws.js';
import { lacking } from './check-laws.js';
import { laws } from './laws/index.js';
import type { Law, LawId } from './laws/law.js';
import type { Subject } from './subject.js';

/** What is needed of a test runner; jest, vitest and node:test have it. */
export interface TestRunner {
  /** Groups the laws of a subject. */
  readonly describe: (name: string, define: () => void) => unknown;
  /** A law is one test, or a skipped one that names the reason. */
  readonly it: TestFunction & { readonly skip: TestFunction };
}

type TestFunction = (name: string, test: () => Promise<void>) => unknown;

/** What a provider does not promise. */
export interface Exceptions {
  /** Laws that do not hold, each with the reason; they are shown as skipped. */
  readonly notHeld?: Readonly<Partial<Record<LawId, string>>>;
  /** Capabilities that the provider does not have, each with the reason; the laws that need one are shown as skipped. */
  readonly without?: Readonly<Partial<Record<Law['needs'][number], string>>>;
}

/**
 * Defines one test for each check of each law. What is left out has to be named with its reason, so that nothing is left out by
 * accident.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { describeLaws, FakeClock, Subject } from 'nestjs-sessions/testing';
 * import { InMemorySessionProvider } from 'nestjs-sessions';
 *
 * describeLaws({ describe, it }, () => {
 *   const clock = new FakeClock();
 *   const store = new InMemorySessionProvider({ maxRecords: 64 }, { clock });
 *   const capabilities = ['clock', 'opaque', 'bounded', 'principals', 'everything'] as const;
 *   return new Subject({ store, clock, capabilities, capacity: 64 });
 * });
 * ```
 */
export function describeLaws(
  { describe, it }: TestRunner,
  makeSubject: MakeSubject,
  exceptions: Exceptions = {},
): void {
  for (const id of new Set(laws.map((law) => law.id))) {
    describe(`law ${id}`, () => {
      for (const law of laws.filter((candidate) => candidate.id === id)) {
        const reason = reasonToSkip(law, exceptions);
        if (reason === undefined) it(law.name, () => checkOnce(law, makeSubject));
        else it.skip(`${law.name} (${reason})`, () => checkOnce(law, makeSubject));
      }
    });
  }
}

function reasonToSkip(law: Law, { notHeld = {}, without = {} }: Exceptions): string | undefined {
  return notHeld[law.id] ?? law.needs.map((need) => without[need]).find((reason) => reason !== undefined);
}

async function checkOnce(law: Law, makeSubject: MakeSubject): Promise<void> {
  const subject = await makeSubject();
  try {
    assertFit(law, subject);
    await law.check(subject);
  } finally {
    await subject.close();
  }
}

function assertFit(law: Law, subject: Subject): void {
  const missing = lacking(law, subject);
  if (missing.length === 0) return;
  throw new Error(
    `Law ${law.id} needs a subject with ${missing.join(', ')}. ` +
      'Fix: name it among the capabilities of the subject, or under `without` with the reason.',
  );
}
