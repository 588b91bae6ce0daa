import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';

const asset = (name: string): string => readFileSync(new URL(`public/${name}`, import.meta.url), 'utf8');
const [css, script] = [asset('shop.css'), asset('shop.js')];

/** Do not look at the session, so they cost nothing and caches may keep them. */
@Controller('assets')
export class AssetsController {
  @Get('shop.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=300')
  css(): string {
    return css;
  }

  @Get('shop.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=300')
  script(): string {
    return script;
  }
}
