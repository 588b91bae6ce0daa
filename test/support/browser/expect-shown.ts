import { expect } from '@jest/globals';
import type { Locator } from 'playwright-core';

/** The page shows it by then, or already does. @param withinMs default: as long as the page was given */
export async function expectShown(what: Locator, withinMs?: number): Promise<void> {
  await what.waitFor(withinMs === undefined ? {} : { timeout: withinMs });
  expect(await what.isVisible()).toBe(true);
}
