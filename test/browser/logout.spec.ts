import { expect, it } from '@jest/globals';
import { describeShop } from '../support/browser/describe-shop.js';

describeShop('a logout in one tab of a real browser', {}, (scene) => {
  it('is final for a request that is still under way in the other', async () => {
    const one = await scene.user();
    const context = one.context();
    await one.getByRole('button', { name: 'Add Garden Mint' }).click();
    await one.getByText('Garden Mint is in your cart.').waitFor();
    await one.goto(`${scene.url}/checkout`);
    const [token] = (await context.cookies()).map(({ name, value }) => `${name}=${value}`);
    const payment = scene.shop.bank.think();

    await one.getByLabel('Where to?').fill('Somewhere 1');
    const late = one.waitForResponse((answer) => answer.request().method() === 'POST');
    const pressed = one.getByRole('button', { name: /^Pay/ }).click();
    await payment.began;
    const two = await context.newPage();
    await two.goto(scene.url);
    await two.getByRole('button', { name: 'Log out' }).click();
    await two.getByRole('link', { name: 'Log in' }).waitFor();
    expect(await context.cookies()).toEqual([]);

    payment.goOn();
    expect(await (await late).headerValue('set-cookie')).toBeNull();
    await pressed;
    await one.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await context.cookies()).toEqual([]);
    const thief = await scene.person({ extraHTTPHeaders: { cookie: token ?? '' } });
    const answer = await thief.request.get(`${scene.url}/devices`, { maxRedirects: 0 });
    expect([answer.status(), answer.headers()['set-cookie']]).toEqual([303, undefined]);
  });

  it('leaves nothing private behind the back button', async () => {
    const tab = await scene.user();
    await tab.goto(`${scene.url}/devices`);
    await tab.getByText('this one').waitFor();
    await tab.getByRole('button', { name: 'Log out' }).click();
    await tab.waitForURL(`${scene.url}/`);
    await tab.goBack();
    await tab.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await tab.getByText('this one').count()).toBe(0);
    expect(await tab.getByText('Ada').count()).toBe(1);
  });

  it('is told to the other tabs within a second', async () => {
    const one = await scene.user();
    const two = await one.context().newPage();
    await two.goto(scene.url);
    await two.waitForFunction(() => document.body.dataset['socket'] === 'open');
    await one.getByRole('button', { name: 'Log out' }).click();
    await two.getByRole('alert').getByText('The session ended.').waitFor({ timeout: 1000 });
  });
});
