import { pathToFileURL } from 'node:url';
import { installIfStale } from './install.mjs';
import { bin, root, runNode } from './run.mjs';

/** `npm run docs` writes the API reference, of every public entry point, from the docstrings of lib. `npm test` checks it and writes nothing. */
const done = (await installIfStale()) && (await runNode([bin('typedoc', 'bin/typedoc')])) === 0;
if (done) console.log(`The API reference: ${pathToFileURL(`${root}/.build/api/index.html`).href}`);
process.exitCode = done ? 0 : 1;
