import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json; every command runs there, wherever it was called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The names of the samples, in order. */
export const samples = readdirSync(join(root, 'sample')).sort();

/** The path of a file inside an installed package, such as `bin('jest', 'bin/jest.js')`. */
export const bin = (name, file) => join(root, 'node_modules', name, file);

/**
 * Runs Node with the given arguments and answers its exit code; 1 when it was killed or ran longer than `timeoutMs`.
 * Output goes straight to the terminal.
 */
export function runNode(args, { timeoutMs, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code, signal) => {
      if (signal) console.error(`Stopped by ${signal}.`);
      resolve(code ?? 1);
    });
  });
}
