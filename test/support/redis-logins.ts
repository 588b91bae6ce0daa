import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import { newSessionId } from '../../lib/credentials/token.js';
import type { Admission, AdmitOutcome } from '../../lib/providers/atomic-session-store.js';
import type { Clock } from '../../lib/providers/clock.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { etagOf } from '../../lib/record/record-text.js';
import { Gate } from '../../lib/testing/gate.js';
import { sampleRecord } from './sample-record.js';

export const IDLE_MS = 600_000;

/** A login, and what became of it. */
export interface Login {
  readonly id: string;
  readonly text: string;
  readonly outcome: AdmitOutcome;
}

/** One process that logs in, whose commands can be held up on their way to the server. */
export class RedisLogins {
  readonly store: RedisSessionProvider;
  readonly #client: Redis | Cluster;
  #before: (args: readonly string[]) => Promise<void> | undefined = () => undefined;

  /** @param urls of one server, or of the nodes of a cluster. */
  constructor(
    urls: readonly string[],
    private readonly clock: Clock,
    Provider: typeof RedisSessionProvider = RedisSessionProvider,
  ) {
    const [url = ''] = urls;
    this.#client = urls.length > 1 ? new Cluster([...urls]) : new Redis(url);
    this.#client.on('error', () => undefined);
    this.store = new Provider({ client: held(this.#client, (args) => this.#before(args)) }, { clock });
  }

  get deadline(): number {
    return this.clock.now() + IDLE_MS;
  }

  /** A login with a new session. */
  async login(admission: Admission): Promise<Login> {
    const id = newSessionId();
    const text = this.textFor(admission.principal);
    return { id, text, outcome: await this.store.admit({ id, text, deadline: this.deadline }, admission) };
  }

  /** A login with the session of an earlier one, maybe as somebody else. */
  async loginAgain({ id, text: before }: Pick<Login, 'id' | 'text'>, admission: Admission): Promise<Login> {
    const text = this.textFor(admission.principal);
    const write = { id, etag: etagOf(before), text, deadline: this.deadline };
    return { id, text, outcome: await this.store.admit(write, admission) };
  }

  /** A session that nobody has logged in to. */
  async anonymous(): Promise<Pick<Login, 'id' | 'text'>> {
    const [id, text] = [newSessionId(), sampleRecord()];
    await this.store.create(id, text, this.deadline);
    return { id, text };
  }

  /** The ids of the live sessions of a principal, the oldest login first. */
  async idsOf(principal: string): Promise<readonly string[]> {
    return (await this.store.sessionsOf(principal)).map(({ id }) => id);
  }

  textFor(principal: string): string {
    return sampleRecord({ principal, authenticatedAt: this.clock.now() });
  }

  /** Holds up the next run of a script that has an argument which matches, until the gate is opened. */
  holdBefore(script: string, wanted: (args: readonly string[]) => boolean = () => true): Gate {
    const gate = new Gate();
    const hash = hashOf(script);
    this.#before = (args) => {
      if (args[1] !== hash || !wanted(args)) return undefined;
      this.#before = () => undefined;
      return gate.pass();
    };
    return gate;
  }

  close(): void {
    this.#client.disconnect();
  }
}

/** How a script is called on the wire. */
export const hashOf = (script: string): string =>
  createHash('sha1')
    .update(readFileSync(new URL(`../../lib/providers/redis/${script}.lua`, import.meta.url)))
    .digest('hex');

/** Whether a login is written, and not only asked for. */
export const isWrite = (args: readonly string[]): boolean => args.length > 9;

/** Whose sessions are told dead or alive in one step of the server, past the provider. */
const COUNT = `
  local live = 0
  for _, key in ipairs(redis.call('KEYS', 'sess:{??}:*')) do
    local text = redis.call('GET', key)
    if string.sub(text, 1, 1) ~= '!' and string.find(text, ARGV[1], 1, true) and redis.call('PTTL', key) > 60000 then
      live = live + 1
    end
  end
  return live`;

/** Counts the live sessions of a principal again and again while `task` runs, and answers the most that there were at one instant. */
export async function mostDuring(
  url: string,
  principal: string,
  task: () => Promise<unknown>,
): Promise<number> {
  const client = new Redis(url);
  let most = 0;
  let isOver = false;
  const sample = async (): Promise<void> => {
    most = Math.max(most, Number(await client.eval(COUNT, 0, JSON.stringify(principal))));
  };
  const running = task().finally(() => (isOver = true));
  while (!isOver) await sample();
  await running;
  await sample();
  client.disconnect();
  return most;
}

function held(
  client: Redis | Cluster,
  before: (args: readonly string[]) => Promise<void> | undefined,
): object {
  const call = client.call.bind(client) as (...args: readonly string[]) => Promise<unknown>;
  return Object.assign(client, {
    call: (...args: readonly string[]) => {
      const waits = before(args);
      return waits ? waits.then(() => call(...args)) : call(...args);
    },
  });
}
