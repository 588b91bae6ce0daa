#!/usr/bin/env node
import { pageFor } from './layout.js';
import { run } from './run.js';

const { exitCode, stdout, stderr } = await run(process.argv.slice(2), pageFor(process.stdout, process.env));

/** Ends the process once all is written: a module of the app, loaded for its class, may keep a timer or a connection. */
process.stderr.write(stderr, () => process.stdout.write(stdout, () => process.exit(exitCode)));
