import { Module } from '@nestjs/common';
import { SessionModule } from 'nestjs-sessions';
import { AccountController } from './account.controller.js';
import { CartController } from './cart.controller.js';
import { CartService } from './cart.service.js';
import { CounterController } from './counter.controller.js';
import { FeatureController } from './feature.controller.js';
import { PageController } from './page.controller.js';

/** Everything about sessions stands in `serving.dev.yaml`, in the folder that the app is started from. */
@Module({
  imports: [SessionModule.forRoot()],
  controllers: [PageController, AccountController, FeatureController, CounterController, CartController],
  providers: [CartService],
})
export class AppModule {}
