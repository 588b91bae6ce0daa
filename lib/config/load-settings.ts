import { resolve } from 'node:path';
import { type ClassRules, withClasses } from './classes.js';
import { codecOf } from './codec.js';
import { contradictions } from './contradictions.js';
import { type Environment, environmentName } from './environment.js';
import { readFileLayer } from './file-layer.js';
import { readLayer } from './layer.js';
import { partOptions } from './lookup.js';
import { MergedOptions } from './merged-options.js';
import { ProblemList } from './problem-list.js';
import type { SessionOptions, SessionSettings } from './settings.js';
import { runCheck, type SettingsCheck } from './settings-check.js';
import { soundness } from './soundness.js';
import { presetLayers } from './timeout-presets.js';

/** Everything that settings are made of. Nothing else is looked at: no global, no working directory of the process. */
export interface SettingsSources extends ClassRules {
  /** The options of `forRoot()`. Read, never changed. */
  readonly options?: SessionOptions | undefined;
  readonly env: Environment;
  /** An absolute path, against which `directory` is meant. */
  readonly cwd: string;
  /** More rules, beside those of this folder. Their problems join the others in the one error. */
  readonly checks?: readonly SettingsCheck[];
}

/** Settings, and the layers that they come from. */
export interface LoadedSettings {
  readonly settings: SessionSettings;
  readonly options: MergedOptions;
}

/**
 * Reads the configuration: built-in defaults, under the YAML file, under the options of `forRoot()`.
 *
 * @throws SessionError CONFIG_INVALID, once, with every problem of every source.
 */
export const loadSettings = async (sources: SettingsSources): Promise<SessionSettings> =>
  (await loadWithOrigins(sources)).settings;

/** As {@link loadSettings}, for whoever wants to say where an option was decided. */
export async function loadWithOrigins(sources: SettingsSources): Promise<LoadedSettings> {
  const { env, cwd, checks = [] } = sources;
  const { lookup, values, inline, problems: wrongLookup } = partOptions(sources.options);
  const problems = new ProblemList();

  const file = await problems.attempt(() => readFileLayer(lookup, env, cwd));
  const fileIsKnown = problems.keys.length === 0;
  const given = readLayer({ name: 'forRoot()', dialect: 'inline', tree: inline, hidden: new Set() });
  problems.add([...wrongLookup, ...(file?.problems ?? []), ...given.problems]);

  const written = file ? [file, given] : [given];
  const preset = presetLayers(new MergedOptions(written).value('timeouts.preset'));
  const options = new MergedOptions([...preset, ...written]);
  const directory = file?.directory ?? resolve(cwd, lookup.directory ?? '.');
  const settings: SessionSettings = {
    ...(file && { file: file.name }),
    environment: environmentName(lookup.environment, env).name,
    directory,
    ...(await withClasses(options, { ...sources, directory, importer: lookup.importer }, problems)),
    ...values,
    codec: await codecOf(options, problems),
  };

  const sound = soundness(fileIsKnown ? problems.keys : ['session']);
  const found = [...contradictions(options, file), ...checks].flatMap((check) =>
    runCheck(check, settings, sound),
  );
  problems.add(found.map((problem) => options.located(problem)));
  problems.throwIfAny();
  return { settings, options };
}
