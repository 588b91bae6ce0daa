import { readFileSync } from 'node:fs';

const { name, exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** What a user imports from dist, a test gets from the sources: `nestjs-sessions/testing` → `lib/testing/index.ts`. */
const entryPoints = Object.entries(exports)
  .filter(([, target]) => target.default)
  .map(([path, { default: file }]) => [
    `^${name}${path.slice(1)}$`,
    file.replace('./dist/', '<rootDir>/lib/').replace(/\.js$/, '.ts'),
  ]);

/** Every test runs as native ESM: Nest 12, its adapters and this library are ES modules. */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/unhandled-rejections/environment.mjs',
  globalSetup: '<rootDir>/test/support/unhandled-rejections/setup.mjs',
  globalTeardown: '<rootDir>/test/support/unhandled-rejections/teardown.mjs',
  maxWorkers: 2,
  // Node keeps the modules of each test file: a worker that holds many of them spends a fifth of its time collecting garbage.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 60_000,
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    ...Object.fromEntries(entryPoints),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
};
