import type { ExecutionContext } from '@nestjs/common';

/** What a guard is asked about: arguments of a kind of handler, which stands in a class. */
export interface Asked {
  readonly type?: string;
  readonly args: readonly unknown[];
  readonly handler?: () => unknown;
  readonly controller?: NewableFunction;
}

class Nobody {}

/** The part of an execution context that guards use. */
export const executionContext = ({
  type = 'http',
  args,
  handler = () => undefined,
  controller = Nobody,
}: Asked): ExecutionContext =>
  ({
    getType: () => type,
    getArgs: () => args,
    getArgByIndex: (index: number) => args[index],
    switchToHttp: () => ({ getRequest: () => args[0] }),
    getHandler: () => handler,
    getClass: () => controller,
  }) as unknown as ExecutionContext;
