/** The options that `forRoot()` or `forRootAsync()` was given. */
export const SESSION_OPTIONS: unique symbol = Symbol('SESSION_OPTIONS');

/** The resolved configuration, a `SessionSettings`; override it in a test to read no file. */
export const SESSION_CONFIG: unique symbol = Symbol('SESSION_CONFIG');

/** The `Clock` that decides what is expired; override it in a test to travel in time. */
export const SESSION_CLOCK: unique symbol = Symbol('SESSION_CLOCK');
