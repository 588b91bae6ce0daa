import { afterAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeShop, type Scene } from '../support/browser/describe-shop.js';
import { press } from '../support/browser/real-browser.js';
import { SIBLING, STRANGER, strangersServer } from '../support/browser/open-shop.js';

const FORM = (action: string): string =>
  `<!doctype html><form method="post" action="${action}"><input name="sku" value="mint"><button>Win</button></form>`;

/** Serves a form whose target is in the query. */
const hostile = await strangersServer((request, response) => {
  const action = new URL(request.url ?? '/', 'https://any.test').searchParams.get('action') ?? '';
  response.setHeader('Content-Type', 'text/html').end(FORM(action));
});
afterAll(() => hostile.close());

/** Lets a user press the button of somebody else's page. Answers what the shop says, and whether a cookie went along. */
async function fallFor(
  scene: Scene,
  page: Page,
  host: string,
  path: string,
): Promise<readonly [number, boolean]> {
  const action = encodeURIComponent(scene.url + path);
  await page.goto(`https://${host}:${hostile.port}/?action=${action}`);
  const answer = await press(page, 'Win');
  return [answer.status(), 'cookie' in (await answer.request().allHeaders())];
}

const inCart = async (scene: Scene, page: Page): Promise<string | null> => {
  await page.goto(scene.url);
  await page.getByRole('button', { name: 'Log out Ada' }).waitFor();
  return page.locator('#cart-count').textContent();
};

describeShop('a form on a page of somebody else, in a real browser', {}, (scene) => {
  it.each(['/cart/add', '/logout', '/devices/sign-out-others'])(
    'is refused when a sibling, to which SameSite=Lax gives the cookie, posts to %s',
    async (path) => {
      const page = await scene.user();
      expect(await fallFor(scene, page, SIBLING, path)).toEqual([403, true]);
      expect(await inCart(scene, page)).toBe('0');
    },
  );

  it('is refused when another site posts it, without a cookie', async () => {
    const page = await scene.user();
    expect(await fallFor(scene, page, STRANGER, '/cart/add')).toEqual([403, false]);
    expect(await inCart(scene, page)).toBe('0');
  });

  it('is refused when it would log somebody in', async () => {
    const person = await scene.person();
    expect(await fallFor(scene, await person.newPage(), STRANGER, '/login')).toEqual([403, false]);
    expect(await person.cookies()).toEqual([]);
  });
});

describeShop(
  'twin: a form on a page of a sibling that is allowed',
  { allowedOrigins: [`https://${SIBLING}:${hostile.port}`] },
  (scene) => {
    it('changes the cart', async () => {
      const page = await scene.user();
      expect(await fallFor(scene, page, SIBLING, '/cart/add')).toEqual([303, true]);
      expect(await inCart(scene, page)).toBe('1');
    });
  },
);
