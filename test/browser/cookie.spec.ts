import { expect, it } from '@jest/globals';
import { describeShop } from '../support/browser/describe-shop.js';

const TOKEN = /^[\w-]+\.[\w-]{43,}$/;

describeShop('the cookie of production, as a real browser keeps it', { environment: 'prod' }, (scene) => {
  it('has the prefix and the attributes that it was given', async () => {
    const [cookie, ...others] = await (await scene.user()).context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toEqual({
      name: '__Host-Http-shop',
      value: expect.stringMatching(TOKEN),
      domain: 'shop.example.test',
      path: '/',
      expires: -1,
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    });
  });

  it('is out of reach of scripts, to read and to write', async () => {
    const page = await scene.user();
    const read = await page.evaluate(() => {
      document.cookie = '__Host-Http-shop=planted; Path=/; Secure';
      return document.cookie;
    });
    expect(read).toBe('');
    expect((await page.context().cookies())[0]?.value).toMatch(TOKEN);
  });

  it('is not sent before there is anything to keep', async () => {
    const person = await scene.person();
    const page = await person.newPage();
    for (const path of ['/', '/cart', '/login', '/session']) await page.goto(scene.url + path);
    expect(await person.cookies()).toEqual([]);
  });
});

describeShop('the cookie of development, as a real browser keeps it', { environment: 'dev' }, (scene) => {
  it('has no prefix', async () => {
    const [cookie] = await (await scene.user()).context().cookies();
    expect(cookie).toMatchObject({ name: 'shop', httpOnly: true, sameSite: 'Lax', path: '/' });
  });
});
