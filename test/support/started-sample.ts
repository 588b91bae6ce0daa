import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../meta/project-files.js';

/** A sample that runs as `npm start` runs it: prepared, compiled and started by `scripts/start.mjs`, on a free port. */
export class StartedSample {
  #output = '';

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  /** Settles when the output has all of the `awaited`; rejects with the output when the sample ends before. */
  static async start(name: string, awaited: RegExp): Promise<StartedSample> {
    const child = spawn(process.execPath, ['scripts/start.mjs', name], { cwd: root, env: environment() });
    const sample = new StartedSample(child);
    await sample.#printed(awaited);
    return sample;
  }

  /** All that it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The address that it has printed. */
  get url(): string {
    return /answers at (\S+)/.exec(this.#output)?.[1] ?? '';
  }

  /** The `curl` lines that it has printed. */
  get curlLines(): readonly string[] {
    return [...this.#output.matchAll(/^\s*(curl .*)$/gm)].map(([, line = '']) => line);
  }

  /** Asks it to end, as Ctrl-C does, and answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const closed = once(this.process, 'close') as Promise<[number | null]>;
    this.process.kill('SIGINT');
    return (await closed)[0];
  }

  #printed(awaited: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => void (awaited.test(this.#output) && resolve());
      this.process.stdout?.on('data', look);
      this.process.once('close', (code) => reject(new Error(`It ended with ${code}:\n${this.#output}`)));
    });
  }
}

/** The environment of a shell in which nothing was said to Node or to the app. */
function environment(): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(([name]) => !/^(NODE_|JEST_|SERV_)/.test(name));
  return { ...Object.fromEntries(given), PORT: '0' };
}
