import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeLaws } from '../../lib/testing/index.js';
import { SqliteSubjects } from '../support/sqlite-subject.js';

describe('SqliteSessionProvider, in two processes', () => {
  let subjects: SqliteSubjects;
  beforeAll(async () => (subjects = await SqliteSubjects.onNewFile()));
  afterAll(() => subjects.close());

  describeLaws({ describe, it }, () => subjects.make(), { without: { bounded: 'the disk is the bound' } });
});
