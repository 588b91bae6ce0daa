import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeShop } from '../support/browser/describe-shop.js';
import { expectShown } from '../support/browser/expect-shown.js';
import { press } from '../support/browser/real-browser.js';

const SECOND_MS = 1000;
const ROUNDS = 10;

/** Posts a form as the page's script does, as often as it is told and all at once. */
const addAtOnce = (tab: Page, sku: string, times: number): Promise<number[]> =>
  tab.evaluate(
    ([tea, count]) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const body = new URLSearchParams({ sku: tea });
          return (await fetch('/cart/add', { method: 'POST', body })).status;
        }),
      ),
    [sku, times] as const,
  );

const countOf = (tab: Page, name: string): Promise<string> =>
  tab.getByLabel(`How many of ${name}`).inputValue();

describeShop('a cart in two tabs of a real browser', {}, (scene) => {
  it('loses nothing that both put in at the same time', async () => {
    const one = await scene.user();
    const two = await one.context().newPage();
    await two.goto(scene.url);
    const answers = await Promise.all([
      addAtOnce(one, 'assam', ROUNDS),
      addAtOnce(two, 'assam', ROUNDS),
      addAtOnce(one, 'mint', ROUNDS),
      addAtOnce(two, 'sencha', ROUNDS),
    ]);
    expect(new Set(answers.flat())).toEqual(new Set([200]));
    await one.goto(`${scene.url}/cart`);
    expect(await countOf(one, 'Assam No. 7')).toBe(String(2 * ROUNDS));
    expect(await countOf(one, 'Garden Mint')).toBe(String(ROUNDS));
    expect(await countOf(one, 'Morning Sencha')).toBe(String(ROUNDS));
  });

  it('shows in one tab what the other put in, within a second', async () => {
    const one = await scene.user();
    const two = await one.context().newPage();
    await two.goto(scene.url);
    await two.waitForFunction(() => document.body.dataset['socket'] === 'open');
    await press(one, 'Add Garden Mint');
    await expectShown(two.locator('#cart-count').getByText('1'), SECOND_MS);
  });

  it('is paid once, however often the button is pressed', async () => {
    const tab = await scene.user();
    await addAtOnce(tab, 'mint', 1);
    await tab.goto(`${scene.url}/checkout`);
    const pages = await tab.evaluate(() =>
      Promise.all([1, 2, 3].map(async () => (await fetch('/checkout', { method: 'POST' })).text())),
    );
    await tab.goto(scene.url);
    const told = [...pages, await tab.content()].join().match(/Thank you\./g);
    expect(told).toHaveLength(1);
  });

  it('works without a script', async () => {
    const tab = await (await scene.person({ javaScriptEnabled: false })).newPage();
    await tab.goto(scene.url);
    await tab.getByRole('button', { name: 'Add Jasmine Pearls' }).click();
    await tab.getByText('Jasmine Pearls is in your cart.').waitFor();
    await tab.goto(`${scene.url}/cart`);
    await tab.getByLabel('How many of Jasmine Pearls').fill('3');
    await tab.getByRole('button', { name: 'Change the number of Jasmine Pearls' }).click();
    await expectShown(tab.getByText('€ 52.50'));
  });
});
