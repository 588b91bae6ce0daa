import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { isProduction } from '../config/environment.js';
import { type Exchange, readExchange } from '../doctor/cookie/exchange.js';
import { factsFrom } from '../doctor/cookie/facts-from-exchange.js';
import { problemsOf } from '../errors/configuration.js';
import { type DoctorArguments, readArguments, type Usage } from './arguments.js';
import { askStore } from './ask-store.js';
import { cookieExitCode, cookieJson, cookieReport, cookieText } from './cookie-report.js';
import { FORMAT_VERSION } from './format-version.js';
import type { Page } from './layout.js';
import { policyExitCode, policyJson, policyReport, policyText } from './policy-report.js';
import { readConfiguration } from './read-configuration.js';

/** What a run of the command comes to. */
export interface Outcome {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command of these words, without printing anything. */
export async function run(words: readonly string[], page: Page): Promise<Outcome> {
  const given = readArguments(words);
  if (isUsage(given)) return said(given.exitCode, given.usage);
  try {
    return await (given.request === undefined && given.url === undefined
      ? policy(given, page)
      : cookie(given, page));
  } catch (error) {
    if (!problemsOf(error)) throw error;
    return refused(given, (error as Error).message);
  }
}

const isUsage = (given: DoctorArguments | Usage): given is Usage => 'usage' in given;

const said = (exitCode: 0 | 2, text: string): Outcome =>
  exitCode === 0 ? { exitCode, stdout: text, stderr: '' } : { exitCode, stdout: '', stderr: text };

async function policy(given: DoctorArguments, page: Page): Promise<Outcome> {
  const loaded = await readConfiguration(given);
  const health = given.connect ? await askStore(loaded.settings) : undefined;
  const report = policyReport(loaded, health);
  const stdout = given.json ? asJson(policyJson(report)) : policyText(report, page);
  return { exitCode: policyExitCode(report), stdout, stderr: '' };
}

async function cookie(given: DoctorArguments, page: Page): Promise<Outcome> {
  const { settings } = await readConfiguration(given);
  const exchange = await exchangeOf(given);
  if (!exchange) return said(2, NO_REQUEST);
  const { url, written, begun } = given;
  const facts = factsFrom(settings, exchange, {
    production: isProduction(settings.environment, process.env),
    trustsProxy: given.trustProxy,
    socketTls: given.tls,
    ...(url && { url }),
    ...(written !== undefined && { written }),
    ...(begun !== undefined && { begun }),
  });
  const report = cookieReport(facts);
  const stdout = given.json ? asJson(cookieJson(report)) : cookieText(report, page);
  return { exitCode: cookieExitCode(report), stdout, stderr: '' };
}

const NO_REQUEST =
  '--request names nothing that holds the first line of a request, such as GET / HTTP/1.1.\n';

/** Without heads, a plain GET of the URL. What cannot be read holds no heads. */
async function exchangeOf({ request }: DoctorArguments): Promise<Exchange | undefined> {
  if (request === undefined) return { method: 'GET', target: '/', headers: new Map() };
  const heads = request === '-' ? textOf(process.stdin) : readFile(request, 'utf8');
  return readExchange(await heads.catch(() => ''));
}

/** The text is the one of the boot: it shows no value that may be a secret. */
const refused = ({ json }: DoctorArguments, message: string): Outcome =>
  json
    ? {
        exitCode: 2,
        stdout: asJson({ version: FORMAT_VERSION, error: { code: 'CONFIG_INVALID', message } }),
        stderr: '',
      }
    : { exitCode: 2, stdout: '', stderr: `${message}\n` };

const asJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
