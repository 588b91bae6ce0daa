import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresBinaries, postgresBinaries, runPostgres } from './postgres-binaries.js';
import { PrivateProcess } from './private-process.js';
import { freePort } from './free-port.js';
import type { ServerTime } from './steered-clock.js';

const PASSWORD = 'only-for-tests';
const READY_WITHIN_MS = 20_000;
const POLL_MS = 20;
/** PostgreSQL starts in no other folder; a copy has these rights from Node 20, and not from Node 24. */
const PRIVATE = 0o700;
type Settings = Readonly<Record<string, string>>;

/** For tests of many commits, which need not survive a crash. */
export const HASTY: Settings = { synchronous_commit: 'off' };

/** Small, but with every promise about durability kept. */
const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  shared_buffers: '32MB',
  max_connections: '60',
  autovacuum: 'off',
};

/** A PostgreSQL of one test file, on a free port of the loopback, with its data in a folder of its own. */
export class PostgresServer {
  #process: PrivateProcess | undefined;

  private constructor(
    private readonly binaries: PostgresBinaries,
    private readonly folder: string,
    readonly port: number,
    private readonly settings: Settings,
    private readonly time: ServerTime | undefined,
  ) {}

  /** For `describeWith`. */
  static needs(): { readonly name: string; readonly found: PostgresBinaries | undefined } {
    return { name: 'PostgreSQL', found: postgresBinaries() };
  }

  /**
   * @param settings beside the usual ones, such as {@link HASTY} where nothing has to outlive the server.
   * @param time the server's clock, which has to run. Default: the machine's.
   */
  static async start(
    binaries: PostgresBinaries,
    settings: Settings = {},
    time?: ServerTime,
  ): Promise<PostgresServer> {
    const server = new PostgresServer(binaries, copyOfTemplate(binaries), await freePort(), settings, time);
    await server.restart();
    return server;
  }

  /** As the administrator, with the password. */
  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string, user = 'postgres', password: string = PASSWORD): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it, after it was stopped or killed, with the data that it has on disk. Settles when it answers. */
  async restart(): Promise<void> {
    const { folder, env, identity } = this.binaries;
    const settings = Object.entries({
      ...SETTINGS,
      ...this.settings,
      port: this.port,
      unix_socket_directories: this.folder,
    });
    const args = [
      '-D',
      join(this.folder, 'data'),
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const program = join(folder, 'postgres');
    const options = { ...identity, env: { ...(this.time?.env(program, env) ?? env), LC_ALL: 'C' } };
    await this.#answers(() => PrivateProcess.start(program, args, options));
  }

  /** Runs statements as the administrator, on a connection of their own. */
  async sql(text: string, url: string = this.url): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** All that a backup would hold. */
  dump(url: string = this.url): string {
    return runPostgres(this.binaries, 'pg_dump', url);
  }

  /** The bytes of every file that it has, its log included. */
  async bytes(): Promise<string> {
    await this.sql('CHECKPOINT');
    const data = join(this.folder, 'data');
    const paths = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((path) => join(data, path));
    return paths
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'latin1'))
      .join('\n');
  }

  /** As a power cut does. */
  async kill9(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  /** It keeps its connections, each of which is a process, and answers nothing. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#process?.isRunning) this.thaw();
    await this.#process?.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** Reaches the server and each of its children; a connection that ends by itself is none of them any more. */
  #signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    const main = this.#process?.pid ?? 0;
    const all = readdirSync('/proc').filter((pid) => pid === String(main) || parentOf(pid) === main);
    for (const pid of all) {
      try {
        process.kill(Number(pid), name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** After a kill, it may find the remains of the one before and give up; then it is started again. */
  async #answers(start: () => PrivateProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      if (!this.#process?.isRunning) this.#process = start();
      const answer = await this.sql('SELECT 1').catch((error: unknown) => error);
      if (Array.isArray(answer) && this.#process.isRunning) return;
      if (performance.now() > deadline)
        throw new Error(`PostgreSQL does not start:\n${this.#process.output}`, { cause: answer });
      await delay(POLL_MS);
    }
  }
}

/** 0 for what is no process, or no longer one. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** The data of a server that was just made. Making it takes a second, so that is done once a machine. */
function copyOfTemplate(binaries: PostgresBinaries): string {
  const version = runPostgres(binaries, 'postgres', '--version')
    .replace(/[^\d.]+/g, ' ')
    .trim()
    .split(' ')[0];
  const template = join(tmpdir(), `postgres-template-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(template)) keepAs(template, newCluster(binaries));
  const folder = ownFolder(binaries);
  cpSync(template, join(folder, 'data'), { recursive: true, preserveTimestamps: true });
  chmodSync(join(folder, 'data'), PRIVATE);
  own(binaries, folder);
  return folder;
}

function newCluster(binaries: PostgresBinaries): string {
  const folder = ownFolder(binaries);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  const auth = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  runPostgres(
    binaries,
    'initdb',
    '-D',
    join(folder, 'data'),
    ...auth,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  );
  return folder;
}

/** Two test files may make a template at the same time; one of them is enough. */
function keepAs(template: string, folder: string): void {
  try {
    renameSync(join(folder, 'data'), template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ownFolder(binaries: PostgresBinaries): string {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  own(binaries, folder);
  return folder;
}

/** Gives a folder and all in it to the user of the server. */
function own({ identity: { uid, gid } }: PostgresBinaries, folder: string): void {
  if (uid === undefined || gid === undefined) return;
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of [folder, ...entries.map((entry) => join(folder, entry))]) chownSync(path, uid, gid);
}
