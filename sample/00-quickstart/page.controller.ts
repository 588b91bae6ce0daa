import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');

@Controller()
export class PageController {
  /** Does not look at the session, so it costs nothing and caches may keep it. */
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return page;
  }
}
