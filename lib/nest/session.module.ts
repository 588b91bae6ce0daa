import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Module,
  type Provider,
} from '@nestjs/common';
import type { SessionOptions } from '../config/settings.js';
import { Session } from '../session/session.js';
import { SESSION_EXPORTS, SESSION_PROVIDERS } from './session-providers.js';
import { SESSION_OPTIONS } from './tokens.js';

/** What the module itself does, beside what sessions do. */
export interface SessionModuleExtras {
  /** Whether every module of the app may inject the session without importing this one. Default true. */
  readonly isGlobal?: boolean;
}

/** What {@link SessionModule.forRoot} takes. What is not given, or `undefined`, is as the file says, else the default. */
export type SessionModuleOptions = SessionOptions & SessionModuleExtras;

/** A class that makes the options of `forRootAsync({ useClass })`. */
export interface SessionOptionsFactory {
  /** Called once, at boot; what it throws stops the boot. */
  createSessionOptions(): Promise<SessionOptions> | SessionOptions;
}

/** What {@link SessionModule.forRootAsync} takes: `useFactory` with `inject`, `useClass` or `useExisting`, as Nest's own modules. */
export type SessionModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  SessionOptions,
  'createSessionOptions'
> &
  SessionModuleExtras;

const { ConfigurableModuleClass: Base } = new ConfigurableModuleBuilder<SessionOptions>({
  optionsInjectionToken: SESSION_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createSessionOptions')
  .setExtras<SessionModuleExtras>({ isGlobal: true }, (definition, { isGlobal = true }) => ({
    ...definition,
    global: isGlobal,
  }))
  .build();

/**
 * Sessions for an app: import it once, in the root module.
 *
 * ```ts
 * @Module({ imports: [SessionModule.forRoot()] })
 * export class AppModule {}
 * ```
 *
 * Reads `serving.{environment}.yaml` from the working directory; the options given here win over the file, option by option. A
 * configuration that cannot work stops the boot with one error, CONFIG_INVALID, that lists everything that is wrong.
 *
 * A second import in the same app needs a cookie name of its own; it is a second session in each request then.
 */
@Module({})
export class SessionModule {
  /**
   * A session for the app, from the file and from `options`, which win.
   *
   * @throws SessionError CONFIG_INVALID, at boot
   */
  static forRoot(options: SessionModuleOptions = {}): DynamicModule {
    const { sessionType } = options;
    return assembled(Base.forRoot(options), typeof sessionType === 'function' ? sessionType : Session);
  }

  /** As {@link forRoot}, with options that are made when the app starts, from other providers. */
  static forRootAsync(options: SessionModuleAsyncOptions): DynamicModule {
    return assembled(Base.forRootAsync(options), Session);
  }
}

/** @param sessionType can be injected by its own name as well. */
function assembled(definition: DynamicModule, sessionType: NewableFunction): DynamicModule {
  const alias: Provider[] =
    sessionType === Session ? [] : [{ provide: sessionType as never, useExisting: Session }];
  return {
    ...definition,
    module: SessionModule,
    providers: [...(definition.providers ?? []), ...SESSION_PROVIDERS, ...alias],
    exports: [...(definition.exports ?? []), ...SESSION_EXPORTS, ...alias.map(() => sessionType as never)],
  };
}
