import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../meta/project-files.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { NestAddTask, NestAdded } from '../support/processes/nest-add.js';
import { freePort } from '../support/servers/free-port.js';
import { until } from '../support/servers/until.js';
import type { Files } from '../support/temporary-folder.js';
import { type Consumer, environment, runNode } from './consumer.js';

const MINUTE_MS = 60_000;

/** What `nest new` leaves, and what two runs of `nest add nestjs-sessions` make of it, one after the other. */
export async function newApp(task: NestAddTask): Promise<[template: NestAdded, NestAdded, NestAdded]> {
  const program = ChildProgram.start('nest-add.ts', task);
  await program.finished();
  const [template, first, second] = program.lines.map((line) => JSON.parse(line) as NestAdded);
  if (!template || !first || !second) throw new Error('The schematics did not run.');
  return [template, first, second];
}

/** An app of `nest new`, whose packages are in its folder or above it; of those for its tests there is no need. */
export class TemplateApp {
  private constructor(private readonly folder: string) {}

  /** Writes it, and compiles it by its own tsconfig. */
  static async compiled(
    folder: string,
    files: Files,
    compiler: Consumer['compiler'] = 'typescript7',
  ): Promise<TemplateApp> {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
    await runNode(folder, tsc, '-p', 'tsconfig.build.json', ...types);
    return new TemplateApp(folder);
  }

  /** Runs it as its `start:prod` does, for as long as a visit takes. */
  async visited<Result>(visit: (url: string) => Promise<Result>): Promise<Result> {
    const port = await freePort();
    const env = { ...environment(), PORT: String(port), NO_COLOR: '1' };
    const app = spawn(process.execPath, ['dist/main'], { cwd: this.folder, env });
    const closed = once(app, 'close');
    let printed = '';
    for (const stream of [app.stdout, app.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const url = `http://localhost:${port}`;
    try {
      await until(() => {
        if (app.exitCode !== null) throw new Error(`The app ended with ${app.exitCode}.\n${printed}`);
        return isThere(url);
      }, MINUTE_MS);
      return await visit(url);
    } finally {
      app.kill();
      await closed;
    }
  }
}

/** Asks for nothing that anybody counts. */
const isThere = (url: string): Promise<boolean> =>
  fetch(`${url}/favicon.ico`).then(
    () => true,
    () => false,
  );
