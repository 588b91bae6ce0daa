import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './project-files.js';

/** Whether there is a test of this name: `path › its sentence`, with what stands above it between them or not. */
export function testExists(name: string): boolean {
  const [path = '', ...sentence] = name.split(' › ');
  return (
    existsSync(join(root, path)) &&
    read(path)
      .replaceAll('\\', '')
      .includes(sentence.at(-1) ?? '')
  );
}
