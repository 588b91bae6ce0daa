import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type AppOrder, startApp } from './start-app.js';

/** The same routes, without a session to look at. */
@Controller()
class BareController {
  @Get(['plain', 'read', 'write', 'mutate', 'login', 'seed'])
  answer(): object {
    return { count: 0 };
  }
}

/** What Nest asks for an interceptor that does nothing. */
class IdleInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Controller()
@UseInterceptors(new IdleInterceptor())
class InterceptedController {
  @Get(['plain', 'read', 'write', 'mutate', 'login', 'seed'])
  answer(): object {
    return { count: 0 };
  }
}

const scopes = new AsyncLocalStorage<object>();
const enterScope = (_req: unknown, _res: unknown, next: () => void): void => scopes.run({}, next);

/** `store` says what is added to a bare app: nothing, Node's scope of a request, and an interceptor. */
export const start = ({ platform, store }: AppOrder): Promise<number> =>
  startApp(platform, {
    controller: store === 'interceptor' ? InterceptedController : BareController,
    ...(store === 'none' ? {} : { main: (nest) => void nest.use(enterScope) }),
  });
