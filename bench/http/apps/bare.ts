import { Controller, Get } from '@nestjs/common';
import { type AppOrder, startApp } from './start-app.js';

/** The same routes, without a session to look at. */
@Controller()
class BareController {
  @Get(['plain', 'read', 'write', 'mutate', 'login', 'seed'])
  answer(): object {
    return { count: 0 };
  }
}

export const start = ({ platform }: AppOrder): Promise<number> =>
  startApp(platform, { controller: BareController });
