import type {
  INestApplication,
  ModuleMetadata,
  NestApplicationOptions,
  Provider,
  Type,
} from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { splitToken } from '../../lib/credentials/token.js';
import { SESSION_CLOCK, SessionModule, type SessionModuleOptions } from '../../lib/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import type { FaultInjectingStore } from '../../lib/testing/fault-injecting-store.js';
import { FaultyProvider } from './faulty-provider.js';
import { RecordedLog } from './recorded-log.js';
import type { Platform } from './running-app.js';
import { valuesIn } from './sample-record.js';
import { Visitor } from './visitor.js';

/** What a test puts into its app. */
export interface AppParts {
  readonly controllers?: Type[];
  readonly providers?: Provider[];
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  /** The options of `forRoot()`; the provider is a {@link FaultyProvider} unless they name another. `null`: no SessionModule. */
  readonly session?: SessionModuleOptions | null;
  /** What main.ts would do between creation and listening. */
  readonly main?: (nest: INestApplication) => void | Promise<void>;
  readonly override?: (module: TestingModuleBuilder) => unknown;
  readonly nest?: NestApplicationOptions;
}

/** An app that listens on a free port of this machine, with a clock that stands still and a store that a test can break. */
export class TestApp {
  readonly clock = new FakeClock();
  readonly provider: FaultyProvider = new FaultyProvider({ clock: this.clock });
  readonly log = new RecordedLog();
  nest!: INestApplication;
  url!: string;

  private constructor() {}

  static async start(platform: Platform, parts: AppParts): Promise<TestApp> {
    const app = new TestApp();
    const { controllers = [], providers = [], imports = [], session = {} } = parts;
    const sessions = session === null ? [] : [SessionModule.forRoot(app.#options(session))];
    const builder = Test.createTestingModule({ imports: [...sessions, ...imports], controllers, providers })
      .overrideProvider(SESSION_CLOCK)
      .useValue(app.clock);
    parts.override?.(builder);
    const module = await builder.setLogger(app.log).compile();
    app.nest = module.createNestApplication(platform(), { logger: app.log, ...parts.nest });
    await parts.main?.(app.nest);
    await app.nest.listen(0, '127.0.0.1');
    app.url = await app.nest.getUrl();
    return app;
  }

  /** Starts an app, lets a test work on it, and closes it whatever happens. */
  static async within(
    platform: Platform,
    parts: AppParts,
    work: (app: TestApp) => Promise<void>,
  ): Promise<void> {
    const app = await TestApp.start(platform, parts);
    try {
      await work(app);
    } finally {
      await app.close();
    }
  }

  /** Faults, counts and gates of the store. */
  get store(): FaultInjectingStore {
    return this.provider.faults;
  }

  visitor(): Visitor {
    return new Visitor(this.url);
  }

  /** The values in the store of the session whose cookie this is, dead or alive; `undefined` when there is none. */
  stored(cookie: string): Record<string, unknown> | undefined {
    const token = splitToken(cookie.slice(cookie.indexOf('=') + 1));
    const record = token && this.provider.memory.load(token.id);
    return record && valuesIn(record.text);
  }

  close(): Promise<void> {
    return this.nest.close();
  }

  #options(session: SessionModuleOptions): SessionModuleOptions {
    return { directory: import.meta.dirname, sessionProvider: this.provider, ...session };
  }
}
