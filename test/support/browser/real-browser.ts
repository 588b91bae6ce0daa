import { type Browser, type BrowserContext, chromium, type Page, type Response } from 'playwright-core';
import type { ChromiumBinary } from './chromium-binary.js';

/** So long a page may take to show what is waited for. */
const PATIENCE_MS = 10_000;

/** A real Chromium, for which every name of a host is this machine. */
export class RealBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start({ path, env }: ChromiumBinary): Promise<RealBrowser> {
    const given = Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return new RealBrowser(
      await chromium.launch({
        executablePath: path,
        env: { ...Object.fromEntries(given), ...env },
        chromiumSandbox: false,
        args: ['--host-resolver-rules=MAP * 127.0.0.1'],
        // As with people: "back" may show a page that was kept whole.
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      }),
    );
  }

  /** The browser of one person: its cookies are its own. Certificates are not asked who signed them. */
  async person(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** What a person sees who may log in with the form. */
export async function logIn(page: Page, url: string, name = 'Ada', password = 'lovelace'): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await Promise.all([page.waitForURL(`${url}/`), page.getByRole('button', { name: 'Log in' }).click()]);
}

/** Presses a button that posts something. Answers what came back, once it begins to. */
export async function press(page: Page, name: string | RegExp): Promise<Response> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name }).click();
  return answered;
}
