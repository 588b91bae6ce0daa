import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import { retireAsyncStorages } from '../async-storages.mjs';

let running = 'no test file';
let listening = false;

/**
 * Jest fails a test whose own turn sees an unhandled rejection. This sees the others: while a file loads, in its last hook, and
 * after it is over, when a worker would die of one without a word. The listener must sit on the real `process`, which no test
 * file has.
 */
export default class RejectionEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    running = context.testPath;
    if (!listening) process.on('unhandledRejection', record);
    listening = true;
  }

  /** Node reports a rejection one turn after it happened: give the last test of the file that turn. */
  async teardown() {
    await setImmediate();
    retireAsyncStorages();
    await super.teardown();
  }
}

function record(reason) {
  appendFileSync(process.env.UNHANDLED_REJECTIONS_LOG, `In or after ${running}:\n${inspect(reason)}\n\n`);
}
