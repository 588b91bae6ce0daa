import { parseArgs } from 'node:util';
import { parseUrl } from '../http/cross-site/web-origin.js';

/** What the command line asks for. */
export interface DoctorArguments {
  readonly environment?: string;
  readonly config?: string;
  readonly directory?: string;
  readonly json: boolean;
  readonly connect: boolean;
  /** A file with the heads of a request and its answer, or `-` for what comes in. */
  readonly request?: string;
  readonly url?: URL;
  readonly trustProxy: boolean;
  readonly tls: boolean;
  readonly written?: boolean;
  readonly begun?: boolean;
}

/** What to print instead, and with which exit code. */
export interface Usage {
  readonly usage: string;
  readonly exitCode: 0 | 2;
}

export const USAGE = `Usage: nestjs-sessions doctor [options]

  Reads the configuration as the app does at boot, and says what it comes to.

  -e, --environment <name>   the {environment} of serving.{environment}.yaml
  -c, --config <file>        the file itself
  -d, --directory <folder>   where the file is looked for; default: here
      --connect              makes the provider and asks whether its store answers
      --json                 for programs: docs/doctor.md

  Why a cookie was set, kept, sent and read, or not:

  -r, --request <file>       the heads of a request and its answer; - reads what comes in,
                             as from curl -sv https://… 2>&1 | nestjs-sessions doctor -r -
      --url <url>            what the address bar of the browser says
      --trust-proxy          the app was told to trust its proxy
      --tls                  the connection that reaches the app is TLS
      --written              the handler wrote to the session
      --unwritten            it did not
      --begun                the first byte of the answer had left by then

  Exit code: 0 all is well, 1 something is not, 2 the configuration or this command is wrong.
`;

const OPTIONS = {
  environment: { type: 'string', short: 'e' },
  config: { type: 'string', short: 'c' },
  directory: { type: 'string', short: 'd' },
  json: { type: 'boolean', default: false },
  connect: { type: 'boolean', default: false },
  request: { type: 'string', short: 'r' },
  url: { type: 'string' },
  'trust-proxy': { type: 'boolean', default: false },
  tls: { type: 'boolean', default: false },
  written: { type: 'boolean', default: false },
  unwritten: { type: 'boolean', default: false },
  begun: { type: 'boolean' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the words behind `nestjs-sessions`. A mistake is answered with the usage. */
export function readArguments(words: readonly string[]): DoctorArguments | Usage {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
    if (values.help) return { usage: USAGE, exitCode: 0 };
    if (positionals.length !== 1 || positionals[0] !== 'doctor') return wrong('The one command is doctor.');
    return checked(values);
  } catch (error) {
    return wrong((error as Error).message);
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function checked(values: Values): DoctorArguments | Usage {
  const { written, unwritten, begun, environment, config, directory, request } = values;
  const url = values.url === undefined ? undefined : parseUrl(values.url);
  if (values.url !== undefined && !/^https?:$/.test(url?.protocol ?? ''))
    return wrong('--url is no URL that begins with http:// or https://.');
  if (written && unwritten) return wrong('--written and --unwritten contradict each other.');
  return {
    json: values.json,
    connect: values.connect,
    trustProxy: values['trust-proxy'],
    tls: values.tls,
    ...(environment !== undefined && { environment }),
    ...(config !== undefined && { config }),
    ...(directory !== undefined && { directory }),
    ...(request !== undefined && { request }),
    ...(url !== undefined && { url }),
    ...((written || unwritten) && { written }),
    ...(begun !== undefined && { begun }),
  };
}

const wrong = (what: string): Usage => ({ usage: `${what}\n\n${USAGE}`, exitCode: 2 });
