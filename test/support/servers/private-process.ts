import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Where the system can do it, a server dies with the test run, also when that is killed. */
const LEASH =
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL']
    : [];

/** Whom a server runs as. Empty: the user of the test run. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** A server that belongs to one test run, and is spoken to by its process id. */
export class PrivateProcess {
  #output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  static start(
    command: string,
    args: readonly string[],
    { env, ...identity }: Identity & { readonly env?: NodeJS.ProcessEnv } = {},
  ): PrivateProcess {
    const [program = command, ...rest] = [...LEASH, command, ...args];
    return new PrivateProcess(
      spawn(program, rest, {
        ...identity,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Sends a signal; SIGSTOP freezes it, SIGCONT thaws it. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pid, name);
  }

  /** Settles when it is gone. */
  async end(name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.child, 'exit');
    this.child.kill(name);
    await gone;
  }
}
