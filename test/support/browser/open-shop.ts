import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Global, type INestApplication, Module } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { CROSS_SITE_OPTIONS, SESSION_OPTIONS } from '../../../lib/index.js';
import { AppModule } from '../../../sample/10-shop/app.module.js';
import { ObservedSession } from '../../../sample/10-shop/observed-session.js';
import { PaymentsService } from '../../../sample/10-shop/payments.service.js';
import { root } from '../../meta/project-files.js';
import { Deferred } from '../deferred.js';
import { type Certificates, makeCertificates } from '../servers/certificates.js';
import { folderWith } from '../temporary-folder.js';

/** Where the shop is, to the browser, and who else there is. */
export const SHOP = 'shop.example.test';
export const SIBLING = 'evil.example.test';
export const STRANGER = 'other-site.test';

/** A bank that thinks until it is told to go on, if it was told to think. */
export class SlowBank {
  #thinking: { readonly began: Deferred; readonly goOn: Deferred } | undefined;

  /** From now on payments wait. `began`: one does; `goOn()` lets all of them end. */
  think(): { readonly began: Promise<void>; readonly goOn: () => void } {
    const [began, goOn] = [new Deferred(), new Deferred()];
    this.#thinking = { began, goOn };
    return { began: began.promise, goOn: () => goOn.resolve() };
  }

  async pay(): Promise<void> {
    this.#thinking?.began.resolve();
    await this.#thinking?.goOn.promise;
  }
}

/** How the shop is opened. */
export interface ShopPlan {
  /** Whose yaml. Default `prod`. */
  readonly environment?: 'dev' | 'prod';
  /** Default true. A browser caches nothing of a site whose certificate it does not trust, so what is about caches wants false. */
  readonly encrypted?: boolean;
  /** Whose posts are let in. Default nobody's. */
  readonly allowedOrigins?: readonly string[];
  /** What is done to the app before it listens. */
  readonly prepare?: (nest: INestApplication) => void;
}

let certificates: Certificates | undefined;

/** The shop of sample/10-shop as its `main.ts` boots it. */
export class OpenShop {
  private constructor(
    readonly nest: INestApplication,
    readonly bank: SlowBank,
    /** Without a slash at its end. */
    readonly url: string,
  ) {}

  static async start(plan: ShopPlan = {}): Promise<OpenShop> {
    const { environment = 'prod', encrypted = true, allowedOrigins = [], prepare } = plan;

    @Global()
    @Module({
      providers: [{ provide: CROSS_SITE_OPTIONS, useValue: { allowedOrigins } }],
      exports: [CROSS_SITE_OPTIONS],
    })
    class Rules {}

    const bank = new SlowBank();
    const directory = join(root, 'sample/10-shop');
    const module = await Test.createTestingModule({ imports: [AppModule, Rules] })
      .overrideProvider(SESSION_OPTIONS)
      .useValue({ sessionType: ObservedSession, directory, environment })
      .overrideProvider(PaymentsService)
      .useValue(bank)
      .compile();
    const nest = module.createNestApplication({
      ...(encrypted ? { httpsOptions: tls() } : {}),
      logger: false,
    });
    nest.useWebSocketAdapter(new WsAdapter(nest));
    prepare?.(nest);
    await nest.listen(0, '127.0.0.1');
    const { port } = (nest.getHttpServer() as { address(): AddressInfo }).address();
    return new OpenShop(nest, bank, `${encrypted ? 'https' : 'http'}://${SHOP}:${port}`);
  }

  close(): Promise<void> {
    return this.nest.close();
  }
}

/** Somebody else's server. Answers the port it listens on, and how to end it. */
export async function strangersServer(
  answer: RequestListener,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer(tls(), answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

function tls(): { readonly key: Buffer; readonly cert: Buffer } {
  certificates ??= makeCertificates(folderWith({}));
  if (!certificates) throw new Error('There is no openssl to make a certificate with.');
  return { key: readFileSync(certificates.key), cert: readFileSync(certificates.cert) };
}
