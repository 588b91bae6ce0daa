import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type ExecutionContext, ParseBoolPipe, ParseIntPipe } from '@nestjs/common';
import { INTERCEPTORS_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { SessionParam } from '../../../lib/nest/session-param.decorator.js';
import { executionContext } from '../../support/execution-context.js';

/** What Nest keeps of one custom parameter decorator. */
interface ParameterMetadata {
  readonly index: number;
  readonly data: unknown;
  readonly pipes: readonly unknown[];
  readonly factory: (data: unknown, context: ExecutionContext) => unknown;
}

const intPipe = new ParseIntPipe();
const cart: string[] = [];

@Controller()
class Shop {
  named(@SessionParam() _beta: unknown): void {}
  second(_first: unknown, @SessionParam({ default: 'light' }) _theme: unknown): void {}
  keyed(@SessionParam('feature.beta') _x: unknown): void {}
  empty(@SessionParam('') _x: unknown): void {}
  piped(@SessionParam('count', ParseBoolPipe, intPipe) _x: unknown): void {}
  pipedName(@SessionParam(intPipe, ParseBoolPipe) _count: unknown): void {}
  pipedClass(@SessionParam(ParseBoolPipe) _count: unknown): void {}
  pipedOptions(@SessionParam({ key: 'count', default: '1' }, intPipe) _x: unknown): void {}
  copied(@SessionParam({ key: 'cart', default: cart }) _x: unknown): void {}
  made(@SessionParam({ key: 'cart', default: () => [Math.random()] }) _x: unknown): void {}
  plain(_x: unknown): void {}
}

function parameter(method: keyof Shop): ParameterMetadata {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, Shop, method) as Record<
    string,
    ParameterMetadata
  >;
  return Object.values(parameters)[0] as ParameterMetadata;
}

/** What the parameter gets, before its pipes, from a request with these values in its session. */
function given(method: keyof Shop, values: Record<string, unknown> = {}): unknown {
  const scope = { session: new Map(Object.entries(values)), load: () => undefined };
  const request = { [Symbol.for('nestjs-sessions.context')]: scope };
  const { factory, data } = parameter(method);
  return factory(data, executionContext({ args: [request] }));
}

describe('@SessionParam()', () => {
  it('reads the key that the parameter is named after', () => {
    expect(given('named', { _beta: true })).toBe(true);
    expect(given('second', { _theme: 'dark' })).toBe('dark');
  });

  it('reads the key or path that it names', () => {
    expect(given('keyed', { feature: { beta: 1 } })).toBe(1);
    expect(given('keyed', { 'feature.beta': 2, feature: { beta: 1 } })).toBe(2);
    expect(given('empty', { '': 3, _x: 4 })).toBe(3);
  });

  it('gives undefined for a missing key, so that the default value of the parameter applies', () => {
    expect(given('named')).toBeUndefined();
    expect(given('keyed', { feature: {} })).toBeUndefined();
  });

  it('gives a stored null or falsy value, not the default (A55)', () => {
    for (const value of [null, false, 0, '']) expect(given('second', { _theme: value })).toBe(value);
    expect(given('second')).toBe('light');
  });

  it('never shares a default between requests', () => {
    const first = given('copied') as string[];
    first.push('book');
    expect(given('copied')).toEqual([]);
    expect(cart).toEqual([]);
    expect(given('made')).not.toEqual(given('made'));
  });

  it('takes pipes as instances and as classes, with or without a key', () => {
    expect(parameter('piped')).toMatchObject({ data: 'count', pipes: [ParseBoolPipe, intPipe] });
    expect(parameter('pipedName')).toMatchObject({ data: '_count', pipes: [intPipe, ParseBoolPipe] });
    expect(parameter('pipedClass')).toMatchObject({ data: '_count', pipes: [ParseBoolPipe] });
    expect(parameter('pipedOptions')).toMatchObject({ data: 'count', pipes: [intPipe] });
  });

  it('marks its handler as one that uses the session, and no other', () => {
    expect(Reflect.getMetadata(INTERCEPTORS_METADATA, Shop.prototype.named)).toHaveLength(1);
    expect(Reflect.getMetadata(INTERCEPTORS_METADATA, Shop.prototype.plain)).toBeUndefined();
  });
});

describe('@SessionParam() without a readable name', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env['NODE_ENV'] = NODE_ENV;
  });

  function definePattern(): unknown {
    class Flags {
      show(@SessionParam() { beta }: { beta?: boolean }): unknown {
        return beta;
      }
    }
    return Flags;
  }
  function defineShortName(): unknown {
    class Flags {
      show(@SessionParam() _e: unknown): void {}
    }
    return Flags;
  }
  function defineShortKey(): unknown {
    class Flags {
      show(@SessionParam('e') _e: unknown): void {}
    }
    return Flags;
  }

  it('throws while the class is defined, and names a way out', () => {
    expect(definePattern).toThrow(
      /^Flags\.show parameter #0: .*destructuring pattern.*@SessionParam\('key'\)/,
    );
  });

  it('refuses a name that a minifier may have chosen, but no key', () => {
    expect(defineShortName).toThrow(expect.objectContaining({ code: 'NO_PARAMETER_NAME' }));
    expect(defineShortKey).not.toThrow();
  });
});
