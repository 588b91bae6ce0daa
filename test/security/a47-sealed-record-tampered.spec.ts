import { beforeAll, describe, expect, it } from '@jest/globals';
import { newNonce } from '../../lib/credentials/nonce.js';
import { newSessionId } from '../../lib/credentials/token.js';
import { KeyRing } from '../../lib/providers/sealed/key-ring.js';
import { RecordSeal, type Seal } from '../../lib/providers/sealed/record-seal.js';
import { bodyOf, readSealedBody } from '../../lib/providers/sealed/sealed-body.js';
import type { PlantedSession } from '../../lib/testing/index.js';
import { SealedWorld } from '../support/sealed-world.js';
import { rejectionOf } from '../support/thrown-by.js';

/** What somebody finds who can read and write the store: two states of Ada's record, and Eve's. */
interface Loot {
  readonly older: string;
  readonly newer: string;
  readonly eves: string;
  /** Ada's record as it would be without encryption. */
  readonly plain: string;
}

const headOf = (text: string): string => text.slice(0, text.indexOf('\n'));
const tailOf = (text: string): string => text.slice(text.indexOf('\n') + 1);
const replaced = (text: string, from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error('Nothing was tampered with.');
  return changed;
};

const WITH_ANOTHER_TAIL: readonly (readonly [what: string, tamper: (loot: Loot) => string])[] = [
  ['the values of another session', ({ newer, eves }) => `${headOf(newer)}\n${tailOf(eves)}`],
  ['an older meta over newer values', ({ older, newer }) => `${headOf(older)}\n${tailOf(newer)}`],
  ['a newer meta over older values', ({ older, newer }) => `${headOf(newer)}\n${tailOf(older)}`],
];

const IN_PLAINTEXT: readonly (readonly [what: string, tamper: (loot: Loot) => string])[] = [
  ['plaintext instead of the seal', ({ plain }) => replaced(plain, '"guest"', '"admin"')],
  ['a plaintext without values', ({ plain }) => `${headOf(plain)}\n`],
];

