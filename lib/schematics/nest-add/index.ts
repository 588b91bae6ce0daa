import { readFileSync } from 'node:fs';
import { type Edit, withSessionModule } from './module-edit.js';
import { rootModuleOf } from './root-module.js';

/** The files of a project, as far as this schematic needs the `Tree` of `@angular-devkit/schematics`, which the Nest CLI brings along. */
export interface ProjectFiles {
  exists(path: string): boolean;
  read(path: string): Uint8Array | null;
  create(path: string, text: string): void;
  overwrite(path: string, text: string): void;
}

/** What a schematic is told of its run. */
export interface SchematicRun {
  readonly logger: { info(message: string): void; warn(message: string): void };
}

/** A change to the files of a project. */
export type Rule = <Files extends ProjectFiles>(files: Files, run: SchematicRun) => Files;

export interface NestAddOptions {
  /** The folder of `main.ts`. Default `src`. */
  readonly sourceRoot?: string;
}

const YAML = 'serving.dev.yaml';

const NEXT_STEPS = `
Sessions are in. Next:
  - take one in a handler: @CurrentSession() session: Session, from 'nestjs-sessions'
  - log in and out: await session.login(user.id), await session.logout()
  - check the policy: npx nestjs-sessions doctor
In production sessions need a store that outlives the process: docs/providers, and a serving.prod.yaml.`;

const BY_HAND = `Add it yourself: import { SessionModule } from 'nestjs-sessions', and SessionModule.forRoot() in "imports" of `;

/**
 * `nest add nestjs-sessions`: adds `SessionModule.forRoot()` to the root module and writes `serving.dev.yaml`. A file that is there is
 * never written over, and a second run changes nothing.
 */
export function nestAdd({ sourceRoot = 'src' }: NestAddOptions = {}): Rule {
  return (files, { logger }) => {
    const read = (path: string): string | undefined => {
      const bytes = files.read(path);
      return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
    };
    const { path, className } = rootModuleOf(sourceRoot, read);
    const source = read(path);
    const edit: Edit = source === undefined ? 'unclear' : withSessionModule(source, className);
    if (edit === 'unclear') logger.warn(`${path} was left as it is. ${BY_HAND}${className}.`);
    else if (edit === 'present') logger.info(`${path} has SessionModule already.`);
    else files.overwrite(path, edit.text);
    if (files.exists(YAML)) logger.info(`${YAML} is there already, and was left as it is.`);
    else files.create(YAML, readFileSync(new URL(YAML, import.meta.url), 'utf8'));
    logger.info(NEXT_STEPS);
    return files;
  };
}
