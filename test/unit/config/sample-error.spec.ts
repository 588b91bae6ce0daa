import { describe, expect, it } from '@jest/globals';
import { read } from '../../meta/project-files.js';
import { errorOf, loadYaml } from '../../support/loading-settings.js';

const YAML = `
session:
  session_provider: node:fs:promises
  config: { url: '\${REDIS_URL}' }
  cookie: { sameSite: lax, secure: no }
  timeouts: { idle: 1800 }
`;

describe('the error that docs/configuration.md shows', () => {
  it('is what the library says', async () => {
    const error = await errorOf(loadYaml(YAML, { options: { creation: 'lazy' as never } }));
    expect(read('docs/configuration.md')).toContain(`\`\`\`text\n${error.message}\n\`\`\``);
  });
});
