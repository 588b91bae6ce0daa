import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownBuild } from '../own-build.mjs';

const folder = process.env.BENCH_LIB ?? (await ownBuild());
if (!folder) process.exit(1);

/** A module of the compiled library: of a new build, or of the one in the folder BENCH_LIB. */
export const library = (path) => import(pathToFileURL(resolve(folder, path)).href);
