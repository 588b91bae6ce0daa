import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { describeWith } from '../servers/needs-server.js';
import { chromiumBinary } from './chromium-binary.js';
import { OpenShop, type ShopPlan } from './open-shop.js';
import { logIn, RealBrowser } from './real-browser.js';

/** A real browser before an open shop. */
export interface Scene {
  readonly shop: OpenShop;
  /** The address of the shop, without a slash at its end. */
  readonly url: string;
  /** The browser of one more person, gone after the test. */
  person(options?: Parameters<RealBrowser['person']>[0]): Promise<BrowserContext>;
  /** The first tab of one more person who has logged in. */
  user(name?: 'Ada' | 'Grace'): Promise<Page>;
}

const PASSWORDS = { Ada: 'lovelace', Grace: 'hopper' };

/** Defines tests with a shop of their own; one test that says so loudly where there is no Chromium. */
export function describeShop(subject: string, plan: ShopPlan, define: (scene: Scene) => void): void {
  describeWith(subject, { name: 'Chromium', found: chromiumBinary() }, (binary) => {
    let shop: OpenShop;
    let browser: RealBrowser;
    const people: BrowserContext[] = [];

    beforeAll(async () => {
      [browser, shop] = await Promise.all([RealBrowser.start(binary), OpenShop.start(plan)]);
    });
    afterEach(async () => void (await Promise.all(people.splice(0).map((each) => each.close()))));
    afterAll(async () => {
      await browser?.close();
      await shop?.close();
    });

    const scene: Scene = {
      get shop() {
        return shop;
      },
      get url() {
        return shop.url;
      },
      async person(options) {
        const person = await browser.person(options);
        people.push(person);
        return person;
      },
      async user(name = 'Ada') {
        const page = await (await scene.person()).newPage();
        await logIn(page, shop.url, name, PASSWORDS[name]);
        return page;
      },
    };
    define(scene);
  });
}
