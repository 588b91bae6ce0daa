import { describe, expect, it } from '@jest/globals';
import { read } from './project-files.js';

type Manifest = Readonly<Record<string, unknown>>;

describe('package-lock.json', () => {
  it.each(['version', 'engines', 'dependencies', 'devDependencies', 'peerDependencies'])(
    'knows the %s of package.json',
    (field) => {
      const manifest = JSON.parse(read('package.json')) as Manifest;
      const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Manifest> };
      expect(packages['']?.[field]).toEqual(manifest[field]);
    },
  );
});
