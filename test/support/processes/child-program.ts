import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { root } from '../../meta/project-files.js';

const folder = join(root, 'test/support/processes');

/** How a process ended: by itself, or by which signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of this folder as a process of its own. It is told what to do by one JSON argument and answers in lines. */
export class ChildProgram {
  readonly lines: string[] = [];
  readonly ended: Promise<Ending>;
  #complaint = '';

  private constructor(private readonly process: ChildProcess) {
    const { stdout, stderr } = process;
    if (!stdout || !stderr) throw new Error('A child program needs its output.');
    createInterface({ input: stdout }).on('line', (line) => this.lines.push(line));
    stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    this.ended = once(process, 'close').then(([code, signal]) => ({ code, signal }));
  }

  static start(program: string, task: object): ChildProgram {
    const loader = pathToFileURL(join(folder, 'typescript.mjs')).href;
    const args = ['--import', loader, join(folder, program), JSON.stringify(task)];
    const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
    return new ChildProgram(
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], options),
    );
  }

  /** Settles when it has printed so many lines; rejects when it ends before. */
  async printed(count: number): Promise<void> {
    while (this.lines.length < count) {
      const ending = await Promise.race([this.ended, once(this.process.stdout ?? this.process, 'data')]);
      if (!Array.isArray(ending) && this.lines.length < count) throw this.#failure();
    }
  }

  /** Ends it as a power cut ends the process: it hears nothing of it. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, as whoever deploys does. */
  terminate(): void {
    this.process.kill('SIGTERM');
  }

  /** It is there and does nothing more. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  /** Settles when it has ended by itself, and well. */
  async finished(): Promise<void> {
    const { code } = await this.ended;
    if (code !== 0) throw this.#failure();
  }

  #failure(): Error {
    return new Error(`The program ended too early.\n${this.lines.slice(-5).join('\n')}\n${this.#complaint}`);
  }
}
