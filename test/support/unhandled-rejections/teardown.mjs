import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Fails the run when a rejection was left unhandled in any of its workers. */
export default function readTheLog() {
  const log = process.env.UNHANDLED_REJECTIONS_LOG;
  const rejections = existsSync(log) ? readFileSync(log, 'utf8') : '';
  rmSync(dirname(log), { recursive: true, force: true });
  if (rejections) throw new Error(`A promise was rejected and nobody handled it.\n${rejections}`);
}
