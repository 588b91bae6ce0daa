import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildIfStale, compile, copyAssets } from './build.mjs';
import { installIfStale } from './install.mjs';
import { root, samples } from './run.mjs';

/** `npm start [-- <sample>]`: prepares whatever is missing, compiles a sample and runs it. */
const [quickstart] = samples;
const name = process.argv[2] ?? quickstart;
const output = join('.build/sample', name);

if (!samples.includes(name)) {
  console.error(`There is no sample "${name}". Choose one of: ${samples.join(', ')}.`);
  process.exitCode = 1;
} else if ((await installIfStale()) && (await buildIfStale()) && (await compileSample())) {
  serve();
} else {
  process.exitCode = 1;
}

/** A sample that is the quickstart with another configuration is compiled together with it, each below a folder of its own. */
async function compileSample() {
  if (!(await compile(`sample/${name}/tsconfig.json`))) return false;
  for (const each of new Set([quickstart, name]))
    copyAssets(`sample/${each}`, name === quickstart ? output : join(output, each));
  return true;
}

/** Runs where the sample finds its `serving.dev.yaml`; signals are passed on and the exit code comes back. */
function serve() {
  const folder = join(root, 'sample', name);
  const cwd = existsSync(join(folder, 'serving.dev.yaml')) ? folder : root;
  const main = join(root, output, name === quickstart ? 'main.js' : join(name, 'main.js'));
  const app = spawn(process.execPath, ['--enable-source-maps', main], { cwd, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill(signal));
  if (process.env.npm_lifecycle_event) stopWithParent(app);
  app.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** npm that is stopped by SIGTERM stops its shell and not what the shell started, which would keep the port. */
function stopWithParent(app) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || app.kill(), 200).unref();
}
