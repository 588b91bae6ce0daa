import { describe, expect, it } from '@jest/globals';
import { rootModuleOf } from '../../../lib/schematics/nest-add/root-module.js';

const found = (main: string | undefined, sourceRoot = 'src') =>
  rootModuleOf(sourceRoot, (path) => (path === `${sourceRoot}/main.ts` ? main : undefined));

describe('the root module of an app', () => {
  it.each([
    ['an ES module', `import { AppModule } from './app.module.js';`, 'NestFactory.create(AppModule)'],
    ['CommonJS', `import { AppModule } from './app.module';`, 'NestFactory.create(AppModule, {})'],
    [
      'Fastify',
      `import { Other, AppModule } from "./app.module.js"`,
      'NestFactory.create<NestFastifyApplication>(\n  AppModule,',
    ],
    [
      'a microservice',
      `import { AppModule } from './app.module';`,
      'NestFactory.createMicroservice(AppModule)',
    ],
  ])('is read from main.ts: %s', (_, imported, boot) => {
    expect(found(`${imported}\nconst app = await ${boot};`)).toEqual({
      className: 'AppModule',
      path: 'src/app.module.ts',
    });
  });

  it('may be called otherwise, and be elsewhere', () => {
    const main = `import { ShopModule } from './modules/shop.module.js';\nNestFactory.create(ShopModule)`;
    expect(found(main, 'apps/shop/src')).toEqual({
      className: 'ShopModule',
      path: 'apps/shop/src/modules/shop.module.ts',
    });
  });

  it('may be in main.ts itself', () => {
    expect(found('class Root {}\nNestFactory.create(Root)')).toEqual({
      className: 'Root',
      path: 'src/main.ts',
    });
  });

  it('is what the template of Nest calls it, when main.ts does not say', () => {
    const usual = { className: 'AppModule', path: 'src/app.module.ts' };
    expect([found(undefined), found('boot();')]).toEqual([usual, usual]);
  });
});
