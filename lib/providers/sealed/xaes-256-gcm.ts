import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

const BLOCK_BYTES = 16;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
/** The first half of a nonce goes into the one-time key, the second is the nonce of AES-GCM. */
const HALF_NONCE = NONCE_BYTES / 2;

/**
 * AES-256-GCM with a random nonce of 192 bits: XAES-256-GCM (C2SP, c2sp.org/XAES-256-GCM), made of two parts that NIST has approved.
 * A one-time key is derived from the key and the first half of the nonce (AES-CMAC as a KDF, SP 800-108), AES-GCM does the rest.
 *
 * Why not AES-GCM alone: its random nonces of 96 bits are good for 2^32 messages a key (SP 800-38D 8.3). Here the bound is 2^80, so a
 * key wears out by no number of commits.
 */
export class Xaes256Gcm {
  readonly #key: KeyObject;
  /** The two blocks of the KDF but for the nonce, with the subkey of CMAC already mixed in. */
  readonly #blocks: Buffer;

  /** @param key 256 bits. */
  constructor(key: KeyObject) {
    this.#key = key;
    const subkey = doubled(encryptBlocks(key, Buffer.alloc(BLOCK_BYTES)));
    this.#blocks = Buffer.concat([1, 2].map((counter) => mixed(subkey, Buffer.from([0, counter, 0x58, 0]))));
  }

  /** Nonce, ciphertext and tag. No two answers are the same. A random source that fails throws; there is no fallback. */
  seal(plaintext: string, additionalData: string): Buffer {
    const nonce = randomFillSync(Buffer.allocUnsafe(NONCE_BYTES));
    const cipher = createCipheriv('aes-256-gcm', this.#keyFor(nonce), nonce.subarray(HALF_NONCE));
    cipher.setAAD(Buffer.from(additionalData));
    return Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** The plaintext; `undefined` for what {@link seal} did not make with this key and this additional data. */
  open(sealed: Buffer, additionalData: string): string | undefined {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#keyFor(nonce), nonce.subarray(HALF_NONCE), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(additionalData)).setAuthTag(sealed.subarray(-TAG_BYTES));
    const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([plaintext, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** A buffer: to make a KeyObject of a key that is used once costs more than it saves. */
  #keyFor(nonce: Buffer): Buffer {
    const blocks = Buffer.from(this.#blocks);
    for (let at = 0; at < HALF_NONCE; at++) {
      const byte = nonce[at] ?? 0;
      for (const start of [0, BLOCK_BYTES]) blocks[start + 4 + at] = (blocks[start + 4 + at] ?? 0) ^ byte;
    }
    return encryptBlocks(this.#key, blocks);
  }
}

/** Each block by itself, which is what CMAC and the KDF are made of; no text is ever encrypted like this. */
const encryptBlocks = (key: KeyObject, blocks: Buffer): Buffer =>
  createCipheriv('aes-256-ecb', key, null).update(blocks);

/** Doubling in GF(2^128), by which CMAC makes its subkey (SP 800-38B 6.1). */
function doubled(block: Buffer): Buffer {
  const shifted = Buffer.from(block.map((byte, at) => (byte << 1) | ((block[at + 1] ?? 0) >> 7)));
  const reduction = Buffer.alloc(BLOCK_BYTES);
  reduction[BLOCK_BYTES - 1] = ((block[0] ?? 0) >> 7) * 0x87;
  return mixed(shifted, reduction);
}

/** A copy of `block`, with `bytes` xored into its beginning. */
const mixed = (block: Buffer, bytes: Buffer): Buffer =>
  Buffer.from(block.map((byte, at) => byte ^ (bytes[at] ?? 0)));
