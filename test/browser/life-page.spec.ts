import { expect, it } from '@jest/globals';
import { describeShop } from '../support/browser/describe-shop.js';
import { expectShown } from '../support/browser/expect-shown.js';

describeShop('the page that draws the life of a session', {}, (scene) => {
  it('counts down, says what requests read and wrote, and shows no token and no value', async () => {
    const page = await scene.user();
    await page.getByRole('button', { name: 'Add Garden Mint' }).click();
    await page.getByText('Garden Mint is in your cart.').waitFor();
    await page.goto(`${scene.url}/session`);
    const rows = await page.locator('tbody tr').allInnerTexts();
    const added = rows.find((row) => row.includes('POST /cart/add')) ?? '';
    expect(added.split('\t').map((cell) => cell.trim())).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      'POST /cart/add',
      '303',
      'cart',
      'cart notice',
      expect.stringMatching(/^[1-9]$/),
      '',
    ]);
    const [, , , , wrote, version] = (rows.find((row) => row.includes('GET /\t')) ?? '').split('\t');
    expect([wrote?.trim(), Number(version)]).toEqual(['notice', Number(added.split('\t')[5]) + 1]);
    await expectShown(page.locator('dl').getByText('one more with each commit'));
    expect(rows.find((row) => row.includes('POST /login'))).toContain('login');
    const left = page.getByRole('timer').first();
    const before = await left.textContent();
    await page.waitForFunction(
      (text) => document.querySelector('[role=timer]')?.textContent !== text,
      before,
    );
    const markup = await page.content();
    const [cookie] = await page.context().cookies();
    const [, secret = 'missing'] = (cookie?.value ?? '').split('.');
    expect(markup).not.toContain(secret);
    expect(markup).not.toContain('mint');
  });

  it('says that there is none, to somebody who has none', async () => {
    const page = await (await scene.person()).newPage();
    await page.goto(`${scene.url}/session`);
    await expectShown(page.getByText('There is none yet'));
  });
});