const ALTERED: readonly (readonly [what: string, tamper: (loot: Loot) => string])[] = [
  ['no version', ({ newer }) => replaced(newer, '\nv1.', '\n')],
  ['an empty version', ({ newer }) => replaced(newer, '\nv1.', '\n.')],
  ['a later version', ({ newer }) => replaced(newer, '\nv1.', '\nv2.')],
  ['an unknown key', ({ newer }) => replaced(newer, /v1\.[\w-]{8}/, 'v1.AAAAAAAA')],
  ['no key', ({ newer }) => replaced(newer, /v1\.[\w-]{8}\./, 'v1.')],
  ['an empty seal', ({ newer }) => replaced(newer, /(v1\.[\w-]{8}\.).*/, '$1')],
  ['half a seal', ({ newer }) => newer.slice(0, -40)],
  ['a line more', ({ newer }) => `${newer}\n"role"\n"admin"\n`],
  ['a line feed more', ({ newer }) => `${newer}\n`],
  ['padding', ({ newer }) => `${newer}=`],
  ['a character that base64 passes over', ({ newer }) => replaced(newer, /$/, '!')],
  ['no seal', ({ newer }) => headOf(newer)],
  ['nothing', () => ''],
  ['another principal', ({ newer }) => replaced(newer, ',null]\n', ',"root"]\n')],
  ['a later absolute deadline', ({ newer }) => replaced(newer, /(\[1(?:,[^,]+){7}),\d+/, '$1,9999999999999')],
];

/** Two users with a session each, under a seal. */
async function loot(world: SealedWorld): Promise<{ readonly ada: PlantedSession; readonly loot: Loot }> {
  const ada = await world.subject.begin({ role: 'guest', visits: 1 });
  const eve = await world.subject.begin({ role: 'admin', visits: 7 });
  const older = world.stored(ada.id).text;
  await world.change(ada, 'visits', 2);
  const newer = world.stored(ada.id).text;
  const plain = world.seal.open(ada.id, newer) ?? '';
  return { ada, loot: { older, newer, eves: world.stored(eve.id).text, plain } };
}

describe('A47 a sealed record that somebody tampers with', () => {
  let world: SealedWorld;
  let ada: PlantedSession;
  let found: Loot;
  beforeAll(async () => {
    world = new SealedWorld();
    ({ ada, loot: found } = await loot(world));
  });

  it('is read as long as nobody does', async () => {
    expect(await world.readAs(ada, found.newer)).toEqual({
      values: { role: 'guest', visits: 2 },
      events: [],
    });
  });

  it.each([...WITH_ANOTHER_TAIL, ...IN_PLAINTEXT, ...ALTERED])(
    'is absent, with an event: %s',
    async (_, tamper) => {
      const { values, events } = await world.readAs(ada, tamper(found));
      expect(values).toBeUndefined();
      expect(events).toContainEqual({ type: 'corrupt-record', id: ada.id });
      expect(JSON.stringify(events)).not.toMatch(/guest|admin|v1\./);
    },
  );

  it('does not open when it is moved to another session as a whole', () => {
    expect(world.seal.open(newSessionId(), found.newer)).toBeUndefined();
  });

  it('does not open with any bit of any byte flipped', () => {
    const bytes = Buffer.from(found.newer, 'latin1');
    const opened: string[] = [];
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        if (world.seal.open(ada.id, flipped.toString('latin1')) !== undefined) opened.push(`${at}.${bit}`);
      }
    expect(opened).toEqual([]);
  });

  it('is absent to the app with any byte flipped', async () => {
    for (let at = 0; at < found.newer.length; at++) {
      const flipped = String.fromCharCode(found.newer.charCodeAt(at) ^ 1);
      const text = found.newer.slice(0, at) + flipped + found.newer.slice(at + 1);
      const { values, events } = await world.readAs(ada, text);
      expect([at, values, events[0]]).toEqual([at, undefined, { type: 'corrupt-record', id: ada.id }]);
    }
  });

  it('is a dead session to a commit that meets it', async () => {
    const request = await world.subject.open(ada.token);
    request.session.set('visits', 3);
    world.conflictWith(ada, found.plain);
    expect(await rejectionOf(request.finish())).toMatchObject({ code: 'SESSION_GONE' });
  });
});

describe('A47, unprotected', () => {
  const ring = new KeyRing([newNonce()]);

  /** Authenticates the values and nothing else: no id, no meta. */
  const withoutContext: Seal = {
    seal: (_, text) =>
      `${headOf(text)}\n${bodyOf(ring.sealing.id, ring.sealing.cipher.seal(tailOf(text), ''))}`,
    open: (_, text) => {
      const body = readSealedBody(tailOf(text));
      const rest = body && ring.find(body.key)?.open(body.bytes, '');
      return rest === undefined ? undefined : `${headOf(text)}\n${rest}`;
    },
  };

  it.each(WITH_ANOTHER_TAIL)('a seal that knows nothing but the values lets in %s', async (_, tamper) => {
    const world = new SealedWorld(withoutContext);
    const { ada, loot: found } = await loot(world);
    const { values, events } = await world.readAs(ada, tamper(found));
    expect(values).toHaveProperty('role');
    expect(events).toEqual([]);
  });

  it('an app that falls back to plaintext makes an administrator of whoever writes one', async () => {
    const strict = new RecordSeal([newNonce()]);
    const world = new SealedWorld({
      seal: (id, text) => strict.seal(id, text),
      open: (id, text) => strict.open(id, text) ?? text,
    });
    const { ada, loot: found } = await loot(world);
    const [[, tamper] = ['', () => '']] = IN_PLAINTEXT;
    expect((await world.readAs(ada, tamper(found))).values).toMatchObject({ role: 'admin' });
  });
});
