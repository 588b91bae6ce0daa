import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';

interface User {
  readonly name: string;
}

/** One password for all: this sample is about what happens to the session. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  validate(name: string, password: string): User | false {
    return password === 'lovelace' && { name };
  }
}

@Injectable()
export class UserSerializer extends PassportSerializer {
  serializeUser({ name }: User, done: (error: null, name: string) => void): void {
    done(null, name);
  }

  deserializeUser(name: string, done: (error: null, user: User) => void): void {
    done(null, { name });
  }
}

/** Logs in, which gives the session a new token; a failure leaves a message for the next page. */
@Injectable()
export class LoginGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request: Request = context.switchToHttp().getRequest();
    try {
      await super.canActivate(context);
      await this.logIn(request);
    } catch (error) {
      request.flash('error', 'Try lovelace.');
      throw error;
    }
    return true;
  }
}
