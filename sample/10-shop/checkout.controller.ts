import { Body, Controller, Get, Post, Redirect } from '@nestjs/common';
import { RequireSession, Session } from 'nestjs-sessions';
import { CartService, totalOf } from './cart.service.js';
import { money } from './catalogue.js';
import { field, type Form } from './form.js';
import { PageFrame } from './page-frame.js';
import { checkoutPage } from './pages/checkout.page.js';
import { PaymentsService } from './payments.service.js';

@Controller('checkout')
@RequireSession()
export class CheckoutController {
  constructor(
    private readonly session: Session,
    private readonly cart: CartService,
    private readonly payments: PaymentsService,
    private readonly frame: PageFrame,
  ) {}

  @Get()
  show(): Promise<string> {
    const main = checkoutPage(this.cart.lines);
    return this.frame.around({ title: 'Checkout', here: '/checkout', main });
  }

  /** The cart is taken first, so that nobody pays twice. Who logs out while the bank thinks is told nothing afterwards. */
  @Post()
  @Redirect('/', 303)
  async buy(@Body() form: Form): Promise<void> {
    const lines = await this.cart.take();
    if (lines.length === 0) return this.session.flash('notice', 'There is nothing in your cart.');
    await this.payments.pay(totalOf(lines));
    const to = field(form, 'address') || 'you';
    this.session.flash('notice', `Thank you. ${money(totalOf(lines))} of tea is on its way to ${to}.`);
  }
}
