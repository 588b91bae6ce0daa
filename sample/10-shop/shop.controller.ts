import { Controller, Get } from '@nestjs/common';
import { UseSession } from 'nestjs-sessions';
import { PageFrame } from './page-frame.js';
import { shopPage } from './pages/shop.page.js';

@Controller()
export class ShopController {
  constructor(private readonly frame: PageFrame) {}

  @Get()
  @UseSession()
  products(): Promise<string> {
    return this.frame.around({ title: 'Tea', here: '/', main: shopPage() });
  }
}
