import { Session } from 'node:inspector/promises';

/** Samples the process that it runs in. */
export class Profiler {
  #session = new Session();

  async start() {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: 100 });
    await this.#session.post('Profiler.start');
  }

  /** Answers the profile, as Chrome's DevTools read it. */
  async stop() {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    return profile;
  }
}
