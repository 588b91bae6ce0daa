import { openDatabase } from '../../../lib/providers/sqlite/sqlite-database.js';
import { taskOf, tell } from './task.js';

export interface HoldTask {
  readonly file: string;
}

/** Begins to write to a file and never comes to an end: what a process looks like that was stopped in the middle of it. */
const database = await openDatabase(taskOf<HoldTask>().file);
database.exec('BEGIN IMMEDIATE');
database.exec('UPDATE nestjs_sessions SET deadline = deadline + 1');
tell('held');
setInterval(() => undefined, 60_000);
