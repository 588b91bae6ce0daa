import { describe, expect, it } from '@jest/globals';
import { loadWithOrigins } from '../../../lib/config/load-settings.js';
import { OPTION_TABLE } from '../../../lib/config/option-table.js';
import { type EffectiveOption, effectivePolicy } from '../../../lib/doctor/effective-policy.js';
import { BUILT_INS, REQUIRED, sound } from '../../support/loading-settings.js';
import { folderWith } from '../../support/temporary-folder.js';

const CANARY = 'canary-7f3a-that-nobody-may-see-in-any-output';

const FILE = `${sound(
  '  cookie: { domain: "${DOMAIN}", same_site: strict }',
  '  timeouts: { preset: office, idle: 20m }',
  '  config: { password: "${CANARY}" }',
  '  encryption: { keys: ["${CANARY}"] }',
)}
auth:
  credential_provider: serving.auth:HMACCredentialProvider
  config: { secret: ${CANARY} }`;

async function policyOf(files: Record<string, string>, options = {}): Promise<readonly EffectiveOption[]> {
  const env = { DOMAIN: 'example.com', CANARY };
  const cwd = folderWith(files);
  return effectivePolicy(
    await loadWithOrigins({ env, cwd, options, builtIns: BUILT_INS, required: REQUIRED }),
  );
}

const found = (policy: readonly EffectiveOption[], key: string): EffectiveOption | undefined =>
  policy.find((option) => option.key === key);

describe('the policy in force', () => {
  it('has every option, in the order of the docs', async () => {
    expect((await policyOf({})).map(({ key }) => key)).toEqual(OPTION_TABLE.map(({ yaml }) => yaml));
  });

  it('is all defaults without a file, and every one of them has a text', async () => {
    for (const { from, value } of await policyOf({})) {
      expect(from).toBe('default');
      expect(value).toMatch(/\S/);
    }
  });

  it('says where each option was decided', async () => {
    const policy = await policyOf({ 'serving.dev.yaml': FILE }, { cookie: { path: '/app' } });
    expect(found(policy, 'session.timeouts.idle')).toMatchObject({ value: '20m', from: 'serving.dev.yaml' });
    expect(found(policy, 'session.timeouts.absolute')).toMatchObject({
      value: '8h',
      from: 'the preset office',
    });
    expect(found(policy, 'session.timeouts.touch')).toMatchObject({ value: '60s', from: 'default' });
    expect(found(policy, 'session.cookie.path')).toMatchObject({ value: '/app', from: 'forRoot()' });
  });

  it('shows no secret, and of what the environment gave type and length only', async () => {
    const policy = await policyOf({ 'serving.dev.yaml': FILE });
    expect(JSON.stringify(policy)).not.toContain(CANARY);
    expect(found(policy, 'session.cookie.domain')?.value).toBe(
      'a string of 11 characters from the environment',
    );
    expect(found(policy, 'session.encryption.keys')?.value).toMatch(/^a list of 1 item/);
    expect(found(policy, 'auth.config')?.value).toBe('a map of 1 key');
  });
});
