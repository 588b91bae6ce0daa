import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { describeShop, type Scene } from '../support/browser/describe-shop.js';
import { expectShown } from '../support/browser/expect-shown.js';
import { press } from '../support/browser/real-browser.js';

const SECOND_MS = 1000;

/** What is on the page of a user who logs out and goes back. */
async function headingBehindBack({ user, url }: Scene): Promise<string | null> {
  const tab = await user();
  await tab.goto(`${url}/devices`);
  await tab.getByText('this one').waitFor();
  await tab.getByRole('button', { name: 'Log out' }).click();
  await tab.waitForURL(`${url}/`);
  await tab.goBack();
  return tab.getByRole('heading', { level: 1 }).textContent();
}

const FOR_CACHES = /^(cache-control|vary)$/i;

/** The shop, without what it says to caches. */
const leaveNoWordToCaches = (nest: INestApplication): void =>
  void nest.use((_: IncomingMessage, response: ServerResponse, next: () => void) => {
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => (FOR_CACHES.test(name) ? response : setHeader(name, value));
    next();
  });

describeShop('a logout in one tab of a real browser', {}, (scene) => {
  it('is final for a request that is still under way in the other', async () => {
    const one = await scene.user();
    const context = one.context();
    await one.getByRole('button', { name: 'Add Garden Mint' }).click();
    await one.getByText('Garden Mint is in your cart.').waitFor();
    await one.goto(`${scene.url}/checkout`);
    const stolen = await context.cookies();
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
    const thief = await scene.person();
    await thief.addCookies(stolen);
    const answer = await (await thief.newPage()).goto(`${scene.url}/devices`);
    expect(new URL(answer?.url() ?? '').pathname).toBe('/login');
    expect(await thief.cookies()).toEqual(stolen);
  });

  it('is told to the other tabs within a second', async () => {
    const one = await scene.user();
    const two = await one.context().newPage();
    await two.goto(scene.url);
    await two.waitForFunction(() => document.body.dataset['socket'] === 'open');
    await press(one, 'Log out');
    await expectShown(two.getByRole('alert').getByText('The session ended.'), SECOND_MS);
  });
});

/** Plain HTTP: what comes from a site without a certificate that it trusts, a browser does not keep anyway. */
const PLAIN = { environment: 'dev', encrypted: false } as const;

describeShop('the back button of a real browser, after a logout', PLAIN, (scene) => {
  it('shows nothing private', async () => {
    expect(await headingBehindBack(scene)).toBe('Log in');
  });
});

describeShop(
  'twin: the back button, where pages may be kept',
  { ...PLAIN, prepare: leaveNoWordToCaches },
  (scene) => {
    it('shows the devices of the user', async () => {
      expect(await headingBehindBack(scene)).toBe('Your devices');
    });
  },
);
