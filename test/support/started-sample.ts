import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { read, root } from '../meta/project-files.js';

type Environment = Readonly<Record<string, string>>;

/** A sample that runs by the command of its README, on a free port. */
export class StartedSample {
  #output = '';

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  /**
   * Settles when the output has all of the `awaited`; rejects with the output when the sample ends before.
   *
   * @param given variables that the README leaves to its reader, and those that its command gives another value.
   */
  static async start(name: string, awaited: RegExp, given: Environment = {}): Promise<StartedSample> {
    const { args, variables } = startCommand(name, given);
    const env = { ...shell(), ...variables, ...given, PORT: '0' };
    const sample = new StartedSample(spawn(process.execPath, args, { cwd: root, env }));
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

const START = /^((?:\w+=\S+ )*)npm start(?: -- (\S+))?(?: +#.*)?$/gm;

/**
 * What the README of a sample says to run, as npm runs it: `A=1 npm start -- name` is the script `start` with `name` behind it. Where
 * it says several things, the one for the given SERV_ENVIRONMENT.
 */
function startCommand(
  sample: string,
  given: Environment,
): { args: readonly string[]; variables: Environment } {
  const commands = [...read(`sample/${sample}/README.md`).matchAll(START)].map(
    ([, assignments = '', name = '']) => ({
      args: [...npmScript('start'), ...(name === '' ? [] : [name])],
      variables: Object.fromEntries([...assignments.matchAll(/(\w+)=(\S+)/g)].map(([, ...pair]) => pair)),
    }),
  );
  const environment = given['SERV_ENVIRONMENT'];
  const command = commands.find(({ variables }) => variables['SERV_ENVIRONMENT'] === environment);
  if (!command) throw new Error(`sample/${sample}/README.md does not say how to start it.`);
  return command;
}

/** The words behind `node` of a script in package.json. */
function npmScript(name: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  return scripts[name]?.split(' ').slice(1) ?? [];
}

/** The environment of a shell in which nothing was said to Node or to the app. */
const shell = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|JEST_|SERV_)/.test(name)));
