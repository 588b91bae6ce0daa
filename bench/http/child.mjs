import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TYPESCRIPT = new URL('../../test/support/processes/typescript.mjs', import.meta.url).href;

/** A process that answers each message by one of its own. */
export class Child {
  constructor(file, order = {}) {
    this.process = fork(join(import.meta.dirname, file), [JSON.stringify(order)], {
      execArgv: [...(process.env.BENCH_NODE ?? '').split(' ').filter(Boolean), '--import', TYPESCRIPT],
      env: { ...process.env, NODE_ENV: 'production' },
    });
  }

  /** What it says next. */
  async next() {
    const waiting = new AbortController();
    const { signal } = waiting;
    const ended = once(this.process, 'exit', { signal }).then(([code]) => {
      throw new Error(`A process of the bench has ended with ${code}.`);
    });
    const [answer] = await Promise.race([once(this.process, 'message', { signal }), ended]);
    ended.catch(() => undefined);
    waiting.abort();
    return answer;
  }

  ask(message) {
    const answer = this.next();
    this.process.send(message);
    return answer;
  }

  async stop() {
    const gone = once(this.process, 'exit');
    this.process.disconnect();
    await gone;
  }
}
