import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { missingDriver } from '../../../lib/errors/database.js';
import { importOptional } from '../../../lib/providers/optional-import.js';
import { folderWith } from '../../support/temporary-folder.js';

describe('importOptional', () => {
  it('loads what is there', async () => {
    expect(await importOptional('node:path')).toMatchObject({ join: expect.any(Function) });
  });

  it.each(['no-such-package-for-sure', '@no-such/package', 'node:no-such-module'])(
    'answers undefined for what is not: %s',
    async (name) => {
      expect(await importOptional(name)).toBeUndefined();
    },
  );

  it('tells why a package that is there cannot be loaded', async () => {
    const folder = folderWith({
      'broken.mjs': 'throw new Error("It is broken.");',
      'incomplete.mjs': 'import "no-such-dependency";',
    });
    await expect(importOptional(join(folder, 'broken.mjs'))).rejects.toThrow('It is broken.');
    await expect(importOptional(join(folder, 'incomplete.mjs'))).rejects.toThrow('no-such-dependency');
  });
});

describe('a driver that is missing', () => {
  it('is an error that says what to install', () => {
    const { code, message } = missingDriver({
      key: 'session.config.file',
      seen: 'a file',
      packages: ['a', 'b'],
      orElse: 'use Node 24',
    });
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('npm install a, or npm install b, or use Node 24');
  });
});
