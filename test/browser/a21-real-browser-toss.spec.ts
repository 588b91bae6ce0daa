import { afterEach, expect, it } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { describeShop, type Scene } from '../support/browser/describe-shop.js';
import { SIBLING, strangersServer } from '../support/browser/open-shop.js';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** Grace logs in, and lets a page of a sibling plant her session in the browser of a victim, under every name and scope there is. */
async function toss(scene: Scene, victim: BrowserContext): Promise<void> {
  const grace = await scene.user('Grace');
  const [cookie] = await grace.context().cookies();
  const { port, close } = await strangersServer((_, response) => {
    const names = ['shop', '__Host-shop', '__Http-shop', '__Secure-shop', '__Host-Http-shop'];
    const lines = names.flatMap((name) =>
      ['/', '/devices', '/cart'].map(
        (path) => `${name}=${cookie?.value}; Domain=example.test; Path=${path}; Secure; HttpOnly`,
      ),
    );
    response.setHeader('Set-Cookie', lines).end('planted');
  });
  closers.push(close);
  await (await victim.newPage()).goto(`https://${SIBLING}:${port}/`);
}

const seenBy = async (scene: Scene, victim: BrowserContext): Promise<string> => {
  const page = await victim.newPage();
  await page.goto(`${scene.url}/devices`);
  return (await page.getByRole('navigation').textContent()) ?? '';
};

describeShop('A21 a cookie that a sibling tosses, with the prefix', { environment: 'prod' }, (scene) => {
  it('changes nothing for somebody who is logged in', async () => {
    const victim = (await scene.user()).context();
    await toss(scene, victim);
    expect((await victim.cookies(scene.url)).map(({ name }) => name)).toContain('shop');
    expect(await seenBy(scene, victim)).toContain('Log out Ada');
  });

  it('logs nobody in to the session of the attacker', async () => {
    const victim = await scene.person();
    await toss(scene, victim);
    expect(await seenBy(scene, victim)).toContain('Log in');
  });
});

describeShop(
  'A21 twin: a cookie that a sibling tosses, without a prefix',
  { environment: 'dev' },
  (scene) => {
    it('logs the victim in to the session of the attacker', async () => {
      const victim = await scene.person();
      await toss(scene, victim);
      expect(await seenBy(scene, victim)).toContain('Log out Grace');
    });

    it('takes a session from somebody who has one, but gives none: two that live are anonymous', async () => {
      const victim = (await scene.user()).context();
      await toss(scene, victim);
      expect(await seenBy(scene, victim)).toContain('Log in');
    });
  },
);
