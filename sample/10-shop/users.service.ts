import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';

/** Someone who can log in. The id is what their sessions are filed under, and never changes. */
export interface User {
  readonly id: string;
  readonly name: string;
}

interface Password {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const HASH_BYTES = 32;

const hashed = async (password: string): Promise<Password> => {
  const salt = randomBytes(16);
  return { salt, hash: await derive(password, salt, HASH_BYTES) };
};

/** Two users, made when the app starts. */
@Injectable()
export class UsersService {
  readonly #users = new Map<string, { readonly user: User; readonly password: Promise<Password> }>();
  /** Checked where nobody has the name, so that it takes as long. */
  readonly #nobody = hashed(randomBytes(16).toString('hex'));

  constructor() {
    this.#seed({ id: 'u1', name: 'Ada' }, 'lovelace');
    this.#seed({ id: 'u2', name: 'Grace' }, 'hopper');
  }

  /** The user with this name and password. */
  async check(name: string, password: string): Promise<User | undefined> {
    const found = this.#users.get(name.trim().toLowerCase());
    const { salt, hash } = await (found?.password ?? this.#nobody);
    const same = timingSafeEqual(hash, await derive(password, salt, HASH_BYTES));
    return same ? found?.user : undefined;
  }

  /** What to call the principal of a session. */
  nameOf(id: string | null): string | undefined {
    return [...this.#users.values()].find(({ user }) => user.id === id)?.user.name;
  }

  #seed(user: User, password: string): void {
    this.#users.set(user.name.toLowerCase(), { user, password: hashed(password) });
  }
}
