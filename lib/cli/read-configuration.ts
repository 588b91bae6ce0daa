import { type LoadedSettings, loadWithOrigins } from '../config/load-settings.js';
import type { LookupOptions } from '../config/settings.js';
import { BUILT_IN_CLASSES } from '../nest/built-in-classes.js';
import { CONFIG_CHECKS, REQUIRED_METHODS } from '../nest/config-checks.js';
import type { DoctorArguments } from './arguments.js';

/**
 * Reads the configuration as the app does at boot, classes included, but for the options of `forRoot()`: those stand in code that would have to
 * run. Nothing is opened.
 *
 * @throws SessionError CONFIG_INVALID
 */
export function readConfiguration({
  environment,
  config,
  directory,
}: DoctorArguments): Promise<LoadedSettings> {
  const options: LookupOptions = { environment, configFile: config, directory };
  return loadWithOrigins({
    options,
    env: process.env,
    cwd: process.cwd(),
    builtIns: BUILT_IN_CLASSES,
    required: REQUIRED_METHODS,
    checks: CONFIG_CHECKS,
  });
}
