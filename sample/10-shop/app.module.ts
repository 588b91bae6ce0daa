import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CrossSiteGuard, SessionModule } from 'nestjs-sessions';
import { AccountController } from './account.controller.js';
import { AssetsController } from './assets.controller.js';
import { BadgeGateway } from './badge.gateway.js';
import { CartController } from './cart.controller.js';
import { CartService } from './cart.service.js';
import { CheckoutController } from './checkout.controller.js';
import { DevicesController } from './devices.controller.js';
import { LifeController } from './life.controller.js';
import { NoteRequestsMiddleware } from './note-requests.middleware.js';
import { ObservedSession } from './observed-session.js';
import { PageFrame } from './page-frame.js';
import { pageHeaders } from './page-headers.js';
import { PaymentsService } from './payments.service.js';
import { RequestLog } from './request-log.js';
import { ShopController } from './shop.controller.js';
import { ToLoginFilter } from './to-login.filter.js';
import { UsersService } from './users.service.js';

/** Everything else about sessions stands in `serving.dev.yaml` and `serving.prod.yaml`. */
@Module({
  imports: [SessionModule.forRoot({ sessionType: ObservedSession })],
  controllers: [
    ShopController,
    CartController,
    CheckoutController,
    AccountController,
    DevicesController,
    LifeController,
    AssetsController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: CrossSiteGuard },
    { provide: APP_FILTER, useClass: ToLoginFilter },
    BadgeGateway,
    CartService,
    PageFrame,
    PaymentsService,
    RequestLog,
    UsersService,
  ],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(pageHeaders, NoteRequestsMiddleware).forRoutes('{*all}');
  }
}
