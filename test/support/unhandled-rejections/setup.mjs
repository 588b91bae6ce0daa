import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the file into which every worker of this run writes the rejections that nobody handled; workers inherit it. */
export default function nameTheLog() {
  process.env.UNHANDLED_REJECTIONS_LOG = join(mkdtempSync(join(tmpdir(), 'rejections-')), 'log');
}
