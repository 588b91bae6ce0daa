import { expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describeShop } from '../support/browser/describe-shop.js';

const PATHS = ['/', '/cart', '/checkout', '/login', '/devices', '/session'];
const LOOKS = [
  ['a phone, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ['a desktop, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
] as const;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

/** What axe finds that is serious or worse, contrast included. */
async function violations(page: Page): Promise<readonly Violation[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe };
    const { violations: all } = await runner.run(document);
    return all.map(({ id, impact, nodes }) => ({
      id,
      impact: String(impact),
      nodes: nodes.map(({ html }) => html),
    }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** Presses Tab until the thing with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp, most = 40): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => {
      const { activeElement: here } = document;
      const label = here instanceof HTMLInputElement ? here.labels?.[0] : here;
      return (label?.textContent ?? '').replace(/\s+/g, ' ').trim();
    });
    if (typeof name === 'string' ? text === name : name.test(text)) return;
  }
  throw new Error(`Nothing named ${String(name)} can be reached with Tab.`);
}

describeShop('the shop, for everybody', {}, (scene) => {
  it.each(LOOKS)('has no serious violation of accessibility on any page, on %s', async (_, look) => {
    const page = await (await scene.person(look)).newPage();
    const found: (readonly [string, readonly Violation[]])[] = [];
    const lookAt = async (title: string): Promise<void> => {
      const broken = await violations(page);
      if (broken.length > 0) found.push([title, broken]);
    };
    for (const path of PATHS) {
      await page.goto(scene.url + path);
      await lookAt(`${path}, anonymous`);
    }
    await page.goto(`${scene.url}/login`);
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Password').fill('guess');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Nobody has this name').waitFor();
    await lookAt('a login that failed');
    await page.getByLabel('Password').fill('lovelace');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add Garden Mint' }).click();
    await page.getByText('Garden Mint is in your cart.').waitFor();
    for (const path of PATHS) {
      await page.goto(scene.url + path);
      await lookAt(`${path}, logged in`);
    }
    expect(found).toEqual([]);
  });

  it('fits a phone: no page is wider than its screen', async () => {
    const page = await (await scene.person(LOOKS[0][1])).newPage();
    for (const path of ['/', '/login', '/session', '/cart']) {
      await page.goto(scene.url + path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
  });

  it('sells tea to somebody who has a keyboard only', async () => {
    const page = await (await scene.person()).newPage();
    await page.goto(scene.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Add Assam No. 7 to the cart');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Assam No. 7 is in your cart.').waitFor();
    await page.goto(`${scene.url}/cart`);
    await tabTo(page, 'Go to the checkout');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('Ada');
    await tabTo(page, 'Password');
    await page.keyboard.type('lovelace');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Checkout' }).waitFor();
    await tabTo(page, 'Where to?');
    await page.keyboard.type('Somewhere 1');
    await tabTo(page, /^Pay € 9\.80/);
    await page.keyboard.press('Space');
    await page
      .getByRole('status')
      .getByText('Thank you. € 9.80 of tea is on its way to Somewhere 1.')
      .waitFor();
    expect(await page.locator('#cart-count').textContent()).toBe('0');
  });
});
