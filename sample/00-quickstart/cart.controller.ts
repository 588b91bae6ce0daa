import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { UseSession } from 'nestjs-sessions';
import { CartService } from './cart.service.js';

/** Its service uses the session, so it says so. */
@Controller('cart')
@UseSession()
export class CartController {
  constructor(private readonly cart: CartService) {}

  @Get()
  show(): { cart: readonly string[] } {
    return { cart: this.cart.items };
  }

  @Post()
  add(@Body('item') item: unknown): { cart: readonly string[] } {
    if (typeof item !== 'string' || item.trim() === '') throw new BadRequestException('Send an item.');
    return { cart: this.cart.add(item.trim()) };
  }
}
