import { expect, it } from '@jest/globals';
import { describeShop } from '../support/browser/describe-shop.js';
import { logIn } from '../support/browser/real-browser.js';

const DAY_S = 86_400;

describeShop('a login in a real browser', {}, (scene) => {
  it('takes the cart along, with another token', async () => {
    const person = await scene.person();
    const page = await person.newPage();
    await page.goto(scene.url);
    await page.getByRole('button', { name: 'Add Assam No. 7' }).click();
    await page.getByText('Assam No. 7 is in your cart.').waitFor();
    const [before] = await person.cookies();
    await logIn(page, scene.url);
    const [after] = await person.cookies();
    await page.getByText('Welcome, Ada.').waitFor();
    expect(await page.locator('#cart-count').textContent()).toBe('1');
    expect(after?.name).toBe(before?.name);
    expect(after?.value).not.toBe(before?.value);
  });

  it('says what is wrong, and lets nobody in', async () => {
    const person = await scene.person();
    const page = await person.newPage();
    await page.goto(`${scene.url}/login`);
    await page.getByLabel('Name').fill('<b>Ada</b>');
    await page.getByLabel('Password').fill('guess');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('Nobody has this name').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('<b>Ada</b>');
    expect(await person.cookies()).toEqual([]);
  });

  it('is asked for by a private page, and leads back to it, but to no other site', async () => {
    const page = await (await scene.person()).newPage();
    await page.goto(`${scene.url}/devices`);
    expect(new URL(page.url()).pathname).toBe('/login');
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('Password').fill('hopper');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${scene.url}/devices`);
    await page.goto(`${scene.url}/login?next=https://other-site.test/`);
    await page.getByLabel('Name').fill('grace');
    await page.getByLabel('Password').fill('hopper');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${scene.url}/`);
  });

  it('is forgotten with the browser, unless it was asked to remember', async () => {
    const page = await scene.user();
    expect((await page.context().cookies())[0]?.expires).toBe(-1);
    await page.goto(`${scene.url}/login`);
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Password').fill('lovelace');
    await page.getByLabel('Remember me on this device').check();
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Welcome, Ada.').waitFor();
    const [remembered] = await page.context().cookies();
    const lasts = (remembered?.expires ?? 0) - Date.now() / 1000;
    expect(lasts).toBeGreaterThan(0.4 * DAY_S);
    expect(lasts).toBeLessThan(0.6 * DAY_S);
  });
});
