import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from './private-process.js';

/** A file system of a few MiB in a folder of its own, to be filled up. Only root can make one, and not everywhere. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  static make(mebibytes: number, { uid, gid }: Identity): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
    if (mounted.status !== 0) {
      rmSync(folder, { recursive: true });
      return undefined;
    }
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    return new SmallDisk(folder);
  }

  grow(mebibytes: number): void {
    spawnSync('mount', ['-o', `remount,size=${mebibytes}m`, this.folder]);
  }

  /** At once; a driver may keep a file open for longer, libsql until its statements are collected. */
  remove(): void {
    spawnSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
