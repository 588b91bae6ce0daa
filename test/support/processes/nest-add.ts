import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SchematicTestRunner, type UnitTestTree } from '@angular-devkit/schematics/testing/index.js';
import { read, root } from '../../meta/project-files.js';
import { taskOf, tell } from './task.js';

export interface NestAddTask {
  /** The module system of the app, as `nest new` asks for it. */
  readonly type: 'esm' | 'cjs';
  /** Files that the app has beside the template's, or in their place. */
  readonly files?: Readonly<Record<string, string>>;
  readonly sourceRoot?: string;
}

/** The files of an app, and what the schematic that left them like this said. */
export interface NestAdded {
  readonly files: Readonly<Record<string, string>>;
  readonly said: readonly string[];
}

/** Makes an app by the schematic of `nest new`, and runs ours on it, twice, as `nest add` does; tells of each. */
const { type, files = {}, sourceRoot = 'src' } = taskOf<NestAddTask>();
const nestCli = createRequire(createRequire(import.meta.url).resolve('@nestjs/cli/package.json'));
const nest = new SchematicTestRunner('nest', nestCli.resolve('@nestjs/schematics/dist/collection.json'));
const app = await nest.runSchematic('application', { name: '.', directory: '.', type });
for (const [path, text] of Object.entries(files)) {
  if (app.exists(path)) app.overwrite(path, text);
  else app.create(path, text);
}

const tellOf = (left: UnitTestTree, said: readonly string[]): void => {
  const texts = Object.fromEntries(left.files.map((path) => [path, left.readContent(path)]));
  tell(JSON.stringify({ files: texts, said } satisfies NestAdded));
};
tellOf(app, []);

const { schematics } = JSON.parse(read('package.json')) as { schematics: string };
let tree: UnitTestTree = app;
for (let run = 0; run < 2; run++) {
  const ours = new SchematicTestRunner('nestjs-sessions', join(root, schematics));
  const said: string[] = [];
  ours.logger.subscribe(({ message }) => said.push(message));
  tree = await ours.runSchematic('nest-add', { sourceRoot }, tree);
  tellOf(tree, said);
}
