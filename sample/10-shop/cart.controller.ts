import { BadRequestException, Body, Controller, Get, Post, Redirect } from '@nestjs/common';
import { Session, UseSession } from 'nestjs-sessions';
import { CartService } from './cart.service.js';
import { type Product, productOf } from './catalogue.js';
import { field, type Form } from './form.js';
import { PageFrame } from './page-frame.js';
import { cartPage } from './pages/cart.page.js';

const SEE_OTHER = 303;

@Controller('cart')
@UseSession()
export class CartController {
  constructor(
    private readonly session: Session,
    private readonly cart: CartService,
    private readonly frame: PageFrame,
  ) {}

  @Get()
  show(): Promise<string> {
    return this.frame.around({ title: 'Your cart', here: '/cart', main: cartPage(this.cart.lines) });
  }

  @Post('add')
  @Redirect('/', SEE_OTHER)
  async add(@Body() form: Form): Promise<void> {
    const product = chosen(form);
    await this.cart.add(product);
    this.session.flash('notice', `${product.name} is in your cart.`);
  }

  @Post('put')
  @Redirect('/cart', SEE_OTHER)
  async put(@Body() form: Form): Promise<void> {
    const count = Number(field(form, 'count'));
    if (!Number.isFinite(count)) throw new BadRequestException('How many? Send a number.');
    await this.cart.put(chosen(form), count);
  }
}

function chosen(form: Form): Product {
  const product = productOf(field(form, 'sku'));
  if (!product) throw new BadRequestException('There is no such tea.');
  return product;
}
