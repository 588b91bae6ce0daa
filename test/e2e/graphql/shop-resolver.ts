import { Injectable } from '@nestjs/common';
import {
  Args,
  Field,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import {
  CurrentSession,
  RequireFreshAuth,
  RequireSession,
  Session,
  SessionParam,
  UseSession,
} from '../../../lib/index.js';

@ObjectType()
export class Item {
  @Field()
  name!: string;
}

/** A service that knows no resolver. */
@Injectable()
export class CartService {
  constructor(private readonly session: Session) {}

  get names(): string[] {
    return this.session.get('cart', [] as string[]) as string[];
  }
}

@Resolver(() => Item)
export class ShopResolver {
  constructor(private readonly cart: CartService) {}

  @Query(() => String)
  who(@CurrentSession() session: Session): string {
    return session.principal ?? 'nobody';
  }

  @Query(() => Int)
  visits(@SessionParam() visits: number = 0): number {
    return visits;
  }

  @Query(() => [Item])
  @UseSession()
  items(): Item[] {
    return this.cart.names.map((name) => ({ name }));
  }

  /** Nest runs no interceptor for a field, unless it is told to. */
  @ResolveField(() => Boolean)
  wanted(
    @CurrentSession() session: Session,
    @SessionParam('wanted') wanted: string[] = [],
    @Parent() item: Item,
  ): boolean {
    return session.has('cart') && wanted.includes(item.name);
  }

  @Query(() => Item)
  stranger(): Item {
    return { name: 'unmarked' };
  }

  @Query(() => Boolean)
  untouched(): boolean {
    return true;
  }

  @Query(() => String)
  @RequireSession()
  secret(@CurrentSession() session: Session): string {
    return `of ${String(session.principal)}`;
  }

  @Query(() => String)
  @RequireFreshAuth({ maxAge: '5m' })
  transfer(): string {
    return 'done';
  }

  @Mutation(() => String)
  async login(@CurrentSession() session: Session): Promise<string> {
    await session.login('ada');
    return 'ada';
  }

  @Mutation(() => Int)
  visit(@CurrentSession() session: Session): number {
    const visits = session.get('visits', 0) as number;
    session.set('visits', visits + 1);
    return visits + 1;
  }

  @Mutation(() => Int)
  add(@CurrentSession() session: Session, @Args('name') name: string): number {
    const cart = [...this.cart.names, name];
    session.set('cart', cart);
    return cart.length;
  }

  @Mutation(() => Int)
  visitAndFail(@CurrentSession() session: Session): number {
    session.set('visits', 100);
    throw new Error('on purpose');
  }
}
