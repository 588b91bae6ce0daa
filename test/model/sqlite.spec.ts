import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkPrograms } from '../support/check-programs.js';
import { SqliteSubjects } from '../support/sqlite-subject.js';

const MINUTE_MS = 60_000;

describe('sessions in a file', () => {
  let subjects: SqliteSubjects;
  beforeAll(async () => (subjects = await SqliteSubjects.onNewFile()));
  afterAll(() => subjects.close());

  it(
    'do what the model says, in any program',
    async () => {
      expect(await checkPrograms(1000, () => subjects.make())).toBeUndefined();
    },
    2 * MINUTE_MS,
  );
});
