import { expect, it } from '@jest/globals';
import { describeShop } from '../support/browser/describe-shop.js';
import { expectShown } from '../support/browser/expect-shown.js';
import { press } from '../support/browser/real-browser.js';

const SECOND_MS = 1000;

describeShop('"your devices" in two real browsers', {}, (scene) => {
  it('signs out the other: its page says so within a second, and its next page is the login', async () => {
    const phone = await scene.user();
    const laptop = await scene.user();
    await phone.waitForFunction(() => document.body.dataset['socket'] === 'open');
    await laptop.goto(`${scene.url}/devices`);
    expect(await laptop.getByRole('button', { name: /^Sign out Chrome on/ }).count()).toBe(1);

    await press(laptop, /^Sign out Chrome on/);
    await expectShown(phone.getByRole('alert').getByText('The session ended.'), SECOND_MS);
    await phone.goto(`${scene.url}/devices`);
    await phone.getByRole('heading', { name: 'Log in' }).waitFor();
    await laptop.getByText('That device is signed out.').waitFor();
    expect(await laptop.getByText('this one').count()).toBe(1);
  });

  it('signs out everywhere else, and nobody else', async () => {
    const [here, elsewhere, grace] = [await scene.user(), await scene.user(), await scene.user('Grace')];
    await here.goto(`${scene.url}/devices`);
    await press(here, 'Sign out everywhere else');
    await here.getByText(/Signed out everywhere else: \d device/).waitFor();
    await elsewhere.goto(`${scene.url}/devices`);
    await elsewhere.getByRole('heading', { name: 'Log in' }).waitFor();
    await grace.goto(`${scene.url}/devices`);
    await expectShown(grace.getByText('this one'));
  });

  it('ends no session of somebody else, whose id is known', async () => {
    const [ada, grace] = [await scene.user(), await scene.user('Grace')];
    await ada.goto(`${scene.url}/session`);
    const id = await ada.locator('dd code').first().textContent();
    await grace.evaluate((victim) => fetch(`/devices/${victim}/sign-out`, { method: 'POST' }), id);
    await ada.goto(`${scene.url}/devices`);
    await expectShown(ada.getByText('this one'));
  });
});
