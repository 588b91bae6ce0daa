import { invalidConfiguration } from '../errors/configuration.js';
import { readConfigFile } from './config-file.js';
import { type Environment, environmentName, environmentProblems } from './environment.js';
import { type Layer, readLayer } from './layer.js';
import type { LookupOptions } from './settings.js';
import { parseYaml, type YamlMap } from './yaml-document.js';
import { fillTree } from './yaml-tree.js';

/** The options that stand in the YAML file. */
export interface FileLayer extends Layer {
  /** The folder of the file. */
  readonly directory: string;
}

/** The sections that are ours. All others belong to other parts of the application and are none of our business. */
const SECTIONS = ['session', 'auth'];

/**
 * Finds, reads, parses and checks the file. `undefined` when there is none and nobody asked for one.
 *
 * @throws SessionError CONFIG_INVALID when there is no tree to speak of; single options that are wrong are in `problems`.
 */
export async function readFileLayer(
  lookup: LookupOptions,
  env: Environment,
  cwd: string,
): Promise<FileLayer | undefined> {
  const wrong = environmentProblems(lookup.environment, env);
  if (wrong.length > 0) throw invalidConfiguration(wrong);
  const environment = environmentName(lookup.environment, env);
  const file = await readConfigFile({ ...lookup, cwd, environment });
  if (!file) return undefined;
  const { tree, fromEnvironment, problems } = fillTree(ourSections(parseYaml(file)), env, file.shown);
  const layer = readLayer({ name: file.shown, dialect: 'yaml', tree, hidden: fromEnvironment });
  return { ...layer, directory: file.directory, problems: [...problems, ...layer.problems] };
}

const ourSections = (document: YamlMap): YamlMap =>
  Object.fromEntries(Object.entries(document).filter(([name]) => SECTIONS.includes(name)));
