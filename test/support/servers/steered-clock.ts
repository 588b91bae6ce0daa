import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../../lib/testing/index.js';
import { fileNamed, unpackedPackages } from './debian-packages.js';

/** When the time of a steered clock begins. */
export const BEGINNING = Date.UTC(2030, 0, 1);

/**
 * The clock of a server that stands still until a test moves it, so that the real server can be asked about a millisecond. The
 * program gets its time from libfaketime, which reads it from a file at each look.
 */
export class ServerTime {
  readonly #folder = mkdtempSync(join(tmpdir(), 'clock-'));
  readonly #file = join(this.#folder, 'now');
  readonly #library: string;

  /** @param library the path of libfaketime. */
  constructor(library: string) {
    this.#library = library;
    chmodSync(this.#folder, 0o755); // a server may run as somebody else
    this.set(BEGINNING);
  }

  /** `undefined` where libfaketime cannot be had. */
  static find(): string | undefined {
    const folder = unpackedPackages('faketime', ['libfaketime']);
    return folder && fileNamed('libfaketime.so.1', folder);
  }

  /** @param now epoch milliseconds. */
  set(now: number): void {
    writeFileSync(this.#file, `${inWords(now)}\n`);
  }

  /** Lets time run from an instant on, for servers that have to agree on something, or that cannot do without. */
  run(from: number = BEGINNING): void {
    writeFileSync(this.#file, `@${inWords(from)}\n`);
  }

  /**
   * What makes a program see this time. The C library comes first, so that its `malloc` is used: jemalloc looks at the clock before
   * libfaketime is ready.
   */
  env(program: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { stdout } = spawnSync('ldd', [program], { env: { ...process.env, ...env }, encoding: 'utf8' });
    const [, libc = ''] = /libc\.so\.6 => (\S+)/.exec(stdout ?? '') ?? [];
    return {
      ...env,
      TZ: 'UTC',
      LD_PRELOAD: [this.#library, libc].filter(Boolean).join(' '),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** In the middle of the millisecond, as libfaketime reckons with fractions that it cannot represent. */
const inWords = (now: number): string => new Date(now).toISOString().replace('T', ' ').replace('Z', '500');

/** A clock of an app that takes the servers' time along wherever it goes. */
export class SteeredClock extends FakeClock {
  constructor(private readonly servers: ServerTime) {
    super(BEGINNING);
    servers.set(this.now());
  }

  override advance(ms: number): void {
    this.set(this.now() + ms);
  }

  override set(now: number): void {
    super.set(now);
    this.servers.set(now);
  }
}
