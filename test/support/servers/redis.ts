import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from './free-port.js';
import { PrivateProcess } from './private-process.js';
import type { RedisBinary } from './redis-binary.js';
import type { ServerTime } from './steered-clock.js';

export interface RedisServerOptions {
  /** Options of the server's command line, such as `['--appendonly', 'yes']`. */
  readonly args?: readonly string[];
  readonly password?: string;
  /** Lines of a sentinel's configuration; the server is a sentinel then. */
  readonly sentinel?: readonly string[];
  /** The server's clock. Default: the machine's. */
  readonly time?: ServerTime;
}

const READY_WITHIN_MS = 10_000;
const POLL_MS = 10;

/** A Redis or Valkey of one test file, on a free port of the loopback, with its data in a folder of its own. */
export class RedisServer {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'redis-'));
  #process: PrivateProcess | undefined;

  private constructor(
    private readonly binary: RedisBinary,
    private readonly options: RedisServerOptions,
    readonly port: number,
  ) {}

  static async start(binary: RedisBinary, options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(binary, options, await freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** With the password, if there is one. */
  get url(): string {
    const { password } = this.options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${this.port}`;
  }

  get socket(): string {
    return join(this.folder, 'socket');
  }

  get isRunning(): boolean {
    return this.#process?.isRunning ?? false;
  }

  /** Starts it, after it was stopped or killed, with the data that it has on disk. Settles when it answers. */
  async restart(): Promise<void> {
    const { args = [], password, time } = this.options;
    const role = this.#sentinelArguments();
    const { path, env } = this.binary;
    const given = [
      '--bind',
      '127.0.0.1',
      '--port',
      this.port,
      '--unixsocket',
      this.socket,
      '--dir',
      this.folder,
    ];
    const quiet = ['--save', '', ...(password === undefined ? [] : ['--requirepass', password])];
    const all = [...role, ...given, ...quiet, ...args].map(String);
    this.#process = PrivateProcess.start(path, all, { env: time ? time.env(path, env) : env });
    await this.#answers(this.#process);
  }

  /** As a power cut does. */
  async kill9(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  /** It keeps its connections and answers nothing. */
  freeze(): void {
    this.#process?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#process?.signal('SIGCONT');
  }

  /** Runs one command as the administrator. */
  async command(...args: readonly string[]): Promise<unknown> {
    const client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.#process?.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A sentinel writes what it learns into its configuration, so it needs a file of its own. */
  #sentinelArguments(): string[] {
    const { sentinel } = this.options;
    if (!sentinel) return [];
    const file = join(this.folder, 'sentinel.conf');
    writeFileSync(file, `${sentinel.join('\n')}\n`);
    return [file, '--sentinel'];
  }

  async #answers(process: PrivateProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const answer = await this.command('PING').catch((error: unknown) => error);
      if (answer === 'PONG') return;
      if (!process.isRunning || performance.now() > deadline)
        throw new Error(`Redis does not start:\n${process.output}`, { cause: answer });
      await delay(POLL_MS);
    }
  }
}
