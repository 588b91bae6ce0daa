import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { SessionSettings } from '../../config/settings.js';
import { CredentialProvider } from '../../credentials/credential-provider.js';
import { SessionRuntime } from '../../http/session-runtime.js';
import { makeCredentials } from '../../nest/make-parts.js';
import { SESSION_CLOCK, SESSION_CONFIG } from '../../nest/tokens.js';
import { SessionProvider } from '../../providers/session-provider.js';
import { FakeClock } from '../fake-clock.js';
import { RecordedCredentials } from '../recorded-credentials.js';
import { testStore, TestSessionProvider, type TestStore } from './test-session-provider.js';
import { TestSessions } from './test-sessions.js';

/** What `Test.createTestingModule()` returns, as far as it matters here. */
export interface OverridesProviders {
  /** Puts something else in the place of a provider, by its injection token. */
  overrideProvider(token: unknown): {
    useValue(value: unknown): unknown;
    useFactory(options: { factory: (...parts: never[]) => unknown; inject: unknown[] }): unknown;
  };
}

/** The kit of an app: of its first `SessionModule`, and the way to the others. */
export interface SessionsKit<Builder> extends TestSessions {
  /** The builder that the kit was made with, to compile it. */
  readonly builder: Builder;
  /** The kit of the `SessionModule` with this cookie, in an app that has several. @throws when there is none */
  module(cookieName: string): TestSessions;
}

/**
 * Puts sessions that a test can look into in the place of the app's: in memory whatever the configuration names, at a time that
 * stands still. All else is as the app has it.
 *
 * @example
 * ```ts
 * import type { Type } from '@nestjs/common';
 * import { Test } from '@nestjs/testing';
 * import { withTestSessions } from 'nestjs-sessions/testing';
 *
 * export async function begin(AppModule: Type) {
 *   const kit = withTestSessions(Test.createTestingModule({ imports: [AppModule] }));
 *   const app = (await kit.builder.compile()).createNestApplication();
 *   await app.init();
 *   return { kit, app };
 * }
 * ```
 */
export function withTestSessions<Builder extends OverridesProviders>(builder: Builder): SessionsKit<Builder> {
  const modules = new TestedModules();
  builder.overrideProvider(SESSION_CLOCK).useValue(modules.clock);
  builder.overrideProvider(CredentialProvider).useFactory({
    factory: (settings: SessionSettings) => modules.credentials(settings),
    inject: [SESSION_CONFIG],
  });
  builder.overrideProvider(SessionProvider).useFactory({
    factory: (...parts: [ModulesContainer, ModuleRef, SessionSettings, CredentialProvider]) =>
      modules.provider(...parts),
    inject: [ModulesContainer, ModuleRef, SESSION_CONFIG, CredentialProvider],
  });
  const module = (cookieName: string): TestSessions => modules.named(cookieName);
  return Object.assign(modules.first, { builder, module });
}

/** Every `SessionModule` of an app gets a store of its own, as it would in the app. */
class TestedModules {
  readonly clock = new FakeClock();
  readonly #secrets: string[] = [];
  readonly #store = testStore(this);
  /** By the place of their modules in the app. */
  readonly #refs: ModuleRef[] = [];
  readonly #kits: TestSessions[] = [];
  /** Made before the app is, so that a test can plan faults of its boot. */
  readonly first = this.#kit(0, this.#store);

  credentials(settings: SessionSettings): CredentialProvider {
    return new RecordedCredentials(makeCredentials(settings, this.clock), this.#secrets);
  }

  provider(
    ...[app, ref, settings, credentials]: [ModulesContainer, ModuleRef, SessionSettings, CredentialProvider]
  ): SessionProvider {
    const index = placeAmongSessions(app, ref);
    this.#refs[index] = ref;
    const store = index === 0 ? this.#store : testStore(this);
    if (index > 0) this.#kit(index, store);
    const { timeouts, directory } = settings;
    return new TestSessionProvider(store, { clock: this.clock, credentials, timeouts, directory });
  }

  named(cookieName: string): TestSessions {
    const kit = this.#kits.find((each) => each.cookieName === cookieName);
    if (!kit) throw new Error(`The app has no SessionModule whose cookie is ${cookieName}.`);
    return kit;
  }

  #kit(index: number, store: TestStore): TestSessions {
    const runtime = (): SessionRuntime => {
      const ref = this.#refs[index];
      if (ref) return ref.get(SessionRuntime);
      throw new Error('The app has no sessions yet. Fix: import SessionModule, and await builder.compile().');
    };
    const kit = new TestSessions({ clock: this.clock, store, secrets: this.#secrets, runtime });
    this.#kits.push(kit);
    return kit;
  }
}

/** The place of a SessionModule among those of its app, in the order of the imports. */
const placeAmongSessions = (app: ModulesContainer, ref: ModuleRef): number =>
  [...app.values()]
    .filter(({ providers }) => providers.has(SessionRuntime))
    .findIndex(({ providers }) => providers.get(ModuleRef)?.instance === ref);
