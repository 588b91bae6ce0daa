import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { root } from './run.mjs';

/**
 * `npm run screenshots`: takes the pictures of the shop that stand in docs/images, with the Chromium of the tests. Run it when a page
 * looks different than before; a test run never does.
 */
register('../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { chromiumBinary } = await import('../test/support/browser/chromium-binary.ts');
const { RealBrowser, logIn } = await import('../test/support/browser/real-browser.ts');

const PHONE = { viewport: { width: 390, height: 780 }, colorScheme: 'dark' };
const DESKTOP = { viewport: { width: 1080, height: 860 }, colorScheme: 'light' };
const images = join(root, 'docs/images');

const binary = chromiumBinary();
if (!binary) throw new Error('There is no Chromium on this machine and no way to get it.');
mkdirSync(images, { recursive: true });

const app = spawn(process.execPath, ['scripts/start.mjs', '10-shop'], {
  cwd: root,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await RealBrowser.start(binary);
try {
  const url = await addressOf(app);
  for (const [name, view] of Object.entries({ phone: PHONE, desktop: DESKTOP })) await take(url, name, view);
} finally {
  await browser.close();
  app.kill('SIGINT');
}

function addressOf({ stdout }) {
  let output = '';
  return new Promise((resolve) => {
    stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const address = /answers at (\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    });
  });
}

/** What somebody sees who has logged in twice and bought two things. */
async function take(url, name, view) {
  const person = await browser.person(view);
  const page = await person.newPage();
  await logIn(page, url);
  await logIn(await (await browser.person()).newPage(), url);
  for (const tea of ['Morning Sencha', 'Jasmine Pearls']) {
    await page.getByRole('button', { name: `Add ${tea}` }).click();
    await page.getByText(`${tea} is in your cart.`).waitFor();
  }
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(images, `shop-${name}.png`) });
  await page.goto(`${url}/cart`);
  await page.goto(`${url}/session`);
  await page.screenshot({ path: join(images, `shop-session-${name}.png`) });
  await person.close();
}
